from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dispute_alias_name = fields.Char(
        related="company_id.dispute_alias_name", readonly=False
    )
    dispute_alias_domain = fields.Char(related="company_id.alias_domain_id.name")
