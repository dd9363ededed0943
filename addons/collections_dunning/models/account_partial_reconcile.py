from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Receipts and credits may lower interest that was invoiced."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        charges = self.env["collections.interest.charge"].sudo()
        late = partials.debit_move_id.move_id
        charged = charges.search([("move_id", "in", late.ids)])
        if charged:
            counting = charges.search(
                [("id", "in", charged.ids), ("is_live", "=", True)]
            )
            posted = counting.filtered(lambda charge: charge.charge_state == "posted")
            posted._tell_too_much()
        return partials
