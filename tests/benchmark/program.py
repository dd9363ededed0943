"""Reach Odoo from a program: its configuration, a database, an environment."""

import contextlib
import os
from pathlib import Path

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
