from odoo import fields, models


class DunningRun(models.Model):
    """What the screen that reviews a proposal shows."""

    _inherit = "dunning.run"

    dunning_active = fields.Boolean(related="company_id.dunning_active")
    review_notice_ids = fields.One2many(
        "dunning.notice",
        "run_id",
        string="To Look At",
        domain=[
            ("state", "!=", "cancelled"),
            "|",
            ("review_reason", "!=", False),
            ("level_id.is_formal", "=", True),
        ],
        readonly=True,
    )
    other_notice_ids = fields.One2many(
        "dunning.notice",
        "run_id",
        string="The Others",
        domain=[
            ("state", "!=", "cancelled"),
            ("review_reason", "=", False),
            ("level_id.is_formal", "=", False),
        ],
        readonly=True,
    )
