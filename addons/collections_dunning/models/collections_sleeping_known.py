from odoo import fields, models


class CollectionsSleepingKnown(models.Model):
    """What slept on the last night, and since when: the rest is new.

    Written by SQL.
    """

    _name = "collections.sleeping.known"
    _description = "Known Sleeping Money"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
    )
    move_line_id = fields.Many2one(
        "account.move.line", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True)

    _move_line_uniq = models.UniqueIndex("(move_line_id)")
