"""Two runs of a company at the same moment draft each notice once.

The processes are real ones, with a database of their own.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from odoo.sql_db import close_db
from odoo.tools import config

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "benchmark"))

from program import scratch_database  # noqa: E402

DEBTORS = 4


@pytest.fixture
def database():
    """A database with debtors that have two overdue invoices each."""
    template = config["db_name"][0]
    # A database is copied while nobody is connected to it.
    close_db(template)
    with scratch_database(template, keep=False) as name:
        _finish(_start(name, "ledger", DEBTORS))
        yield name


def _start(database, *arguments):
    return subprocess.Popen(
        [
            *(sys.executable, HERE / "notice_process.py", config["config"], database),
            *map(str, arguments),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )


def _finish(process):
    output, _errors = process.communicate(timeout=120)
    assert process.returncode == 0
    return output


def test_two_runs_at_once(database):
    """One run, one decision an item, one notice a debtor, whichever comes first."""
    slow, quick = _start(database, "run", 3), _start(database, "run")
    for process in (slow, quick):
        _finish(process)
    _finish(_start(database, "run"))
    report = json.loads(_finish(_start(database, "report_runs")))
    assert report == {
        "runs": 1,
        "differences": [0],
        "decisions": 2 * DEBTORS,
        "items": 2 * DEBTORS,
        "notices": DEBTORS,
    }
