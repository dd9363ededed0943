from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client which companies are in test mode, and the address."""
        info = super().session_info()
        if self.env.user.has_group(
            "collections_dunning.collections_dunning_group_reader"
        ):
            companies = self.env.user.company_ids
            info["dunning_test_addresses"] = companies._get_dunning_test_addresses()
        return info
