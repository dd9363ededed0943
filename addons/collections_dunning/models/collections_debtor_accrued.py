from odoo import fields, models

from .account_move_line import LEDGER_GROUPS


class CollectionsDebtor(models.Model):
    """Late interest that a debtor's open items have borne until today."""

    _inherit = "collections.debtor"

    accrued_interest = fields.Monetary(
        compute="_compute_accrued",
        groups=LEDGER_GROUPS,
        help="Late interest of the open items up to today that was not invoiced. Only "
        "of items in the company's currency: amounts of two currencies are never "
        "added.",
    )
    accrued_compensation = fields.Monetary(
        compute="_compute_accrued",
        groups=LEDGER_GROUPS,
        help="Compensation for the recovery costs of the open items that was not "
        "invoiced. Only of items in the company's currency.",
    )
    accrued_note = fields.Char(
        string="Left Out",
        compute="_compute_accrued",
        groups=LEDGER_GROUPS,
        help="What interest and compensation could not be computed for.",
    )

    def _compute_accrued(self):
        items = self._get_overdue_items()
        today = fields.Date.context_today(self)
        computed = self.env["collections.interest"]._compute_interest(items, today)
        by_debtor = items.grouped(
            lambda item: (item.company_id, item.partner_id.commercial_partner_id)
        )
        for debtor in self:
            mine = by_debtor.get((debtor.company_id, debtor.partner_id), items.browse())
            domestic = mine.filtered(
                lambda item, debtor=debtor: item.currency_id == debtor.currency_id
            )
            found = [computed[item.id] for item in domestic if item.id in computed]
            debtor.accrued_interest = float(sum(item.interest for item in found))
            debtor.accrued_compensation = float(
                sum(item.compensation for item in found)
            )
            debtor.accrued_note = debtor._describe_left_out(mine - domestic, found)

    def _get_overdue_items(self):
        """Return the open items of these debtors that may bear interest.

        Not by their due date: the clock of a public buyer has another one.

        :rtype: account.move.line
        """
        return self.env["account.move.line"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "child_of", self.partner_id.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("balance", ">", 0),
            ]
        )

    def _describe_left_out(self, foreign, computed):
        """Return what the accrued figures leave out.

        :param account.move.line foreign: items in other currencies.
        :param list(ItemInterest) computed: of the items in the company's currency.
        :return: False when nothing is left out.
        :rtype: str
        """
        self.ensure_one()
        notes = []
        missing = [item for item in computed if item.status == "missing_rate"]
        if missing:
            notes.append(foreign._describe_no_interest(missing[0]))
        if foreign:
            names = foreign.currency_id.mapped("name")
            notes.append(
                self.env._(
                    "Items in %(currencies)s are not counted here.",
                    currencies=", ".join(names),
                )
            )
        return " ".join(notes) or False
