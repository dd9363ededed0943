"""Amounts, dates and numbers as a language writes them. Pure functions, no ORM."""

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from num2words import num2words

NBSP = "\N{NO-BREAK SPACE}"


class TextWriter:
    """Writes for one language and currency.

    :param Locale locale: of the language.
    :param str currency: ISO code.
    """

    def __init__(self, locale: Locale, currency: str):
        self.locale = locale
        self.currency = currency

    def amount(self, value):
        """Return ``value`` with its currency: ``1 234,50 €`` in French."""
        return format_currency(value, self.currency, locale=self.locale)

    def number(self, value, digits):
        """Return ``value`` with so many decimals: ``1 234,5000`` in French."""
        return format_decimal(value, f"#,##0.{'0' * digits}", locale=self.locale)

    def percent(self, value):
        """Return a rate with its sign: ``12,40 %`` in French."""
        return f"{format_decimal(value, '0.00##', locale=self.locale)}{NBSP}%"

    def date(self, day):
        """Return a date in full, an empty text for none: ``21 novembre 2026``."""
        if not day:
            return ""
        text = format_date(day, "long", locale=self.locale)
        if self.locale.language == "fr" and day.day == 1:
            # French writes the first day of a month as an ordinal.
            return text.replace("1 ", "1er ", 1)
        return text

    def dates(self, days):
        """Return dates as a list in a sentence: ``5 mai 2026 et 12 mai 2026``."""
        return format_list([self.date(day) for day in days], locale=self.locale)

    def words(self, number):
        """Return a number in words, or in figures where the words are unknown."""
        try:
            return num2words(number, lang=str(self.locale))
        except NotImplementedError:
            return str(number)

    def amount_words(self, value):
        """Return an amount in words with its currency.

        :return: ``mille deux cents euros et dix centimes``; an empty text where the
            words of the language or the currency are unknown.
        :rtype: str
        """
        try:
            return num2words(
                f"{value:.2f}",
                lang=str(self.locale),
                to="currency",
                currency=self.currency,
            )
        except (NotImplementedError, KeyError):
            return ""
