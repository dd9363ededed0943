from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..const import (
    PAUSE_APPROVED_AFTER,
    PAUSE_DAYS,
    PAUSE_REASONS,
    PAUSE_STATES,
)


class CollectionsPause(models.Model):
    """A stop of dunning that a person decided: why, who looks after it, until when.

    Of a whole customer or of some of his items. It always has an end: what is paused
    comes back by itself, and its owner is reminded before.
    """

    _name = "collections.pause"
    _description = "Pause of Dunning"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="debtor_id.partner_id", store=True, index=True, ondelete="cascade"
    )
    item_ids = fields.Many2many(
        "account.move.line",
        "collections_pause_item_rel",
        "pause_id",
        "move_line_id",
        string="Items",
        help="Empty: the whole customer is paused.",
    )
    is_whole = fields.Boolean(
        string="Whole Customer",
        readonly=True,
        copy=False,
        help="Everything the customer owes, and what he will owe.",
    )
    item_names = fields.Char(
        string="Invoices",
        readonly=True,
        copy=False,
        help="Their numbers at that time: an entry can be deleted.",
    )
    covered = fields.Char(string="What Is Paused", compute="_compute_covered")
    currency_id = fields.Many2one("res.currency", compute="_compute_items")
    item_count = fields.Integer(compute="_compute_items")
    amount = fields.Monetary(
        string="Only a Part",
        help="Part of a single item that is paused; the rest goes on being dunned. "
        "Empty: all of it.",
    )
    reason = fields.Selection(PAUSE_REASONS, required=True, tracking=True)
    note = fields.Char(string="Explanation")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who looks after it, and is reminded before it ends.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "collections_pause_attachment_rel",
        "pause_id",
        "attachment_id",
        string="Evidence",
        help="The letter, the e-mail or the certificate that it rests on.",
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(
        string="Until",
        compute="_compute_from_reason",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        tracking=True,
        help="Last day of the pause.",
    )
    after_end = fields.Selection(
        [
            ("resume", "Dunning Goes On"),
            ("approve", "A Person Approves the Next Notice"),
        ],
        string="Then",
        compute="_compute_from_reason",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    ended_on = fields.Date(
        readonly=True,
        copy=False,
        tracking=True,
        help="First day on which it holds nothing any more, when it was ended early.",
    )
    ended_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    state = fields.Selection(
        PAUSE_STATES, compute="_compute_state", search="_search_state"
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "A pause can't end before it begins."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount IS NULL OR amount >= 0)", "A paused amount can't be negative."
    )

    @api.depends("item_ids", "company_id")
    def _compute_items(self):
        for pause in self:
            pause.item_count = len(pause.item_ids)
            pause.currency_id = (
                pause.item_ids.currency_id[:1] or pause.company_id.currency_id
            )

    @api.depends("is_whole", "item_names")
    @api.depends_context("lang")
    def _compute_covered(self):
        for pause in self:
            pause.covered = (
                self.env._("Everything") if pause.is_whole else pause.item_names
            )

    @api.depends("reason")
    def _compute_from_reason(self):
        """Propose an end and what happens then; a person may say otherwise."""
        today = fields.Date.context_today(self)
        for pause in self:
            begin = max(pause.date_from or today, today)
            days = PAUSE_DAYS.get(pause.reason)
            pause.date_to = days and fields.Date.add(begin, days=days)
            is_approved = pause.reason in PAUSE_APPROVED_AFTER
            pause.after_end = "approve" if is_approved else "resume"

    @api.depends("date_from", "date_to", "ended_on")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for pause in self:
            if pause.ended_on or pause.date_to and pause.date_to < today:
                pause.state = "ended"
            elif pause.date_from and pause.date_from > today:
                pause.state = "planned"
            else:
                pause.state = "running"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        over = Domain("ended_on", "!=", False) | Domain("date_to", "<", today)
        domains = {
            "ended": over,
            "planned": ~over & Domain("date_from", ">", today),
            "running": ~over & Domain("date_from", "<=", today),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("partner_id", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for pause in self:
            pause.display_name = self.env._(
                "Pause of %(customer)s until %(day)s",
                customer=pause.partner_id.name or "",
                day=format_date(self.env, pause.date_to),
            )
