"""Make var/: all that is needed to run the addons, without touching the machine.

usage: python3 scripts/setup.py [--browser]

Run it as often as you like: it does only what is missing. With ``--browser`` it also
sees to a Chromium for browser tests. ODOO_SOURCE=/path/to/checkout uses that Odoo 19
instead of downloading one. PYTHON names the Python to use.
"""

import hashlib
import os
import re
import secrets
import shutil
import sys
from pathlib import Path

import debian
import postgres
from ground import (
    ADDONS,
    BIN,
    CONF,
    REPO,
    SYSTEM,
    VAR,
    VENV,
    SetupError,
    run,
    say,
    which_outside,
    works,
    write_script,
)

PYTHONS = ("python3.12", "python3.11", "python3.13", "python3.10", "python3")
SUPPORTED = """
import ensurepip, sys, venv
sys.exit(not (3, 10) <= sys.version_info < (3, 14))
"""
GROUPS = ("odoo", "demo", "test", "lint")
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PDF_LIBRARIES = (
    "libfontconfig1",
    "libfreetype6",
    "libx11-6",
    "libxext6",
    "libxrender1",
)


# === PYTHON === #


def _find_python():
    wanted = os.environ.get("PYTHON")
    for name in (wanted,) if wanted else PYTHONS:
        found = shutil.which(name)
        if found and works(found, "-c", SUPPORTED):
            return found
    raise SetupError(
        "no Python 3.10 to 3.13 with the module venv here: "
        "run `apt-get install python3-venv`, or name one with PYTHON=/path/to/python"
    )


