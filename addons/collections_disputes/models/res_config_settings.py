from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dispute_alias_name = fields.Char(
        related="company_id.dispute_alias_name", readonly=False
    )
    dispute_alias_domain = fields.Char(related="company_id.alias_domain_id.name")
    dispute_approval_amount = fields.Monetary(
        related="company_id.root_id.dispute_approval_amount", readonly=False
    )
    dispute_manager_id = fields.Many2one(
        related="company_id.dispute_manager_id",
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    dispute_customer_days = fields.Integer(
        related="company_id.root_id.dispute_customer_days", readonly=False
    )
    dispute_write_off_limit = fields.Monetary(
        related="company_id.root_id.dispute_write_off_limit", readonly=False
    )
    dispute_write_off_account_id = fields.Many2one(
        related="company_id.dispute_write_off_account_id",
        readonly=False,
        domain="[('account_type', 'in', ('expense', 'income_other')), "
        "('company_ids', 'parent_of', company_id)]",
    )
