from odoo import fields, models
from odoo.tools import SQL

# Nothing leaves by itself when the bank was last recorded longer ago than this.
BANK_WORKING_DAYS = 3


class DunningRun(models.Model):
    """What a run knows of the bank, and why it only proposes."""

    _inherit = "dunning.run"

    def _start_company(self):
        """Remember since when a company is dunned.

        Until dunning is activated, or something was sent by hand, that is today:
        whatever grows old meanwhile is old debt too.
        """
        self.ensure_one()
        company = self.company_id.sudo()
        began = company.dunning_start_date and (
            company._is_dunning_active() or self._has_sent(company)
        )
        if not began:
            company.dunning_start_date = fields.Date.context_today(self)

    def _has_sent(self, company):
        sent = [("company_id", "=", company.id), ("state", "=", "sent")]
        return bool(self.env["dunning.notice"].search_count(sent, limit=1))

    def _prepare_bank_vals(self):
        """Return what the assessment found out about receipts, and what follows.

        :rtype: dict
        """
        self.ensure_one()
        last = self._get_last_receipt_date()
        return {
            "last_receipt_date": last,
            "to_allocate_count": self._count_to_allocate(),
            "manual_reason": self._get_manual_reason(last),
        }

    def _get_manual_reason(self, last_receipt_date):
        """Return why nothing may leave by itself.

        A bank that was not recorded lately hides payments; one of which nothing is
        known at all does too.

        :param date last_receipt_date: last bank or cash entry.
        :return: one of the values of ``manual_reason``, or False.
        :rtype: str or bool
        """
        company = self.company_id
        if not company._is_dunning_active():
            return "inactive"
        if company._is_on_probation(self.date):
            return "probation"
        since = company._add_working_days(self.date, -BANK_WORKING_DAYS)
        if not last_receipt_date or last_receipt_date < since:
            return "stale_bank"
        return False

    def _get_last_receipt_date(self):
        """Return the day of the last bank or cash entry, or customer payment.

        :rtype: date or bool
        """
        [(last,)] = self.env.execute_query(
            SQL(
                """
                SELECT greatest(
                    (SELECT max(m.date) FROM account_move m
                       JOIN account_journal j ON j.id = m.journal_id
                      WHERE m.company_id = %(company)s AND m.state = 'posted'
                        AND m.date <= %(date)s
                        AND j.type IN ('bank', 'cash', 'credit')),
                    (SELECT max(p.date) FROM account_payment p
                      WHERE p.company_id = %(company)s AND p.date <= %(date)s
                        AND p.state IN ('in_process', 'paid')
                        AND p.payment_type = 'inbound'))
                """,
                company=self.company_id.id,
                date=self.date,
            )
        )
        return last or False

    def _count_to_allocate(self):
        """Count the debtors of the assessment with receipts to allocate."""
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT count(DISTINCT debtor_id) FROM dunning_assessed "
                "WHERE reason = 'to_allocate'"
            )
        )
        return count
