from odoo import fields, models


class ResPartner(models.Model):
    """What a customer wants to find on his invoices."""

    _inherit = "res.partner"

    dunning_order_wanted = fields.Boolean(
        string="Wants His Order Number",
        help="This customer pays no invoice without his purchase order number: the "
        "invoice check warns when it is missing.",
    )
