"""The dialogs that open from several places: dispute this, and what is the rest?"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .dispute_smart_buttons import LEDGER_GROUPS


class AccountMove(models.Model):
    _inherit = "account.move"

    dispute_remainder = fields.Boolean(
        compute="_compute_dispute_remainder",
        groups=LEDGER_GROUPS,
        help="Paid in part, and the rest is not disputed: what is it?",
    )

    dispute_rest_due = fields.Monetary(
        string="Rest Still Due",
        readonly=True,
        copy=False,
        groups=LEDGER_GROUPS,
        help="Somebody said that this rest of a partial payment is still due: nobody "
        "is asked again until another payment comes.",
    )

    @api.depends("amount_residual", "dispute_rest_due", "state")
    def _compute_dispute_remainder(self):
        items = {move: move._get_open_receivables() for move in self}
        left = self.line_ids.browse(
            item.id for own in items.values() for item in own
        )._get_disputable()
        for move, own in items.items():
            open_amount = sum(left[item.id] for item in own)
            move.dispute_remainder = (
                move.move_type == "out_invoice"
                and move.state == "posted"
                and 0 < open_amount < move.amount_total
                and bool(own.matched_credit_ids)
                and move.currency_id.compare_amounts(open_amount, move.dispute_rest_due)
                != 0
            )

    def action_dispute(self):
        """Open the dialog that opens a dispute about these invoices."""
        return self.env["dispute.open"]._open(self.line_ids, origin="phone")

    def action_dispute_remainder(self):
        """Open the dialog that says what the rest of this invoice is.

        :raise UserError: when it was not paid in part.
        """
        self.ensure_one()
        if not self.dispute_remainder:
            raise UserError(self.env._("This invoice was not paid in part."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rest after a Partial Payment"),
            "res_model": "dispute.remainder",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def _get_open_receivables(self):
        """Return the items of these entries that are still owed.

        :rtype: account.move.line
        """
        return self.line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
                and line.amount_residual_currency > 0
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_dispute(self):
        """Open the dialog that opens a dispute about these items."""
        return self.env["dispute.open"]._open(self)


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    def action_dispute(self):
        """Open the dialog that opens a dispute about what this customer owes."""
        self.ensure_one()
        domain = self.action_open_items()["domain"]
        items = self.env["account.move.line"].search(domain)
        return self.env["dispute.open"]._open(items)


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def action_dispute(self):
        """Open the dialog that opens a dispute about what this notice claims."""
        self.ensure_one()
        claimed = self.line_ids.filtered(lambda li: li.kind in ("1_item", "2_covered"))
        return self.env["dispute.open"]._open(
            claimed.move_line_id, origin="notice", notice=self
        )
