from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningNoticeLine(models.Model):
    """One item on a notice.

    Rows are written by one ``INSERT … SELECT``: every stored field must be filled
    there (see ``dunning.proposal``), so no stored computed or related field here.
    """

    _name = "dunning.notice.line"
    _description = "Dunning Notice Line"
    _order = "notice_id, kind, date_maturity, id"
    _rec_name = "move_name"
    _log_access = False

    notice_id = fields.Many2one(
        "dunning.notice", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("1_item", "Claimed"),
            ("2_covered", "Covered by Credits"),
            ("3_credit", "Credit"),
            ("4_information", "For Information"),
            ("5_coming", "Falling Due Soon"),
        ],
        required=True,
        default="1_item",
        readonly=True,
        help="Claimed: an item at its own level. Covered: overdue, but credits cover "
        "it. Credit: deducted. For information: overdue, not claimed by this notice. "
        "Falling due soon: within 10 days.",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    # Snapshots: a journal item can be deleted, or re-used for another debt.
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    move_name = fields.Char(string="Number", readonly=True)
    invoice_date = fields.Date(readonly=True)
    date_maturity = fields.Date(
        string="Due Date",
        readonly=True,
        help="In the ledger: with the entry it tells which debt it is.",
    )
    clock_date = fields.Date(
        string="To Be Paid By",
        readonly=True,
        help="Last day on which it was not late: the due date, or the end of the days "
        "to pay of a public buyer.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_residual = fields.Monetary(
        string="Open", readonly=True, help="Open amount when the notice was made."
    )
    amount_held = fields.Monetary(
        string="Held", readonly=True, help="Part that is held, hence not claimed."
    )
    amount_claimed = fields.Monetary(
        string="Claimed", readonly=True, help="Negative: a credit, deducted."
    )
    amount_interest = fields.Monetary(string="Interest", readonly=True)
    amount_compensation = fields.Monetary(string="Compensation", readonly=True)
    interest_segments = fields.Json(
        readonly=True,
        help="How the interest is computed: a list of periods with from, to, days, "
        "principal, rate and amount, as texts.",
    )
    days_late = fields.Integer(readonly=True)
    level_id = fields.Many2one(
        "dunning.level",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Level of this item; empty when it is not claimed here.",
    )
    day_offset = fields.Integer(
        readonly=True,
        help="Offset of the level in days when the notice was made: a procedure "
        "that changes later goes on from there.",
    )
    cycle = fields.Integer(
        readonly=True,
        default=0,
        help="Grows when dunning restarts at a level that was sent already.",
    )
    live = fields.Boolean(
        default=True, readonly=True, help="The notice is neither failed nor cancelled."
    )
    ledger_status = fields.Selection(
        [
            ("open", "Open"),
            ("partial", "Partly Paid"),
            ("settled", "Settled"),
            ("changed", "Due Date Changed"),
            ("draft", "Reset to Draft"),
            ("cancelled", "Entry Cancelled"),
            ("deleted", "Entry Deleted"),
        ],
        string="Today",
        compute="_compute_ledger_status",
        help="What has become of this item in the ledger.",
    )

    # Rule: one item is on at most one live notice per level and cycle.
    _live_uniq = models.UniqueIndex(
        "(move_line_id, level_id, cycle) WHERE live AND level_id IS NOT NULL",
        "An item is on a live notice of this level already.",
    )

    @api.depends(
        "move_line_id.amount_residual_currency",
        "move_line_id.reconciled",
        "move_line_id.parent_state",
        "move_line_id.date_maturity",
        "move_id.state",
    )
    def _compute_ledger_status(self):
        for line in self:
            line.ledger_status = line._get_ledger_status()

    def action_remove(self):
        """Take these lines off their draft; the next run looks at the items again.

        :raise UserError: when a notice is not a draft, or would be empty.
        """
        notices = self.notice_id
        notices.check_access("write")
        notices._check_collector()
        if any(notice.state != "draft" for notice in notices):
            raise UserError(self.env._("Only a draft can be changed."))
        claimed = (notices.line_ids - self).filtered(lambda li: li.kind == "1_item")
        if notices - claimed.notice_id:
            raise UserError(
                self.env._("Nothing would be left to claim: drop the notice instead.")
            )
        self.sudo().unlink()
        notices.sudo().write({"is_edited": True})
        self.env["dunning.proposal"].sudo()._refresh_notices(notices.sudo())
        return True

    def _get_due_date(self):
        """Return the day by which the customer had to pay, as it is told.

        :rtype: date or bool
        """
        self.ensure_one()
        return self.clock_date or self.date_maturity

    def _get_ledger_status(self):
        """Return what the ledger says today of the item of this line."""
        self.ensure_one()
        item = self.move_line_id.sudo()
        if not item:
            return "deleted"
        if item.parent_state == "cancel":
            return "cancelled"
        if item.parent_state == "draft":
            return "draft"
        due = item.date_maturity or item.date
        if due != self.date_maturity or item.move_id != self.move_id:
            return "changed"
        if item.reconciled:
            return "settled"
        compared = self.currency_id.compare_amounts(
            abs(item.amount_residual_currency), abs(self.amount_residual)
        )
        return "partial" if compared < 0 else "open"
