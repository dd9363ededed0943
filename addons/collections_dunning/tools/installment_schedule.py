"""Schedules of installments: dates that keep their day, amounts that add up exactly.

Each installment but the last is the equal share, rounded down to the step that was
chosen; the last one takes what is left.
"""

import calendar
import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

# Months between two installments; a week is counted in days.
MONTHS = {"month": 1, "quarter": 3}
INTERVALS = ("week", *MONTHS)
WEEK = datetime.timedelta(days=7)
# Longer than any plan; keeps a slip of the keyboard from making thousands.
MOST_INSTALLMENTS = 360


class Installment(NamedTuple):
    """One payment of a schedule.

    :ivar date date: day by which it is paid.
    :ivar Decimal amount: what is paid.
    """

    date: datetime.date
    amount: Decimal


def build_schedule(
    amount, count, first_date, *, down_payment=0, rounding="0.01", interval="month"
):
    """Return the installments that pay an amount, beside its down payment.

    :param amount: total to pay, down payment included (Decimal, int or str).
    :param int count: number of installments, the down payment not counted.
    :param date first_date: day of the first installment.
    :param down_payment: paid at once (Decimal, int or str).
    :param rounding: all installments but the last are multiples of it (Decimal, int or
        str).
    :param str interval: ``week``, ``month`` or ``quarter``. A month that has no such
        day is paid on its last one; the following ones keep the day of the first.
    :return: their sum and the down payment are the amount, exactly.
    :rtype: list(Installment)
    :raise ValueError: on a value that makes no schedule, and says which.
    """
    amount = _to_decimal("amount", amount)
    down_payment = _to_decimal("down payment", down_payment)
    rounding = _to_decimal("rounding", rounding)
    if amount <= 0:
        raise ValueError("The amount must be greater than zero.")
    if not 0 <= down_payment < amount:
        raise ValueError("The down payment must be less than the amount, and not < 0.")
    if rounding <= 0:
        raise ValueError("The rounding must be greater than zero.")
    dates = get_dates(count, first_date, interval)
    rest = amount - down_payment
    share = rest / count // rounding * rounding
    if share <= 0:
        raise ValueError(
            f"{rest} can't be spread over {count} installments in steps of {rounding}."
        )
    amounts = [share] * (count - 1) + [rest - share * (count - 1)]
    return [Installment(*entry) for entry in zip(dates, amounts, strict=True)]


def get_dates(count, first_date, interval="month"):
    """Return the days of a schedule.

    :param int count: number of installments.
    :param date first_date: day of the first one.
    :param str interval: ``week``, ``month`` or ``quarter``.
    :rtype: list(date)
    :raise ValueError: on a value that makes no schedule, and says which.
    """
    if isinstance(count, bool) or not isinstance(count, int):
        raise ValueError("The number of installments must be a whole number.")
    if not 1 <= count <= MOST_INSTALLMENTS:
        raise ValueError(
            f"The number of installments must be from 1 to {MOST_INSTALLMENTS}."
        )
    if interval not in INTERVALS:
        raise ValueError(f"The interval must be one of {', '.join(INTERVALS)}.")
    if isinstance(first_date, datetime.datetime) or not isinstance(
        first_date, datetime.date
    ):
        raise ValueError("The first date must be a date.")
    try:
        if interval == "week":
            return [first_date + WEEK * number for number in range(count)]
        step = MONTHS[interval]
        return [_add_months(first_date, step * number) for number in range(count)]
    except OverflowError as error:
        raise ValueError("The last date is too far away.") from error


def _to_decimal(name, value):
    """Return an amount as a Decimal.

    :raise ValueError: when it is no finite number, or a float, which is not exact.
    """
    if isinstance(value, bool | float) or not isinstance(value, Decimal | int | str):
        raise ValueError(f"The {name} must be a Decimal, not {value!r}.")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"The {name} is no number: {value!r}.") from error
    if not number.is_finite():
        raise ValueError(f"The {name} must be finite.")
    return number


def _add_months(day, months):
    """Return the same day some months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > datetime.MAXYEAR:
        raise OverflowError
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
