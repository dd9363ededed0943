import logging

from odoo import api, fields, models
from odoo.tools import format_date, split_every
from odoo.tools.mail import plaintext2html

from ..const import LIVE_PLAN_STATES, PLAN_EVENTS

_logger = logging.getLogger(__name__)

# Plans between two commits.
BATCH = 50


class CollectionsPaymentPlan(models.Model):
    """Every night: what was paid, what is late, whom to write to, what to ask."""

    _inherit = "collections.payment.plan"

    questions = fields.Json(
        readonly=True,
        copy=False,
        help="What somebody was asked or told already, and when: nothing comes twice.",
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
        if self._get_draft_lines():
            return
        self._match_payments(settled)
        self._ask_about_credit(settled)
        if self.currency_id.compare_amounts(self.amount_remaining, 0) <= 0:
            self._complete(settled)
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
            if event == "installment_formal" and not self._is_warned(
                installment, levels, today
            ):
                event = "installment_missed"
            if event == "installment_missed":
                self._remember(f"missed:{installment.id}", today)
            if event:
                # Once: what was drafted before is not drafted again.
                self._draft_notice(event, installment)

    def _is_warned(self, installment, levels, today):
        """Tell whether the friendly message came long enough before the formal one.

        However late this job looks at a plan: nobody gets a formal notice first.

        :param dict levels: dunning.level by event.
        :rtype: bool
        """
        friendly, formal = levels["installment_missed"], levels["installment_formal"]
        if not friendly:
            return True
        told = (self.questions or {}).get(f"missed:{installment.id}")
        days = max(formal.day_offset - friendly.day_offset, 1)
        return bool(told) and (today - fields.Date.to_date(told)).days >= days

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
        if not plan._remember(key, fields.Date.context_today(plan)):
            return
        user = user or plan.company_id._get_dunning_attendant(plan.responsible_id)
        plan.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=plaintext2html(note) if note else "",
            user_id=user.id,
        )

    def _remember(self, key, day):
        """Note that something was asked or told on a day.

        :return: False when it was noted before.
        :rtype: bool
        """
        noted = self.questions or {}
        if key in noted:
            return False
        self.questions = {**noted, key: str(day)}
        return True

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
        credited -= self._to_decimal(self._get_missing_charges())
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