def set_up_python():
    stamp = VENV / ".groups"
    project = (REPO / "pyproject.toml").read_text()
    groups = re.search(r"^\[dependency-groups\]$(.*?)^\[", project, re.M | re.S)
    wanted = hashlib.sha256(groups[1].encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        if works(VENV / "bin/python", "-c", ""):
            return
        shutil.rmtree(VENV)  # the Python it was made with is gone
    if not (VENV / "bin/pip").exists():
        python = _find_python()
        say(f"making a Python environment in var/venv with {python}")
        run((python, "-m", "venv", "--clear", VENV))
    say("installing the Python packages of pyproject.toml")
    pip = (VENV / "bin/python", "-m", "pip", "--no-input", "-q", "install")
    run((*pip, "--upgrade", "pip>=25.1"))  # the first that knows dependency groups
    run((*pip, *(f"--group={REPO}/pyproject.toml:{group}" for group in GROUPS)))
    stamp.write_text(wanted)


# === ODOO === #


def find_odoo():
    """The folder to put on Python's path: the user's own checkout, or the download."""
    source = os.environ.get("ODOO_SOURCE")
    if source:
        return _check_source(Path(source).expanduser().resolve())
    if not (VAR / "root").is_dir() and not debian.available():
        raise SetupError(
            "Odoo is downloaded as a Debian package, and apt-get isn't here: "
            "run `make setup ODOO_SOURCE=/path/to/an/odoo-19/checkout`"
        )
    return debian.unpack_odoo(VAR / "root")


def _check_source(source):
    release = source / "odoo/release.py"
    version = re.search(
        r"^version_info = \((\d+), *(\d+)",
        release.read_text() if release.is_file() else "",
        re.MULTILINE,
    )
    if not version:
        raise SetupError(
            f"ODOO_SOURCE={source} holds no Odoo (no odoo/release.py): "
            "name the top folder of an Odoo 19 checkout"
        )
    if version.groups() != ("19", "0"):
        found = ".".join(version.groups())
        raise SetupError(
            f"ODOO_SOURCE={source} holds Odoo {found}: run `git checkout 19.0` there"
        )
    if not any((path / "account").is_dir() for path in _odoo_addons(source)):
        raise SetupError(
            f"ODOO_SOURCE={source} has no addon `account`: it isn't a whole checkout"
        )
    return source


def _odoo_addons(source):
    paths = (source / "addons", source / "odoo/addons")
    return [path for path in paths if (path / "__init__.py").parent.is_dir()]


def write_odoo(source):
    """Make Odoo importable in var/venv, and write var/bin/odoo and var/odoo.conf."""
    site_packages = next((VENV / "lib").glob("python3*/site-packages"))
    (site_packages / "odoo-source.pth").write_text(f"{source}\n")
    state = postgres.load()
    programs = state.get("bin")
    write_script(
        BIN / "odoo",
        [
            "# Odoo with this folder's configuration: odoo -d DATABASE -i ADDON ...",
            f'export PATH="{BIN}:{VENV}/bin:{f"{programs}:" if programs else ""}$PATH"',
            f'export ODOO_RC="{CONF}"',
            f'exec "{VENV}/bin/python" -m odoo "$@"',
        ],
    )
    password = re.search(
        r"^admin_passwd = (.+)$", CONF.read_text() if CONF.exists() else "", re.M
    )
    options = {
        "addons_path": ",".join(map(str, [*_odoo_addons(source), ADDONS])),
        "data_dir": VAR / "data",
        "admin_passwd": password[1] if password else secrets.token_urlsafe(24),
        "list_db": False,
        "http_interface": "127.0.0.1",
        "http_port": 8069,
        "proxy_mode": False,
        "workers": 0,
        "max_cron_threads": 1,
        "db_host": state["host"],
        "db_port": state["port"],
        "db_user": state["user"],
        "db_maxconn": 32,
    }
    if state["password"]:
        options["db_password"] = state["password"]
    CONF.touch(mode=0o600)  # it holds passwords
    CONF.write_text(
        "[options]\n" + "".join(f"{key} = {value}\n" for key, value in options.items())
    )


# === PROGRAMS === #


def _wrapper(program, *arguments):
    """A script that runs a program with the unpacked libraries and fonts."""
    lines = []
    if debian.library_path():
        lines.append(
            f'export LD_LIBRARY_PATH="{debian.library_path()}'
            '${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"'
        )
    if (SYSTEM / ".fonts").exists():
        lines.append(f'export FONTCONFIG_FILE="{debian.write_fonts_conf()}"')
    lines.append(f'exec "{program}" {" ".join(arguments)} "$@"'.replace("  ", " "))
    return lines


def set_up_pdf():
    """A wkhtmltopdf with patched Qt: without it letters lose headers and footers."""
    if debian.available():
        debian.unpack_fonts()
    program = which_outside("wkhtmltopdf")
    # Debian's own build says nothing of Qt: it is unpatched, and of no use here.
    if not program or "patched qt" not in run((program, "--version")):
        program = VENV / "bin/wkhtmltopdf-pack"
        if not works(program, "--version") and debian.available():
            debian.unpack_libraries("wkhtmltopdf-libraries", PDF_LIBRARIES)
    wrapper = BIN / "wkhtmltopdf"
    write_script(wrapper, _wrapper(program))
    if not works(wrapper, "--version"):
        raise SetupError(
            "wkhtmltopdf can't run: run "
            f"`apt-get install {' '.join(PDF_LIBRARIES)}` and `make setup`"
        )


def set_up_browser():
    program = which_outside(*BROWSERS)
    if not program and debian.available():
        debian.unpack_libraries("chromium", ("chromium",))
        program = SYSTEM / "usr/lib/chromium/chromium"
    wrapper = BIN / "chromium"
    if program:
        write_script(wrapper, _wrapper(program))
    if not program or not works(wrapper, "--version"):
        raise SetupError(
            "the browser tests need Chromium: run `apt-get install chromium`"
        )


def main():
    VAR.mkdir(exist_ok=True)
    if not os.access(VAR, os.W_OK):
        raise SetupError("var/ belongs to another user: run `sudo make clean`")
    set_up_python()
    source = find_odoo()
    set_up_pdf()
    if "--browser" in sys.argv:
        set_up_browser()
    postgres.choose()
    write_odoo(source)
    say(f"ready: Odoo from {source}")


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"error: {error}")
