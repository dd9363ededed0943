"""Runs ``notice_process.py`` in a process of its own, on a database of its own."""

import subprocess
import sys
from pathlib import Path

from odoo.sql_db import close_db
from odoo.tools import config

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "benchmark"))

from program import scratch_database  # noqa: E402


def copied_database():
    """Give the name of a copy of the test database; it is dropped in the end."""
    template = config["db_name"][0]
    # A database is copied while nobody is connected to it.
    close_db(template)
    return scratch_database(template, keep=False)


def start(database, *arguments):
    """Start a process.

    :param arguments: command of ``notice_process.py`` and what it takes.
    :rtype: subprocess.Popen
    """
    return subprocess.Popen(
        [
            *(sys.executable, HERE / "notice_process.py", config["config"], database),
            *map(str, arguments),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process):
    """Wait for the end of a process that works.

    :return: what it printed.
    """
    output, _errors = process.communicate(timeout=120)
    assert process.returncode == 0
    return output


def run(database, *arguments):
    """Run a process to its end; see :func:`start` and :func:`finish`."""
    return finish(start(database, *arguments))
