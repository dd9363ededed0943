"""Late interest: worked examples to the cent, and what always holds."""

import importlib.util
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

# By itself: importing the addon would import Odoo.
_PATH = (
    Path(__file__).resolve().parent.parent
    / "addons/collections_dunning/tools/late_interest.py"
)
_SPEC = importlib.util.spec_from_file_location("late_interest", _PATH)
late_interest = importlib.util.module_from_spec(_SPEC)
sys.modules["late_interest"] = late_interest
_SPEC.loader.exec_module(late_interest)
compute = late_interest.compute_late_interest

CENT = Decimal("0.01")


def day(text):
    return date.fromisoformat(text)


def series(*entries):
    return [
        (day(begin), None if value is None else Decimal(value))
        for begin, value in entries
    ]


# Reference rate of the ECB on the first day of each semester, in percent.
SEMESTERS = [
    ("2023-07-01", "4.00"),
    ("2024-01-01", "4.50"),
    ("2024-07-01", "4.25"),
    ("2025-01-01", "3.15"),
    ("2025-07-01", "2.15"),
    ("2026-01-01", "2.15"),
    ("2026-07-01", "2.40"),
    ("2027-01-01", None),
]


def ecb_plus(points):
    return [(day(begin), rate and Decimal(rate) + points) for begin, rate in SEMESTERS]


FRENCH = ecb_plus(10)
EUROPEAN = ecb_plus(8)
BELGIAN = series(("2025-01-01", "11.5"), ("2025-07-01", "10.5"))

# Title, principal, due date, last day, rates, options, total.
EXAMPLES = [
    ("one month", "1200", "2025-01-31", "2025-03-02", FRENCH, {}, "12.97"),
    ("two semesters", "10000", "2025-06-15", "2025-07-20", FRENCH, {}, "120.62"),
    (
        "the rate of the first day throughout",
        "10000",
        "2025-06-15",
        "2025-07-20",
        FRENCH,
        {"rate_mode": "frozen"},
        "126.10",
    ),
    ("leap year by 365", "5000", "2024-01-31", "2024-03-31", FRENCH, {}, "119.18"),
    (
        "leap year as it is",
        "5000",
        "2024-01-31",
        "2024-03-31",
        FRENCH,
        {"day_basis": "actual"},
        "118.85",
    ),
    ("into a leap year", "8450.50", "2023-12-15", "2024-03-01", FRENCH, {}, "256.64"),
    (
        "into a leap year as it is",
        "8450.50",
        "2023-12-15",
        "2024-03-01",
        FRENCH,
        {"day_basis": "actual"},
        "256.08",
    ),
    (
        "a contract's 15 %",
        "3000",
        "2024-09-30",
        "2024-12-31",
        series(("2000-01-01", "15")),
        {},
        "113.42",
    ),
    ("its default instead", "3000", "2024-09-30", "2024-12-31", FRENCH, {}, "107.75"),
    (
        "a contract's 12 %",
        "3000",
        "2024-09-30",
        "2024-12-31",
        series(("2000-01-01", "12")),
        {},
        "90.74",
    ),
    ("one day", "1000", "2025-09-30", "2025-10-01", FRENCH, {}, "0.33"),
    ("on the due date", "1000", "2025-09-30", "2025-09-30", FRENCH, {}, "0"),
    (
        "public buyer",
        "50000",
        "2025-06-10",
        "2025-07-25",
        EUROPEAN,
        {"rate_mode": "frozen"},
        "687.33",
    ),
    (
        "public buyer, wrongly sliding",
        "50000",
        "2025-06-10",
        "2025-07-25",
        EUROPEAN,
        {},
        "653.08",
    ),
    (
        "United Kingdom",
        "5000",
        "2026-03-31",
        "2026-08-29",
        series(("2026-01-01", "11.75"), ("2026-07-01", "11.75")),
        {"rate_mode": "frozen"},
        "243.05",
    ),
    ("Belgium", "10000", "2025-06-15", "2025-07-20", BELGIAN, {}, "104.79"),
    ("European default", "10000", "2025-06-15", "2025-07-20", EUROPEAN, {}, "101.44"),
    (
        "Switzerland",
        "10000",
        "2025-06-15",
        "2025-07-20",
        series(("1912-01-01", "5")),
        {},
        "47.95",
    ),
    ("rounded to nothing", "12", "2026-07-31", "2026-08-01", FRENCH, {}, "0.00"),
]


@pytest.mark.parametrize(
    ("principal", "due", "stop", "rates", "options", "total"),
    [example[1:] for example in EXAMPLES],
    ids=[example[0] for example in EXAMPLES],
)
def test_worked_example(principal, due, stop, rates, options, total):
    balances = [(day(due), Decimal(principal))]
    result = compute(balances, day(due), day(stop), rates, **options)
    assert result.total == Decimal(total)


def test_partial_payment_over_two_semesters():
    balances = series(("2025-05-31", "10000"), ("2025-06-21", "6000"))
    result = compute(balances, day("2025-05-31"), day("2025-07-31"), FRENCH)
    assert result.total == Decimal("155.59")
    assert [
        (str(s.first_day), str(s.last_day), s.days, s.principal, s.rate)
        for s in result.segments
    ] == [
        ("2025-06-01", "2025-06-20", 20, Decimal("10000"), Decimal("13.15")),
        ("2025-06-21", "2025-06-30", 10, Decimal("6000"), Decimal("13.15")),
        ("2025-07-01", "2025-07-31", 31, Decimal("6000"), Decimal("12.15")),
    ]


