from odoo import api, models
from odoo.tools.mail import plaintext2html

ACTIVITY_TYPE = "collections_dunning.mail_activity_type_delivery"
# States of a notice that a person is asked to look at.
ATTENTION_STATES = ("queued", "in_doubt", "bounced")


class DunningNotice(models.Model):
    """Whom we call when sending goes wrong: one task per person, not per notice."""

    _inherit = "dunning.notice"

    @api.model
    def _report_stopped(self, answers):
        """Have somebody look at the mail servers that take nothing.

        :param dict answers: the server's answer by id of the notice it stopped at.
        """
        for notice in self.browse(answers):
            env = notice._get_company_env()
            notice._call_attention(
                notice._get_mail_watcher(),
                env._("E-mails can't be sent: they wait in the queue"),
                answers[notice.id],
            )

    def _ask_to_settle(self):
        """Have the responsible of these notices find out whether they arrived."""
        for user, notices in self.grouped("responsible_id").items():
            notice = notices[0]
            notice._call_attention(
                user or notice._get_mail_watcher(),
                notice._get_company_env()._("Find out whether the notice arrived"),
                notice.error,
            )

    def _get_mail_watcher(self):
        """Return who sees to it that e-mails leave: a Credit Manager.

        :rtype: res.users
        """
        self.ensure_one()
        return self.company_id._get_dunning_manager(self.responsible_id)

    def _call_attention(self, user, summary, note):
        """Schedule a task about this notice, unless the user has the like already.

        The like: about a notice of this company in the same state, of the same run
        when it is about one customer.
        """
        self.ensure_one()
        user = user or self.env.ref("base.user_admin")
        known = self._get_delivery_activities().filtered(lambda a: a.user_id == user)
        others = self.browse(known.mapped("res_id")).filtered(
            lambda other: (
                other.state == self.state
                and other.company_id == self.company_id
                and (other.run_id == self.run_id or self.state == "queued")
            )
        )
        if others:
            return
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY_TYPE,
            summary=summary,
            note=plaintext2html(note or ""),
            user_id=user.id,
        )

    @api.model
    def _get_delivery_activities(self):
        """Return the open tasks about sending.

        :rtype: mail.activity
        """
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
                ]
            )
        )

    @api.model
    def _clear_delivery_activities(self):
        """Drop the tasks about sending whose reason is gone."""
        activities = self._get_delivery_activities()
        open_ids = (
            self.sudo()
            .browse(activities.mapped("res_id"))
            .exists()
            .filtered(lambda notice: notice.state in ATTENTION_STATES)
            .ids
        )
        activities.filtered(lambda a: a.res_id not in open_ids).unlink()
