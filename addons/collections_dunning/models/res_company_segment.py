from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """How a company treats customers who are late for once."""

    _inherit = "res.company"

    dunning_gentle_call_amount = fields.Monetary(
        string="Late for Once: Call From",
        default=500.0,
        help="Who is late for once is called only about this amount or more. A branch "
        "has that of its root company.",
    )

    @api.constrains("dunning_gentle_call_amount")
    def _check_dunning_gentle_call_amount(self):
        if any(company.dunning_gentle_call_amount < 0 for company in self):
            raise ValidationError(
                self.env._("The amount to call from can't be negative.")
            )
