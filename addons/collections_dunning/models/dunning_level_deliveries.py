from odoo import fields, models


class DunningLevel(models.Model):
    _inherit = "dunning.level"

    suspends_deliveries = fields.Boolean(
        help="Once such a notice is sent, the customer is on credit hold until its "
        "items are paid, or a dispute or a payment plan is agreed about them. Say so "
        "in the consequence: he has to know.",
    )
