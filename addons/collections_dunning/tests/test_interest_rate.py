from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon

# Decisions of the ECB: first day of each rate for main refinancing operations.
ECB_DECISIONS = {
    "2013-11-13": 0.25,
    "2014-06-11": 0.15,
    "2014-09-10": 0.05,
    "2016-03-16": 0.00,
    "2022-07-27": 0.50,
    "2022-09-14": 1.25,
    "2022-11-02": 2.00,
    "2022-12-21": 2.50,
    "2023-02-08": 3.00,
    "2023-03-22": 3.50,
    "2023-05-10": 3.75,
    "2023-06-21": 4.00,
    "2023-08-02": 4.25,
    "2023-09-20": 4.50,
    "2024-06-12": 4.25,
    "2024-09-18": 3.65,
    "2024-10-23": 3.40,
    "2024-12-18": 3.15,
    "2025-02-05": 2.90,
    "2025-03-12": 2.65,
    "2025-04-23": 2.40,
    "2025-06-11": 2.15,
    "2026-06-17": 2.40,
    "2026-09-16": 2.65,
}
# What a half-year's orders and central banks said.
OTHERS = [
    ("fr_legal_professional", "2014-01-01", 0.04),
    ("fr_legal_professional", "2024-01-01", 5.07),
    ("fr_legal_professional", "2026-07-01", 2.75),
    ("fr_legal_individual", "2024-07-01", 8.16),
    ("fr_legal_individual", "2026-07-01", 6.84),
    ("de_base", "2019-01-01", -0.88),
    ("de_base", "2026-07-01", 1.52),
    ("at_base", "2026-01-01", 1.53),
    ("at_base", "2026-07-01", 1.53),
    ("boe", "2026-07-01", 3.75),
]


