from odoo import models

from ..tools import creditor_reference


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _get_payment_reference(self):
        """Return the reference that a payment of this notice is asked to carry.

        An ISO 11649 creditor reference made of the id: the same in a draft, in an
        e-mail and on paper. ``DN`` keeps it apart from core's references of invoices.

        :return: electronic form, see ``creditor_reference.format_printed``.
        :rtype: str
        """
        self.ensure_one()
        return creditor_reference.build(f"DN{self.id or self._origin.id or 0:08d}")
