from odoo import api, fields, models


class DunningSettings(models.TransientModel):
    _inherit = "dunning.settings"

    dispute_alias_name = fields.Char(
        string="E-mail Alias of Disputes",
        help="What comes before the @: a mail sent there opens a dispute, an answer to "
        "it is filed there. Empty: no mail opens a dispute.",
    )
    dispute_alias_domain = fields.Char(related="company_id.alias_domain_id.name")

    @api.model
    def default_get(self, fields_list):
        """Start from what is in force."""
        values = super().default_get(fields_list)
        if "dispute_alias_name" in fields_list:
            values["dispute_alias_name"] = self.env.company.dispute_alias_name
        return values

    def action_save(self):
        """Save the alias with the other settings.

        :raise UserError: when another record has this alias already.
        """
        action = super().action_save()
        company = self.env.company.sudo()
        if (self.dispute_alias_name or "") != (company.dispute_alias_name or ""):
            company.dispute_alias_name = self.dispute_alias_name
        return action
