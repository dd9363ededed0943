from odoo import api, fields, models
from odoo.tools import formatLang

from ..const import GRADE_FACTORS, GRADES, SETTLED_MINIMUM


class CollectionsDebtor(models.Model):
    """How this customer pays: figures with their definitions, and their sum.

    ``collections.behaviour`` fills them every night.
    """

    _inherit = "collections.debtor"

    behaviour_date = fields.Date(
        string="Figures Of", readonly=True, help="Day on which they last changed."
    )
    settled_count = fields.Integer(
        string="Invoices Settled",
        readonly=True,
        help="Settled by payments in the last 12 months.",
    )
    late_days_average = fields.Float(
        string="Average Days Late",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Of the payments of the last 12 months, weighted by amount; negative: "
        "early. Days before the invoice was sent don't count, nor those of a dispute "
        "in which the customer was right.",
    )
    on_time_share = fields.Float(
        string="Paid on Time (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Of the invoices settled in the last 12 months, those paid in full at "
        "most 3 days after the due date.",
    )
    late_days_trend = fields.Float(
        string="Trend (Days)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Average days late of the last 6 months less that of the 6 months before: "
        "above zero, the customer pays later than he did.",
    )
    has_trend = fields.Boolean(
        readonly=True, help="Payments are known of both halves of the year."
    )
    oldest_late_days = fields.Integer(
        string="Oldest Open Item (Days Late)", readonly=True, aggregator="max"
    )
    notices_per_invoice = fields.Float(
        string="Notices per Invoice",
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
        help="Notices that were sent about an invoice before it was settled, on "
        "average over the invoices settled in the last 12 months.",
    )
    promise_count = fields.Integer(
        string="Promises Decided",
        readonly=True,
        help="Promises to pay of the last 12 months whose date has passed.",
    )
    promise_kept_share = fields.Float(
        string="Promises Kept (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Of these promises, those kept in full.",
    )
    grade = fields.Selection(
        [(grade, grade) for grade, _least in GRADES],
        readonly=True,
        index="btree_not_null",
        help="From 100 points, less what each figure takes off. None with fewer than "
        "5 invoices settled in the last 12 months.",
    )
    grade_parts = fields.Json(readonly=True)
    grade_sum = fields.Char(
        compute="_compute_grade_sum",
        string="How It Adds Up",
        help="The points that give the grade.",
    )

    @api.depends("grade", "grade_parts", "settled_count")
    @api.depends_context("lang")
    def _compute_grade_sum(self):
        labels = self._get_grade_labels()
        for debtor in self:
            parts = debtor.grade_parts or {}
            if not debtor.grade:
                debtor.grade_sum = self.env._(
                    "Not enough history: %(count)s of %(least)s invoices settled",
                    count=debtor.settled_count,
                    least=SETTLED_MINIMUM,
                )
                continue
            taken = [
                f"− {self._format_points(parts[name])} {labels[name]}"
                for name, *_rest in GRADE_FACTORS
                if parts.get(name)
            ]
            points = self._format_points(100 - sum(parts.values()))
            debtor.grade_sum = " ".join(["100", *taken, f"= {points}"])

    def _format_points(self, points):
        """Return points of the grade, as the user's language writes numbers.

        :param float points: with one digit.
        :rtype: str
        """
        points = round(points, 1)
        return formatLang(self.env, points, digits=int(points % 1 > 0))

    def _get_grade_labels(self):
        """Return what each part of the grade is called, in the user's language.

        :rtype: dict(str, str)
        """
        return {
            "late": self.env._("(average days late)"),
            "not_on_time": self.env._("(share not on time)"),
            "trend": self.env._("(getting worse)"),
            "oldest": self.env._("(oldest open item)"),
            "notices": self.env._("(notices needed)"),
            "promises": self.env._("(promises not kept)"),
        }
