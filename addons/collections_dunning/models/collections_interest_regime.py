from decimal import ROUND_CEILING, Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

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
        "res.company",
        index=True,
        help="Empty: for every company. Of a parent company: for its branches too.",
    )
    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        copy=False,
        help="Companies of these countries use it, unless a debtor has its own.",
    )
    debtor_type = fields.Selection(
        DEBTOR_TYPES, string="Kind of Debtor", required=True, default="professional"
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

    _margin_plausible = models.Constraint(
        "CHECK (margin >= 0 AND margin <= 50)", "The points lie between 0 and 50."
    )
    _rate_step_plausible = models.Constraint(
        "CHECK (rate_step >= 0 AND rate_step <= 5)",
        "A rate is rounded up to 5 points at most.",
    )
    _limitation_plausible = models.Constraint(
        "CHECK (limitation_years >= 0 AND limitation_years <= 30)",
        "The limitation lies between 0 and 30 years.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("series", "margin")
    def _check_rate(self):
        for regime in self:
            if not regime.series and not regime.margin:
                raise ValidationError(
                    self.env._(
                        "%(regime)s: choose a reference rate, or enter the whole rate "
                        "as points.",
                        regime=regime.name,
                    )
                )

    @api.constrains("floor_series", "floor_factor")
    def _check_floor(self):
        for regime in self:
            if bool(regime.floor_series) != (regime.floor_factor > 0):
                raise ValidationError(
                    self.env._(
                        "%(regime)s: a legal floor is a reference rate and a factor "
                        "above 0.",
                        regime=regime.name,
                    )
                )

    @api.constrains("tier_ids", "compensation_currency_id", "debtor_type")
    def _check_compensation(self):
        """Directive 2011/7/EU grants compensation between businesses alone."""
        for regime in self.filtered("tier_ids"):
            if not regime.compensation_currency_id:
                raise ValidationError(
                    self.env._(
                        "%(regime)s: choose the currency of the compensation.",
                        regime=regime.name,
                    )
                )
            if regime.debtor_type == "consumer":
                raise ValidationError(
                    self.env._(
                        "%(regime)s: a consumer owes no fixed compensation.",
                        regime=regime.name,
                    )
                )

    @api.constrains("company_id")
    def _check_company_of_debtors(self):
        debtors = self.env["collections.debtor"].sudo()
        for regime in self.filtered("company_id"):
            foreign = debtors.search(
                [
                    ("interest_regime_id", "=", regime.id),
                    "!",
                    ("company_id", "child_of", regime.company_id.id),
                ],
                limit=1,
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(regime)s is used for %(customer)s in %(company)s.",
                        regime=regime.name,
                        customer=foreign.partner_id.name,
                        company=foreign.company_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        regimes = super().create(vals_list)
        regimes.filtered("country_ids")._check_shared()
        return regimes

    def write(self, vals):
        self._check_shared()
        result = super().write(vals)
        self._check_shared()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        self._check_shared()

    def copy_data(self, default=None):
        """A copy is where a contract begins: of one company, used by nobody yet."""
        default = {
            "company_id": self.env.company.id,
            "is_contractual": True,
            **(default or {}),
        }
        vals_list = super().copy_data(default)
        if "name" not in default:
            for regime, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", regime.name)
        return vals_list

    # === BUSINESS METHODS === #

    def _check_shared(self):
        """Leave what rules all companies to who works in all of them.

        :raise AccessError: says who may change it.
        """
        if not all(regime.company_id for regime in self.sudo()):
            self.env.company._check_shared_law()

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

    def _get_compensation(self, amount, tiers=None):
        """Return the fixed compensation for one late invoice.

        :param Decimal amount: of the invoice, in the currency of the compensation.
        :param list tiers: see :meth:`_get_tiers`, for who asks often.
        :return: in ``compensation_currency_id``; 0 where the law grants none.
        :rtype: Decimal
        """
        tiers = self._get_tiers() if tiers is None else tiers
        reached = [granted for start, granted in tiers if start <= amount]
        return reached[-1] if reached else Decimal(0)

    def _get_tiers(self):
        """Return the fixed compensations for a late invoice.

        :return: (smallest amount of the invoice, compensation), ascending, both in
            ``compensation_currency_id``; empty where the law grants none.
        :rtype: list(tuple(Decimal, Decimal))
        """
        self.ensure_one()
        return sorted(
            (Decimal(str(tier.amount_from)), Decimal(str(tier.amount)))
            for tier in self.tier_ids
        )
