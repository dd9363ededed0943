from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """What money that customers keep back costs a company."""

    _inherit = "res.company"

    dunning_financing_rate = fields.Float(
        string="Financing Rate (%)",
        default=5.0,
        help="What money costs the company in a year. A branch has that of its root "
        "company.",
    )

    @api.constrains("dunning_financing_rate")
    def _check_dunning_financing_rate(self):
        if any(not 0 <= company.dunning_financing_rate <= 100 for company in self):
            raise ValidationError(
                self.env._("The financing rate is from 0 to 100 % a year.")
            )

    def write(self, vals):
        result = super().write(vals)
        if "dunning_financing_rate" in vals:
            cron = self.env.ref("collections_dunning.ir_cron_late_cost", False)
            if cron:
                cron.sudo()._trigger()
        return result
