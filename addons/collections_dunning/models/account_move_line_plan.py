from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import LIVE_PLAN_STATES
from .account_move_line import LEDGER_GROUPS


class AccountMoveLine(models.Model):
    """Items that a payment plan in force spreads; their due dates stay."""

    _inherit = "account.move.line"

    dunning_plan_id = fields.Many2one(
        "collections.payment.plan",
        string="In Plan",
        compute="_compute_dunning_plan_id",
        search="_search_dunning_plan_id",
        groups=LEDGER_GROUPS,
        help="The payment plan in force that spreads this item.",
    )

    def _compute_dunning_plan_id(self):
        lines = self.env["collections.payment.plan.line"].search(
            [
                ("move_line_id", "in", self.ids),
                ("plan_id.state", "in", LIVE_PLAN_STATES),
            ],
            order="id",
        )
        plans = {line.move_line_id.id: line.plan_id for line in lines}
        for item in self:
            item.dunning_plan_id = plans.get(item._origin.id)

    @api.model
    def _search_dunning_plan_id(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        values = [v for v in value if v]
        domain = [
            ("move_line_id", "!=", False),
            ("plan_id.state", "in", LIVE_PLAN_STATES),
        ]
        if values:
            domain.append(("plan_id", "in", values))
        positive = (operator == "in") != (False in value and not values)
        lines = self.env["collections.payment.plan.line"]
        query = lines._search(domain).subselect("move_line_id")
        return [("id", "in" if positive else "not in", query)]

    # === ACTION METHODS === #

    def action_payment_plan(self):
        """Open a new payment plan of these items of one customer.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when nothing of them is open, or of several customers.
        """
        items = self.filtered(lambda item: not item.reconciled)
        return items._get_plan_debtor()._open_new_plan(items)

    def _get_plan_debtor(self):
        """Return the one file whose items these are.

        :rtype: collections.debtor
        :raise UserError: when there are several, or none.
        """
        debtor = self.env["collections.debtor"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "in", self.partner_id.commercial_partner_id.ids),
            ]
        )
        if len(debtor) != 1:
            raise UserError(self.env._("Choose open invoices of one customer."))
        return debtor
