from odoo import api, fields, models

from ..const import CASE_STATES, ORIGINS, RESOLUTIONS, SIDES


class DisputeCase(models.Model):
    """A disagreement with a customer: what, how much, who answers and until when.

    What is disputed is held in dunning by ``dunning.hold`` and nothing else.
    """

    _name = "dispute.case"
    _description = "Dispute"
    _inherit = ["mail.thread.cc", "mail.activity.mixin", "portal.mixin"]
    _order = "priority desc, due_date, id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    title = fields.Char(string="Subject", tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    debtor_id = fields.Many2one(
        "collections.debtor",
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index=True, tracking=True
    )
    contact_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        help="Who raised it, and gets our answers.",
    )
    reason_id = fields.Many2one(
        "dispute.reason", index=True, tracking=True, check_company=True
    )
    user_id = fields.Many2one("res.users", string="Owner", index=True, tracking=True)
    state = fields.Selection(
        CASE_STATES,
        required=True,
        default="new",
        tracking=True,
        index=True,
        copy=False,
        group_expand=True,
    )
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0")
    origin = fields.Selection(ORIGINS, required=True, default="phone")
    notice_id = fields.Many2one("dunning.notice", index="btree_not_null", copy=False)
    description = fields.Html()
    line_ids = fields.One2many("dispute.case.line", "case_id", string="Disputed Items")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    amount_disputed = fields.Monetary(
        string="Disputed", compute="_compute_amount_disputed", store=True
    )
    date_open = fields.Datetime(
        string="Opened", default=fields.Datetime.now, readonly=True, copy=False
    )
    acknowledge_date = fields.Date(
        string="Acknowledge By", copy=False, help="From the reason, in working days."
    )
    acknowledged_at = fields.Datetime(readonly=True, copy=False)
    deadline_date = fields.Date(
        string="Answer By",
        tracking=True,
        copy=False,
        help="From the reason, in working days.",
    )
    date_closed = fields.Datetime(string="Closed", readonly=True, copy=False)
    # How it ended
    resolution = fields.Selection(RESOLUTIONS, readonly=True, copy=False, tracking=True)
    cause_id = fields.Many2one(
        "dispute.cause",
        string="Root Cause",
        index="btree_not_null",
        copy=False,
        tracking=True,
    )
    side = fields.Selection(SIDES, string="At Fault", copy=False, tracking=True)
    answer = fields.Html(copy=False, help="What the customer is told at the end.")
    amount_credited = fields.Monetary(readonly=True, copy=False)
    credit_note_ids = fields.Many2many(
        "account.move", "dispute_case_credit_note_rel", copy=False, readonly=True
    )
    new_date_to_pay = fields.Date(readonly=True, copy=False)
    requested_resolution = fields.Selection(
        RESOLUTIONS,
        string="Outcome Chosen",
        readonly=True,
        copy=False,
        help="Waits for an approval, or for its credit note to be posted.",
    )
    request_values = fields.Json(readonly=True, copy=False)
    requested_by_id = fields.Many2one(
        "res.users", string="Chosen By", readonly=True, copy=False
    )
    needs_approval = fields.Boolean(readonly=True, copy=False)
    reminded = fields.Selection(
        [("half", "At Half"), ("end", "At the End"), ("manager", "To the Manager")],
        readonly=True,
        copy=False,
        help="Last reminder of the deadline.",
    )
    needs_cause = fields.Boolean(
        string="Cause to Qualify",
        readonly=True,
        copy=False,
        help="Closed by a payment: its root cause is still to be said.",
    )

    @api.depends("line_ids.amount")
    def _compute_amount_disputed(self):
        for case in self:
            case.amount_disputed = sum(case.line_ids.mapped("amount"))

    # === CRUD METHODS === #

    def unlink(self):
        """What was disputed is dunned again."""
        holds = self.line_ids.sudo().hold_id
        result = super().unlink()
        holds._end()
        return result

    # === HOOKS === #

    def _on_opened(self):
        """Hook: these cases were opened, with their items."""

    def _on_closed(self):
        """Hook: these cases have ended; state, outcome and answer are known."""
