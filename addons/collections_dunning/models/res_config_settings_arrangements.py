from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """What is granted to customers who can't pay at once."""

    _inherit = "res.config.settings"

    dunning_promise_grace = fields.Integer(
        related="company_id.dunning_promise_grace", readonly=False
    )
    dunning_plan_procedure_id = fields.Many2one(
        related="company_id.dunning_plan_procedure_id", readonly=False
    )
    dunning_plan_approval_months = fields.Integer(
        related="company_id.dunning_plan_approval_months", readonly=False
    )
    dunning_plan_approval_amount = fields.Monetary(
        related="company_id.dunning_plan_approval_amount",
        currency_field="currency_id",
        readonly=False,
    )
    dunning_portal_plan = fields.Boolean(
        related="company_id.dunning_portal_plan", readonly=False
    )
    dunning_portal_plan_months = fields.Integer(
        related="company_id.dunning_portal_plan_months", readonly=False
    )
    dunning_portal_plan_down_payment = fields.Float(
        related="company_id.dunning_portal_plan_down_payment", readonly=False
    )
    dunning_portal_plan_accept = fields.Boolean(
        related="company_id.dunning_portal_plan_accept", readonly=False
    )
