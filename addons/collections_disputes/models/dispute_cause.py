from odoo import fields, models

from ..const import SIDES


class DisputeCause(models.Model):
    """Why a dispute really arose: what would have to change so that none does."""

    _name = "dispute.cause"
    _description = "Root Cause"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    side = fields.Selection(SIDES, required=True, default="us")
