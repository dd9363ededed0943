from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Spare those who see all disputes in Collections a second app for theirs."""
        menus = super()._load_menus_blacklist()
        if self.env.user.has_group(
            "collections_dunning.collections_dunning_group_reader"
        ):
            menus.append(self.env.ref("collections_disputes.dispute_mine_menu").id)
        return menus
