"""The addons' own tests, dealt out to several processes of Odoo.

Dunning's run in databases where it is the only addon: it must not need another one. A
few of them need the French chart of accounts, which brings modules along; they and the
other addons' tests run in databases with everything. Each process has its own copy.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from check_log import report_problems
from ground import ADDONS
from session import (
    LOGS,
    addon_names,
    copied_database,
    copy_database,
    drop_database,
    free_port,
    fresh_database,
    require_success,
    run_odoo,
)

ALONE = "collections_test_alone"
WHOLE = "collections_test"
# Customers pay by core's demo provider in the tests.
DEMO_PROVIDER = "payment_demo"
FRENCH_CHART = "l10n_fr_account"
NEEDS_FRENCH_CHART = "charge_common"  # the tests that import it
TESTS_AT_A_TIME = 120
TEST = re.compile(r"^    def test_", re.MULTILINE)
SUMMARY = re.compile(r"odoo\.tests\.result: (\d+ failed, .* of (\d+) tests.*)")
# Once, instead of in each process: the web pages' scripts and style sheets, ...
GENERATE_ASSETS = "env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()"
# ... and a company with a chart of accounts.
MAKE_COMPANY = """
from odoo.addons.collections_dunning.tests.common import make_ready_company
make_ready_company(env)
env.cr.commit()
"""


# === DATABASES === #


def make_databases():
    """Make the two databases that are copied for the processes.

    :return: whether the log has no unexpected warnings or errors
    :raise SetupError: if it fails
    """
    log = LOGS / "test-databases.log"
    addons = ("collections_dunning", DEMO_PROVIDER)
    status = fresh_database(ALONE, addons, "--no-http", log=log)
    require_success(status, log)
    _type(MAKE_COMPANY + GENERATE_ASSETS, ALONE, log)
    copy_database(ALONE, WHOLE, log=log)
    others = ",".join({FRENCH_CHART, *addon_names()} - {"collections_dunning"})
    status = run_odoo(
        f"installing {others} as well",
        *("-d", WHOLE, "-i", others, "--no-http", "--stop-after-init"),
        log=log,
    )
    require_success(status, log)
    _type(GENERATE_ASSETS, WHOLE, log)
    return report_problems(log)


def _type(text, database, log):
    """Run Python code in a database."""
    status = run_odoo(
        *(f"preparing the database {database}", "shell", "-d", database, "--no-http"),
        log=log,
        typed=text,
    )
    require_success(status, log)


def drop_databases():
    for name in (ALONE, WHOLE):
        drop_database(name, log=LOGS / "drop.log")


# === SHARES === #


@dataclass
class Share:
    """Test files that one process runs.

    :ivar name: as it is called in the output
    :ivar template: the database to copy
    :ivar tests: number of tests by file
    """

    name: str
    template: str
    tests: dict[Path, int]

    def run(self):
        """Run the tests in a copy of the database, and print what failed.

        :return: whether all passed, and none was left out
        """
        log = LOGS / f"{self.name}.log"
        log.unlink(missing_ok=True)
        database = self.name.replace("-", "_")
        with copied_database(self.template, database, log=log):
            status = run_odoo(
                self.name,
                *("-d", database, "--http-port", free_port(), "--stop-after-init"),
                *("--test-tags", ",".join(map(_tag, self.tests))),
                "--log-handler=odoo.tests.stats:DEBUG",  # what each test takes
                log=log,
            )
        return self._report(log) and status == 0

    def _report(self, log):
        text = log.read_text(errors="replace")
        print("\n".join(_failures(text)))
        summary = SUMMARY.search(text)
        print(f"{self.name}: {summary[1] if summary else 'no result'}")
        # One that Odoo didn't find or skipped is a mistake, not a success.
        expected = sum(self.tests.values())
        complete = summary is not None and int(summary[2]) >= expected
        if not complete:
            print(
                f"{self.name}: the files define {expected} tests. Are all imported, "
                "tagged post_install, and none skipped?"
            )
        return report_problems(log) and complete


def _tag(path):
    return f"/{path.relative_to(ADDONS)}"


def _failures(text):
    """Return the tracebacks of failed tests, which are many lines apart in the log."""
    found = []
    keep = False
    for line in text.splitlines():
        if re.match(r"\d{4}-\d\d-\d\d ", line):
            keep = bool(re.search(r" (ERROR|CRITICAL) ", line))
        if keep:
            found.append(line)
    return found[:400]


def deal_out():
    """Deal the addons' test files out to shares with about as many tests each."""
    files = {ALONE: {}, WHOLE: {}}
    for path in ADDONS.glob("*/tests/test_*.py"):
        text = path.read_text()
        dunning = path.parent.parent.name == "collections_dunning"
        alone = dunning and NEEDS_FRENCH_CHART not in text
        files[ALONE if alone else WHOLE][path] = len(TEST.findall(text))
    return [
        Share(f"{template.replace('_', '-')}-{number}", template, tests)
        for template, counts in files.items()
        for number, tests in enumerate(_divide(counts), start=1)
    ]


def _divide(counts):
    """Divide files into groups of about as many tests.

    :param counts: number of tests by file
    :return: list of such dictionaries
    """
    groups = [{} for _ in range(math.ceil(sum(counts.values()) / TESTS_AT_A_TIME))]
    for path in sorted(counts, key=lambda path: (-counts[path], path)):
        smallest = min(groups, key=lambda group: sum(group.values()))
        smallest[path] = counts[path]
    return groups
