"""Fetch Debian packages and unpack them into var/, without installing anything.

Two private apt set-ups, neither of which needs root or changes the machine's own:

* ``unstable`` knows the unstable suite alone, the only one that has Odoo 19. Packages
  are taken from it by name, never with their dependencies.
* ``machine`` knows the machine's own sources and its real list of installed packages,
  so that it can tell which libraries a program still lacks here.
"""

import functools
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from ground import SYSTEM, VAR, SetupError, run, say

KEYRINGS = ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")
ODOO_PACKAGES = (
    "odoo-19",
    # Odoo's package links to the files of these instead of carrying its own copies.
    "fonts-font-awesome",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
FONT_PACKAGES = ("fontconfig-config", "fonts-dejavu-core", "fonts-liberation")


def available():
    return all(map(shutil.which, ("apt-get", "dpkg-deb")))


def _apt_folder(name):
    folder = VAR / "apt" / name
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return folder


def _apt(folder, *arguments, **kwargs):
    return run(
        ("apt-get", "-q", *arguments),
        env={**os.environ, "APT_CONFIG": str(folder / "apt.conf"), "LC_ALL": "C"},
        **kwargs,
    )


def _write_apt_conf(folder, *extra):
    lines = [
        f'Dir::State::Lists "{folder}/lists";',
        f'Dir::Cache "{folder}/cache";',
        'Debug::NoLocking "true";',  # the lock belongs to root; nothing is installed
        'APT::Sandbox::User "";',  # the user _apt may not enter this folder
        *extra,
    ]
    (folder / "apt.conf").write_text("\n".join(lines) + "\n")


@functools.cache
def _machine():
    folder = _apt_folder("machine")
    _write_apt_conf(folder)
    say("reading the package lists of this machine's Debian sources")
    _apt(folder, "update")
    return folder


def _mirror():
    """The Debian mirror this machine uses, as its own apt configuration names it."""
    question = ("indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    answer = subprocess.run(
        ("apt-get", *question), capture_output=True, text=True
    ).stdout
    if "/debian/" not in answer:  # apt names only the lists it has downloaded
        answer = _apt(_machine(), *question)
    for line in answer.splitlines():
        if re.search(r"/debian/?$", line):
            return line
    raise SetupError(
        "no Debian mirror in this machine's apt sources, so Odoo can't be downloaded: "
        "run `make setup ODOO_SOURCE=/path/to/an/odoo-19/checkout`"
    )


@functools.cache
def _unstable():
    folder = _apt_folder("unstable")
    keyring = next(
        filter(Path.is_file, (Path("/usr/share/keyrings") / name for name in KEYRINGS)),
        None,
    )
    if not keyring:
        raise SetupError(
            "Debian's archive keys are missing: "
            "run `apt-get install debian-archive-keyring`"
        )
    (folder / "sources.list").write_text(
        f"deb [signed-by={keyring}] {_mirror()} unstable main\n"
    )
    _write_apt_conf(
        folder,
        f'Dir::Etc::SourceList "{folder}/sources.list";',
        'Dir::Etc::SourceParts "/dev/null";',
    )
    say("reading the package list of Debian unstable")
    _apt(folder, "update")
    return folder


def _download_and_unpack(apt_folder, packages, target):
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=VAR) as downloads:
        _apt(apt_folder, "download", *packages, cwd=downloads)
        for package in sorted(Path(downloads).iterdir()):
            run(("dpkg-deb", "--extract", package, target))


def unpack_odoo(target):
    """Unpack Odoo 19 with the fonts and JavaScript libraries its files link to.

    The folder appears only when it is complete.

    :return: the folder to put on Python's path
    """
    python_path = target / "usr/lib/python3/dist-packages"
    if target.is_dir():
        return python_path
    new = target.with_name(target.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    folder = _unstable()
    say("downloading Odoo 19 (Debian package, 130 MB) and unpacking it (1.2 GB)")
    _download_and_unpack(folder, ODOO_PACKAGES, new)
    inside = new / python_path.relative_to(target)
    # Leftovers of the package's build: incomplete copies of addons, and generic names.
    for leftover in ("addons", "doc", "setup"):
        shutil.rmtree(inside / leftover, ignore_errors=True)
    # Debian leaves this file out (it blurs the background of video calls), but the
    # asset bundle still names it: its absence is a console error on every page.
    blur = inside / "odoo/addons/mail/static/lib/selfie_segmentation"
    blur.mkdir(parents=True, exist_ok=True)
    (blur / "selfie_segmentation.js").touch()
    new.rename(target)
    return python_path


def _missing_closure(packages):
    """The packages, of these and all they depend on, that this machine lacks."""
    plan = _apt(
        _machine(), "--simulate", "--no-install-recommends", "install", *packages
    )
    found = re.findall(r"^Inst (\S+) (?:\[\S+\] )?\((\S+) ", plan, re.MULTILINE)
    # Another C library than the running one can't be put beside it.
    return [f"{name}={version}" for name, version in found if name != "libc6"]


def _unpack_once(name, folder_of, packages_of, packages):
    stamp = SYSTEM / f".{name}"
    if not stamp.exists():
        SYSTEM.mkdir(parents=True, exist_ok=True)
        folder = folder_of()
        missing = packages_of(packages)
        if missing:
            say(f"downloading {name} ({len(missing)} Debian packages)")
            _download_and_unpack(folder, missing, SYSTEM)
        stamp.touch()


def unpack_fonts():
    """The same fonts on every machine, so that a PDF looks the same on each."""
    _unpack_once("fonts", _unstable, list, FONT_PACKAGES)


def unpack_libraries(name, packages):
    """Unpack what a program needs and this machine lacks."""
    _unpack_once(name, _machine, _missing_closure, packages)


def library_path():
    folders = [
        folder
        for pattern in ("lib/*-linux-gnu", "usr/lib/*-linux-gnu", "usr/lib")
        for folder in sorted(SYSTEM.glob(pattern))
    ]
    private = [folder / name for folder in folders for name in ("nss", "pulseaudio")]
    return os.pathsep.join(map(str, folders + [sub for sub in private if sub.is_dir()]))


def write_fonts_conf():
    """A fontconfig file for the unpacked fonts (and the machine's own after them)."""
    rules = SYSTEM / "usr/share/fontconfig/conf.avail"
    path = SYSTEM / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
        "<fontconfig>\n"
        f"  <dir>{SYSTEM}/usr/share/fonts</dir>\n  <dir>/usr/share/fonts</dir>\n"
        f"  <cachedir>{VAR}/cache/fontconfig</cachedir>\n"
        + "".join(
            f'  <include ignore_missing="yes">{rules}/{rule}</include>\n'
            for rule in ("30-metric-aliases.conf", "45-latin.conf", "60-latin.conf")
        )
        + "</fontconfig>\n"
    )
    return path
