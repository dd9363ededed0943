from collections import defaultdict

from odoo import models
from odoo.tools import SQL

# After so many days a printed letter that nobody has posted is somebody's task.
POSTING_DAYS = 3


class DunningRun(models.Model):
    """What a scheduled run asks people to do: one activity for each person."""

    _inherit = "dunning.run"

    def _schedule_tasks(self):
        """Ask each person once for all there is to do.

        Without an e-mail about each.
        """
        self.ensure_one()
        tasks = defaultdict(lambda: defaultdict(int))
        for kind, user, count in self._find_tasks():
            tasks[self._get_task_user(user)][kind] += count
        quiet = self.with_context(mail_activity_quick_update=True)
        for user, counts in tasks.items():
            labels = self._get_task_labels(user)
            sentences = [label % counts[k] for k, label in labels.items() if counts[k]]
            quiet.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=" · ".join(sentences),
                user_id=user.id,
            )

    def _get_task_user(self, user):
        """Return who does what nobody, or somebody who is gone, is responsible for."""
        default = self.company_id.dunning_responsible_id
        return user.filtered("active") or default.filtered("active") or self.env.user

    def _find_tasks(self):
        """Return what there is to do: kind, responsible and number of each.

        :rtype: list(tuple)
        """
        notices = self.env["dunning.notice"]
        drafts = [("run_id", "=", self.id), ("state", "=", "draft")]
        lying = [
            ("company_id", "=", self.company_id.id),
            ("state", "=", "printed"),
            ("printed_at", "<", f"now -{POSTING_DAYS}d"),
        ]
        modes = self.env["collections.debtor"]._get_modes_to_review(
            self.company_id, self.date
        )
        stale = self.env["dunning.assessment"]._count_stale_payments(
            self.company_id, self.date
        )
        nobody = self.env["res.users"]
        return [
            *(
                (kind, user, count)
                for kind, domain in (("review", drafts), ("post", lying))
                for user, count in notices._read_group(
                    domain, ["responsible_id"], ["__count"]
                )
            ),
            *self._find_tasks_of_assessment(),
            *(("mode", debtor.applied_responsible_id, 1) for debtor in modes),
            *([("payments", nobody, stale)] if stale else []),
            *self._find_missing_rates(),
        ]

    def _find_missing_rates(self):
        """Return the rates that a Credit Manager has to enter.

        :rtype: list(tuple)
        """
        rates = self.env["collections.interest.rate"]
        missing = rates._find_missing(self.company_id, self.date)
        manager = self.company_id._get_dunning_manager()
        return [("rate", manager, len(missing))] if missing else []

    def _find_tasks_of_assessment(self):
        """Return what the assessment leaves to people, by responsible.

        :rtype: list(tuple)
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.reason, coalesce(d.responsible_id, (%s)) AS responsible_id,
                       count(DISTINCT CASE a.reason WHEN 'not_delivered'
                                      THEN a.move_id ELSE a.debtor_id END)
                  FROM dunning_assessed a
                  JOIN collections_debtor d ON d.id = a.debtor_id
                 WHERE a.reason IN ('to_allocate', 'no_recipient', 'not_delivered')
              GROUP BY 1, 2
                """,
                self.env["collections.segment"]._get_responsible_sql("d"),
            )
        )
        users = self.env["res.users"]
        return [(kind, users.browse(user_id), count) for kind, user_id, count in rows]

    def _get_task_labels(self, user):
        """Return what each kind of task is called, in the user's language.

        :rtype: dict(str, str)
        """
        env = self.with_context(lang=user.lang or self.env.lang).env
        return {
            "review": env._("%s notices to review"),
            "post": env._("%s printed letters to post"),
            "to_allocate": env._("%s customers with receipts to allocate"),
            "payments": env._("%s payments in process for more than 5 working days"),
            "no_recipient": env._("%s customers nobody can write to"),
            "not_delivered": env._("%s invoices never sent to the customer"),
            "rate": env._("%s reference rates to enter: no interest without them"),
            "mode": env._("%s customers whose dunning mode is to be reviewed"),
        }
