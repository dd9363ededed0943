"""Reach Odoo from a program: its configuration, a database, an environment."""

import contextlib
import os
import shutil
from pathlib import Path

from psycopg2.sql import SQL, Identifier

REPO = Path(__file__).resolve().parent.parent.parent


def add_arguments(parser):
    """Add the arguments that every program here needs."""
    parser.add_argument("--database", required=True)
    parser.add_argument(
        "--config", type=Path, default=REPO / "var/odoo.conf", help="%(default)s"
    )


def configure(config, database):
    """Configure Odoo in this process as the server is.

    :param Path config: the server's configuration file
    :param str database: the one that the program works in
    """
    # wkhtmltopdf is looked for on PATH when Odoo is imported.
    os.environ["PATH"] = f"{REPO / 'var/bin'}{os.pathsep}{os.environ['PATH']}"
    from odoo.tools import config as odoo_config

    odoo_config.parse_config(
        ["-c", str(config), "-d", database, "--no-http", "--log-level", "warn"],
        setup_logging=True,
    )


@contextlib.contextmanager
def environment(database):
    """Give the superuser's environment; what was written is committed at the end."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        yield env
        env.flush_all()


@contextlib.contextmanager
def scratch_database(template, keep):
    """Copy a database and its files under another name for the time of a block.

    :param str template: the database to copy; nobody may be connected to it
    :param bool keep: leave the copy there in the end
    :return: name of the copy
    """
    from odoo.tools import config

    name = f"{template}_bench_{os.getpid()}"
    _administrate("CREATE DATABASE {} TEMPLATE {}", name, template)
    files = config.filestore(name)
    if os.path.isdir(config.filestore(template)):
        shutil.copytree(config.filestore(template), files)
    try:
        yield name
    finally:
        if keep:
            print(f"kept the database {name}")
        else:
            _drop(name)
            shutil.rmtree(files, ignore_errors=True)


def _drop(name):
    from odoo.modules.registry import Registry
    from odoo.sql_db import close_db

    Registry.delete(name)
    close_db(name)
    _administrate("DROP DATABASE {}", name)


def _administrate(statement, *names):
    """Run a statement on databases, which can't be done in a transaction."""
    from odoo.sql_db import db_connect

    with contextlib.closing(db_connect("postgres").cursor()) as cr:
        cr._cnx.autocommit = True
        cr.execute(SQL(statement).format(*map(Identifier, names)))
