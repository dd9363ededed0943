from odoo import fields, models
from odoo.tools import SQL

# Money that nobody has allocated may be the installment: so many working days.
WORKING_DAYS = 5


class CollectionsPaymentPlan(models.Model):
    """What bears on a plan beside its payments: other money, other invoices."""

    _inherit = "collections.payment.plan"

    def _is_covered_by_receipts(self, missed):
        """Tell whether fresh money that nobody has allocated would pay these.

        :param collections.payment.plan.installment missed: what is open.
        :rtype: bool
        """
        wanted = sum(missed.mapped("amount_open"))
        found = self._get_fresh_receipts()
        return found > 0 and self.currency_id.compare_amounts(found, wanted) >= 0

    def _get_fresh_receipts(self):
        """Return what the customer paid lately that pays nothing yet.

        Receipts that are not allocated, and payments in process without an entry.

        :return: in the currency of the plan.
        :rtype: float
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        since = self.company_id._add_working_days(today, -WORKING_DAYS)
        for model in ("account.move.line", "account.payment", "res.partner"):
            self.env[model].flush_model()
        [(amount,)] = self.env.execute_query(
            SQL(
                """
                SELECT coalesce(sum(amount), 0)::float
                  FROM (SELECT -l.amount_residual_currency AS amount
                          FROM account_move_line l
                          JOIN account_account a ON a.id = l.account_id
                          JOIN account_journal j ON j.id = l.journal_id
                          JOIN res_partner p ON p.id = l.partner_id
                         WHERE p.commercial_partner_id = %(partner)s
                           AND l.company_id = %(company)s
                           AND l.currency_id = %(currency)s
                           AND a.account_type = 'asset_receivable'
                           AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                           AND l.amount_residual_currency < 0
                           AND j.type IN ('bank', 'cash', 'credit')
                           AND l.date >= %(since)s
                         UNION ALL
                        SELECT payment.amount
                          FROM account_payment payment
                          JOIN res_partner p ON p.id = payment.partner_id
                         WHERE p.commercial_partner_id = %(partner)s
                           AND payment.company_id = %(company)s
                           AND payment.currency_id = %(currency)s
                           AND payment.state = 'in_process'
                           AND payment.move_id IS NULL
                           AND payment.payment_type = 'inbound'
                           AND payment.date >= %(since)s) money
                """,
                partner=self.partner_id.id,
                company=self.company_id.id,
                currency=self.currency_id.id,
                since=since,
            )
        )
        return amount

    def _get_overdue_items(self):
        """Return the newer items that are overdue, when the plan wants them on time.

        Not those that something keeps from being dunned: a dispute, a promise.

        :rtype: account.move.line
        """
        items = self.env["account.move.line"]
        if not self.requires_current:
            return items
        today = fields.Date.context_today(self)
        grace = self.company_id.dunning_promise_grace
        holds = (
            self.env["dunning.hold"]
            .sudo()
            .search(
                [
                    ("debtor_id", "=", self.debtor_id.id),
                    ("date_from", "<=", today),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", today),
                ]
            )
        )
        if any(not hold.move_line_id for hold in holds):
            return items
        return items.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", ">", 0),
                ("no_followup", "=", False),
                ("date_maturity", ">", self.date),
                ("date_maturity", "<", fields.Date.subtract(today, days=grace)),
                ("id", "not in", (holds.move_line_id | self.line_ids.move_line_id).ids),
            ]
        )
