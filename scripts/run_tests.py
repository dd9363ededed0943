"""Everything that is tested, in one go; ends with status 1 if anything failed.

usage: python3 scripts/run_tests.py

Each step runs even when an earlier one failed, so that one run tells it all.
"""

import os
import re
import signal
import subprocess
import sys
import time

from check_log import find_problems
from ground import BIN, REPO, VAR, VENV, SetupError, say
from session import (
    addon_names,
    database_server,
    free_port,
    fresh_database,
    write_conf,
)

DATABASE = "collections_test"
LOGS = VAR / "log"
SUMMARY = re.compile(r"odoo\.tests\.result: (\d+ failed, .* of (\d+) tests.*)")


def lint():
    say("lint")
    return subprocess.run((REPO / "scripts/lint.sh",)).returncode == 0


def test_addons():
    """Install the addons into a fresh database and run their own tests.

    The post-install tests include those that drive a browser.
    """
    addons = addon_names()
    log = LOGS / "test.log"
    status = fresh_database(
        *(DATABASE, addons),
        *("--test-tags", ",".join(f"/{name}" for name in addons)),
        *("--http-port", free_port()),
        log=log,
    )
    text = log.read_text(errors="replace")
    _show_failures(text)
    summary = SUMMARY.search(text)
    print(f"Odoo tests: {summary[1]}" if summary else "Odoo tests: no result")
    # A run that finds no test is a mistake of this script, not a success.
    passed = status == 0 and summary is not None and int(summary[2]) > 0
    return _check_log(log) and passed


def _show_failures(text):
    """Print the tracebacks of failed tests, which are many lines apart in the log."""
    shown = 0
    keep = False
    for line in text.splitlines():
        if re.match(r"\d{4}-\d\d-\d\d ", line):
            keep = bool(re.search(r" (ERROR|CRITICAL) ", line))
        if keep and shown < 400:
            print(line)
            shown += 1


def _check_log(log):
    problems = find_problems(log.read_text(errors="replace"))
    for problem in problems:
        print(problem)
    print(f"{log.name}: {len(problems)} unexpected warnings or errors")
    return not problems


def test_repo():
    """Run the tests of the repo as a whole, in the database of the addons' tests."""
    say("pytest tests")
    conf = write_conf(VAR / "test.conf", http_port=free_port())
    command = (
        *(VENV / "bin/python", "-m", "pytest", "tests"),
        *(f"--odoo-config={conf}", f"--odoo-database={DATABASE}", "--odoo-http"),
    )
    environment = {**os.environ, "PATH": f"{BIN}:{VENV}/bin:{os.environ['PATH']}"}
    return subprocess.run(command, cwd=REPO, env=environment).returncode == 0


def run_demo():
    """Run the demo's day: it sends real mails and prints real letters."""
    say("demo")
    begin = time.monotonic()
    command = (sys.executable, REPO / "scripts/run_demo.py")
    with (LOGS / "demo-output.log").open("w") as output:
        status = subprocess.run(
            command, env={**os.environ, "SERVE": "0"}, stdout=output, stderr=output
        ).returncode
    say(f"... took {time.monotonic() - begin:.0f} s")
    if status:
        print((LOGS / "demo-output.log").read_text())
        return False
    names = ("install.log", "demo.log", "demo-server.log")
    return all([_check_log(LOGS / name) for name in names])


def main():
    LOGS.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    with database_server():
        steps = {
            "lint": lint,
            "demo": run_demo,
            "Odoo tests": test_addons,
            "pytest": test_repo,
        }
        failed = [name for name, step in steps.items() if not step()]
    say(f"all took {(time.monotonic() - begin) / 60:.1f} min")
    if failed:
        raise SetupError(f"these failed: {', '.join(failed)}")
    say("all passed")


if __name__ == "__main__":
    # What the steps print comes in order with what their processes print.
    sys.stdout.reconfigure(line_buffering=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and stop PostgreSQL
    try:
        main()
    except SetupError as error:
        sys.exit(f"error: {error}")
