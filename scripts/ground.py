"""Paths and small helpers shared by the scripts. Standard library only.

Everything the scripts make lies in the git-ignored folder ``var/``.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
VAR = REPO / "var"
BIN = VAR / "bin"
VENV = VAR / "venv"
CONF = VAR / "odoo.conf"
SYSTEM = VAR / "system"  # libraries, fonts and Chromium unpacked from Debian packages
ADDONS = REPO / "addons"


class SetupError(Exception):
    """Something is missing; the message says what, and the command that mends it."""


def say(text):
    print(f"==> {text}", flush=True)


def run(command, *, log=None, **kwargs):
    """Run a command quietly; on failure show the end of what it said.

    :return: its standard output
    :raise SetupError: if it ends with another status than 0
    """
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if log is None else subprocess.DEVNULL,
        text=True,
        **kwargs,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-12:])
        sys.stderr.write(tail + "\n")
        raise SetupError(f"this command failed: {shlex.join(map(str, command))}")
    return done.stdout


def works(*command):
    """Tell whether a command can be run and ends with status 0."""
    try:
        return not subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ).returncode
    except OSError:
        return False


def write_script(path, lines):
    """Write an executable shell script, atomically: another process may be using it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "#!/bin/sh\n" + "\n".join(lines) + "\n"
    if path.is_file() and path.read_text() == text:
        return
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(text)
    new.chmod(0o755)
    new.replace(path)


def which_outside(*names):
    """Find a program on PATH, but not the wrapper that we made ourselves."""
    path = os.pathsep.join(
        part
        for part in os.environ.get("PATH", os.defpath).split(os.pathsep)
        if Path(part).resolve() not in (BIN, VENV / "bin")
    )
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)
