from odoo import fields, models

GROUPS = "account.group_account_readonly,account.group_account_invoice"


class AccountMove(models.Model):
    """Payment plans of an invoice."""

    _inherit = "account.move"

    dunning_plan_id = fields.Many2one(
        "collections.payment.plan",
        string="In Plan",
        compute="_compute_dunning_plan_id",
        groups=GROUPS,
        help="The payment plan in force that spreads this invoice; its due date stays.",
    )

    def _compute_dunning_plan_id(self):
        for move in self:
            move.dunning_plan_id = move.line_ids.dunning_plan_id[:1]

    # === ACTION METHODS === #

    def action_open_dunning_plan(self):
        """Open the payment plan that spreads this invoice."""
        self.ensure_one()
        return self.dunning_plan_id._get_records_action()

    def action_payment_plan(self):
        """Open a new payment plan of these invoices of one customer.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when nothing of them is open, or of several customers.
        """
        items = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        return items._get_plan_debtor()._open_new_plan(items)