def test_semesters_of_one_rate_are_one_segment():
    balances = [(day("2025-11-30"), Decimal("1000"))]
    result = compute(balances, day("2025-11-30"), day("2026-02-28"), FRENCH)
    assert len(result.segments) == 1
    assert result.segments[0].days == 90


def test_credit_above_the_debt_bears_nothing():
    balances = series(("2025-01-31", "100"), ("2025-02-11", "-50"))
    result = compute(balances, day("2025-01-31"), day("2025-12-31"), FRENCH)
    assert [segment.days for segment in result.segments] == [10]


# --- what is refused --- #


def test_rate_that_is_not_known_is_never_guessed():
    balances = [(day("2026-12-01"), Decimal("100"))]
    compute(balances, day("2026-12-01"), day("2026-12-31"), FRENCH)
    with pytest.raises(ValueError, match="2027-01-01"):
        compute(balances, day("2026-12-01"), day("2027-01-01"), FRENCH)
    with pytest.raises(ValueError, match="2023-06-02"):
        compute(
            [(day("2023-06-01"), Decimal("100"))],
            day("2023-06-01"),
            day("2023-08-01"),
            FRENCH,
        )
    with pytest.raises(ValueError, match="2026-12-02"):
        compute(balances, day("2026-12-01"), day("2026-12-31"), [])


def test_frozen_rate_needs_only_the_first_day():
    balances = [(day("2026-12-01"), Decimal("100"))]
    late = day("2027-03-01")
    result = compute(balances, day("2026-12-01"), late, FRENCH, rate_mode="frozen")
    assert result.segments[0].rate == Decimal("12.40")


@pytest.mark.parametrize(
    ("balances", "rates", "options"),
    [
        ([], FRENCH, {}),
        (series(("2025-02-01", "1")), FRENCH, {}),
        (series(("2025-01-02", "1"), ("2025-01-01", "1")), FRENCH, {}),
        (series(("2025-01-01", "1"), ("2025-01-01", "1")), FRENCH, {}),
        (series(("2025-01-01", "1")), FRENCH[::-1], {}),
        (series(("2025-01-01", "1")), FRENCH, {"day_basis": "360"}),
        (series(("2025-01-01", "1")), FRENCH, {"rate_mode": "fixed"}),
    ],
)
def test_wrong_input(balances, rates, options):
    with pytest.raises(ValueError):
        compute(balances, day("2025-01-31"), day("2025-03-01"), rates, **options)


def test_float_is_no_money():
    with pytest.raises(TypeError):
        compute([(day("2025-01-01"), 1.1)], day("2025-01-01"), day("2025-02-01"), [])


# --- what always holds --- #

principals = st.decimals(min_value="0", max_value="1000000", places=2)
dates = st.dates(min_value=date(2023, 7, 2), max_value=date(2026, 11, 1))
modes = st.sampled_from(["sliding", "frozen"])
bases = st.sampled_from(["365", "actual"])


@st.composite
def histories(draw):
    """A due date, and the principal from then on: it only goes down."""
    due = draw(dates)
    amounts = sorted(draw(st.lists(principals, min_size=1, max_size=4)), reverse=True)
    later = st.integers(min_value=1, max_value=400)
    days = sorted(
        draw(st.sets(later, min_size=len(amounts) - 1, max_size=len(amounts) - 1))
    )
    begins = [due] + [due + timedelta(days=n) for n in days]
    return due, list(zip(begins, amounts, strict=True))


@given(histories(), st.integers(-50, 60), bases, modes)
def test_never_negative_and_zero_before_the_first_late_day(history, days, basis, mode):
    due, balances = history
    stop = min(due + timedelta(days=days), date(2026, 12, 31))
    result = compute(balances, due, stop, FRENCH, day_basis=basis, rate_mode=mode)
    assert result.total >= 0
    if stop <= due:
        assert result.total == 0
        assert result.segments == []


@given(histories(), st.integers(0, 50), bases, modes)
def test_grows_with_the_days(history, days, basis, mode):
    due, balances = history
    options = {"day_basis": basis, "rate_mode": mode}
    stop = min(due + timedelta(days=days), date(2026, 12, 30))
    before = compute(balances, due, stop, FRENCH, **options)
    after = compute(balances, due, stop + timedelta(days=1), FRENCH, **options)
    assert after.total >= before.total


@given(histories(), st.integers(1, 30), st.integers(1, 30), bases)
def test_splitting_a_period_changes_no_more_than_rounding(history, one, two, basis):
    due, balances = history
    middle = due + timedelta(days=one)
    stop = min(middle + timedelta(days=two), date(2026, 12, 31))
    whole = compute(balances, due, stop, FRENCH, day_basis=basis)
    first = compute(balances, due, middle, FRENCH, day_basis=basis)
    second = compute(balances, middle, stop, FRENCH, day_basis=basis)
    assert abs(whole.total - first.total - second.total) <= CENT
    assert sum(s.days for s in whole.segments) == sum(
        s.days for part in (first, second) for s in part.segments
    )


@given(histories(), st.integers(1, 60), bases, modes)
def test_segments_follow_each_other_and_add_up(history, days, basis, mode):
    due, balances = history
    stop = min(due + timedelta(days=days), date(2026, 12, 31))
    result = compute(balances, due, stop, FRENCH, day_basis=basis, rate_mode=mode)
    for former, later in zip(result.segments, result.segments[1:], strict=False):
        assert later.first_day > former.last_day
    for segment in result.segments:
        assert segment.days == (segment.last_day - segment.first_day).days + 1
    exact = sum(segment.amount for segment in result.segments)
    assert abs(result.total - exact) <= CENT / 2
