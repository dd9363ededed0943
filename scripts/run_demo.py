"""Install the addons with demo data, run a dunning day for real, and serve it.

usage: python3 scripts/run_demo.py

SERVE=0 ends after the day instead of serving; PORT is where to serve (8069).
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from ground import BIN, REPO, VAR, VENV, SetupError, say
from session import (
    addon_names,
    database_server,
    free_port,
    fresh_database,
    is_free,
    require_success,
)

DATABASE = "collections_demo"
LOGS = VAR / "log"
MAIL = VAR / "mail"
LETTERS = VAR / "demo"


@contextlib.contextmanager
def process(*command, log, **kwargs):
    """Have a process running; end it, by its own id, when leaving."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stderr=output,
            **{"stdout": output, **kwargs},
        )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextlib.contextmanager
def smtp_sink():
    """Have a local SMTP server that keeps the mails as files; give its port."""
    shutil.rmtree(MAIL, ignore_errors=True)
    with process(
        *(VENV / "bin/python", REPO / "scripts/smtp_sink.py", MAIL),
        log=LOGS / "smtp.log",
        stdout=subprocess.PIPE,
        text=True,
    ) as sink:
        port = sink.stdout.readline().strip()
        if not port:
            raise SetupError(f"the SMTP sink didn't start: look at {LOGS}/smtp.log")
        yield int(port)


def odoo_server(port, *options, log):
    return process(
        *(BIN / "odoo", "-d", DATABASE, "--db-filter", f"^{DATABASE}$"),
        *("--http-port", port, *options),
        log=log,
    )


def wait_for(server, port, log):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SetupError(f"Odoo ended as it started: look at {log}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.3)
    raise SetupError(f"Odoo doesn't answer: look at {log}")


def dunning_day(smtp_port, port):
    """Run the day in a process of its own, through the product's public methods.

    A server answers meanwhile, for the style sheets of printed documents. It has no
    scheduler: the day runs the scheduled jobs itself, so that it can tell when they
    are done.
    """
    (LOGS / "demo.log").unlink(missing_ok=True)
    log = LOGS / "demo-server.log"
    shutil.rmtree(LETTERS, ignore_errors=True)
    LETTERS.mkdir(parents=True)
    day_port = free_port()
    with odoo_server(day_port, "--max-cron-threads=0", log=log) as server:
        wait_for(server, day_port, log)
        say(f"a dunning day (log: {(LOGS / 'demo.log').relative_to(REPO)})")
        status = subprocess.run(
            (
                *(str(VENV / "bin/python"), str(REPO / "scripts/demo.py")),
                *(DATABASE, str(smtp_port), str(day_port), str(port)),
            ),
            env={**os.environ, "PATH": f"{BIN}:{VENV}/bin:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
        ).returncode
    if status:
        raise SetupError(f"the dunning day failed: look at {LOGS / 'demo.log'}")


def serve(port):
    log = LOGS / "server.log"
    with odoo_server(port, log=log) as server:
        wait_for(server, port, log)
        say(f"serving on http://localhost:{port} (log: {log.relative_to(REPO)})")
        print("    Ctrl-C ends it.", flush=True)
        try:
            status = server.wait()
        except KeyboardInterrupt:
            return
    if status:  # 0: it was told to end, by the same Ctrl-C for instance
        raise SetupError(f"Odoo ended with status {status}: look at {log}")


def main():
    port = int(os.environ.get("PORT") or 8069)
    serving = os.environ.get("SERVE") != "0"
    if serving and not is_free(port):
        raise SetupError(f"port {port} is taken: run `PORT={port + 1} make demo`")
    with database_server(), smtp_sink() as smtp_port:
        log = LOGS / "install.log"
        status = fresh_database(
            *(DATABASE, addon_names(), "--with-demo", "--no-http"),
            log=log,
            first=("l10n_fr_account",),  # the demo company's chart of accounts
        )
        require_success(status, log)
        dunning_day(smtp_port, port)
        if serving:
            serve(port)
        else:
            say("done; `make demo` without SERVE=0 goes on to serve it")


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    # Told to end, still end the servers: an exception leaves the with blocks in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
    except SetupError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
