from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .delivery_common import DeliveryCommon

# Dates without a time zone are UTC, as the database has them.


class HoursCommon(DeliveryCommon):
    """A company in Paris that sends on working days from 9:00 to 11:30."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Office", "tz": "Europe/Paris", "company_id": cls.company.id}
        )
        cls.company.write(
            {
                "resource_calendar_id": cls.calendar.id,
                "dunning_send_window": True,
                "dunning_send_from": 9.0,
                "dunning_send_to": 11.5,
            }
        )

    @classmethod
    def _close(cls, day, days=1):
        """Record public holidays, which a calendar has in UTC."""
        start = datetime.combine(day, datetime.min.time()) - timedelta(hours=2)
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Public holiday",
                "company_id": cls.company.id,
                "calendar_id": cls.calendar.id,
                "date_from": start,
                "date_to": start + timedelta(days=days, hours=2),
            }
        )


@tagged("post_install", "-at_install")
class TestSendingHours(HoursCommon):
    """When the sending hours of a company are, and when the next ones."""

    def _assert_next(self, now, expected, is_formal=False):
        self.assertEqual(self.company._get_next_sending(now, is_formal), expected)
        self.assertEqual(self.company._is_sending_open(now, is_formal), now == expected)

    def test_hours(self):
        """A Wednesday in winter: Paris is an hour ahead."""
        opening = datetime(2026, 1, 14, 8, 0)
        self._assert_next(datetime(2026, 1, 14, 7, 59), opening)
        self._assert_next(opening, opening)
        late = datetime(2026, 1, 14, 10, 29, 59)
        self._assert_next(late, late)
        self._assert_next(datetime(2026, 1, 14, 10, 30), datetime(2026, 1, 15, 8, 0))

    def test_weekend(self):
        monday = datetime(2026, 1, 19, 8, 0)
        self._assert_next(datetime(2026, 1, 16, 10, 30), monday)
        self._assert_next(datetime(2026, 1, 17, 9, 0), monday)
        self._assert_next(datetime(2026, 1, 18, 9, 0), monday)

    def test_friday(self):
        """Reminders leave on a Friday, formal notices on Monday."""
        friday = datetime(2026, 1, 16, 9, 0)
        self._assert_next(friday, friday)
        self._assert_next(friday, datetime(2026, 1, 19, 8, 0), is_formal=True)

    def test_summer_time(self):
        """The clocks change over the weekend: 9:00 stays 9:00 in Paris."""
        self._assert_next(datetime(2026, 3, 27, 11, 0), datetime(2026, 3, 30, 7, 0))
        self._assert_next(datetime(2026, 10, 23, 11, 0), datetime(2026, 10, 26, 8, 0))

    def test_public_holiday(self):
        """A Tuesday in July, and the Monday after Easter."""
        self._close(datetime(2026, 7, 14))
        self._close(datetime(2026, 4, 6))
        self._assert_next(datetime(2026, 7, 13, 10, 0), datetime(2026, 7, 15, 7, 0))
        self._assert_next(datetime(2026, 7, 14, 8, 0), datetime(2026, 7, 15, 7, 0))
        # A formal notice of Thursday evening: neither Friday nor Easter Monday.
        self._assert_next(
            datetime(2026, 4, 2, 12, 0), datetime(2026, 4, 7, 7, 0), is_formal=True
        )

    def test_august(self):
        """Working days as any other, for formal notices that somebody clicked too."""
        monday = datetime(2026, 8, 10, 8, 0)
        self._assert_next(monday, monday)
        self._assert_next(monday, monday, is_formal=True)

    def test_closed_in_august(self):
        """The company is closed for two weeks: messages wait for its return."""
        self._close(datetime(2026, 8, 3), days=14)
        self._assert_next(datetime(2026, 8, 5, 8, 0), datetime(2026, 8, 17, 7, 0))

    def test_other_side_of_the_world(self):
        """Monday 9:00 in Nouméa is Sunday evening in UTC."""
        self.calendar.tz = "Pacific/Noumea"
        opening = datetime(2026, 1, 18, 22, 0)
        self._assert_next(datetime(2026, 1, 16, 12, 0), opening)
        self._assert_next(opening, opening)
        late = datetime(2026, 1, 19, 0, 29)
        self._assert_next(late, late)
        self._assert_next(datetime(2026, 1, 19, 9, 0), datetime(2026, 1, 19, 22, 0))

    def test_switched_off(self):
        self.company.dunning_send_window = False
        sunday = datetime(2026, 1, 18, 3, 0)
        self._assert_next(sunday, sunday)
        self._assert_next(sunday, sunday, is_formal=True)

    def test_branch(self):
        """The hours are the parent's, the working days the branch's."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        branch.resource_calendar_id = self.calendar.copy()
        self._close(datetime(2026, 7, 14))
        self.company.dunning_send_from = 10
        self.assertEqual(
            branch._get_next_sending(datetime(2026, 7, 14, 5, 0)),
            datetime(2026, 7, 14, 8, 0),
        )

    def test_never_open(self):
        self.calendar.attendance_ids = [Command.clear()]
        now = datetime(2026, 1, 14, 9, 0)
        self.assertIsNone(self.company._get_next_sending(now))
        self.assertFalse(self.company._is_sending_open(now))


