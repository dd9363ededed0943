"""One run of Odoo for the demo or the tests: database server, ports, processes."""

import contextlib
import os
import re
import socket
import subprocess
import time

import postgres
from ground import ADDONS, BIN, CONF, VAR, SetupError, say

LANGUAGES = "en_US,fr_FR"  # the first is the one a new database starts with


def addon_names():
    return sorted(manifest.parent.name for manifest in ADDONS.glob("*/__manifest__.py"))


@contextlib.contextmanager
def database_server():
    """Have PostgreSQL running; stop it at the end if it was started here.

    KEEP_POSTGRES=1 leaves it running, which is handy while developing.
    """
    started = postgres.start()
    try:
        yield
    finally:
        if started and os.environ.get("KEEP_POSTGRES") != "1":
            postgres.stop(if_idle=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port):
    with socket.socket() as probe:
        # As Odoo does: a port whose last connections still linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def write_conf(path, **options):
    """Write a copy of var/odoo.conf with some options changed."""
    names = "|".join(options)
    kept = re.sub(rf"^({names}) = .*\n", "", CONF.read_text(), flags=re.MULTILINE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # it holds passwords
    path.write_text(kept + "".join(f"{k} = {v}\n" for k, v in options.items()))
    return path


def run_odoo(title, *arguments, log, **kwargs):
    """Run Odoo to its end, with its log in a file.

    :return: its exit status
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    say(f"{title} (log: {log.relative_to(VAR.parent)})")
    begin = time.monotonic()
    with log.open("w") as output:
        status = subprocess.run(
            [str(part) for part in (BIN / "odoo", *arguments)],
            stdin=kwargs.pop("stdin", subprocess.DEVNULL),
            stdout=output,
            stderr=subprocess.STDOUT,
            **kwargs,
        ).returncode
    say(f"... took {time.monotonic() - begin:.0f} s")
    return status


def fresh_database(name, modules, *, log, demo, first=()):
    """Drop the database and its files, and install modules into a new one.

    :param first: modules to install before, because demo data of the others use them
        without depending on them
    """
    run_odoo(f"dropping the database {name}", "db", "drop", name, log=log)
    for names in filter(None, (first, modules)):
        _install(name, names, log=log, demo=demo)


def _install(name, modules, *, log, demo):
    status = run_odoo(
        f"installing {', '.join(modules)} into the database {name}",
        *("-d", name, "-i", ",".join(modules), "--load-language", LANGUAGES),
        *("--stop-after-init", "--no-http", *(("--with-demo",) if demo else ())),
        log=log,
    )
    if status:
        raise SetupError(
            f"the addons can't be installed: look at {log} (its end follows)\n"
            + "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        )
