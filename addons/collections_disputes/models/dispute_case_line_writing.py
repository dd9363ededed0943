from odoo import models


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    def _get_undisputed_amount(self):
        """Return what of this item no open dispute is about, in its currency.

        :rtype: float
        """
        self.ensure_one()
        item = self.sudo().move_line_id
        left = item._get_disputable().get(item.id, 0.0)
        return self.currency_id.round(max(left, 0.0))

    def _get_paid(self):
        """Return what was paid of this item since it is disputed, in its currency.

        :rtype: float
        """
        self.ensure_one()
        partials = self.sudo().move_line_id.matched_credit_ids.filtered(
            lambda partial: (
                partial.create_date >= self.create_date
                and partial.credit_move_id.move_id.move_type != "out_refund"
            )
        )
        return self.currency_id.round(sum(partials.mapped("debit_amount_currency")))
