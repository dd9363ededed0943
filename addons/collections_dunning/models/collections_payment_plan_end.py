from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CollectionsPaymentPlan(models.Model):
    """How a plan ends: paid, declared due at once, given up, or never accepted."""

    _inherit = "collections.payment.plan"

    acceleration_problem = fields.Char(
        string="Not Due at Once",
        compute="_compute_acceleration_problem",
        help="Why the balance can't be declared due at once.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_acceleration_problem(self):
        for plan in self:
            plan.acceleration_problem = (
                plan._get_acceleration_problem() if plan.state == "late" else False
            )

    # === ACTION METHODS === #

    def action_cancel(self):
        """Drop a plan that the customer has not accepted; its items are dunned again.

        :return: True
        :raise AccessError: when the user is no Collector.
        :raise UserError: when it was accepted.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        self._check_state("draft", "proposed")
        self._end("cancelled")
        return True

    def action_accelerate(self):
        """Declare the balance due at once: the plan is broken.

        Only once the days of the formal notice are over, counted from the recorded
        first presentation, and the installment is not paid yet.

        :return: True
        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: says what is missing.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        self._check_state("late")
        problem = self._get_acceleration_problem()
        if problem:
            raise UserError(problem)
        today = fields.Date.context_today(self)
        plan = self.sudo()
        plan.write({"state": "broken", "accelerated_on": today})
        notice = plan._draft_notice("plan_accelerated")
        # The letter itself tells the new day: dunning sends no other message of it.
        told = notice and fields.Date.add(today, days=notice.level_id.days_to_pay)
        plan._end("broken", told_date=told or False)
        return True

    def action_break(self):
        """Give this plan up: its items are dunned again, interest is due again.

        The balance is not declared due at once: that is :meth:`action_accelerate`.

        :return: True
        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when the plan is not in force.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        self._check_state("accepted", "late")
        self._end("broken")
        return True

    # === BUSINESS METHODS === #

    def _end(self, state, told_date=False):
        """End these plans: their items are held no more.

        :param str state: what has become of them.
        :param date told_date: last day to pay that the customer was told, if any.
        """
        plans = self.sudo()
        today = fields.Date.context_today(self)
        plans.write({"state": state, "ended_on": today})
        plans.activity_ids.unlink()
        plans._release_items(told_date)

    def _complete(self, settled):
        """Nothing is owed any more: thank the customer who paid by a receipt.

        What was credited, cancelled or written off alone makes no receipt: that would
        say that we got the money.

        :param dict settled: see ``_read_settled`` of the lines.
        """
        self.ensure_one()
        self._end("completed")
        entries = (
            entry for line in self.line_ids for entry in settled.get(line.id, [])
        )
        if any(is_money for _day, _amount, _is_credit, is_money in entries):
            self._draft_notice("plan_completed")

    def _get_formal_notices(self):
        """Return the formal notices of installments that reached the customer.

        :rtype: dunning.notice
        """
        return (
            self.env["dunning.notice"]
            .sudo()
            .search(
                [
                    ("plan_id", "in", self.ids),
                    ("level_id.event", "=", "installment_formal"),
                    ("state", "=", "sent"),
                    ("presented_on", "!=", False),
                    ("delivery_outcome", "!=", "unknown"),
                ],
                order="presented_on, id",
            )
        )

    def _get_acceleration_problem(self):
        """Return why the balance of this plan can't be declared due at once.

        :return: in the user's language; empty when it can.
        :rtype: str
        """
        self.ensure_one()
        matches = self._get_matches()
        open_notices = self._get_formal_notices().filtered(
            lambda notice: (
                notice.installment_id.id in matches
                and matches[notice.installment_id.id].covered
                < self._to_decimal(notice.installment_id.amount)
            )
        )
        if not open_notices:
            return self.env._(
                "No formal notice of an installment that is still open has a recorded "
                "first presentation."
            )
        last = min(
            fields.Date.add(notice.presented_on, days=self.notice_days)
            for notice in open_notices
        )
        if fields.Date.context_today(self) <= last:
            return self.env._(
                "The customer has until %(day)s to pay.",
                day=format_date(self.env, last),
            )
        return ""
