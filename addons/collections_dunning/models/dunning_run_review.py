from odoo import api, fields, models

# Formal notices, and drafts that carry a reason, are looked at one by one.
TO_LOOK_AT = ["|", ("review_reason", "!=", False), ("level_id.is_formal", "=", True)]
OTHERS = [("review_reason", "=", False), ("level_id.is_formal", "=", False)]


class DunningRun(models.Model):
    """What the screen that reviews a proposal shows."""

    _inherit = "dunning.run"

    dunning_active = fields.Boolean(related="company_id.dunning_active")
    review_notice_ids = fields.One2many(
        "dunning.notice",
        "run_id",
        string="To Look At",
        domain=[("state", "!=", "cancelled"), *TO_LOOK_AT],
        readonly=True,
    )
    other_notice_ids = fields.One2many(
        "dunning.notice",
        "run_id",
        string="The Others",
        domain=[("state", "!=", "cancelled"), *OTHERS],
        readonly=True,
    )
    can_approve_all = fields.Boolean(compute="_compute_can_approve_all")

    @api.depends("notice_ids.state", "notice_ids.approved", "state")
    def _compute_can_approve_all(self):
        for run in self:
            run.can_approve_all = run.state == "proposed" and any(
                notice.state == "draft" and not notice.approved
                for notice in run.other_notice_ids
            )
