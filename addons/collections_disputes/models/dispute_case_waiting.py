"""Waiting for the customer: until when, and what becomes of our own deadline."""

from datetime import timedelta

from odoo import api, fields, models

from ..const import CLOSED_STATES, OPEN_STATES

WAITING = "waiting_customer"


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    customer_date = fields.Date(
        string="Customer Answers By",
        copy=False,
        tracking=True,
        help="Until when we wait for the customer: then the owner asks again, after "
        "that his manager learns of it.",
    )
    waiting_since = fields.Date(readonly=True, copy=False)
    deadline_since = fields.Date(
        readonly=True,
        copy=False,
        help="Day on which the deadline in force was set; empty: on the first day.",
    )
    due_date = fields.Date(
        string="Deadline",
        compute="_compute_due_date",
        store=True,
        index=True,
        help="Until when somebody has to answer: we, or the customer we wait for.",
    )

    @api.depends("state", "deadline_date", "customer_date")
    def _compute_due_date(self):
        for case in self:
            waits = case.state == WAITING
            case.due_date = case.customer_date if waits else case.deadline_date

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        for case in cases.filtered(lambda case: case.state == WAITING):
            case._change_turn()
        return cases

    def write(self, vals):
        """Another turn, or another deadline: remind anew, and plan it anew."""
        if not {"state", "deadline_date", "customer_date"} & vals.keys():
            return super().write(vals)
        before = {case: (case.state, case.due_date) for case in self}
        result = super().write(vals)
        for case, (state, due_date) in before.items():
            is_endless = case.state == WAITING and not case.customer_date
            if is_endless or (WAITING in (state, case.state) and state != case.state):
                case._change_turn(keep_deadline="deadline_date" in vals)
            elif state in CLOSED_STATES and case.state in OPEN_STATES:
                case._count_anew(keep_deadline="deadline_date" in vals)
            elif case.due_date != due_date:
                case._remind_anew()
        return result

    # === BUSINESS METHODS === #

    def _change_turn(self, keep_deadline=False):
        """Begin to wait for the customer, or go on after having waited.

        Our own deadline stands still meanwhile: it is later by the days we waited.

        :param bool keep_deadline: somebody has just set it.
        """
        self.ensure_one()
        case = self.sudo()
        today = fields.Date.context_today(case)
        if case.state == WAITING:
            values = {"waiting_since": case.waiting_since or today}
            if not case.customer_date or case.customer_date < today:
                values["customer_date"] = case._get_customer_date(today)
        else:
            values = {"waiting_since": False, "customer_date": False}
            if case.state in OPEN_STATES and not keep_deadline:
                values["deadline_date"] = case._get_later_deadline(today)
        case.write(values)
        case._remind_anew()

    def _count_anew(self, keep_deadline=False):
        """Give a case that is open again as many days as a new one.

        :param bool keep_deadline: somebody has just set the deadline.
        """
        self.ensure_one()
        case = self.sudo()
        if not keep_deadline:
            today = fields.Date.context_today(case)
            days = case._get_deadlines(case.company_id, case.reason_id, today)
            case.write({"deadline_date": days["deadline_date"]})
        case._remind_anew()

    def _remind_anew(self):
        """Remind of the deadline that is in force now, as of none before."""
        case = self.sudo()
        today = fields.Date.context_today(case)
        case.write({"reminded": False, "deadline_since": today})
        case._move_answer()

    def _get_customer_date(self, today):
        """Return until when we wait for the customer, in working days.

        :param date today: from when on.
        :rtype: date
        """
        company = self.company_id.sudo()
        days = company._get_dispute_setting("dispute_customer_days")
        return company._add_working_days(today, days)

    def _get_later_deadline(self, today):
        """Return our deadline once the customer has answered.

        :param date today: when we go on.
        :return: a working day; nothing when there was no deadline.
        :rtype: date
        """
        deadline = self.deadline_date
        if not deadline or not self.waiting_since or today <= self.waiting_since:
            return deadline
        later = deadline + (today - self.waiting_since)
        return self.company_id.sudo()._add_working_days(later - timedelta(days=1), 1)
