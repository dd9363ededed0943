from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_dunning_links(self):
        """Return the address under which a customer sees each of these invoices.

        Core's page for customers, with its token: no account is needed.

        :return: URL by id.
        :rtype: dict(int, str)
        """
        return {move.id: move.get_base_url() + move.get_portal_url() for move in self}
