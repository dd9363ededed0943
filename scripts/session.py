"""One run of Odoo for the demo or the tests: database server, ports, processes."""

import contextlib
import os
import re
import socket
import subprocess
import time

import postgres
from ground import ADDONS, BIN, CONF, REPO, VAR, SetupError, say

LANGUAGES = "en_US,fr_FR"  # the first is the one a new database starts with
LOGS = VAR / "log"
_running = set()


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


def run_process(command, *, log, typed="", **kwargs):
    """Run a command to its end, all that it says added to a file.

    :param str typed: its standard input
    :return: its exit status
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("a") as output,
        subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            **kwargs,
        ) as child,
    ):
        _running.add(child)
        try:
            child.communicate(typed)
            return child.returncode
        except BaseException:
            child.terminate()
            raise
        finally:
            _running.discard(child)


def stop_processes():
    """End, by their own ids, the processes that other threads wait for."""
    for child in tuple(_running):
        child.terminate()


def run_odoo(title, *arguments, log, **kwargs):
    """Run Odoo to its end, its log added to a file.

    :return: its exit status
    """
    say(f"{title} (log: {log.relative_to(REPO)})")
    begin = time.monotonic()
    status = run_process((BIN / "odoo", *arguments), log=log, **kwargs)
    say(f"{title} took {time.monotonic() - begin:.0f} s")
    return status


def fresh_database(name, modules, *options, log, first=()):
    """Drop the database and its files, and install modules into a new one.

    :param options: further ones for Odoo, such as ``--with-demo``
    :param first: modules to install before, because demo data of the others use them
        without depending on them
    :return: the exit status of Odoo
    """
    log.unlink(missing_ok=True)
    run_odoo(f"dropping the database {name}", "db", "drop", name, log=log)
    languages = ("--load-language", LANGUAGES)
    for names in filter(None, (first, modules)):
        status = run_odoo(
            f"installing {', '.join(names)} into the database {name}",
            *("-d", name, "-i", ",".join(names)),
            *(*options, *languages, "--stop-after-init"),
            log=log,
        )
        if status:
            break
        languages = ()  # a module installed later brings the known languages along
    return status


def copy_database(template, name, *, log):
    """Copy a database and its files; nobody may be connected to it.

    :raise SetupError: if it can't be copied
    """
    command = (BIN / "odoo", "db", "duplicate", "--force", template, name)
    require_success(run_process(command, log=log), log)


def drop_database(name, *, log):
    """Drop a database and its files, if there is one."""
    run_process((BIN / "odoo", "db", "drop", name), log=log)


@contextlib.contextmanager
def copied_database(template, name, *, log):
    """Have a copy of a database for the time of a block; give its name."""
    copy_database(template, name, log=log)
    try:
        yield name
    finally:
        drop_database(name, log=LOGS / "drop.log")


def require_success(status, log):
    """Stop with the end of Odoo's log if it failed."""
    if status:
        raise SetupError(
            f"Odoo failed: look at {log} (its end follows)\n"
            + "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        )
