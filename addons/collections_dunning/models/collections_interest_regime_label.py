from decimal import Decimal

from babel.lists import format_list
from babel.numbers import format_decimal

from odoo import models
from odoo.tools.misc import babel_locale_parse

from ..tools.text_writer import TextWriter

NBSP = "\N{NO-BREAK SPACE}"


class CollectionsInterestRegime(models.Model):
    """The rates of a regime in words, for letters and screens."""

    _inherit = "collections.interest.regime"

    def _get_rate_label(self, first_day, last_day):
        """Return the annual rate of a period in words, in the language of ``self.env``.

        ``ECB rate on 1 July 2026 (2.40 %) plus 10 points, i.e. 12.40 %``. When the
        rate changed in the period, each half-year's is named.

        :param date first_day: first late day of the period.
        :param date last_day: last one. Of a frozen regime, the rates in force on the
            first late days count: here the newest item's.
        :return: to be set into a sentence: no capital, no full stop.
        :rtype: str
        """
        self.ensure_one()
        if not self.series:
            return self._format_percent(Decimal(str(self.margin)))
        periods = self._get_rate_periods(first_day, max(first_day, last_day))
        if len(periods) > 1:
            return self._describe_rates(periods)
        return self._describe_rate(*periods[0])

    def _get_sliding_label(self, day):
        """Return the rate of whatever half-year, in words, in the user's language.

        ``ECB rate in force on 1 January and 1 July of each half-year, plus 10 points
        (12.40 % a year on the date of the invoice)``.

        :param date day: of the invoice.
        :return: the formula alone when the rate of the day is not known.
        :rtype: str
        """
        formula = self._get_sliding_formula()
        rate = self._get_rate(day)
        if rate is None:
            return formula
        return self.env._(
            "%(formula)s (%(rate)s a year on the date of the invoice)",
            formula=formula,
            rate=self._format_percent(rate),
        )

    def _get_sliding_formula(self):
        """Return how the rate of whatever half-year is found, in words.

        ``ECB rate in force on 1 January and 1 July of each half-year, plus 10 points``.

        :rtype: str
        """
        reference = self.env._(
            "%(series)s in force on 1 January and 1 July of each half-year,",
            series=self._get_series_label(),
        )
        return self._add_points(reference).rstrip(",")

    def _get_rate_periods(self, first_day, last_day):
        """Return the rates of a period; neighbours of the same rate count as one.

        :return: (first day of a half-year, published percent, annual percent); the
            percents are None where none is known.
        :rtype: list(tuple(date, Decimal, Decimal))
        """
        rates = self.env["collections.interest.rate"]
        published = dict(rates._get_published(self.series))
        day = rates._get_half_year(first_day)
        periods = []
        while day <= last_day:
            percent = published.get(day)
            if not periods or periods[-1][1] != percent:
                periods.append((day, percent, self._get_total_rate(percent)))
            day = rates._get_next_half_year(day)
        return periods

    def _describe_rate(self, day, percent, total):
        """Return the only rate of a period in words."""
        day = self.env["collections.interest.rate"]._get_reference_day(self.series, day)
        reference = self.env._(
            "%(series)s on %(day)s",
            series=self._get_series_label(),
            day=self._get_writer().date(day),
        )
        if percent is None:
            reference = self.env._("%(rate)s, not known yet,", rate=reference)
            return self._add_points(reference).rstrip(",")
        if self.margin or self.rate_step:
            reference = f"{reference} ({self._format_percent(percent)})"
        return self.env._(
            "%(formula)s, i.e. %(rate)s",
            formula=self._add_points(reference),
            rate=self._format_percent(total),
        )

    def _describe_rates(self, periods):
        """Return the rates of a period, from each half-year on, in words."""
        rates = [self._describe_period(*period) for period in periods]
        return self.env._(
            "%(formula)s, i.e. %(rate)s",
            formula=self._add_points(self._get_series_label()),
            rate=format_list(rates, locale=self._get_locale()),
        )

    def _describe_period(self, day, percent, total):
        """Return the rate from a half-year on, with the published one behind it."""
        day = self._get_writer().date(day)
        if percent is None:
            return self.env._("a rate not known yet from %(day)s", day=day)
        rate = self._format_percent(total)
        if self.rate_mode == "frozen":
            text = self.env._(
                "%(rate)s for a delay that began from %(day)s on", rate=rate, day=day
            )
        else:
            text = self.env._("%(rate)s from %(day)s", rate=rate, day=day)
        if self.margin or self.rate_step:
            return f"{text} ({self._format_percent(percent)})"
        return text

    def _add_points(self, reference):
        """Return a reference rate with what the regime makes of it."""
        formula = reference
        if self.margin == 1:
            formula = self.env._("%(rate)s plus 1 point", rate=reference)
        elif self.margin:
            formula = self.env._(
                "%(rate)s plus %(points)s points",
                rate=reference,
                points=self._format_number(self.margin),
            )
        if self.rate_step == 0.5:
            return self.env._("%(rate)s, rounded up to the half point", rate=formula)
        if self.rate_step:
            return self.env._(
                "%(rate)s, rounded up to a multiple of %(step)s points",
                rate=formula,
                step=self._format_number(self.rate_step),
            )
        return formula

    def _get_series_label(self, series=None):
        """Return a reference rate as a sentence names it.

        :param str series: see ``const.RATE_SERIES``; None: that of the regime.
        :rtype: str
        """
        return {
            "ecb": self.env._("ECB rate"),
            "fr_legal_professional": self.env._("French legal rate for businesses"),
            "fr_legal_individual": self.env._("French legal rate for individuals"),
            "de_base": self.env._("base rate of the Deutsche Bundesbank"),
            "at_base": self.env._("base rate of the Austrian National Bank"),
            "boe": self.env._("Bank of England rate"),
        }[series or self.series]

    # === FORMATS === #

    def _get_locale(self):
        return babel_locale_parse(self.env.lang)

    def _get_writer(self):
        return TextWriter(self._get_locale(), "EUR")

    def _format_number(self, number):
        return format_decimal(number, "0.####", locale=self._get_locale())

    def _format_percent(self, percent):
        """Return a rate with its sign: ``12,40 %`` in French.

        :param Decimal percent: annual rate.
        :rtype: str
        """
        number = format_decimal(percent, "0.00##", locale=self._get_locale())
        return f"{number}{NBSP}%"
