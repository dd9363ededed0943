import time
from types import SimpleNamespace
from unittest.mock import patch

from freezegun import freeze_time
from freezegun.api import real_monotonic

from odoo.tests import tagged
from odoo.tests.common import _super_send

from ..models import collections_interest_rate_ecb
from ..models.collections_interest_rate_ecb import URL_PARAMETER
from .common import DunningCommon
from .ecb_server import SERIES, run_ecb_service, write_answer

LOGGER = "odoo.addons.collections_dunning.models.collections_interest_rate_ecb"


@tagged("post_install", "-at_install")
class TestEcbRates(DunningCommon):
    """Asking the European Central Bank: a real server, real answers, real errors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.enterClassContext(run_ecb_service())
        cls.cron = cls.env.ref("collections_dunning.ir_cron_ecb_rate").sudo()
        cls.rates = cls.env["collections.interest.rate"].sudo()
        cls.rates.search([("series", "=", "ecb")]).unlink()
        cls.rates.create({"series": "ecb", "date": "2040-01-01", "percent": 2.15})
        cls._set_url(cls.service.url)

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Let requests through to this machine as they are, with their time limits."""
        if request.url.startswith("http://127.0.0.1:"):
            return _super_send(session, request, **kwargs)
        return super()._request_handler(session, request, **kwargs)

    @classmethod
    def _set_url(cls, url):
        cls.env["ir.config_parameter"].sudo().set_param(URL_PARAMETER, url)

    def setUp(self):
        super().setUp()
        self.service.values = {"2040-07-01": "2.4"}
        self.service.answer = None
        self.service.requests.clear()

    def _fetch(self, day="2040-07-02"):
        with freeze_time(f"{day} 03:00:00"), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def _known(self):
        rates = self.rates.search([("series", "=", "ecb")], order="date")
        return {str(rate.date): rate.percent for rate in rates}

    def _assert_nothing_changes(self, words):
        """The job ends well, the rate stays missing, one line says why."""
        with self.assertLogs(LOGGER, "WARNING") as log:
            self._fetch()
        self.assertEqual(self._known(), {"2040-01-01": 2.15})
        self.assertEqual(len(log.records), 1)
        self.assertIn("ECB rate of 2040-07-01 not fetched", log.output[0])
        self.assertIn(words, log.output[0])
        self.assertNotIn("Traceback", log.output[0])

    # === A GOOD ANSWER === #

    def test_missing_half_year_is_filled(self):
        self._fetch()
        self.assertEqual(self._known(), {"2040-01-01": 2.15, "2040-07-01": 2.4})
        rate = self.rates.search([("series", "=", "ecb")], limit=1)
        self.assertEqual(rate.source, "European Central Bank (127.0.0.1)")
        self.assertEqual(
            self.service.requests,
            [
                (
                    f"/service/data/{SERIES}",
                    {
                        "format": "csvdata",
                        "detail": "dataonly",
                        "startPeriod": "2040-07-01",
                        "endPeriod": "2040-07-01",
                    },
                )
            ],
        )

    def test_the_day_counts_not_what_came_later(self):
        self.service.answer = lambda handler: handler.reply(
            write_answer(
                {"2040-06-30": "2.15", "2040-07-01": "2.4", "2040-07-02": "2.65"}
            )
        )
        self._fetch("2040-09-01")
        self.assertEqual(self._known()["2040-07-01"], 2.4)

    def test_each_missing_half_year_is_filled(self):
        self.service.values["2041-01-01"] = "2.65"
        self._fetch("2041-01-02")
        self.assertEqual(
            self._known(), {"2040-01-01": 2.15, "2040-07-01": 2.4, "2041-01-01": 2.65}
        )

    def test_first_rate_of_all(self):
        self.rates.search([("series", "=", "ecb")]).unlink()
        self._fetch()
        self.assertEqual(self._known(), {"2040-07-01": 2.4})

    def test_what_was_typed_stays(self):
        self.rates.create({"series": "ecb", "date": "2040-07-01", "percent": 2.5})
        self._fetch()
        self.assertEqual(self._known()["2040-07-01"], 2.5)
        self.assertFalse(self.service.requests, "nobody was asked")

    def test_nothing_is_asked_before_the_day_is_over(self):
        for day in ("2040-06-30", "2040-07-01"):
            self._fetch(day)
        self.assertFalse(self.service.requests)
        self.assertEqual(self._known(), {"2040-01-01": 2.15})

    def test_negative_rate(self):
        self.service.values["2040-07-01"] = "-0.5"
        self._fetch()
        self.assertEqual(self._known()["2040-07-01"], -0.5)

    # === A WRONG ANSWER === #

    def test_page_in_place_of_a_table(self):
        self.service.answer = lambda handler: handler.reply(
            "<html><body>Down for\nmaintenance</body></html>", content_type="text/html"
        )
        self._assert_nothing_changes("something else")

    def test_empty_answer(self):
        self.service.answer = lambda handler: handler.reply("")
        self._assert_nothing_changes("does not name one rate")

    def test_server_error(self):
        self.service.answer = lambda handler: handler.reply("oops", status=500)
        self._assert_nothing_changes("500")

    def test_not_found(self):
        self.service.answer = lambda handler: handler.reply("No results", status=404)
        self._assert_nothing_changes("404")

    def test_other_series(self):
        other = SERIES.replace("MRR_FR", "DFR")
        self.service.answer = lambda handler: handler.reply(
            write_answer({"2040-07-01": "2.0"}, other)
        )
        self._assert_nothing_changes("something else")

    def test_row_of_another_shape(self):
        self.service.values["2040-07-01"] = "2,4"
        self._assert_nothing_changes("something else")

    def test_absurd_values(self):
        strange = ("1_0", "\N{ARABIC-INDIC DIGIT TWO}", "1E1", "+2.4", ".5", "2.4 ")
        for value in (*strange, "240", "-3", "", "NaN", "Infinity", "n/a", '"2,4"'):
            self.service.values["2040-07-01"] = value
            with self.subTest(value=value):
                self._assert_nothing_changes("is no rate")

    def test_missing_day(self):
        self.service.answer = lambda handler: handler.reply(
            write_answer({"2040-06-30": "2.4", "2040-07-02": "2.4"})
        )
        self._assert_nothing_changes("does not name one rate")

    def test_two_rates_for_the_day(self):
        self.service.answer = lambda handler: handler.reply(
            write_answer({"2040-07-01": "2.4"})
            + write_answer({"2040-07-01": "2.65"}).split("\r\n")[1]
        )
        self._assert_nothing_changes("does not name one rate")

    def test_redirection_elsewhere(self):
        self.service.answer = lambda handler: handler.reply(
            "", status=302, Location=f"{self.service.url}/elsewhere"
        )
        self._assert_nothing_changes("302")
        self.assertEqual(len(self.service.requests), 1, "it was not followed")

    def test_endless_answer(self):
        self.service.answer = lambda handler: handler.reply("x" * 200_000)
        self._assert_nothing_changes("too long")

    def test_no_answer_in_time(self):
        self.service.answer = lambda handler: handler.hang(1)
        with patch.object(collections_interest_rate_ecb, "TIMEOUT", (0.3, 0.3)):
            self._assert_nothing_changes("Timeout")

    def test_answer_that_drips(self):
        """Each byte comes in time; all of them would take a minute."""
        self.service.answer = lambda handler: handler.drip(b"x" * 600, 0.1)
        began = time.monotonic()
        clock = SimpleNamespace(monotonic=real_monotonic)
        with (
            patch.object(collections_interest_rate_ecb, "MOST_SECONDS", 0.5),
            patch.object(collections_interest_rate_ecb, "time", clock),
        ):
            self._assert_nothing_changes("takes too long")
        self.assertLess(time.monotonic() - began, 10)

    def test_broken_line(self):
        def answer(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "5000")
            handler.end_headers()
            handler.wfile.write(b"KEY,")

        self.service.answer = answer
        self._assert_nothing_changes("Error")

    def test_nobody_listens(self):
        self._set_url("http://127.0.0.1:1/")
        try:
            self._assert_nothing_changes("Connection")
        finally:
            self._set_url(self.service.url)

    # === THE SWITCH === #

    def test_off_until_somebody_switches_it_on(self):
        self.assertFalse(self.cron.active)
        settings = self.env["dunning.settings"].with_user(self.manager)
        self.assertFalse(settings.create({}).dunning_ecb_active)
        settings.create({"dunning_ecb_active": True}).action_save()
        self.assertTrue(self.cron.active)
        self.assertTrue(settings.create({}).dunning_ecb_active)
        settings.create({"dunning_ecb_active": False}).action_save()
        self.assertFalse(self.cron.active)

    def test_administrators_have_the_switch_too(self):
        settings = self.env["res.config.settings"].sudo()
        settings.create({"dunning_ecb_active": True}).execute()
        self.assertTrue(self.cron.active)
        self.assertTrue(settings.create({}).dunning_ecb_active)

    def test_the_address_of_the_ecb(self):
        self._set_url(False)
        self.assertEqual(
            self.rates._get_ecb_url(),
            "https://data-api.ecb.europa.eu/service/data/FM/D.U2.EUR.4F.KR.MRR_FR.LEV",
        )
        self._set_url(self.service.url)