@tagged("post_install", "-at_install")
class TestSendingWindow(HoursCommon):
    """What the job does with queued e-mails at a given time, a real server behind it.

    The days follow the day of the test: the ledger is of today.
    """

    def setUp(self):
        super().setUp()
        self.mailbox = self._serve()
        # The Friday to come: the notices are queued before.
        self.friday = self.today + timedelta(days=(4 - self.today.weekday()) % 7 + 7)
        self.monday = self.friday + timedelta(days=3)
        self.cron = self.env.ref("collections_dunning.ir_cron_dunning_notice_send")

    def _run_at(self, day, hour, minute=0):
        """Run the job when the clocks of Paris show an hour of a day."""
        local = self.company._get_utc(day, hour + minute / 60)
        with freeze_time(local):
            self._run_job()

    def _get_triggers(self):
        """Return when the job is to start besides its routine."""
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        return triggers.filtered(
            lambda trigger: trigger.call_at > fields.Datetime.now()
        ).mapped("call_at")

    def test_saturday(self):
        """Nothing leaves before Monday 9:00, when the job is woken, once."""
        notice, _invoice = self._queue_notice()
        self.assertEqual(notice.queued_on, self.today)
        saturday = self.friday + timedelta(days=1)
        for hour in (9, 10, 15):
            self._run_at(saturday, hour)
        self._run_at(saturday + timedelta(days=1), 9)
        self._run_at(self.monday, 8, 59)
        self.assertFalse(self.mailbox.messages)
        self.assertEqual(notice.state, "queued")
        opening = self.company._get_utc(self.monday, 9)
        self.assertEqual(self._get_triggers(), [opening])
        self._run_at(self.monday, 9)
        self.assertEqual(notice.state, "sent")
        self.assertEqual(len(self.mailbox.messages), 1)

    def test_evening(self):
        notice, _invoice = self._queue_notice()
        self._run_at(self.monday, 11, 30)
        self.assertEqual(notice.state, "queued")
        self._run_at(self.monday + timedelta(days=1), 11, 29)
        self.assertEqual(notice.state, "sent")

    def test_friday(self):
        """The reminder leaves, the formal notice waits for Monday."""
        reminder, _invoice = self._queue_notice()
        notice, _invoice = self._queue_notice(partner=self.other_customer)
        notice.sudo().level_id = self.formal
        self._run_at(self.friday, 9)
        self.assertEqual((reminder.state, notice.state), ("sent", "queued"))
        self.assertFalse(notice.name, "its number is taken when it leaves")
        self.assertEqual(self._get_triggers(), [self.company._get_utc(self.monday, 9)])
        self._run_at(self.monday, 9)
        self.assertEqual(notice.state, "sent")

    def test_public_holiday(self):
        notice, _invoice = self._queue_notice()
        self._close(self.monday)
        self._run_at(self.monday, 10)
        self.assertEqual(notice.state, "queued")
        tuesday = self.monday + timedelta(days=1)
        self.assertEqual(self._get_triggers(), [self.company._get_utc(tuesday, 9)])
        self._run_at(tuesday, 10)
        self.assertEqual(notice.state, "sent")

    def test_by_hand(self):
        """What somebody sends by hand leaves at once; the others wait."""
        self._create_invoice(6)
        self._create_invoice(6, partner=self.other_customer)
        first, other = self._propose().notice_ids
        first.with_user(self.collector).action_send()
        other.sudo()._queue()
        self._run_at(self.friday + timedelta(days=1), 23)
        self.assertEqual((first.state, other.state), ("sent", "queued"))

    def test_woken_already(self):
        """The job that starts before the opening, for another company, looks again."""
        self._queue_notice()
        earlier = self.company._get_utc(self.monday, 7)
        self.cron._trigger(at=earlier)
        self._run_at(self.friday + timedelta(days=1), 9)
        self.assertEqual(self._get_triggers(), [earlier])
        self._run_at(self.monday, 7)
        self.assertIn(self.company._get_utc(self.monday, 9), self._get_triggers())

    def test_note(self):
        """The form says when it leaves, in the words of whoever reads it."""
        self.env["res.lang"]._activate_lang("fr_FR")
        notice, _invoice = self._queue_notice()
        saturday = self.friday + timedelta(days=1)
        with freeze_time(self.company._get_utc(saturday, 10)):
            notice.invalidate_recordset()
            day = f"{self.monday:%A} {self.monday.day} {self.monday:%B}"
            self.assertIn(day, notice.sending_note)
            self.assertIn("9:00", notice.sending_note)
            french = notice.with_context(lang="fr_FR").sending_note
            self.assertIn(f"lundi {self.monday.day} ", french)
            self.assertIn("09:00", french)
        with freeze_time(self.company._get_utc(self.monday, 10)):
            notice.invalidate_recordset()
            self.assertEqual(notice.sending_note, "Leaves within minutes")
        notice._set_state("cancelled")
        self.assertFalse(notice.sending_note)
