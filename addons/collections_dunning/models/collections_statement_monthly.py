import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH_SIZE = 50
# Should the server be off on the first working day of the month, the next ones do.
WORKING_DAYS = 3


class CollectionsDebtor(models.Model):
    """The statement of account of each month, by schedule."""

    _inherit = "collections.debtor"

    statement_mode = fields.Selection(
        [("monthly", "Every Month"), ("never", "Never by Schedule")],
        string="Monthly Statement",
        tracking=True,
        help="Empty: as the company does. Nothing is sent when nothing is owed, nor "
        "during an insolvency or once an agency or a court has the file.",
    )
    statement_run_date = fields.Date(
        readonly=True, copy=False, help="When the monthly job was last here."
    )
    statement_test_date = fields.Date(
        readonly=True, copy=False, help="When it was last here in test mode."
    )

    @api.model
    def _cron_send_statements(self):
        """Queue the statements of the month, on its first working day.

        A company that is late, because the server was off, has two more working days.
        One debtor gets one statement a month, those sent by hand included. In test
        mode the tester gets one for each debtor; the statements of the month are still
        due then, and leave when test mode ends in time.
        """
        today = fields.Date.context_today(self)
        # Each company has its calendar, so all of them are wanted.
        companies = self.env["res.company"].search(  # pylint: disable=no-search-all
            [], order="id"
        )
        companies = companies.filtered(lambda company: company._is_statement_day(today))
        progress = self.env["ir.cron"]._commit_progress
        counts = [self._count_due_statements(company, today) for company in companies]
        progress(remaining=sum(counts))
        for company in companies:
            while debtors := self._get_due_statements(company, today):
                debtors.with_company(company)._send_monthly_statements(today)
                if not progress(len(debtors)):
                    return
            if not company._is_dunning_test_mode():
                company.sudo().dunning_statement_date = today
            progress(0)

    @api.model
    def _count_due_statements(self, company, today):
        query = self._get_due_statements_sql(company, today)
        [[count]] = self.env.execute_query(SQL("SELECT count(*) FROM (%s) due", query))
        return count

    @api.model
    def _get_due_statements(self, company, today):
        """Return a batch of the debtors whose statement of the month is due.

        :rtype: collections.debtor
        """
        query = self._get_due_statements_sql(company, today)
        rows = self.env.execute_query(
            SQL("SELECT id FROM (%s) due ORDER BY id LIMIT %s", query, BATCH_SIZE)
        )
        return self.browse(debtor_id for (debtor_id,) in rows)

    @api.model
    def _get_due_statements_sql(self, company, today):
        for name in (self._name, "account.move.line", "dunning.hold"):
            self.env[name].flush_model()
        return SQL(
            """
            SELECT d.id
              FROM collections_debtor d
             WHERE d.company_id = %(company)s
               AND (d.statement_mode = 'monthly'
                    OR %(is_default)s AND d.statement_mode IS NULL
                   AND d.dunning_mode <> 'by_hand')
               AND coalesce(greatest(d.statement_date, d.statement_run_date,
                                     CASE WHEN %(is_test)s
                                          THEN d.statement_test_date END)
                            < date_trunc('month', %(today)s::date), TRUE)
               AND NOT EXISTS (
                   SELECT FROM dunning_hold h
                    WHERE h.debtor_id = d.id
                      AND h.move_line_id IS NULL
                      AND h.reason IN ('insolvency', 'escalated')
                      AND h.date_from <= %(today)s
                      AND (h.date_to IS NULL OR h.date_to >= %(today)s))
               AND NOT EXISTS (
                   SELECT FROM collections_insolvency proceedings
                    WHERE proceedings.debtor_id = d.id
                      AND proceedings.state <> 'closed')
               AND EXISTS (
                   SELECT FROM res_partner p
                     JOIN account_move_line l
                       ON l.partner_id = p.id AND l.company_id = d.company_id
                     JOIN account_account a ON a.id = l.account_id
                    WHERE p.commercial_partner_id = d.partner_id
                      AND l.parent_state = 'posted'
                      AND l.reconciled IS NOT TRUE
                      AND l.amount_residual_currency > 0
                      AND a.account_type = 'asset_receivable'
                      AND a.non_trade IS NOT TRUE)
            """,
            company=company.id,
            today=today,
            is_default=bool(company.root_id.dunning_statement_monthly),
            is_test=company._is_dunning_test_mode(),
        )

    def _send_monthly_statements(self, today):
        """Queue these statements; one that can't be made does not hold up the others.

        :param date today: kept on each debtor, so that none gets a second one.
        """
        try:
            self._send_month(today)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Statements of account: one by one, as a batch failed")
            for debtor in self:
                debtor._send_month_alone(today)

    def _send_month(self, today):
        self._note_month(today)
        self._queue_statements()
        self.env.flush_all()

    def _note_month(self, today):
        """Remember that the job was here; a test does not count for the customer."""
        testing = self.company_id._is_dunning_test_mode()
        name = "statement_test_date" if testing else "statement_run_date"
        self.sudo()[name] = today

    def _send_month_alone(self, today):
        try:
            with self.env.cr.savepoint():
                self._send_month(today)
        except Exception as error:
            _logger.warning("Statement of account of debtor %s: %s", self.id, error)
            self._note_month(today)
            self._message_log(
                body=self._get_company_env()._(
                    "The statement of account could not be made: %(error)s",
                    error=str(error),
                )
            )