@tagged("post_install", "-at_install")
class TestInterestRate(DunningCommon):
    """Reference rates: what is shipped, what a person types, what a file brings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rates = cls.env["collections.interest.rate"].sudo()
        cls.rates.search([]).unlink()
        cls.rates._load_published()
        cls.invoicing = cls._create_user("invoicing", "account.group_account_invoice")
        cls.employee = cls._create_user("employee", "base.group_user")

    def _rate(self, series, day):
        return self.rates.search([("series", "=", series), ("date", "=", day)])

    def _create(self, day, percent=2.65, series="ecb", user=None):
        rates = self.env["collections.interest.rate"].with_user(user or self.manager)
        return rates.create({"series": series, "date": day, "percent": percent})

    # === SHIPPED === #

    def test_ecb_rates_are_those_in_force_on_the_first_day(self):
        shipped = self.rates.search([("series", "=", "ecb")], order="date")
        self.assertEqual(shipped[0].date, date(2014, 1, 1))
        self.assertEqual(shipped[-1].date, date(2026, 7, 1))
        self.assertEqual(len(shipped), 26)
        for rate in shipped:
            decided = max(d for d in ECB_DECISIONS if d <= str(rate.date))
            self.assertEqual(rate.percent, ECB_DECISIONS[decided], rate.date)

    def test_other_series(self):
        for series, day, percent in OTHERS:
            self.assertEqual(self._rate(series, day).percent, percent, series)
        self.assertFalse(self._rate("boe", "2026-01-01"))
        self.assertTrue(all(self.rates.search([]).mapped("source")))

    def test_unconfirmed_rate_says_so(self):
        rate = self._rate("fr_legal_individual", "2026-07-01")
        self.assertIn("To be confirmed", rate.source)

    def test_update_leaves_what_was_typed(self):
        self._rate("ecb", "2026-07-01").percent = 2.5
        self._rate("ecb", "2026-01-01").unlink()
        self._create("2027-01-01", 2.65)
        self.rates._load_published()
        self.rates._load_published()
        self.assertEqual(self._rate("ecb", "2026-07-01").percent, 2.5)
        self.assertEqual(self._rate("ecb", "2026-01-01").percent, 2.15)
        self.assertEqual(self._rate("ecb", "2027-01-01").percent, 2.65)
        self.assertEqual(self.rates.search_count([("series", "=", "ecb")]), 27)

    # === TYPED === #

    def test_only_half_years(self):
        for day in ("2027-01-02", "2027-06-30", "2027-12-31"):
            with self.assertRaises(ValidationError) as error:
                self._create(day)
            self.assertIn("1 January or from 1 July", str(error.exception))

    def test_only_plausible_rates(self):
        for percent in (240, -6, 26):
            with self.assertRaises(ValidationError) as error:
                self._create("2027-01-01", percent)
            self.assertIn("without the points", str(error.exception))
        self.assertEqual(self._create("2027-01-01", -0.88, "de_base").percent, -0.88)

    def test_one_rate_for_a_half_year(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create("2026-07-01")

    # === RIGHTS === #

    def test_credit_manager_keeps_the_rates(self):
        companies = self.env["res.company"].sudo().search([])
        self.manager.company_ids = [Command.set(companies.ids)]
        rate = self._create("2027-01-01")
        rate.percent = 2.4
        rate.unlink()

    def test_others_read(self):
        rate = self._rate("ecb", "2026-07-01")
        for user in (self.collector, self.reader, self.invoicing):
            self.assertEqual(rate.with_user(user).read(["percent"])[0]["percent"], 2.4)
            with self.assertRaises(AccessError):
                self._create("2027-01-01", user=user)
            with self.assertRaises(AccessError):
                rate.with_user(user).percent = 3
            with self.assertRaises(AccessError):
                rate.with_user(user).unlink()
        with self.assertRaises(AccessError):
            rate.with_user(self.employee).read(["percent"])

    # === FILE === #

    def _import(self, content, user=None):
        """Import a file as the screen does: in one go, all lines or none."""
        wizard = (
            self.env["base_import.import"]
            .with_user(user or self.manager)
            .create(
                {
                    "res_model": "collections.interest.rate",
                    "file": content.encode(),
                    "file_name": "rates.csv",
                    "file_type": "text/csv",
                }
            )
        )
        options = {
            "has_headers": True,
            "quoting": '"',
            "separator": ";",
            "encoding": "utf-8",
            "date_format": "%d/%m/%Y",
            "float_decimal_separator": ",",
            "float_thousand_separator": ".",
        }
        columns = ["series", "date", "percent", "source"]
        return wizard.execute_import(columns, columns, options)

    def test_import(self):
        result = self._import(
            "series;date;percent;source\n"
            "ecb;01/01/2027;2,65;Banque centrale européenne\n"
            '"French legal rate, businesses";01/01/2027;3,01;Arrêté\n'
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self._rate("ecb", "2027-01-01").percent, 2.65)
        legal = self._rate("fr_legal_professional", "2027-01-01")
        self.assertEqual((legal.percent, legal.source), (3.01, "Arrêté"))

    def _assert_refused(self, line, message):
        with mute_logger("odoo.sql_db"):
            result = self._import(
                f"series;date;percent;source\necb;01/01/2027;2,65;ECB\n{line}\n"
            )
        self.assertIn(message, result["messages"][0]["message"])
        self.assertFalse(self._rate("ecb", "2027-01-01"), "the good line neither")

    def test_import_with_a_bad_line_changes_nothing(self):
        self._assert_refused("ecb;15/07/2027;2,65;ECB", "1 January or from 1 July")
        self._assert_refused("ecb;01/07/2027;12650;ECB", "without the points")
        self._assert_refused("ecb;01/07/2026;2,65;ECB", "has a rate already")
        self._assert_refused("euribor;01/07/2027;2,65;ECB", "euribor")
        self._assert_refused("ecb;01/07/2027;abc;ECB", "abc")

    def test_import_is_for_credit_managers(self):
        result = self._import(
            "series;date;percent;source\necb;01/01/2027;2,65;ECB\n", self.collector
        )
        self.assertTrue(result["messages"])
        self.assertFalse(self._rate("ecb", "2027-01-01"))
