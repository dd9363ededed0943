"""Payments and installments: examples, and what always holds."""

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
    / "addons/collections_dunning/tools/installment_matching.py"
)
_SPEC = importlib.util.spec_from_file_location("installment_matching", _PATH)
installment_matching = importlib.util.module_from_spec(_SPEC)
sys.modules["installment_matching"] = installment_matching
_SPEC.loader.exec_module(installment_matching)

JAN, FEB, MAR = (date(2027, month, 5) for month in (1, 2, 3))


def match(amounts, payments, credited=0):
    found = installment_matching.match_payments(
        [Decimal(amount) for amount in amounts],
        [(day, Decimal(amount)) for day, amount in payments],
        Decimal(credited),
    )
    return [(float(each.covered), each.paid_on) for each in found]


# Installments, payments, credited, what each has come to.
EXAMPLES = {
    "nothing": ([100, 100], [], 0, [(0, None), (0, None)]),
    "one sum pays two": ([100, 100], [(JAN, 150)], 0, [(100, JAN), (50, None)]),
    "split": (
        [100, 100],
        [(JAN, 60), (FEB, 60), (MAR, 80)],
        0,
        [(100, FEB), (100, MAR)],
    ),
    "all at once": ([100, 50], [(JAN, 150)], 0, [(100, JAN), (50, JAN)]),
    "more than is owed": ([100], [(JAN, 150)], 0, [(100, JAN)]),
    "credit shortens the end": ([100, 100], [], 150, [(50, None), (100, None)]),
    "credit and payment": ([100, 100], [(JAN, 50)], 150, [(100, JAN), (100, None)]),
}


@pytest.mark.parametrize("case", EXAMPLES.values(), ids=EXAMPLES)
def test_example(case):
    *args, expected = case
    assert match(*args) == expected


amounts = st.lists(st.integers(1, 10_000), min_size=1, max_size=12)
sums = st.lists(st.integers(1, 20_000), max_size=12)


@given(amounts, sums, st.integers(0, 20_000))
def test_oldest_first_and_nothing_is_lost(owed, paid, credited):
    payments = [(JAN + timedelta(days=n), each) for n, each in enumerate(paid)]
    found = match(owed, payments, credited)
    covered = [each for each, _day in found]
    assert sum(covered) == min(sum(paid) + credited, sum(owed))
    assert all(0 <= each <= most for each, most in zip(covered, owed, strict=True))
    # One that is paid in part has only full ones before it, paid or credited behind.
    days = [day for _covered, day in found if day]
    assert days == sorted(days)
    first_open = next((n for n, c in enumerate(covered) if c < owed[n]), None)
    if first_open is not None:
        assert sum(paid) <= sum(owed[: first_open + 1])


@given(amounts, sums)
def test_one_sum_or_many_cover_the_same(owed, paid):
    many = match(owed, [(JAN, each) for each in paid])
    one = match(owed, [(JAN, sum(paid))] if paid else [])
    assert many == one
