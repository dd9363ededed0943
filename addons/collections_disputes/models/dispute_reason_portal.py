from odoo import fields, models


class DisputeReason(models.Model):
    _inherit = "dispute.reason"

    is_portal = fields.Boolean(
        string="Customers May Choose It",
        default=True,
        help="Offered to customers who contest an invoice in the portal.",
    )
