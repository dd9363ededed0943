from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

# Formal notices, and drafts that carry a reason, are looked at one by one.
TO_LOOK_AT = ["|", ("review_reason", "!=", False), ("level_id.is_formal", "=", True)]
OTHERS = [("review_reason", "=", False), ("level_id.is_formal", "=", False)]
TO_APPROVE = [*OTHERS, ("state", "=", "draft"), ("approved", "=", False)]


class DunningRun(models.Model):
    """What the screen that reviews a proposal shows."""

    _inherit = "dunning.run"

    dunning_active = fields.Boolean(related="company_id.dunning_in_force")
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
    review_count = fields.Integer(compute="_compute_review_counts")
    other_count = fields.Integer(compute="_compute_review_counts")
    can_approve_all = fields.Boolean(compute="_compute_review_counts")
    last_receipt_note = fields.Char(compute="_compute_last_receipt_note")

    @api.depends(
        "state",
        "notice_ids.state",
        "notice_ids.approved",
        "notice_ids.review_reason",
    )
    def _compute_review_counts(self):
        """Count what the blocks of the screen hold, without loading the notices."""
        mine = [("run_id", "in", self.ids)]
        counts = [
            dict(
                self.env["dunning.notice"]._read_group(domain, ["run_id"], ["__count"])
            )
            for domain in (
                [*mine, ("state", "!=", "cancelled"), *TO_LOOK_AT],
                [*mine, ("state", "!=", "cancelled"), *OTHERS],
                [*mine, *TO_APPROVE],
            )
        ]
        for run in self:
            review, others, to_approve = (count.get(run, 0) for count in counts)
            run.review_count = review
            run.other_count = others
            run.can_approve_all = run.state == "proposed" and to_approve > 0

    @api.depends("last_receipt_date", "date")
    @api.depends_context("lang")
    def _compute_last_receipt_note(self):
        for run in self:
            run.last_receipt_note = run._describe_last_receipt()

    def _describe_last_receipt(self):
        """Return when the last receipt was recorded, and how long before the run.

        :return: "19 Nov (2 working days)"; empty when there was none.
        :rtype: str
        """
        self.ensure_one()
        if not self.last_receipt_date:
            return ""
        date = format_date(self.env, self.last_receipt_date, date_format="long")
        days = len(
            self.company_id._get_working_days(
                self.last_receipt_date + timedelta(days=1), self.date
            )
        )
        if days <= 0:
            return date
        if days == 1:
            return self.env._("%(date)s (1 working day ago)", date=date)
        return self.env._(
            "%(date)s (%(count)s working days ago)", date=date, count=days
        )

    def action_open_to_allocate(self):
        """Open the receipts that no customer's invoice is paid with yet."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.account_move_line_action_open_items"
        )
        return {
            **action,
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", "<", 0),
                ("journal_id.type", "in", ("bank", "cash", "credit")),
                ("partner_id", "!=", False),
            ],
            "name": self.env._("Receipts to Allocate"),
            "context": {},
        }

    def action_review(self):
        """Open the drafts that a person should look at, one beside the other."""
        return self._action_open_drafts(TO_LOOK_AT, self.env._("To Look At"))

    def action_open_others(self):
        """Open the drafts that nobody needs to look at."""
        return self._action_open_drafts(OTHERS, self.env._("The Others"))

    def _action_open_drafts(self, domain, name):
        self.ensure_one()
        action = self.action_open_notices()
        action.update(
            name=name,
            domain=[("run_id", "=", self.id), ("state", "!=", "cancelled"), *domain],
        )
        return action
