from odoo import api, fields, models
from odoo.tools import format_date

# Months from the publication of the judgment: articles R622-24, L624-9 and L622-26 of
# the French commercial code. Who does not live in metropolitan France has two more
# to declare.
DECLARE_MONTHS = 2
ABROAD_MONTHS = 2
RECLAIM_MONTHS = 3
RELIEF_MONTHS = 6
# To find out when the judgment was published.
PUBLICATION_DAYS = 15
TYPE = "collections_dunning.mail_activity_type_insolvency_"


class CollectionsInsolvency(models.Model):
    """Deadlines, from the publication in the BODACC on."""

    _inherit = "collections.insolvency"

    creditor_abroad = fields.Boolean(
        string="We Are Outside Metropolitan France",
        compute="_compute_creditor_abroad",
        store=True,
        readonly=False,
        help="Two more months to declare the claim (article R622-24 of the French "
        "commercial code).",
    )
    declare_deadline = fields.Date(
        string="Declare By", compute="_compute_deadlines", store=True
    )
    reclaim_deadline = fields.Date(
        string="Reclaim Goods By", compute="_compute_deadlines", store=True
    )
    relief_deadline = fields.Date(
        string="Ask for Relief By", compute="_compute_deadlines", store=True
    )

    @api.depends("company_id.country_id", "company_id.zip")
    def _compute_creditor_abroad(self):
        for record in self:
            company = record.company_id.sudo()
            country = company.country_id.code
            overseas = (company.zip or "").startswith(("97", "98"))
            record.creditor_abroad = bool(country) and (country != "FR" or overseas)

    @api.depends("publication_date", "creditor_abroad")
    def _compute_deadlines(self):
        for record in self:
            day = record.publication_date
            abroad = ABROAD_MONTHS if record.creditor_abroad else 0
            record.declare_deadline = day and fields.Date.add(
                day, months=DECLARE_MONTHS + abroad
            )
            record.reclaim_deadline = day and fields.Date.add(
                day, months=RECLAIM_MONTHS
            )
            record.relief_deadline = day and fields.Date.add(day, months=RELIEF_MONTHS)

    def _schedule_deadlines(self):
        """Schedule the deadlines that still count; what somebody did stays done."""
        for record in self:
            known = record._get_deadline_activities()
            wanted = set()
            for name, day, note in record._get_deadlines():
                kind = self.env.ref(f"{TYPE}{name}")
                wanted.add(kind)
                found = known.filtered(lambda a, kind=kind: a.activity_type_id == kind)
                vals = {"date_deadline": day, "note": note}
                found.filtered("active").write(vals)
                if not found:
                    record.activity_schedule(
                        f"{TYPE}{name}", user_id=record.user_id.id, **vals
                    )
            known.filtered(
                lambda a, wanted=wanted: a.active and a.activity_type_id not in wanted
            ).unlink()

    def _get_deadline_activities(self):
        """Return the deadlines of these proceedings, also those that are done.

        :rtype: mail.activity
        """
        kinds = self.env["mail.activity.type"].union(
            *(
                self.env.ref(f"{TYPE}{name}")
                for name in ("publication", "declare", "reclaim", "relief")
            )
        )
        return (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "in", kinds.ids),
                ]
            )
        )

    def _finish_declaring(self):
        """The claim was declared: nobody has to any more."""
        kinds = self.env.ref(f"{TYPE}publication") | self.env.ref(f"{TYPE}declare")
        self._get_deadline_activities().filtered(
            lambda activity: activity.active and activity.activity_type_id in kinds
        ).action_feedback()

    def _get_deadlines(self):
        """Return what is to be done by when.

        :return: name of the activity type, day and note of each.
        :rtype: list(tuple(str, date, str))
        """
        self.ensure_one()
        if not self.publication_date:
            today = fields.Date.context_today(self)
            note = self.env._(
                "All deadlines count from the publication in the BODACC: record its "
                "day."
            )
            day = fields.Date.add(today, days=PUBLICATION_DAYS)
            return [] if self.declared_on else [("publication", day, note)]
        published = format_date(self.env, self.publication_date)
        deadlines = [
            (
                "reclaim",
                self.reclaim_deadline,
                self.env._(
                    "Goods delivered under retention of title: 3 months from the "
                    "publication of %(day)s (article L624-9 of the commercial code).",
                    day=published,
                ),
            )
        ]
        if self.declared_on:
            return deadlines
        return [
            (
                "declare",
                self.declare_deadline,
                self.env._(
                    "Declare the claim to the creditors' representative: %(months)s "
                    "months from the publication of %(day)s (article R622-24 of the "
                    "commercial code).",
                    months=DECLARE_MONTHS
                    + (ABROAD_MONTHS if self.creditor_abroad else 0),
                    day=published,
                ),
            ),
            *deadlines,
            (
                "relief",
                self.relief_deadline,
                self.env._(
                    "Who did not declare in time asks the supervising judge for "
                    "relief: 6 months from the publication of %(day)s (article L622-26 "
                    "of the commercial code).",
                    day=published,
                ),
            ),
        ]

    def _get_banner(self):
        """Return what the customer's file says in its banner.

        :rtype: str
        """
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        text = self.env._(
            "%(kind)s since %(day)s: what was born before is not dunned, later claims "
            "go on under their own procedure.",
            kind=kinds[self.kind],
            day=format_date(self.env, self.judgment_date),
        )
        if self.state == "plan":
            text = self.env._(
                "%(kind)s of %(day)s: the court adopted a plan, what was born before "
                "is paid as it says.",
                kind=kinds[self.kind],
                day=format_date(self.env, self.judgment_date),
            )
        if self.declared_on:
            return text
        if not self.publication_date:
            todo = self.env._("The day of the BODACC publication is missing.")
        elif self.declare_deadline < fields.Date.context_today(self):
            todo = self.env._(
                "The claim was to be declared by %(day)s: relief can be asked for "
                "until %(last)s.",
                day=format_date(self.env, self.declare_deadline),
                last=format_date(self.env, self.relief_deadline),
            )
        else:
            todo = self.env._(
                "The claim is to be declared by %(day)s.",
                day=format_date(self.env, self.declare_deadline),
            )
        return f"{text} {todo}"
