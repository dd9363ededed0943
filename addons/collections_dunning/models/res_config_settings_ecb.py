from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """Whether the European Central Bank is asked for its rate."""

    _inherit = "res.config.settings"

    dunning_ecb_active = fields.Boolean(string="Ask the ECB for Its Rate")

    @api.model
    def get_values(self):
        active = self.env["collections.interest.rate"]._is_ecb_active()
        return {**super().get_values(), "dunning_ecb_active": active}

    def set_values(self):
        rates = self.env["collections.interest.rate"]
        rates._set_ecb_active(self.dunning_ecb_active)
        return super().set_values()
