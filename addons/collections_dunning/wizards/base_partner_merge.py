from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge the debtor files first.

        Core would move what it can and delete the rest, or abort on the unique file
        per company and customer.
        """
        self.env["collections.debtor"]._merge_partner_files(
            src_partners, dst_partner.commercial_partner_id
        )
        return super()._update_foreign_keys(src_partners, dst_partner)
