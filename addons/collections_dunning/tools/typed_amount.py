"""Amounts as people type them in their own language. No ORM."""

import re


def parse_amount(text, decimal_point, thousands_sep=""):
    """Return the number that somebody typed.

    A comma is never read as a point, nor the other way round: what can be read in two
    ways is refused. Spaces of any kind don't matter.

    :param str text: what was typed, without a currency.
    :param str decimal_point: of his language.
    :param str thousands_sep: of his language; empty: none.
    :rtype: float
    :raise ValueError: when it can be read in two ways, or in none.
    """
    separator = (thousands_sep or "").strip()
    text = "".join(text.split())
    if separator and separator in text:
        groups = rf"\d{{1,3}}({re.escape(separator)}\d{{3}})*"
        if not re.fullmatch(rf"{groups}({re.escape(decimal_point)}\d*)?", text):
            raise ValueError(text)
        text = text.replace(separator, "")
    if not re.fullmatch(rf"\d{{1,15}}({re.escape(decimal_point)}\d*)?", text):
        raise ValueError(text)
    return float(text.replace(decimal_point, "."))
