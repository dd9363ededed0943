"""Deadlines: who is reminded, and who learns that nobody answered."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.mail import plaintext2html

from ..const import OPEN_STATES

ANSWER = "collections_disputes.mail_activity_type_answer"
CHASE = "collections_disputes.mail_activity_type_chase"
# What happened last, in the order of the reminders.
STAGES = (False, "half", "end", "manager")


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    # === THE OWNER'S ACTIVITY === #

    def _plan_answer(self, user=None):
        """Have the owner answer by the deadline, or ask the customer after his.

        Acknowledged first, when it is not. Who has that planned already has it once.

        :param res.users user: another one than the owner.
        """
        for case in self.sudo():
            owner = user or case.user_id
            if case.state not in OPEN_STATES or not owner.active or owner.share:
                continue
            kind = case._get_answer_type()
            if case._get_planned(kind).filtered(lambda a, u=owner: a.user_id == u):
                continue
            env = case.with_context(lang=owner.lang or self.env.lang).env
            waits = kind == CHASE
            summary = (
                env._("Ask the customer again")
                if waits
                else env._("Answer the customer")
            )
            case.with_context(mail_activity_quick_update=True).activity_schedule(
                kind,
                date_deadline=case.due_date,
                user_id=owner.id,
                summary=summary,
            )

    def _get_answer_type(self):
        """Return what the owner has to do next: answer, or ask the customer again.

        :return: XML id of the type of activity.
        :rtype: str
        """
        return CHASE if self.state == "waiting_customer" else ANSWER

    def _get_planned(self, *kinds):
        """Return the activities of some types on this case.

        :param str kinds: XML ids.
        :rtype: mail.activity
        """
        types = self.env["mail.activity.type"].concat(*map(self.env.ref, kinds))
        return self.activity_ids.filtered(lambda a: a.activity_type_id in types)

    def _move_answer(self):
        """Have what is planned for the owner follow turn and deadline."""
        self.ensure_one()
        kind = self._get_answer_type()
        self._get_planned(CHASE if kind == ANSWER else ANSWER).unlink()
        planned = self._get_planned(kind)
        if planned and self.due_date:
            planned.with_context(mail_activity_quick_update=True).write(
                {"date_deadline": self.due_date}
            )
        self._plan_answer()

    def _hand_over(self, former):
        """Give what was planned for the former owner to the new one.

        :param res.users former: may be nobody.
        """
        self.ensure_one()
        case = self.sudo()
        planned = case._get_planned(ANSWER, CHASE)
        if former:
            planned = planned.filtered(lambda activity: activity.user_id == former)
        planned.unlink()
        if case.user_id:
            case._plan_answer()

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_deadlines(self):
        """Remind of deadlines, each morning.

        The owner at half of the days and at their end; after that his manager. Of a
        customer who does not answer, the manager: the owner has an activity of his
        own. One activity for each person, however many cases; each case is told of
        once at each stage.
        """
        for case in self.search(
            [("state", "=", "waiting_customer"), ("customer_date", "=", False)]
        ):
            case._change_turn()
        told = defaultdict(self.browse)
        for case in self.search([("state", "in", OPEN_STATES)]):
            stage = case._get_deadline_stage()
            if STAGES.index(stage) > STAGES.index(case.reminded):
                kind = "customer" if case._get_answer_type() == CHASE else stage
                told[case._get_reminded_user(stage), kind] |= case
                case.reminded = stage
        for (user, kind), cases in told.items():
            if user:
                cases._remind(user, kind)

    def _get_deadline_stage(self):
        """Return how far the deadline of this case has come.

        Who waits for the customer is not late himself: the customer is.

        :return: one of ``STAGES``.
        :rtype: str
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        if not self.due_date:
            return self.reminded
        if self.state == "waiting_customer":
            return "manager" if today > self.due_date else self.reminded
        if today > self.due_date:
            return "manager" if self.reminded in ("end", "manager") else "end"
        if today == self.due_date:
            return "end"
        late = self.acknowledge_date and not self.acknowledged_at
        if today >= self._get_half_date() or (late and today >= self.acknowledge_date):
            return "half"
        return False

    def _get_half_date(self):
        """Return the day on which half of the time to answer is over.

        :rtype: date
        """
        self.ensure_one()
        since = self.deadline_since
        if not since:
            since = fields.Datetime.context_timestamp(self, self.date_open).date()
        return since + (self.deadline_date - since) / 2

    def _get_reminded_user(self, stage):
        """Return who is told of a deadline: the owner, in the end his manager.

        :rtype: res.users
        """
        self.ensure_one()
        owner = self.user_id.filtered("active")
        if stage == "manager" or not owner:
            return self._get_manager_of(owner)
        return owner

    def _get_manager_of(self, owner):
        """Return who learns what a person leaves undone: never that person alone.

        :param res.users owner: may be nobody.
        :return: of the settings; another Credit Manager of the company when that is
            the owner himself; the owner when there is no other.
        :rtype: res.users
        """
        company = self.company_id.sudo()
        manager = company._get_dispute_manager()
        if not manager or manager != owner:
            return manager
        return (company._get_dunning_managers() - owner)[:1] or owner

    def _remind(self, user, kind):
        """Remind a person of these cases by one activity, on the most urgent one.

        :param res.users user: who is reminded.
        :param str kind: ``half``, ``end``, ``manager`` or ``customer``: he is late.
        """
        cases = self.sorted(lambda case: (case.due_date, case.id))
        env = cases.with_context(lang=user.lang or self.env.lang).env
        summaries = {
            "half": env._("%(count)s disputes to answer soon", count=len(cases)),
            "end": env._("%(count)s disputes to answer today", count=len(cases)),
            "manager": env._(
                "%(count)s disputes not answered in time", count=len(cases)
            ),
            "customer": env._(
                "%(count)s disputes the customer does not answer", count=len(cases)
            ),
        }
        lines = [
            " · ".join(
                filter(
                    None,
                    [
                        case.name,
                        case.partner_id.name,
                        case.reason_id.with_env(env).name,
                        case.user_id.name if user != case.user_id else None,
                        format_date(env, case.due_date),
                    ],
                )
            )
            for case in cases
        ]
        cases[0].with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=summaries[kind],
            note=plaintext2html("\n".join(lines)),
        )
