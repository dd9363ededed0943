from odoo import api, fields, models


class DunningSettings(models.TransientModel):
    """Whether the European Central Bank is asked for its rate."""

    _inherit = "dunning.settings"

    dunning_ecb_active = fields.Boolean(
        string="Ask the ECB for Its Rate",
        help="On the day after 1 January and 1 July, the rate in force on that day is "
        "fetched from the public data service of the European Central Bank, as long as "
        "nobody has entered it.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "dunning_ecb_active" in fields_list:
            rates = self.env["collections.interest.rate"]
            values["dunning_ecb_active"] = rates._is_ecb_active()
        return values

    def action_save(self):
        """Save these settings.

        :raise AccessError: when the user is no Credit Manager.
        """
        action = super().action_save()
        rates = self.env["collections.interest.rate"]
        rates._set_ecb_active(self.dunning_ecb_active)
        return action
