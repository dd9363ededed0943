from odoo import api, models


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    @api.model
    def _merge_partner_files(self, source_partners, target_partner):
        """Override: the disputes of a customer follow his file."""
        result = super()._merge_partner_files(source_partners, target_partner)
        cases = self.env["dispute.case"].sudo()
        cases.search([("partner_id", "in", source_partners.ids)]).write(
            {"partner_id": target_partner.id}
        )
        return result

    def _merge_into(self, target):
        """Override: a file with disputes can't be deleted, they go to the other."""
        cases = self.env["dispute.case"].sudo()
        self._move_by_sql(cases.search([("debtor_id", "=", self.id)]), target)
        return super()._merge_into(target)
