from odoo import fields, models


class CollectionsCreditHold(models.TransientModel):
    """Why a customer gets nothing more on credit."""

    _name = "collections.credit.hold"
    _description = "Put a Customer on Credit Hold"

    debtor_id = fields.Many2one(
        "collections.debtor", required=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Char(
        required=True, help="Whoever wants to confirm an order reads it."
    )

    def action_hold(self):
        """Put the customer on credit hold.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self.debtor_id.check_access("write")
        self.env["dunning.notice"]._check_collector()
        self.debtor_id._put_on_credit_hold(self.reason)
        return {"type": "ir.actions.act_window_close"}
