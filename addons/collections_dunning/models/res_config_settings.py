from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_active = fields.Boolean(related="company_id.dunning_active", readonly=True)
    dunning_procedure_id = fields.Many2one(
        related="company_id.dunning_procedure_id", readonly=False
    )
    dunning_responsible_id = fields.Many2one(
        related="company_id.dunning_responsible_id", readonly=False
    )
    dunning_bank_account_id = fields.Many2one(
        related="company_id.dunning_bank_account_id", readonly=False
    )

    def action_dunning_activate(self):
        """Activate dunning for this company."""
        self.company_id.action_dunning_activate()

    def action_dunning_deactivate(self):
        """Deactivate dunning for this company."""
        self.company_id.action_dunning_deactivate()
