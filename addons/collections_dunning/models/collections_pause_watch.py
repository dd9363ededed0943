import logging

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.mail import plaintext2html

_logger = logging.getLogger(__name__)

# Its owner is reminded so many days before a pause ends.
REMINDER_DAYS = 5


class CollectionsPause(models.Model):
    """Every night: remind the owners of the pauses that end soon."""

    _inherit = "collections.pause"

    reminded_for = fields.Date(
        readonly=True,
        copy=False,
        help="The end that the owner was reminded of: nothing comes twice.",
    )
    reminder_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, index="btree_not_null"
    )

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_watch(self):
        """Remind owners, then tell the Credit Managers of what sleeps."""
        self._remind_owners()
        self.env["ir.cron"]._commit_progress(1)
        self.env["collections.sleeping.item"]._watch()

    @api.model
    def _remind_owners(self):
        """Remind each owner once of the pauses that end within the next days."""
        today = fields.Date.context_today(self)
        pauses = self.search(
            [
                ("state", "=", "running"),
                ("date_to", "<=", fields.Date.add(today, days=REMINDER_DAYS)),
            ],
            order="date_to, id",
        )
        due = pauses.filtered(lambda pause: pause.reminded_for != pause.date_to)
        for company, own in due.grouped("company_id").items():
            groups = own.grouped(
                lambda pause, company=company: company._get_dunning_attendant(
                    pause.user_id.filtered(company._has_at_work)
                )
            )
            for user, mine in groups.items():
                mine._remind(user)

    def _remind(self, user):
        """Schedule one activity for an owner: these pauses end soon.

        :param res.users user: who decides what becomes of them.
        """
        first = self[0].with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=True
        )
        env = first.env
        summary = (
            env._("%(pause)s: extend it?", pause=first.display_name)
            if len(self) == 1
            else env._("%(count)s pauses end soon: extend them?", count=len(self))
        )
        lines = [pause.with_env(env)._get_reminder() for pause in self]
        activity = first.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=first.date_to,
            user_id=user.id,
            summary=summary,
            note=plaintext2html("\n".join(lines)),
        )
        for pause in self:
            pause.write({"reminded_for": pause.date_to, "reminder_id": activity.id})

    def _get_reminder(self):
        """Return what its owner is told of a pause that ends soon.

        :rtype: str
        """
        self.ensure_one()
        then = dict(self._fields["after_end"]._description_selection(self.env))
        details = [
            self.partner_id.name,
            format_date(self.env, self.date_to),
            self._get_summary(self.env),
            self.item_names,
            then[self.after_end],
        ]
        return " · ".join(filter(None, details))

    def _finish_reminders(self):
        """Take back the reminders of which nothing is left to decide."""
        pauses = self.sudo()
        reminders = pauses.reminder_id
        pauses.reminder_id = False
        waiting = self.sudo().search([("reminder_id", "in", reminders.ids)])
        (reminders - waiting.reminder_id).action_feedback()
