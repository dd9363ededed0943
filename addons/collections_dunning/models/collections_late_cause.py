from odoo import fields, models

from ..const import LATE_SIDES


class CollectionsLateCause(models.Model):
    """Why an invoice is paid late: what would have to change so that none is."""

    _name = "collections.late.cause"
    _description = "Cause of Lateness"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    side = fields.Selection(
        LATE_SIDES,
        string="At Fault",
        required=True,
        default="customer",
        help="Us: we would have been paid in time, had we worked better. Customer: he "
        "pays late by himself. Dispute: he objected to the invoice.",
    )
