from odoo import models


class CollectionsSettlement(models.Model):
    _inherit = "collections.settlement"

    def _get_portal_due(self):
        """Return what is still to be paid by the date of this settlement.

        :rtype: float
        """
        self.ensure_one()
        return max(self.amount - self.amount_paid, 0.0)
