"""Schedules of installments: worked examples to the cent, and what always holds."""

import importlib.util
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

# By itself: importing the addon would import Odoo.
_PATH = (
    Path(__file__).resolve().parent.parent
    / "addons/collections_dunning/tools/installment_schedule.py"
)
_SPEC = importlib.util.spec_from_file_location("installment_schedule", _PATH)
installment_schedule = importlib.util.module_from_spec(_SPEC)
sys.modules["installment_schedule"] = installment_schedule
_SPEC.loader.exec_module(installment_schedule)
build = installment_schedule.build_schedule

FIRST = date(2026, 12, 1)


def dates(first, count, interval="month"):
    schedule = build(Decimal(1000), count, first, interval=interval)
    return [each.date.isoformat() for each in schedule]


# Amount, number, options, installments.
EXAMPLES = [
    ("10000", 3, {}, ["3333.33"] * 2 + ["3333.34"]),
    ("10000", 3, {"rounding": "10"}, ["3330"] * 2 + ["3340"]),
    (
        "8437.52",
        6,
        {"down_payment": "1500", "rounding": "50"},
        ["1150"] * 5 + ["1187.52"],
    ),
    ("100", 7, {}, ["14.28"] * 6 + ["14.32"]),
    ("100", 1, {}, ["100"]),
    ("1000", 3, {"rounding": "1"}, ["333", "333", "334"]),
]


@pytest.mark.parametrize("total, count, options, expected", EXAMPLES)
def test_worked_example(total, count, options, expected):
    found = build(Decimal(total), count, FIRST, **options)
    assert [each.amount for each in found] == [Decimal(text) for text in expected]


def test_amounts_are_decimals_numbers_or_texts():
    found = [build(total, 3, FIRST) for total in ("100", 100, Decimal(100))]
    assert found[0] == found[1] == found[2]
    assert {type(each.amount) for each in build(100, 3, FIRST)} == {Decimal}


def test_each_installment_is_a_date_and_an_amount():
    (day, amount), _second = build(Decimal("10.01"), 2, FIRST)
    assert (day, amount) == (FIRST, Decimal("5.00"))


@pytest.mark.parametrize(
    "first, expected",
    [
        ("2026-12-31", ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
        ("2027-11-30", ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29"]),
        ("2026-10-15", ["2026-10-15", "2026-11-15", "2026-12-15", "2027-01-15"]),
    ],
)
def test_month_ends_clamp_and_come_back(first, expected):
    assert dates(date.fromisoformat(first), 4) == expected


def test_weeks_and_quarters():
    assert dates(date(2026, 12, 24), 3, "week") == [
        "2026-12-24",
        "2026-12-31",
        "2027-01-07",
    ]
    assert dates(date(2026, 11, 30), 3, "quarter") == [
        "2026-11-30",
        "2027-02-28",
        "2027-05-30",
    ]


@pytest.mark.parametrize(
    "args, options, message",
    [
        ((0, 3, FIRST), {}, "amount must be greater"),
        (("-5", 3, FIRST), {}, "amount must be greater"),
        ((100.5, 3, FIRST), {}, "amount must be a Decimal"),
        ((True, 3, FIRST), {}, "amount must be a Decimal"),
        (("much", 3, FIRST), {}, "amount is no number"),
        ((Decimal("NaN"), 3, FIRST), {}, "amount must be finite"),
        ((Decimal("Infinity"), 3, FIRST), {}, "amount must be finite"),
        ((100, 0, FIRST), {}, "number of installments"),
        ((100, -1, FIRST), {}, "number of installments"),
        ((100, 2.0, FIRST), {}, "number of installments"),
        ((100, True, FIRST), {}, "number of installments"),
        ((100, 361, FIRST), {}, "number of installments"),
        ((100, 3, "2026-12-01"), {}, "first date"),
        ((100, 3, datetime(2026, 12, 1)), {}, "first date"),
        ((100, 3, date(9999, 12, 1)), {}, "too far away"),
        ((100, 3, date(9999, 12, 30)), {"interval": "week"}, "too far away"),
        ((100, 3, FIRST), {"down_payment": 100}, "down payment"),
        ((100, 3, FIRST), {"down_payment": -1}, "down payment"),
        ((100, 3, FIRST), {"rounding": 0}, "rounding must be greater"),
        ((100, 3, FIRST), {"rounding": "-0.01"}, "rounding must be greater"),
        ((100, 3, FIRST), {"rounding": 50}, "in steps of 50"),
        (("0.02", 3, FIRST), {}, "in steps of 0.01"),
        ((100, 3, FIRST), {"interval": "day"}, "interval"),
    ],
)
def test_wrong_input(args, options, message):
    with pytest.raises(ValueError, match=message):
        build(*args, **options)


money = st.decimals("0.01", "10000000", places=2)
counts = st.integers(1, 60)
days = st.dates(date(2000, 1, 1), date(2200, 12, 31))
steps = st.sampled_from(["0.01", "0.05", "1", "5", "10", "50", "100"]).map(Decimal)
intervals = st.sampled_from(["week", "month", "quarter"])


@st.composite
def schedules(draw):
    """Return the arguments of a schedule, and what it is; or why there is none."""
    amount, count, step = draw(money), draw(counts), draw(steps)
    down_payment = draw(st.sampled_from([Decimal(0), (amount / 3).quantize(step)]))
    interval = draw(intervals)
    first = draw(days)
    options = {"down_payment": down_payment, "rounding": step, "interval": interval}
    try:
        return amount, count, first, options, build(amount, count, first, **options)
    except ValueError as error:
        return amount, count, first, options, error


@given(schedules())
def test_sums_are_exact(case):
    amount, count, _first, options, schedule = case
    if isinstance(schedule, ValueError):
        return
    assert len(schedule) == count
    assert sum(each.amount for each in schedule) + options["down_payment"] == amount


@given(schedules())
def test_all_but_the_last_are_equal_steps_and_the_last_is_no_less(case):
    _amount, count, _first, options, schedule = case
    if isinstance(schedule, ValueError):
        return
    *regular, last = [each.amount for each in schedule]
    assert len(set(regular)) <= 1
    assert all(each > 0 and each % options["rounding"] == 0 for each in regular)
    if regular:
        assert regular[0] <= last < regular[0] + options["rounding"] * count


@given(schedules())
def test_refused_only_when_a_share_is_less_than_a_step(case):
    amount, count, _first, options, schedule = case
    share = (amount - options["down_payment"]) / count
    too_small = share < options["rounding"] or options["down_payment"] >= amount
    assert isinstance(schedule, ValueError) == too_small


@given(schedules())
def test_dates_follow_the_interval_and_keep_their_day(case):
    _amount, _count, first, options, schedule = case
    if isinstance(schedule, ValueError):
        return
    found = [each.date for each in schedule]
    assert found[0] == first
    if options["interval"] == "week":
        steps = {
            after - before for before, after in zip(found, found[1:], strict=False)
        }
        assert steps <= {timedelta(days=7)}
        return
    months = [day.year * 12 + day.month for day in found]
    step = 1 if options["interval"] == "month" else 3
    assert months == [months[0] + step * number for number in range(len(months))]
    for day in found:
        is_last = (day + timedelta(days=1)).day == 1
        assert day.day == first.day or (is_last and day.day < first.day)
