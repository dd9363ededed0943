from decimal import ROUND_CEILING, Decimal

from odoo import api, fields, models

from ..const import DEBTOR_TYPES, RATE_SERIES


class CollectionsInterestRegime(models.Model):
    """How late interest and compensation are computed: a law, or a contract."""

    _name = "collections.interest.regime"
    _description = "Late Interest Regime"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        help="Companies of these countries use it, unless a debtor has its own.",
    )
    debtor_type = fields.Selection(
        DEBTOR_TYPES, string="Debtors", required=True, default="professional"
    )
    is_contractual = fields.Boolean(
        string="Contractual", help="Agreed with the customer, not taken from the law."
    )
    series = fields.Selection(
        RATE_SERIES,
        string="Reference Rate",
        help="Its value on 1 January counts for the first half of the year, the one "
        "of 1 July for the second. Empty: the points are the whole rate.",
    )
    margin = fields.Float(
        string="Points",
        digits=(8, 4),
        help="Percentage points added to the reference rate.",
    )
    rate_step = fields.Float(
        string="Rounded Up To",
        digits=(8, 4),
        help="The rate is rounded up to a multiple of it, in points; 0: not rounded.",
    )
    rate_mode = fields.Selection(
        [("sliding", "Of Each Half-Year"), ("frozen", "Of the First Late Day")],
        string="Rate",
        required=True,
        default="sliding",
    )
    day_basis = fields.Selection(
        [("365", "365"), ("actual", "Days of the Year")],
        string="Days in a Year",
        required=True,
        default="365",
    )
    starts = fields.Selection(
        [("due_date", "The Due Date"), ("formal_notice", "The Formal Notice")],
        string="Interest Runs After",
        required=True,
        default="due_date",
    )
    floor_series = fields.Selection(
        RATE_SERIES,
        string="Legal Floor",
        help="A contract may not go below this rate times the factor.",
    )
    floor_factor = fields.Float(digits=(8, 4))
    tier_ids = fields.One2many(
        "collections.interest.tier", "regime_id", string="Compensation", copy=True
    )
    compensation_currency_id = fields.Many2one("res.currency")
    legal_basis = fields.Char(
        translate=True, help="Of the interest, as letters name it."
    )
    compensation_basis = fields.Char(
        translate=True, help="Of the compensation, as letters name it."
    )
    limitation_years = fields.Integer(
        string="Limitation", help="Years until the claim is time-barred; 0: unknown."
    )
    limitation_start = fields.Selection(
        [("delivery", "Delivery or Invoice"), ("year_end", "The Following 1 January")],
        string="Limitation Counted From",
        default="delivery",
    )
    note = fields.Text(translate=True)

    # === BUSINESS METHODS === #

    @api.model
    def _find_regime(self, company, debtor_type):
        """Return the regime of a company's debtors of a type, for want of an own one.

        The company's own regimes come first, then those of its country. A public
        buyer has those of businesses where the country has none for him.

        :param res.company company: the seller.
        :param str debtor_type: see ``const.DEBTOR_TYPES``.
        :rtype: collections.interest.regime
        """
        types = ["public", "professional"] if debtor_type == "public" else [debtor_type]
        lineage = company._get_dunning_lineage()
        regimes = self.sudo().search(
            [
                ("debtor_type", "in", types),
                ("country_ids", "in", company.country_id.ids),
                ("company_id", "in", [False, *lineage.ids]),
            ]
        )
        return regimes.sorted(
            lambda regime: (
                types.index(regime.debtor_type),
                lineage.ids.index(regime.company_id.id)
                if regime.company_id
                else len(lineage),
                regime.sequence,
                regime.id,
            )
        )[:1]

    def _get_rates(self):
        """Return the annual rates of this regime, as ``late_interest`` wants them.

        :return: (first day, percent), ascending; None from a day on whose half-year
            has no published rate: it is never guessed.
        :rtype: list(tuple(date, Decimal))
        """
        self.ensure_one()
        if not self.series:
            return [(fields.Date.to_date("1900-01-01"), Decimal(str(self.margin)))]
        published = self.env["collections.interest.rate"]._get_published(self.series)
        return [(day, self._get_total_rate(percent)) for day, percent in published]

    def _get_total_rate(self, percent):
        """Return the annual rate that a published one makes; None for None.

        :param Decimal percent: published rate.
        :rtype: Decimal
        """
        if percent is None:
            return None
        rate = percent + Decimal(str(self.margin))
        step = Decimal(str(self.rate_step))
        if not step:
            return rate
        return (rate / step).to_integral_value(ROUND_CEILING) * step

    def _get_compensation(self, amount):
        """Return the fixed compensation for one late invoice.

        :param Decimal amount: of the invoice, in the currency of the compensation.
        :return: in ``compensation_currency_id``; 0 where the law grants none.
        :rtype: Decimal
        """
        self.ensure_one()
        reached = self.tier_ids.filtered(
            lambda tier: Decimal(str(tier.amount_from)) <= amount
        ).sorted("amount_from")
        return Decimal(str(reached[-1:].amount or 0))
