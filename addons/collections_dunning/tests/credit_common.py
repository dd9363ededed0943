from contextlib import contextmanager
from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from .common import DunningCommon


class CreditCommon(DunningCommon):
    """A customer with a file, and the nights that follow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls._get_file(cls.customer)

    @classmethod
    def _get_file(cls, partner):
        return cls.env["collections.debtor"]._get_or_open(cls.company, partner)

    @classmethod
    def _day(cls, days):
        return cls.today + timedelta(days=days)

    def _night(self, days=0):
        """Watch what ends and what is to be declared, so many days from now."""
        with freeze_time(self._day(days)):
            self.env["collections.credit.request"].sudo()._cron_watch()
            self.env.flush_all()
        self.env.invalidate_all()

    @contextmanager
    def _refuses(self, what):
        """Expect a constraint, of Python or of the database, to refuse something."""
        errors = (ValidationError, IntegrityError)
        with mute_logger("odoo.sql_db"), self.subTest(what):
            try:
                with self.cr.savepoint():
                    yield
            except errors:
                return
            self.fail("nothing refused it")

    def _tasks(self, record):
        return record.sudo().activity_ids
