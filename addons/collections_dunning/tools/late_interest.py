"""Statutory and contractual late interest: simple, by day, provable.

Interest is ``principal × rate × days / days of the year``. It begins on the day after
the due date and includes the day the money arrived, as article L441-10 of the French
commercial code and directive 2011/7/EU have it. Nothing is rounded but the total.
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
DAY = datetime.timedelta(days=1)
DAY_BASES = ("365", "actual")
RATE_MODES = ("sliding", "frozen")


class MissingRateError(ValueError):
    """No rate is known for a late day.

    :ivar date day: the first such day.
    """

    def __init__(self, day):
        super().__init__(f"No rate is known for {day}.")
        self.day = day


@dataclass(frozen=True)
class Segment:
    """Days on which neither the principal nor the rate changed.

    :ivar date first_day: first day that bears interest.
    :ivar date last_day: last one, included.
    :ivar int days: number of days.
    :ivar Decimal principal: amount that bears interest.
    :ivar Decimal rate: annual rate in percent.
    :ivar Decimal amount: interest of these days, not rounded.
    """

    first_day: datetime.date
    last_day: datetime.date
    days: int
    principal: Decimal
    rate: Decimal
    amount: Decimal

    def as_row(self):
        """Return what is kept of it: texts, and the number of days.

        :rtype: dict
        """
        return {
            "from": self.first_day.isoformat(),
            "to": self.last_day.isoformat(),
            "days": self.days,
            "principal": str(self.principal),
            "rate": str(self.rate),
            "amount": str(self.amount),
        }


@dataclass(frozen=True)
class LateInterest:
    """What a late debt has borne.

    :ivar list(Segment) segments: in order of time.
    :ivar Decimal total: rounded once, half up, to the cent.
    """

    segments: list
    total: Decimal


def compute_late_interest(
    balances, due_date, stop_date, rates, *, day_basis="365", rate_mode="sliding"
):
    """Return the late interest of a debt up to a day.

    :param list balances: (date, Decimal): principal open from that date on, ascending;
        the first one's date is at or before ``due_date``. A principal of zero or less
        bears nothing. Money that arrived on a day still bears interest that day: its
        balance begins on the next one.
    :param date due_date: last day on which the debt was not late.
    :param date stop_date: last day that bears interest.
    :param list rates: (date, Decimal): annual percent in force from that date on,
        ascending; None: not known from that date on.
    :param str day_basis: ``365``, also in leap years, or ``actual`` days of each year.
    :param str rate_mode: ``sliding``: each day bears the rate in force on it;
        ``frozen``: the rate of the first late day throughout.
    :rtype: LateInterest
    :raise MissingRateError: no rate is known for a late day: it is never guessed.
    :raise ValueError: a list is not in order, or the first balance is too late.
    """
    _check(balances, rates, day_basis, rate_mode)
    if balances[0][0] > due_date:
        raise ValueError("The first balance begins after the due date.")
    first_day = due_date + DAY
    segments = []
    for first, last, principal in _get_periods(balances, first_day, stop_date):
        if principal > 0:
            segments += _get_segments(
                first, last, principal, rates, first_day, day_basis, rate_mode
            )
    total = sum((segment.amount for segment in segments), Decimal(0))
    return LateInterest(segments, total.quantize(CENT, rounding=ROUND_HALF_UP))


def _check(balances, rates, day_basis, rate_mode):
    if day_basis not in DAY_BASES:
        raise ValueError(f"Unknown day basis: {day_basis}")
    if rate_mode not in RATE_MODES:
        raise ValueError(f"Unknown rate mode: {rate_mode}")
    if not balances:
        raise ValueError("There is no balance.")
    for name, entries in (("balances", balances), ("rates", rates)):
        days = [day for day, _value in entries]
        if any(later <= day for day, later in zip(days, days[1:], strict=False)):
            raise ValueError(f"The {name} are not in ascending order.")
        for _day, value in entries:
            if not isinstance(value, Decimal) and (name, value) != ("rates", None):
                raise TypeError(f"The {name} are not Decimal: {value!r}")


def _get_periods(entries, first_day, last_day):
    """Yield first day, last day and value of each entry within a period.

    What no entry covers is left out.
    """
    ends = [day - DAY for day, _value in entries[1:]] + [last_day]
    for (begin, value), end in zip(entries, ends, strict=False):
        first, last = max(begin, first_day), min(end, last_day)
        if first <= last:
            yield first, last, value


def _get_segments(first, last, principal, rates, late_from, day_basis, rate_mode):
    """Return the segments of days on which the principal did not change."""
    if rate_mode == "frozen":
        periods = [(first, last, _get_rate(rates, late_from))]
    else:
        periods = _join(list(_get_periods(rates, first, last)))
    if not periods or periods[0][0] > first:
        raise MissingRateError(first)
    segments = []
    for begin, end, rate in periods:
        if rate is None:
            raise MissingRateError(begin)
        for start, stop, year_days in _split_years(begin, end, day_basis):
            days = (stop - start).days + 1
            amount = principal * rate * days / (100 * year_days)
            segments.append(Segment(start, stop, days, principal, rate, amount))
    return segments


def _get_rate(rates, day):
    """Return the rate in force on a day; None when it is not known."""
    known = [rate for begin, rate in rates if begin <= day]
    return known[-1] if known else None


def _join(periods):
    """Join neighbours that have the same rate."""
    joined = []
    for first, last, rate in periods:
        if joined and joined[-1][2] == rate:
            first = joined.pop()[0]
        joined.append((first, last, rate))
    return joined


def _split_years(first, last, day_basis):
    """Yield the parts of a period with the days that their year counts."""
    if day_basis == "365":
        yield first, last, 365
        return
    while first <= last:
        year_end = datetime.date(first.year, 12, 31)
        end = min(last, year_end)
        yield first, end, year_end.timetuple().tm_yday
        first = end + DAY
