"""The worked example of the README is what the code computes."""

import csv
import importlib.util
import re
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
ADDON = REPO / "addons/collections_dunning"
# By itself: importing the addon would import Odoo.
_SPEC = importlib.util.spec_from_file_location(
    "late_interest", ADDON / "tools/late_interest.py"
)
late_interest = importlib.util.module_from_spec(_SPEC)
sys.modules.setdefault("late_interest", late_interest)
_SPEC.loader.exec_module(late_interest)


def read_section():
    text = (REPO / "README.md").read_text()
    return text.partition("## Late interest\n")[2].partition("\n## ")[0]


def read_periods():
    """Return the rows of the table as texts."""
    rows = re.findall(r"^\| (\d{4}-.*) \|$", read_section(), re.MULTILINE)
    return [tuple(row.split(" | ")) for row in rows]


def read_rates():
    """Return the rates that are shipped, plus 10 points."""
    with (ADDON / "data/reference_rates.csv").open() as source:
        return [
            (date.fromisoformat(row["date"]), Decimal(row["percent"]) + 10)
            for row in csv.DictReader(source)
            if row["series"] == "ecb"
        ]


def test_worked_example():
    balances = [
        (date(2025, 3, 1), Decimal(5000)),
        (date(2025, 6, 12) + timedelta(days=1), Decimal(3000)),
        (date(2025, 9, 30) + timedelta(days=1), Decimal(0)),
    ]
    computed = late_interest.compute_late_interest(
        balances, date(2025, 3, 31), date(2025, 12, 31), read_rates()
    )
    assert [
        (
            str(segment.first_day),
            str(segment.last_day),
            str(segment.days),
            f"{segment.principal:,.2f}",
            f"{segment.rate:.2f} %",
            f"{segment.amount:.4f}",
        )
        for segment in computed.segments
    ] == read_periods()
    assert f"**{computed.total}**" in read_section()


def test_words_of_the_example():
    """The amounts and days of the sentence before the table are those above."""
    words = " ".join(read_section().split())
    assert "5,000.00 due on 31 March 2025" in words
    assert "2,000.00 came on 12 June and the rest on 30 September" in words
