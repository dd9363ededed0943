import csv
import logging
import re
import time
from decimal import Decimal
from urllib.parse import urlsplit

import requests

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

# Public data service of the European Central Bank: its rate for main refinancing
# operations at fixed rate, one value for each day.
ECB_SERIES = "FM.D.U2.EUR.4F.KR.MRR_FR.LEV"
ECB_URL = "https://data-api.ecb.europa.eu/service/data/FM/D.U2.EUR.4F.KR.MRR_FR.LEV"
URL_PARAMETER = "collections_dunning.ecb_url"
# Seconds to connect, and until each part of the answer; and for the whole of it.
TIMEOUT = (5, 10)
MOST_SECONDS = 30
MOST_BYTES = 100_000
# In percent. Any other value is no rate of a central bank for the euro.
LOWEST, HIGHEST = -1, 15
# Python reads more as a number than the data service writes.
PERCENT = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class EcbAnswerError(Exception):
    """The answer is not the rate that was asked for."""


class CollectionsInterestRate(models.Model):
    """Asks the European Central Bank for the rate of a half-year that has begun.

    Off until somebody switches it on in the settings. What is unclear changes nothing:
    the rate stays missing, which is a task of the Credit Manager.
    """

    _inherit = "collections.interest.rate"

    @api.model
    def _cron_fetch_ecb(self):
        """Enter the rate of the European Central Bank where it is missing.

        One line in the log says what became of it; no error stops the scheduler.
        """
        for day in self._get_missing_ecb_days(fields.Date.context_today(self)):
            try:
                percent = self._fetch_ecb_rate(day)
            except (EcbAnswerError, requests.RequestException) as error:
                answer = str(error) if isinstance(error, EcbAnswerError) else ""
                _logger.warning(
                    "ECB rate of %s not fetched: %s",
                    day,
                    answer or type(error).__name__,
                )
                return
            self.sudo().create(
                {
                    "series": "ecb",
                    "date": day,
                    "percent": float(percent),
                    "source": f"European Central Bank ({self._get_ecb_host()})",
                }
            )
            _logger.info("ECB rate of %s fetched: %s %%", day, percent)

    @api.model
    def _get_missing_ecb_days(self, today):
        """Return the first days of half-years without a rate, since the first known.

        On the day itself the answer is not final: it is asked for on the next one.

        :rtype: list(date)
        """
        rates = self.sudo().search([("series", "=", "ecb")], order="date")
        known = set(rates.mapped("date"))
        day = min(known, default=self._get_half_year(today))
        missing = []
        while day < today:
            if day not in known:
                missing.append(day)
            day = self._get_next_half_year(day)
        return missing

    @api.model
    def _fetch_ecb_rate(self, day):
        """Return the rate that was in force on a day, as the ECB says.

        :rtype: Decimal
        :raise EcbAnswerError: when the answer is not that rate.
        :raise requests.RequestException: when there is no answer.
        """
        text = self._ask_ecb(day)
        rows = list(csv.DictReader(text.splitlines()))
        # None: a row has more cells than the header names.
        if any(row.get("KEY") != ECB_SERIES or None in row for row in rows):
            raise EcbAnswerError("the answer is about something else")
        values = {
            row.get("OBS_VALUE")
            for row in rows
            if row.get("TIME_PERIOD") == day.isoformat()
        }
        if len(values) != 1:
            raise EcbAnswerError("the answer does not name one rate for that day")
        return self._read_ecb_value(values.pop())

    @api.model
    def _read_ecb_value(self, value):
        """Return a rate of the answer as a number.

        :rtype: Decimal
        :raise EcbAnswerError: when it can't be one.
        """
        value = value or ""
        is_number = len(value) <= 20 and PERCENT.fullmatch(value)
        if not is_number or not LOWEST <= Decimal(value) <= HIGHEST:
            raise EcbAnswerError(f"{value[:20]!r} is no rate")
        return Decimal(value)

    @api.model
    def _ask_ecb(self, day):
        """Return the answer of the data service about a day.

        It is held to its size and time, and to its own address: no redirection.

        :rtype: str
        :raise EcbAnswerError: when it is no table.
        :raise requests.RequestException: when there is no answer.
        """
        period = day.isoformat()
        with requests.get(
            self._get_ecb_url(),
            params={
                "format": "csvdata",
                "detail": "dataonly",
                "startPeriod": period,
                "endPeriod": period,
            },
            headers={"Accept": "text/csv"},
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code != 200:
                raise EcbAnswerError(f"the answer is {response.status_code}")
            return self._read_ecb_answer(response)

    @api.model
    def _read_ecb_answer(self, response):
        """Return the text of an answer, as far as it has a reasonable size.

        Byte by byte: a larger part is waited for as long as something drips in.
        """
        until = time.monotonic() + MOST_SECONDS
        content = bytearray()
        for part in response.iter_content(1):
            content += part
            if len(content) > MOST_BYTES:
                raise EcbAnswerError("the answer is too long")
            if time.monotonic() > until:
                raise EcbAnswerError("the answer takes too long")
        return content.decode("utf-8-sig", errors="replace")

    @api.model
    def _get_ecb_url(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return parameters.get_param(URL_PARAMETER) or ECB_URL

    @api.model
    def _get_ecb_host(self):
        return urlsplit(self._get_ecb_url()).hostname

    # === SETTING === #

    @api.model
    def _get_ecb_cron(self):
        cron = self.env.ref(
            "collections_dunning.ir_cron_ecb_rate", raise_if_not_found=False
        )
        return cron.sudo() if cron else self.env["ir.cron"].sudo()

    @api.model
    def _is_ecb_active(self):
        """Tell whether the European Central Bank is asked for its rate.

        :rtype: bool
        """
        return self._get_ecb_cron().active

    @api.model
    def _set_ecb_active(self, active):
        """Ask the European Central Bank for its rate every night, or no more."""
        cron = self._get_ecb_cron()
        if cron.active != active:
            cron.active = active
