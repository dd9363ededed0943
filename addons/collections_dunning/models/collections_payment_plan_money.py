from odoo import fields, models
from odoo.tools import SQL

from ..const import WORKING_DAYS
from .collections_awaited import FAMILY


class CollectionsPaymentPlan(models.Model):
    """What bears on a plan beside its payments: other money, other invoices."""

    _inherit = "collections.payment.plan"

    def _is_covered_by_receipts(self, missed):
        """Tell whether fresh money that nobody has allocated would pay these.

        :param collections.payment.plan.installment missed: what is open.
        :rtype: bool
        """
        wanted = sum(missed.mapped("amount_open"))
        found = self._get_fresh_receipts(max(missed.mapped("date")))
        return found > 0 and self.currency_id.compare_amounts(found, wanted) >= 0

    def _get_fresh_receipts(self, day):
        """Return what came since the plan, or lately, and pays nothing yet.

        Receipts that are not allocated, payments in process without an entry, and
        online payments that are pending; of the customer and its group. Somebody has
        five working days to allocate them: from the days of grace of the installment,
        or from the receipt when that came later.

        :param date day: of the last installment that is missed.
        :return: in the currency of the plan.
        :rtype: float
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        company = self.company_id
        grace_end = fields.Date.add(day, days=company.dunning_promise_grace)
        since = company._add_working_days(today, -WORKING_DAYS)
        if today <= company._add_working_days(grace_end, WORKING_DAYS):
            since = min(since, self.date)
        for name in (
            "account.move.line",
            "account.payment",
            "payment.transaction",
            "res.partner",
            self._name,
        ):
            self.env[name].flush_model()
        [(amount,)] = self.env.execute_query(
            SQL(
                """
                %(family)s
                SELECT coalesce(sum(money.amount), 0)::float
                  FROM family
                  JOIN (%(money)s) money ON money.partner_id = family.id
                 WHERE money.company_id = %(company)s
                   AND money.currency_id = %(currency)s
                   AND money.date >= %(since)s
                """,
                family=SQL(FAMILY, ids=self.ids, table=SQL.identifier(self._table)),
                money=self.env["collections.awaited"]._get_unallocated_sql(),
                company=company.id,
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
