import csv
from datetime import date, timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import file_open, format_date

from ..const import RATE_SERIES

# What was published so far, as facts: loaded where nobody has typed a rate.
PUBLISHED_FILE = "collections_dunning/data/reference_rates.csv"
# In percent. Whatever lies outside was mistyped: a comma forgotten, a year.
LOWEST, HIGHEST = -5, 25


class CollectionsInterestRate(models.Model):
    """A published reference rate of one half-year: a fact, the same for everybody."""

    _name = "collections.interest.rate"
    _description = "Reference Rate"
    _order = "date desc, series"
    _rec_name = "series"

    series = fields.Selection(RATE_SERIES, string="Reference Rate", required=True)
    date = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._get_half_year(fields.Date.context_today(self)),
        help="First day of the half-year: 1 January or 1 July.",
    )
    percent = fields.Float(string="Rate (%)", required=True, digits=(8, 4))
    source = fields.Char(help="Who published it, and where it can be checked.")

    _series_date_uniq = models.UniqueIndex(
        "(series, date)", "This half-year has a rate already."
    )

    # === COMPUTE METHODS === #

    def _compute_display_name(self):
        labels = dict(self._fields["series"]._description_selection(self.env))
        for rate in self:
            rate.display_name = f"{labels.get(rate.series, '')} {rate.date or ''}"

    # === CONSTRAINT METHODS === #

    @api.constrains("date")
    def _check_date(self):
        for rate in self:
            if rate.date != self._get_half_year(rate.date):
                raise ValidationError(
                    self.env._(
                        "%(day)s: a rate counts from 1 January or from 1 July.",
                        day=format_date(self.env, rate.date),
                    )
                )

    @api.constrains("percent")
    def _check_percent(self):
        for rate in self:
            if not LOWEST <= rate.percent <= HIGHEST:
                raise ValidationError(
                    self.env._(
                        "%(percent)s %% is no reference rate: those lie between "
                        "%(lowest)s and %(highest)s %%. Enter the published rate, "
                        "without the points of the regime.",
                        percent=rate.percent,
                        lowest=LOWEST,
                        highest=HIGHEST,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Correct a rate with which every company counts.

        :raise AccessError: unless the user works in all of them; one that is missing
            can be added by each Credit Manager.
        """
        self.env.company._check_shared_law()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        self.env.company._check_shared_law()

    # === BUSINESS METHODS === #

    @api.model
    def _load_published(self):
        """Add the published rates we ship to the half-years that have none.

        Called at install and at each update of the module. What somebody has typed
        stays as it is.
        """
        known = {(rate.series, rate.date) for rate in self.sudo().search_fetch([])}
        with file_open(PUBLISHED_FILE, "r") as published:
            rows = list(csv.DictReader(published))
        self.sudo().create(
            [
                {**row, "percent": float(row["percent"])}
                for row in rows
                if (row["series"], fields.Date.to_date(row["date"])) not in known
            ]
        )

    @api.model
    def _get_published(self, series):
        """Return the rates of a series, half-year by half-year.

        :param str series: see ``const.RATE_SERIES``.
        :return: (first day, percent), ascending; percent is None from the first day
            of a half-year that has none.
        :rtype: list(tuple(date, Decimal))
        """
        rates = self.sudo().search([("series", "=", series)], order="date")
        result = []
        for rate in rates:
            if result and result[-1][0] == rate.date:
                result.pop()
            result.append((rate.date, Decimal(str(rate.percent))))
            result.append((self._get_next_half_year(rate.date), None))
        return result

    @api.model
    def _get_half_year(self, day):
        """Return the first day of the half-year of a day.

        :rtype: date
        """
        return date(day.year, 7 if day.month > 6 else 1, 1)

    @api.model
    def _get_next_half_year(self, day):
        """Return the first day of the half-year after that of a day.

        :rtype: date
        """
        if day.month > 6:
            return date(day.year + 1, 1, 1)
        return date(day.year, 7, 1)

    @api.model
    def _get_reference_day(self, series, half_year):
        """Return the day whose value of a series counts for a half-year.

        The first day itself; that of the Bank of England, the day before.

        :param str series: see ``const.RATE_SERIES``.
        :param date half_year: its first day.
        :rtype: date
        """
        return half_year - timedelta(days=1) if series == "boe" else half_year
