"""Export each addon's translation template and bring its fr.po up to date.

usage: python3 scripts/export_translations.py

The addons are installed into a fresh database first, so the terms are those of the
code as it is now.
"""

import sys

from ground import VAR, SetupError
from session import (
    addon_names,
    database_server,
    fresh_database,
    require_success,
    run_odoo,
)

DATABASE = "collections_i18n"
LOG = VAR / "log/i18n.log"


def main():
    addons = addon_names()
    with database_server():
        status = fresh_database(DATABASE, addons, "--no-http", log=LOG)
        status = status or run_odoo(
            "exporting the translations",
            *("i18n", "export", "-d", DATABASE, *addons, "-l", "pot", "fr"),
            log=LOG,
        )
        run_odoo("dropping the database", "db", "drop", DATABASE, log=LOG)
    require_success(status, LOG)


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"error: {error}")
