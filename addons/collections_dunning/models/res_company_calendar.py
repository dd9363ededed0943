from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models

# After activation everything waits for approval for so many days.
PROBATION_DAYS = 14
# Periods in which nobody is there to answer: first and last (month, day).
SLOW_PERIODS = [((8, 1), (8, 20)), ((12, 24), (12, 31)), ((1, 1), (1, 2))]
FRIDAY = 4
# Days in which the next opening of the sending hours is looked for.
SENDING_REACH = 60


class ResCompany(models.Model):
    """Working days, sending hours and quiet times of a company."""

    _inherit = "res.company"

    def _get_working_days(self, first, last):
        """Return the working days of a period, by the company's calendar.

        :param date first: first day of the period.
        :param date last: last day of the period, included.
        :rtype: list(date)
        """
        self.ensure_one()
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        calendar = self.sudo().resource_calendar_id
        if not calendar:
            return [day for day in days if day.weekday() < 5]
        tz = pytz.timezone(calendar.tz or "UTC")
        unusual = calendar._get_unusual_days(
            tz.localize(datetime.combine(first, time.min)),
            tz.localize(datetime.combine(last, time.max)),
            self,
        )
        return [day for day in days if not unusual.get(fields.Date.to_string(day))]

    def _add_working_days(self, day, count):
        """Return the day that is ``count`` working days after (before) a day.

        :param date day: not counted itself.
        :param int count: number of working days; negative: before.
        :rtype: date
        """
        step = 1 if count > 0 else -1
        reach = timedelta(days=step * (3 * abs(count) + 14))
        if step > 0:
            working = self._get_working_days(day + timedelta(days=1), day + reach)
        else:
            working = self._get_working_days(day + reach, day - timedelta(days=1))[::-1]
        # A calendar closed for weeks: count plain days rather than for ever.
        return working[abs(count) - 1] if len(working) >= abs(count) else day + reach

    def _get_dunning_tz(self):
        """Return the time zone of the company's working hours.

        :rtype: datetime.tzinfo
        """
        self.ensure_one()
        name = self.sudo().resource_calendar_id.tz or self.sudo().partner_id.tz
        return pytz.timezone(name or "UTC")

    def _is_on_probation(self, day):
        """Tell whether dunning was activated less than 14 days ago.

        :param date day: the day asked about.
        :rtype: bool
        """
        self.ensure_one()
        root = self.sudo().root_id
        since = root.dunning_active and root.dunning_activated_on
        return bool(since) and day < since + timedelta(days=PROBATION_DAYS)

    def _is_slow_period(self, day):
        """Tell whether a formal notice of this day needs a person's click.

        :param date day: the day asked about.
        :rtype: bool
        """
        place = (day.month, day.day)
        return any(first <= place <= last for first, last in SLOW_PERIODS)

    # === SENDING HOURS === #

    def _is_sending_open(self, now, is_formal=False):
        """Tell whether e-mails of this company may leave.

        :param datetime now: UTC.
        :param bool is_formal: a formal notice: not on Fridays, when nobody would read
            it before Monday.
        :rtype: bool
        """
        return self._get_next_sending(now, is_formal) == now

    def _get_next_sending(self, now, is_formal=False):
        """Return when e-mails of this company may leave next.

        Working days, between the hours of the company's settings, as its clocks show
        them.

        :param datetime now: UTC.
        :param bool is_formal: see :meth:`_is_sending_open`.
        :return: ``now`` when they may leave at once; else the next opening, UTC;
            None when there is none in the next 60 days.
        :rtype: datetime
        """
        self.ensure_one()
        settings = self.sudo().root_id
        if not settings.dunning_send_window:
            return now
        today = pytz.utc.localize(now).astimezone(self._get_dunning_tz()).date()
        last = today + timedelta(days=SENDING_REACH)
        for day in self._get_working_days(today, last):
            if is_formal and day.weekday() == FRIDAY:
                continue
            if now < self._get_utc(day, settings.dunning_send_to):
                return max(now, self._get_utc(day, settings.dunning_send_from))
        return None

    def _get_utc(self, day, hour):
        """Return an hour of a day on the company's clocks, in UTC.

        :param float hour: 9.5: half past nine; 24: the end of the day.
        :rtype: datetime
        """
        local = datetime.combine(day, time.min) + timedelta(minutes=round(hour * 60))
        tz = self._get_dunning_tz()
        return tz.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
