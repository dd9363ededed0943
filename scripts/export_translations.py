"""Export each addon's translation template and bring its fr.po up to date.

usage: python3 scripts/export_translations.py

The addons are installed into a fresh database first, so the terms are those of the
code as it is now.
"""

import shutil
import sys

from ground import ADDONS, VAR, SetupError
from session import (
    addon_names,
    database_server,
    fresh_database,
    require_success,
    run_odoo,
)

DATABASE = "collections_i18n"
LOG = VAR / "log/i18n.log"


def export(addon, language, name):
    """Export one file, beside the one that it replaces.

    Odoo reads the translations of the code from that very file while it writes:
    straight into it, they would be lost.
    """
    exported = VAR / name
    status = run_odoo(
        f"exporting {addon}/i18n/{name}",
        *("i18n", "export", "-d", DATABASE, addon, "-l", language, "-o", exported),
        log=LOG,
    )
    if status == 0 and "#. module:" in exported.read_text(encoding="utf-8"):
        folder = ADDONS / addon / "i18n"
        folder.mkdir(exist_ok=True)
        if name.endswith(".po"):
            _name_language(exported)
        shutil.move(exported, folder / name)
    return status


def _name_language(path):
    """Say in the header of a translation what Odoo leaves out of it."""
    text = path.read_text(encoding="utf-8")
    if '"Language: ' not in text:
        text = text.replace('"MIME-Version', '"Language: fr\\n"\n"MIME-Version', 1)
    plural = '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"'
    text = text.replace('"Plural-Forms: \\n"', plural, 1)
    path.write_text(text, encoding="utf-8")


def main():
    addons = addon_names()
    with database_server():
        status = fresh_database(DATABASE, addons, "--no-http", log=LOG)
        for addon in addons:
            status = status or export(addon, "pot", f"{addon}.pot")
            status = status or export(addon, "fr", "fr.po")
        run_odoo("dropping the database", "db", "drop", DATABASE, log=LOG)
    require_success(status, LOG)


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"error: {error}")
