from odoo import api, models


class CollectionsSegment(models.Model):
    """The credit policy that a segment gives is one that its customers can have."""

    _inherit = "collections.segment"

    @api.constrains("credit_policy_id", "company_id")
    def _check_credit_policy(self):
        for segment in self:
            segment.credit_policy_id._check_fits(segment.company_id)
