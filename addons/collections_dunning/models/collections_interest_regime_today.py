from decimal import Decimal

from odoo import api, fields, models


class CollectionsInterestRegime(models.Model):
    """What a regime comes to today, and whether it is below what the law wants."""

    _inherit = "collections.interest.regime"

    rate_today = fields.Float(
        string="Rate Today (%)",
        digits=(8, 4),
        compute="_compute_rate_today",
        help="0: the reference rate of this half-year is missing.",
    )
    rate_label = fields.Char(string="Rate in Words", compute="_compute_rate_today")
    is_rate_missing = fields.Boolean(
        compute="_compute_rate_today", search="_search_is_rate_missing"
    )
    floor_warning = fields.Char(compute="_compute_floor_warning")
    rate_history = fields.Html(
        string="Rates", compute="_compute_rate_history", sanitize=False
    )

    # === COMPUTE METHODS === #

    @api.depends("series", "margin", "rate_step")
    @api.depends_context("lang")
    def _compute_rate_today(self):
        today = fields.Date.context_today(self)
        for regime in self:
            rate = regime._get_rate(today)
            regime.rate_today = float(rate or 0)
            regime.is_rate_missing = rate is None
            regime.rate_label = regime._get_rate_label(today, today)

    def _search_is_rate_missing(self, operator, value):
        if operator != "in":
            return NotImplemented
        rates = self.env["collections.interest.rate"]
        today = rates._get_half_year(fields.Date.context_today(self))
        known = rates.sudo().search([("date", "=", today)]).mapped("series")
        domain = [("series", "not in", [False, *known])]
        return domain if True in value else ["!", *domain]

    @api.depends(
        "series",
        "margin",
        "rate_step",
        "floor_series",
        "floor_factor",
        "is_contractual",
        "debtor_type",
        "company_id",
    )
    @api.depends_context("lang", "company")
    def _compute_rate_history(self):
        for regime in self:
            rows = regime._get_rate_history() if regime.series else []
            regime.rate_history = rows and self.env["ir.qweb"]._render(
                "collections_dunning.collections_interest_rate_history",
                {"rows": rows, "has_floor": bool(regime._get_floor_law())},
            )

    @api.depends(
        "is_contractual",
        "series",
        "margin",
        "rate_step",
        "floor_series",
        "floor_factor",
        "debtor_type",
        "company_id",
    )
    @api.depends_context("lang", "company")
    def _compute_floor_warning(self):
        for regime in self:
            below = regime._find_below_floor(fields.Date.context_today(regime))
            regime.floor_warning = below and regime._describe_below_floor(*below)

    # === BUSINESS METHODS === #

    def _get_rate_history(self):
        """Return the rates of the known half-years, the last one first.

        :return: day, and texts: published, annual rate and floor.
        :rtype: list(dict)
        """
        rates = self.env["collections.interest.rate"]
        law = self._get_floor_law() or self
        floors = dict(rates._get_published(law.floor_series or self.series))
        rows = []
        for day, percent in reversed(rates._get_published(self.series)):
            if percent is None:
                continue
            rate, floor = self._get_total_rate(percent), floors.get(day)
            floor = law._get_floor(floor)
            rows.append(
                {
                    "day": day,
                    "published": self._format_percent(percent),
                    "rate": self._format_percent(rate),
                    "floor": "" if floor is None else self._format_percent(floor),
                    "is_below": floor is not None and rate < floor,
                }
            )
        return rows

    def _get_floor_law(self):
        """Return the regime whose floor limits this one: it binds contracts alone.

        A contract that names none has that of the law of the seller's country.

        :return: empty: there is no floor.
        :rtype: collections.interest.regime
        """
        if not self.is_contractual or self.floor_series:
            return self.filtered("is_contractual")
        seller = self.sudo().company_id or self.env.company
        return self.sudo().search(
            [
                ("is_contractual", "=", False),
                ("company_id", "=", False),
                ("floor_series", "!=", False),
                ("debtor_type", "=", self.debtor_type),
                ("country_ids", "in", self._get_seller_country(seller).ids),
            ],
            limit=1,
        )

    def _get_rate(self, day):
        """Return the annual rate in force on a day; None when it is not known.

        :rtype: Decimal
        """
        known = [rate for begin, rate in self._get_rates() if begin <= day]
        return known[-1] if known else None

    def _get_floor(self, percent):
        """Return the legal floor that a published rate makes; None for None.

        :param Decimal percent: of the series of the floor.
        :rtype: Decimal
        """
        return None if percent is None else percent * Decimal(str(self.floor_factor))

    def _find_below_floor(self, date):
        """Return since when a contract grants less than the law allows.

        Three times the French legal rate between businesses (article L441-10 of the
        commercial code): it changes with each half-year, so a contract that was lawful
        may fall below it. Judged on the last half-year whose floor is known.

        :param date date: as of this day.
        :return: first day of the first half-year, annual rate and floor of the last
            one; None when the regime is no contract, or grants enough.
        :rtype: tuple(date, Decimal, Decimal)
        """
        law = self._get_floor_law()
        if not law:
            return None
        rates = self.env["collections.interest.rate"]
        published = rates._get_published(law.floor_series)
        found = None
        for day, percent in reversed(published):
            floor, rate = law._get_floor(percent), self._get_rate(day)
            if day > date or floor is None or rate is None:
                continue
            if rate >= floor:
                break
            found = (day, *(found[1:] if found else (rate, floor)))
        return found

    def _describe_below_floor(self, day, rate, floor):
        """Return the warning about a contract that grants too little.

        :param date day: since when.
        :param Decimal rate: its annual rate.
        :param Decimal floor: what the law wants.
        :rtype: str
        """
        law = self._get_floor_law()
        return self.env._(
            "Below the legal floor since %(day)s: %(rate)s a year, and the law wants "
            "%(floor)s at least (%(factor)s × the %(series)s).",
            day=self._get_writer().date(day),
            rate=self._format_percent(rate),
            floor=self._format_percent(floor),
            factor=self._format_number(law.floor_factor),
            series=self._get_series_label(law.floor_series),
        )
