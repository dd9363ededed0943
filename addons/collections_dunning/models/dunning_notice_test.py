from odoo import models
from odoo.tools import SQL


class DunningNotice(models.Model):
    """Test mode: e-mails go to one address of ours, and no level counts.

    A notice is prepared for the mode of its company, and claimed only in that mode:
    see ``_get_claim_sql``.
    """

    _inherit = "dunning.notice"

    def _filter_tests(self):
        """Return the notices among these whose company is in test mode.

        :rtype: dunning.notice
        """
        testing = self.company_id._get_dunning_test_addresses()
        return self.filtered(lambda notice: notice.company_id.id in testing)

    def _prepare_test_recipients(self):
        """Return the one address that gets this notice in test mode.

        :rtype: dict
        """
        self.ensure_one()
        [address] = self.company_id._get_dunning_test_addresses().values()
        return {"email_to": address, "to": address, "copies": [], "cc": []}

    def _get_test_mark(self):
        """Return what tells on a message that it is a test, and for whom it was."""
        self.ensure_one()
        env = self._get_company_env()
        return {
            "prefix": env._("[Test]"),
            "note": env._(
                "Test: without the test mode, this message would have gone to "
                "%(recipients)s.",
                recipients=self._describe_recipients(),
            ),
        }

    def _get_mode_sql(self):
        """Return the expression, of notice ``n``, of the test mode of its company.

        :rtype: SQL
        """
        return SQL(
            """
            (SELECT concat_ws(' ', root.dunning_test_mode IS TRUE,
                              CASE WHEN root.dunning_test_mode
                                   THEN root.dunning_test_email END)
               FROM res_company c
               JOIN res_company root
                 ON root.id = split_part(c.parent_path, '/', 1)::int
              WHERE c.id = n.company_id)
            """
        )

    def _get_mode_lock_sql(self, notice_id):
        """Return the query that keeps the mode of a notice's company from changing.

        Until the transaction ends; one that began before a change fails here.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT root.id
              FROM dunning_notice n
              JOIN res_company c ON c.id = n.company_id
              JOIN res_company root
                ON root.id = split_part(c.parent_path, '/', 1)::int
             WHERE n.id = %s
               FOR SHARE OF root
            """,
            notice_id,
        )

    def _settle_test(self, error=None):
        """End these notices as tests: the next run proposes them again.

        :param str error: why the test message did not arrive; None: it did.
        """
        for notice in self:
            env = notice._get_company_env()
            sent = env._("Sent as a test to %(address)s.", address=notice.email_to)
            notice._set_state("cancelled", is_test=True, error=error or sent)

    def _end_test_activities(self):
        """End calls and tasks in test mode: nobody is asked to do them."""
        tests = self._filter_tests()
        for notice in tests:
            notice._settle_test(
                notice._get_company_env()._("Test mode: no activity was scheduled.")
            )
        return tests
