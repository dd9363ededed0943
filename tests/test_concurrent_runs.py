"""Two runs of a company at the same moment draft each notice once.

The processes are real ones, with a database of their own.
"""

import json

import pytest
from other_process import copied_database, finish, run, start

DEBTORS = 4


@pytest.fixture
def database():
    """A database with debtors that have two overdue invoices each."""
    with copied_database() as name:
        run(name, "ledger", DEBTORS)
        yield name


def test_two_runs_at_once(database):
    """One run, one decision an item, one notice a debtor, whichever comes first."""
    slow, quick = start(database, "run", 3), start(database, "run")
    for process in (slow, quick):
        finish(process)
    run(database, "run")
    report = json.loads(run(database, "report_runs"))
    assert report == {
        "runs": 1,
        "differences": [0],
        "decisions": 2 * DEBTORS,
        "items": 2 * DEBTORS,
        "notices": DEBTORS,
    }
