import logging

from odoo import api, fields, models
from odoo.tools import SQL, format_date, split_every
from odoo.tools.mail import plaintext2html

from ..const import LIVE_PLAN_STATES, PLAN_EVENTS

_logger = logging.getLogger(__name__)

# Money that nobody has allocated may be the installment: so many working days.
WORKING_DAYS = 5
# Plans between two commits.
BATCH = 50


class CollectionsPaymentPlan(models.Model):
    """Every night: what was paid, what is late, whom to write to, what to ask."""

    _inherit = "collections.payment.plan"

    questions = fields.Json(
        readonly=True,
        copy=False,
        help="What somebody was asked already, and when: nothing is asked twice.",
    )

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_watch(self):
        """Watch the plans in force, and the offers that were not answered.

        Plans are independent: the failure of one is logged and does not hold up the
        others. A second call on one day changes nothing.
        """
        plans = self.search([("state", "in", ("proposed", *LIVE_PLAN_STATES))])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(plans))
        for ids in split_every(BATCH, plans.ids):
            batch = self.browse(ids).try_lock_for_update()
            settled = batch.line_ids._read_settled()
            for plan in batch:
                plan._watch_safely(settled)
            if not progress(len(ids)):
                break

    def _watch_safely(self, settled):
        try:
            with self.env.cr.savepoint():
                self._watch(settled)
        except Exception:  # one plan must not stop the others
            _logger.exception("Watching the payment plan %s failed", self.id)

    def _watch(self, settled=None):
        """Bring one plan up to date with the ledger and the calendar.

        :param dict settled: what settled its items, when read already.
        """
        self.ensure_one()
        if self.state == "proposed":
            self._watch_offer()
            return
        if self._rebind_lines() or settled is None:
            settled = self.line_ids._read_settled()
        self._match_payments(settled)
        self._ask_about_credit(settled)
        if self.currency_id.compare_amounts(self.amount_remaining, 0) <= 0:
            self._complete()
            return
        self._watch_state()
        self._watch_messages()

    # === WHAT IT DOES === #

    def _watch_offer(self):
        """Ask about an offer that was not answered in time: its items are dunned."""
        if self.valid_until < fields.Date.context_today(self):
            self._ask(
                "lapsed",
                self.env._("The offer of a payment plan was not answered"),
                note=self.env._(
                    "Its last day was %(day)s: dunning goes on. Record the signature, "
                    "or cancel the offer.",
                    day=format_date(self.env, self.valid_until),
                ),
            )

    def _watch_state(self):
        """Say whether the plan is late; it is not while money waits to be allocated."""
        missed = self.installment_ids.filtered(lambda each: each.state == "missed")
        if missed and self._is_covered_by_receipts(missed):
            self._ask_about_receipts(missed)
            missed = missed.browse()
        overdue = self._get_overdue_items()
        if overdue:
            self._ask(
                f"current:{min(overdue.mapped('date_maturity'))}",
                self.env._("New invoices are overdue beside the payment plan"),
                note=", ".join(overdue.mapped("move_name")),
            )
        state = "late" if missed or overdue else "accepted"
        if state != self.state:
            self.state = state

    def _watch_messages(self):
        """Draft the messages about installments whose day has come."""
        today = fields.Date.context_today(self)
        company = self.company_id
        levels = {
            event: company._get_dunning_plan_level(event) for event in PLAN_EVENTS
        }
        for installment in self.installment_ids:
            event = installment._get_event(levels, today, self.state == "late")
            if event:
                # Once: what was drafted before is not drafted again.
                self._draft_notice(event, installment)

    # === RECORDS THAT MOVE === #

    def _rebind_lines(self):
        """Find again the items that were made anew, by their entry and due date.

        :return: whether there were any.
        :rtype: bool
        """
        found = False
        for line in self.line_ids:
            if line.move_line_id.move_id == line.move_id:
                continue
            items = line.move_id.line_ids.filtered(
                lambda item, line=line: (
                    item.account_type == "asset_receivable"
                    and item.date_maturity == line.date_maturity
                )
            )
            if len(items) == 1:
                line.move_line_id = items
                self._hold_items()
                found = True
        lost = self.line_ids.filtered(
            lambda line: (
                line.move_line_id.move_id != line.move_id
                or line.move_line_id.parent_state != "posted"
            )
        )
        for line in lost:
            self._ask(
                f"lost:{line.id}",
                self.env._("An item of the payment plan is not in the ledger any more"),
                note=line.move_name,
            )
        return found

    # === QUESTIONS === #

    def _ask(self, key, summary, note="", user=None):
        """Ask the responsible something, once.

        :param str key: what is asked; it is not asked again.
        :param str summary: title of the activity.
        :param str note: plain text.
        :param res.users user: who is asked; None: the responsible.
        """
        plan = self.sudo()
        asked = plan.questions or {}
        if key in asked:
            return
        user = user or plan.company_id._get_dunning_attendant(plan.responsible_id)
        plan.questions = {**asked, key: str(fields.Date.context_today(plan))}
        plan.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=plaintext2html(note) if note else "",
            user_id=user.id,
        )

    def _ask_about_receipts(self, missed):
        first = min(missed.mapped("date"))
        self._ask(
            f"receipts:{first}",
            self.env._("Receipts to allocate: are they an installment?"),
            note=self.env._(
                "The installment of %(day)s is open, and the customer paid something "
                "that is not allocated. Only what is allocated to the items of the "
                "plan counts.",
                day=format_date(self.env, first),
            ),
        )

    def _ask_about_credit(self, settled):
        """Propose a new version when an item of the plan was credited.

        The credit shortens this plan from its end until then.
        """
        _payments, credited = self._sort_settled(settled)
        key = f"credit:{credited}"
        if not credited or key in (self.questions or {}):
            return
        if self.currency_id.compare_amounts(self.amount_remaining, 0) > 0:
            if not self.next_ids.filtered(lambda plan: plan.state != "cancelled"):
                self._create_version()
            self._ask(
                key,
                self.env._(
                    "A credit note on the payment plan: propose the new version"
                ),
            )

    # === MONEY THAT IS NOT ALLOCATED === #

    def _is_covered_by_receipts(self, missed):
        """Tell whether fresh money that nobody has allocated would pay these.

        :param collections.payment.plan.installment missed: what is open.
        :rtype: bool
        """
        wanted = sum(missed.mapped("amount_open"))
        found = self._get_fresh_receipts()
        return found > 0 and self.currency_id.compare_amounts(found, wanted) >= 0

    def _get_fresh_receipts(self):
        """Return what the customer paid lately that pays nothing yet.

        Receipts that are not allocated, and payments in process without an entry.

        :return: in the currency of the plan.
        :rtype: float
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        since = self.company_id._add_working_days(today, -WORKING_DAYS)
        for model in ("account.move.line", "account.payment", "res.partner"):
            self.env[model].flush_model()
        [(amount,)] = self.env.execute_query(
            SQL(
                """
                SELECT coalesce(sum(amount), 0)::float
                  FROM (SELECT -l.amount_residual_currency AS amount
                          FROM account_move_line l
                          JOIN account_account a ON a.id = l.account_id
                          JOIN account_journal j ON j.id = l.journal_id
                          JOIN res_partner p ON p.id = l.partner_id
                         WHERE p.commercial_partner_id = %(partner)s
                           AND l.company_id = %(company)s
                           AND l.currency_id = %(currency)s
                           AND a.account_type = 'asset_receivable'
                           AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                           AND l.amount_residual_currency < 0
                           AND j.type IN ('bank', 'cash', 'credit')
                           AND l.date >= %(since)s
                         UNION ALL
                        SELECT payment.amount
                          FROM account_payment payment
                          JOIN res_partner p ON p.id = payment.partner_id
                         WHERE p.commercial_partner_id = %(partner)s
                           AND payment.company_id = %(company)s
                           AND payment.currency_id = %(currency)s
                           AND payment.state = 'in_process'
                           AND payment.move_id IS NULL
                           AND payment.payment_type = 'inbound'
                           AND payment.date >= %(since)s) money
                """,
                partner=self.partner_id.id,
                company=self.company_id.id,
                currency=self.currency_id.id,
                since=since,
            )
        )
        return amount

    def _get_overdue_items(self):
        """Return the newer items that are overdue, when the plan wants them on time.

        Not those that something keeps from being dunned: a dispute, a promise.

        :rtype: account.move.line
        """
        items = self.env["account.move.line"]
        if not self.requires_current:
            return items
        today = fields.Date.context_today(self)
        grace = self.company_id.dunning_promise_grace
        holds = (
            self.env["dunning.hold"]
            .sudo()
            .search(
                [
                    ("debtor_id", "=", self.debtor_id.id),
                    ("date_from", "<=", today),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", today),
                ]
            )
        )
        if any(not hold.move_line_id for hold in holds):
            return items
        return items.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", ">", 0),
                ("no_followup", "=", False),
                ("date_maturity", ">", self.date),
                ("date_maturity", "<", fields.Date.subtract(today, days=grace)),
                ("id", "not in", (holds.move_line_id | self.line_ids.move_line_id).ids),
            ]
        )
