"""Everything that is tested, in one go; ends with status 1 if anything failed.

usage: python3 scripts/run_tests.py

As many steps at once as there are cores. Each runs even when another one failed, so
that one run tells it all.
"""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import addon_tests
from check_log import report_problems
from ground import BIN, REPO, VAR, VENV, SetupError, say
from session import (
    copied_database,
    database_server,
    free_port,
    run_process,
    stop_processes,
    write_conf,
)

LOGS = VAR / "log"


def lint():
    return _run_and_print("lint", (REPO / "scripts/lint.sh",))


def _run_and_print(name, command, **kwargs):
    """Run a command; print what it said once it has ended, not among other steps'.

    :return: whether it ended with status 0
    """
    log = LOGS / f"{name}.log"
    log.unlink(missing_ok=True)
    say(name)
    begin = time.monotonic()
    passed = run_process(command, log=log, **kwargs) == 0
    say(f"{name} took {time.monotonic() - begin:.0f} s\n{log.read_text()}")
    return passed


def run_demo():
    """Run the demo's day: it sends real mails and prints real letters."""
    say("demo")
    begin = time.monotonic()
    output = LOGS / "demo-output.log"
    output.unlink(missing_ok=True)
    status = run_process(
        (sys.executable, REPO / "scripts/run_demo.py"),
        log=output,
        env={**os.environ, "SERVE": "0"},
    )
    say(f"demo took {time.monotonic() - begin:.0f} s")
    if status:
        print(output.read_text())
        return False
    names = ("install.log", "demo.log", "demo-server.log")
    return all([report_problems(LOGS / name) for name in names])


def test_repo():
    """Run the tests of the repo as a whole, in a database with all addons."""
    with copied_database(
        addon_tests.WHOLE, "collections_test_repo", log=LOGS / "pytest-copy.log"
    ) as database:
        conf = write_conf(VAR / "test.conf", http_port=free_port())
        return _run_and_print(
            "pytest",
            (
                *(VENV / "bin/python", "-m", "pytest", "tests"),
                *(f"--odoo-config={conf}", f"--odoo-database={database}"),
                "--odoo-http",
            ),
            cwd=REPO,
            env={**os.environ, "PATH": f"{BIN}:{VENV}/bin:{os.environ['PATH']}"},
        )


def run_steps(pool):
    """Have the pool run the steps, the longest first.

    :return: for each step's name whether it passed
    """
    steps = {"databases": pool.submit(attempt, addon_tests.make_databases)}
    for name, step in (("lint", lint), ("demo", run_demo)):
        steps[name] = pool.submit(attempt, step)
    # The others need the databases; without them they would only repeat the error.
    if steps["databases"].result():
        steps["pytest"] = pool.submit(attempt, test_repo)
        for share in addon_tests.deal_out():
            steps[share.name] = pool.submit(attempt, share.run)
    return {name: step.result() for name, step in steps.items()}


def attempt(step):
    """Run a step; one that can't be run has failed, and the others go on."""
    try:
        return step()
    except SetupError as error:
        print(f"error: {error}")
        return False


def main():
    LOGS.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    with database_server():
        cores = len(os.sched_getaffinity(0))
        pool = ThreadPoolExecutor(max_workers=cores)
        try:
            steps = run_steps(pool)
        finally:
            # Told to end: neither begin what waits nor wait for what runs.
            pool.shutdown(wait=False, cancel_futures=True)
            stop_processes()
            pool.shutdown()
        addon_tests.drop_databases()
    say(f"all took {(time.monotonic() - begin) / 60:.1f} min")
    failed = [name for name, passed in steps.items() if not passed]
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
