from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..const import LIVE_PLAN_STATES

# First key of the advisory lock that keeps two runs of one company apart.
LOCK_NAMESPACE = 1685417582


class DunningRun(models.Model):
    """One assessment of one company at one date, and the notices it proposes."""

    _name = "dunning.run"
    _description = "Dunning Run"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Open items are assessed as of this day. A day before the last "
        "assessment, or in the future, makes a simulation.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("proposed", "Proposed"),
            ("confirmed", "Confirmed"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    is_simulation = fields.Boolean(
        readonly=True,
        copy=False,
        help="Outcomes and drafts to look at: no decision is written, nothing can "
        "be sent.",
    )
    is_scheduled = fields.Boolean(
        string="Scheduled", readonly=True, copy=False, help="Made by the nightly job."
    )
    assessed_at = fields.Datetime(readonly=True, copy=False)
    manual_reason = fields.Selection(
        [
            ("inactive", "Dunning is not activated"),
            ("probation", "Everything is looked at in the first 14 days"),
            ("stale_bank", "The last receipt recorded is older than 3 working days"),
        ],
        string="Nothing Leaves by Itself",
        readonly=True,
        copy=False,
        help="Why the notices of automatic levels wait for a person too.",
    )
    last_receipt_date = fields.Date(
        string="Last Receipt Recorded",
        readonly=True,
        copy=False,
        help="Last bank or cash entry, or customer payment, when the run was made.",
    )
    to_allocate_count = fields.Integer(
        string="Customers with Receipts to Allocate", readonly=True, copy=False
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    notice_ids = fields.One2many("dunning.notice", "run_id", string="Notices")
    notice_count = fields.Integer(compute="_compute_notice_counts")
    approved_count = fields.Integer(compute="_compute_notice_counts")
    to_review_count = fields.Integer(compute="_compute_notice_counts")
    outcome_ids = fields.One2many("dunning.run.outcome", "run_id", string="Outcomes")
    open_item_count = fields.Integer(
        string="Open Items",
        readonly=True,
        copy=False,
        help="Counted in the ledger, apart from the outcomes.",
    )
    ledger_totals = fields.Json(
        readonly=True,
        copy=False,
        help="Count and amount of the open items by currency, read from the ledger "
        "independently of the assessment.",
    )
    difference_count = fields.Integer(
        compute="_compute_difference",
        help="Open items of the ledger without an outcome: always zero.",
    )
    difference_amount = fields.Float(
        compute="_compute_difference",
        help="Largest difference in a currency between the ledger and the outcomes: "
        "always zero.",
    )

    _proposed_uniq = models.UniqueIndex(
        "(company_id) WHERE state = 'proposed' AND NOT is_simulation",
        "This company has a proposed run already: confirm or cancel it first.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "Run of %(date)s",
                date=format_date(self.env, run.date, date_format="long"),
            )

    @api.depends("notice_ids.state", "notice_ids.approved")
    def _compute_notice_counts(self):
        groups = self.env["dunning.notice"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state", "approved"],
            ["__count"],
        )
        for run in self:
            mine = [group[1:] for group in groups if group[0] == run]
            run.notice_count = sum(g[2] for g in mine if g[0] != "cancelled")
            drafts = [g for g in mine if g[0] == "draft"]
            run.approved_count = sum(g[2] for g in drafts if g[1])
            run.to_review_count = sum(g[2] for g in drafts if not g[1])

    @api.depends("ledger_totals", "outcome_ids")
    def _compute_difference(self):
        for run in self:
            missing = 0
            amounts = {}
            for code, (count, amount) in (run.ledger_totals or {}).items():
                missing += count
                amounts[code] = amount
            for outcome in run.outcome_ids:
                missing -= outcome.item_count
                code = outcome.currency_id.name
                amounts[code] = amounts.get(code, 0.0) - outcome.amount_residual
            run.difference_count = missing
            run.difference_amount = max(
                (abs(round(amount, 2)) for amount in amounts.values()), default=0.0
            )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_assessed(self):
        if any(run.state not in ("draft", "cancelled") for run in self):
            raise UserError(self.env._("Only a draft or cancelled run can be deleted."))

    # === BUSINESS METHODS === #

    @api.model
    def _try_lock(self, company):
        """Take the lock of a company's runs until the transaction ends.

        :return: False when another transaction holds it.
        :rtype: bool
        """
        query = SQL(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_NAMESPACE, company.id
        )
        self.env.cr.execute(query)
        return self.env.cr.fetchone()[0]

    def _propose(self, simulate=False):
        """Assess, write the decisions and outcomes, draft the notices.

        :param bool simulate: only to be looked at: nothing of it can be sent.
        """
        self.ensure_one()
        self._drop_drafts(keep_formal=self.is_scheduled)
        self.env["dunning.proposal"]._refresh_notices(
            self.notice_ids.filtered(lambda notice: notice.state == "draft")
        )
        self.is_simulation = simulate or self._is_outside_history()
        assessment = self.env["dunning.assessment"]
        aside = assessment._assess(self.company_id, self.date)
        self._undo_decisions()
        if not self.is_simulation:
            self._start_company()
            assessment._write_decisions(self)
        assessment._write_outcomes(self)
        self.write(
            {
                "state": "proposed",
                "assessed_at": fields.Datetime.now(),
                **self._prepare_bank_vals(),
            }
        )
        notices = self.env["dunning.proposal"]._draft_notices(self)
        notices.sudo()._add_copies()
        if self.is_simulation:
            self._forget_holds(aside)

    @api.model
    def _decide_arrangements(self, company):
        """Decide what customers announced or were offered: its items may be free now.

        :param res.company company: whose items will be assessed.
        """
        plans = self.env["collections.payment.plan"].sudo()
        for plan in plans.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", LIVE_PLAN_STATES),
                ("line_ids.move_line_id", "=", False),
            ]
        ):
            # An item that was made anew has lost its hold.
            plan._rebind_lines()
        self.env["collections.promise"]._decide(company)
        self.env["collections.settlement"]._decide(company)

    def _forget_holds(self, hold_ids):
        """Leave no trace of what a simulation put aside.

        :param list(int) hold_ids: holds that it made.
        """
        self.env.cr.execute(
            SQL("DELETE FROM dunning_hold WHERE id = ANY(%s)", hold_ids)
        )
        self.env["dunning.hold"].invalidate_model()

    def _check_alone(self):
        """Refuse a second proposal beside one that waits to be confirmed.

        :raise UserError: names the run that waits.
        """
        self.ensure_one()
        other = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "proposed"),
                ("is_simulation", "=", False),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if other and not self._is_outside_history():
            raise UserError(
                self.env._(
                    "%(run)s is proposed already: confirm or cancel it first.",
                    run=other.display_name,
                )
            )

    def _is_outside_history(self):
        """Tell whether a run at this date can only be looked at.

        :return: True before the company's last assessment and in the future.
        :rtype: bool
        """
        self.ensure_one()
        later = self.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.id),
                ("date", ">", self.date),
                ("is_simulation", "=", False),
                ("state", "in", ("proposed", "confirmed", "done")),
            ],
            limit=1,
        )
        return bool(later) or self.date > fields.Date.context_today(self)

    def _is_past(self):
        """Tell whether the ledger is to be read as it was on an earlier day.

        :rtype: bool
        """
        self.ensure_one()
        return self.date < fields.Date.context_today(self)

    def _drop_drafts(self, keep_formal=False):
        """Delete the drafts of these runs that nobody worked on.

        Not those about payment plans, which no run makes.

        One that was numbered on its way, and taken back, is cancelled: its number
        is not given again.

        :param bool keep_formal: not the formal notices that wait for approval.
        """
        drafts = self.env["dunning.notice"].search(
            [
                ("run_id", "in", self.ids),
                ("state", "=", "draft"),
                ("is_edited", "=", False),
                ("plan_id", "=", False),
            ]
        )
        if keep_formal:
            drafts = drafts.filtered(lambda n: n.approved or not n.is_formal)
        numbered = drafts.filtered("name")
        numbered._set_state("cancelled")
        (drafts - numbered).unlink()

    def _undo_decisions(self):
        """Take back what this run wrote, which must be the company's latest."""
        self.ensure_one()
        self.outcome_ids.unlink()
        latest = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("is_simulation", "=", False),
                ("assessed_at", "!=", False),
                ("state", "!=", "cancelled"),
            ],
            order="id desc",
            limit=1,
        )
        if latest and latest != self and self.assessed_at and not self.is_simulation:
            raise UserError(
                self.env._("A later run exists: only the latest can be taken back.")
            )
        self.env["dunning.decision"].flush_model()
        for query in (
            "DELETE FROM dunning_decision WHERE opened_run_id = %s",
            "UPDATE dunning_decision SET closed_run_id = NULL WHERE closed_run_id = %s",
        ):
            self.env.cr.execute(SQL(query, self.id))
        self.env["dunning.decision"].invalidate_model()

    def _cancel(self):
        """Drop the drafts and decisions of this run."""
        self.ensure_one()
        queued = self.notice_ids.filtered(
            lambda n: n.state not in ("draft", "cancelled")
        )
        if queued:
            raise UserError(
                self.env._("Notices of this run were queued: it can't be cancelled.")
            )
        # The proposal did not make them: they wait for the next one.
        self.notice_ids.filtered("plan_id").run_id = False
        self.notice_ids._set_state("cancelled")
        self._undo_decisions()
        self.activity_ids.sudo().unlink()
        self.state = "cancelled"

    def _confirm(self, notices):
        """Queue the approved drafts among ``notices`` and close the proposal."""
        self.ensure_one()
        notices._queue_approved()
        self.write({"state": "confirmed", "confirmed_by_id": self.env.uid})
        self.activity_ids.sudo().unlink()
        self._set_done()

    def _set_done(self):
        """Close the confirmed runs of which no notice is on its way any more."""
        confirmed = self.filtered(lambda run: run.state == "confirmed")
        if not confirmed:
            return
        busy = self.env["dunning.notice"]._read_group(
            [
                ("run_id", "in", confirmed.ids),
                ("state", "in", ("draft", "queued", "sending", "printed")),
            ],
            ["run_id"],
        )
        (confirmed - self.browse([run.id for (run,) in busy])).state = "done"
