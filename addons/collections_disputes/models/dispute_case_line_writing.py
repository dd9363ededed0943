from odoo import models


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    def _get_undisputed_amount(self):
        """Return what of this item no open dispute is about, in its currency.

        :rtype: float
        """
        self.ensure_one()
        item = self.sudo().move_line_id
        return self.currency_id.round(
            item.amount_residual_currency - item.amount_disputed
        )
