from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import split_every

BATCH_SIZE = 1000
# Customers named in the activity; its link opens the list of all of them.
NAMED = 10


class CollectionsSegment(models.Model):
    """What is told of customers who changed: on their file, and to the manager."""

    _inherit = "collections.segment"

    @api.model
    def _log_changes(self, company, changes):
        """Log on the files of these customers where they came from and went to.

        Not the first segment of a customer: nothing changed.

        :param res.company company: in whose language it is said.
        :param list(dict) changes: see :meth:`_assign`.
        """
        moved = [change for change in changes if change["former_id"]]
        lang = company.partner_id.lang or self.env.lang
        debtors = self.env["collections.debtor"].with_context(lang=lang)
        for batch in split_every(BATCH_SIZE, moved):
            bodies = {
                change["id"]: self.with_context(lang=lang)._describe_change(
                    change["former_id"], change["segment_id"]
                )
                for change in batch
            }
            debtors.browse(bodies)._message_log_batch(bodies)

    def _describe_change(self, former_id, segment_id):
        """Return the words of a change of segment.

        :param int segment_id: None: the customer fits none any more.
        :rtype: str
        """
        former, segment = self.browse(former_id), self.browse(segment_id)
        return self.env._(
            "Segment: %(former)s → %(segment)s",
            former=former.name,
            segment=segment.name or self.env._("None"),
        )

    @api.model
    def _warn_of_worsened(self, company, changes):
        """Tell the Credit Manager which customers pay worse than before.

        One activity for each company, on the file of whom most is overdue. What the
        manager has not looked at yet is told again with it; who pays better by then is
        left out.

        :param res.company company: whose customers.
        :param list(dict) changes: see :meth:`_assign`.
        """
        manager = company.sudo()._get_dunning_manager()
        kind = self.env.ref("collections_dunning.mail_activity_type_early_warning")
        former = self._get_open_warnings(company, kind)
        if not former and not any(change["is_worse"] for change in changes):
            return
        debtors = self._get_worsened(company, manager, former)
        if not manager or not debtors:
            former.unlink()
            return
        # The first one stays, and with it the day since which it gathers customers.
        activity = former[:1] or debtors[0].with_context(
            mail_activity_quick_update=True
        ).activity_schedule(activity_type_id=kind.id, user_id=manager.id)
        activity.write(
            {
                "res_id": debtors[0].id,
                "summary": self._get_warning_summary(debtors),
                "note": self._get_warning_note(debtors),
            }
        )

    def _get_worsened(self, company, manager, former):
        """Return who pays worse since the first warning that nobody has looked at.

        :param mail.activity former: the open warnings of the company.
        :return: whom most is overdue of first, in the manager's language.
        :rtype: collections.debtor
        """
        today = fields.Date.context_today(self)
        since = min([today, *(day.date() for day in former.mapped("create_date"))])
        debtors = self.env["collections.debtor"].search(
            [("company_id", "=", company.id), ("segment_worsened_on", ">=", since)]
        )
        return debtors.with_context(lang=manager.lang or self.env.lang).sorted(
            "amount_overdue", reverse=True
        )

    def _get_open_warnings(self, company, kind):
        """Return the warnings of a company that nobody has dealt with.

        :rtype: mail.activity
        """
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("activity_type_id", "=", kind.id),
                    ("res_model", "=", "collections.debtor"),
                ]
            )
        )
        debtors = self.env["collections.debtor"].browse(activities.mapped("res_id"))
        own = set(debtors.filtered(lambda debtor: debtor.company_id == company).ids)
        return activities.filtered(lambda activity: activity.res_id in own)

    def _get_warning_summary(self, debtors):
        if len(debtors) == 1:
            return debtors.env._("A customer pays worse than before")
        return debtors.env._(
            "%(count)s customers pay worse than before", count=len(debtors)
        )

    def _get_warning_note(self, debtors):
        """Return whom the warning names, those of whom most is overdue first."""
        lines = [
            Markup("<li>%s: %s → %s (%s)</li>")
            % (
                debtor._get_html_link(debtor.partner_id.display_name),
                debtor.segment_former_id.name or "",
                debtor.segment_id.name or "",
                debtor.env._(
                    "%(amount)s overdue",
                    amount=debtor.currency_id.format(debtor.amount_overdue),
                ),
            )
            for debtor in debtors[:NAMED]
        ]
        link = Markup('<a href="%s">%s</a>') % (
            "/odoo/action-collections_dunning.collections_debtor_action_worsened",
            debtors.env._("Show all of them"),
        )
        return Markup("<ul>%s</ul>%s") % (Markup("").join(lines), link)
