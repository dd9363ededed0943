from datetime import date, timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import RATE_SERIES


class CollectionsInterestRate(models.Model):
    """A published reference rate of one half-year: a fact, the same for everybody."""

    _name = "collections.interest.rate"
    _description = "Reference Rate"
    _order = "date desc, series"
    _rec_name = "series"

    series = fields.Selection(RATE_SERIES, required=True)
    date = fields.Date(string="From", required=True, help="First day of the half-year.")
    percent = fields.Float(required=True, digits=(8, 4))
    source = fields.Char()

    _series_date_uniq = models.UniqueIndex(
        "(series, date)", "This half-year has a rate already."
    )

    @api.constrains("date")
    def _check_date(self):
        for rate in self:
            if (rate.date.month, rate.date.day) not in ((1, 1), (7, 1)):
                raise ValidationError(
                    self.env._("A rate counts from 1 January or from 1 July.")
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
