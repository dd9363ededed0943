"""Deadlines: who is reminded, and who learns that nobody answered."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.mail import plaintext2html

from ..const import OPEN_STATES

ANSWER = "collections_disputes.mail_activity_type_answer"
# What happened last, in the order of the reminders.
STAGES = (False, "half", "end", "manager")


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    # === THE OWNER'S ACTIVITY === #

    def _plan_answer(self, user=None):
        """Have the owner answer by the deadline; acknowledged first, when it is not.

        :param res.users user: another one than the owner.
        """
        for case in self.sudo():
            owner = user or case.user_id
            if case.state not in OPEN_STATES or not owner.active or owner.share:
                continue
            env = case.with_context(lang=owner.lang or self.env.lang).env
            case.with_context(mail_activity_quick_update=True).activity_schedule(
                ANSWER,
                date_deadline=case.deadline_date,
                user_id=owner.id,
                summary=env._("Answer the customer"),
            )

    def _hand_over(self, former):
        """Give what was planned for the former owner to the new one.

        :param res.users former: may be nobody.
        """
        self.ensure_one()
        case = self.sudo()
        planned = case.activity_ids.filtered(
            lambda activity: (
                activity.user_id == former
                and activity.activity_type_id == self.env.ref(ANSWER)
            )
        )
        planned.unlink()
        if case.user_id:
            case._plan_answer()

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_deadlines(self):
        """Remind of deadlines, each morning.

        The owner at half of the days and at their end; after that his manager. One
        activity for each person, however many cases; each case is told of once at
        each stage.
        """
        told = defaultdict(self.browse)
        for case in self.search([("state", "in", OPEN_STATES)]):
            stage = case._get_deadline_stage()
            if STAGES.index(stage) > STAGES.index(case.reminded):
                told[case._get_reminded_user(stage), stage] |= case
        for (user, stage), cases in told.items():
            cases.reminded = stage
            if user:
                cases._remind(user, stage)

    def _get_deadline_stage(self):
        """Return how far the deadline of this case has come.

        Who waits for the customer is not late himself.

        :return: one of ``STAGES``.
        :rtype: str
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        if not self.deadline_date or self.state == "waiting_customer":
            return self.reminded
        if today > self.deadline_date:
            return "manager" if self.reminded in ("end", "manager") else "end"
        if today == self.deadline_date:
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
        opened = fields.Datetime.context_timestamp(self, self.date_open).date()
        return opened + (self.deadline_date - opened) / 2

    def _get_reminded_user(self, stage):
        """Return who is told of a deadline: the owner, in the end his manager.

        :rtype: res.users
        """
        self.ensure_one()
        company = self.company_id.sudo()
        owner = self.user_id.filtered("active")
        if stage == "manager" or not owner:
            return company._get_dispute_manager()
        return owner

    def _remind(self, user, stage):
        """Remind a person of these cases by one activity, on the most urgent one.

        :param res.users user: who is reminded.
        :param str stage: ``half``, ``end`` or ``manager``.
        """
        cases = self.sorted(lambda case: (case.deadline_date, case.id))
        env = cases.with_context(lang=user.lang or self.env.lang).env
        summaries = {
            "half": env._("%(count)s disputes to answer soon", count=len(cases)),
            "end": env._("%(count)s disputes to answer today", count=len(cases)),
            "manager": env._(
                "%(count)s disputes not answered in time", count=len(cases)
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
                        case.user_id.name if stage == "manager" else None,
                        format_date(env, case.deadline_date),
                    ],
                )
            )
            for case in cases
        ]
        cases[0].with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=summaries[stage],
            note=plaintext2html("\n".join(lines)),
        )
