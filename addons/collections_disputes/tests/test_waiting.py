from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DisputeCommon

ANSWER = "collections_disputes.mail_activity_type_answer"
CHASE = "collections_disputes.mail_activity_type_chase"


@tagged("post_install", "-at_install")
class TestWaiting(DisputeCommon):
    """Whose turn it is, until when, and who learns that nothing happens.

    Opened on Monday 11 May 2026, to be answered in five working days: on Monday 18.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dispute_manager_id = cls.manager
        cls.company.dispute_customer_days = 4
        cls.env["dispute.case"].search([]).unlink()
        cls.reason.user_id = cls.employee
        with freeze_time("2026-05-11 10:00:00"):
            cls.case = cls._open(cls, cls._create_invoice(10, 1000), 300)
        cls.case.sudo().acknowledged_at = cls.case.date_open

    def _as(self, user, day):
        """Work as somebody on a day of May."""
        self.enterContext(freeze_time(f"2026-05-{day} 10:00:00"))
        return self.case.with_user(user)

    def _remind(self, day):
        """Run the morning's job; return what it had people do."""
        before = self.env["mail.activity"].search([])
        with freeze_time(f"2026-05-{day} 06:00:00"):
            self.env["dispute.case"].sudo()._cron_deadlines()
        return self.env["mail.activity"].search([]) - before

    def _assert_planned(self, kind, day, user=None):
        self.assertRecordValues(
            self.case.activity_ids,
            [
                {
                    "activity_type_id": self.env.ref(kind).id,
                    "date_deadline": date(2026, 5, day),
                    "user_id": (user or self.employee).id,
                }
            ],
        )

    # === WAITING FOR THE CUSTOMER === #

    def test_customer_has_a_date(self):
        self._assert_planned(ANSWER, 18)
        self._as(self.employee, 13).action_wait_customer()
        self.assertEqual(self.case.customer_date, date(2026, 5, 19))
        self.assertEqual(self.case.due_date, date(2026, 5, 19))
        self._assert_planned(CHASE, 19)

    def test_date_changed_by_hand(self):
        self._as(self.employee, 13).action_wait_customer()
        self._as(self.collector, 13).customer_date = "2026-05-26"
        self._assert_planned(CHASE, 26)

    def test_nobody_waits_for_ever(self):
        self._as(self.employee, 13).action_wait_customer()
        self._as(self.collector, 14).customer_date = False
        self.assertEqual(self.case.customer_date, date(2026, 5, 20))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dispute_case SET customer_date = NULL WHERE id = %s", self.case.ids
        )
        self.env.invalidate_all()
        self._remind(15)
        self.assertEqual(self.case.customer_date, date(2026, 5, 21))

    def test_days_of_the_company(self):
        self.company.dispute_customer_days = 1
        self._as(self.collector, 15).state = "waiting_customer"
        self.assertEqual(self.case.customer_date, date(2026, 5, 18))

    def test_he_does_not_answer(self):
        self._as(self.employee, 13).action_wait_customer()
        self.assertFalse(self._remind(18))
        self.assertFalse(self._remind(19), "the owner has an activity of his own")
        told = self._remind(20)
        self.assertEqual(told.user_id, self.manager)
        self.assertIn("1 disputes the customer does not answer", told.summary)
        self.assertIn(self.employee.name, told.note)
        self.assertFalse(self._remind(21))
        with freeze_time("2026-05-20 10:00:00"):
            self.assertTrue(self.case.is_overdue)
            overdue = self.case.search([("is_overdue", "=", True)])
        self.assertEqual(overdue, self.case)

    def test_asked_again(self):
        """Another date of his: nobody is told before it has passed."""
        self._as(self.employee, 13).action_wait_customer()
        self.assertTrue(self._remind(20))
        self._as(self.collector, 20).customer_date = "2026-05-26"
        self.assertFalse(self._remind(26))
        self.assertEqual(self._remind(27).user_id, self.manager)

    def test_he_answers(self):
        """Our deadline is later by the days we waited: from Monday to Thursday."""
        self._as(self.employee, 13).action_wait_customer()
        with freeze_time("2026-05-16 10:00:00"):
            self.case.message_post(
                body="Here are the photographs",
                author_id=self.customer.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(self.case.state, "waiting_us")
        self.assertEqual(self.case.deadline_date, date(2026, 5, 21))
        self.assertFalse(self.case.customer_date)
        self._assert_planned(ANSWER, 21)
        self.assertIn("today", self._remind(21).summary)

    def test_later_deadline_is_a_working_day(self):
        self._as(self.employee, 13).action_wait_customer()
        self._as(self.employee, 18).action_wait_us()
        self.assertEqual(self.case.deadline_date, date(2026, 5, 25))

    def test_ends_while_we_wait(self):
        self._as(self.employee, 13).action_wait_customer()
        self._resolve(self.case)
        self.assertFalse(self.case.activity_ids)
        self.assertEqual(self.case.state, "rejected")

    def test_handed_over_while_we_wait(self):
        self._as(self.employee, 13).action_wait_customer()
        self.case.with_user(self.employee).user_id = self.accountant
        self._assert_planned(CHASE, 19, self.accountant)

    # === ANOTHER DEADLINE === #

    def test_deadline_changed_after_an_escalation(self):
        for day in (14, 18):
            self._remind(day)
        self.assertEqual(self._remind(19).user_id, self.manager)
        self._as(self.manager, 19).deadline_date = "2026-05-29"
        planned = self.case.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(ANSWER)
        )
        self.assertEqual(planned.date_deadline, date(2026, 5, 29))
        self.assertFalse(self._remind(20))
        self.assertIn("soon", self._remind(24).summary)
        self.assertEqual(self._remind(29).user_id, self.employee)
        self.assertEqual(self._remind(30).user_id, self.manager)

    def test_deadline_changed_when_nothing_is_planned(self):
        self.case.activity_ids.unlink()
        self._as(self.collector, 12).deadline_date = "2026-05-20"
        self._assert_planned(ANSWER, 20)

    def test_another_reason_moves_the_activity(self):
        other = self.reason.copy({"answer_days": 8})
        self._as(self.collector, 12).reason_id = other
        self._assert_planned(ANSWER, 21)

    def test_reopened_with_days_of_its_own(self):
        self._as(self.collector, 12)
        self._resolve(self.case)
        self._as(self.collector, 27).action_reopen()
        self.assertEqual(self.case.deadline_date, date(2026, 6, 3))
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertFalse(self._remind(28))
        self.assertIn("soon", self._remind(31).summary)

    # === WHOSE MANAGER === #

    def test_nobody_watches_himself(self):
        """Of his own disputes, another Credit Manager learns."""
        self.case.user_id = self.manager
        self._remind(18)
        told = self._remind(19).user_id
        self.assertNotEqual(told, self.manager)
        self.assertTrue(
            told.has_group("collections_dunning.collections_dunning_group_manager")
        )
        self.assertIn(self.company, told.company_ids)

    # === FORGOTTEN === #

    def test_only_activity_is_long_overdue(self):
        forgotten = [("is_forgotten", "=", True)]
        for day, is_forgotten in ((18, False), (25, False), (26, True)):
            with freeze_time(f"2026-05-{day} 10:00:00"):
                self.case.invalidate_recordset()
                self.assertEqual(self.case.is_forgotten, is_forgotten)
                found = self.case.search(forgotten)
            self.assertEqual(bool(found), is_forgotten)
        self._as(self.employee, 26).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.employee.id
        )
        self.assertFalse(self.case.is_forgotten)
        self.assertFalse(self.case.search(forgotten))

    # === RIGHTS === #

    def test_dates_are_a_collectors(self):
        self._as(self.employee, 13).action_wait_customer()
        for values in (
            {"customer_date": "2026-08-31"},
            {"deadline_date": "2026-08-31"},
            {"acknowledge_date": "2026-08-31"},
            {"waiting_since": "2026-05-01"},
        ):
            with self.assertRaises(AccessError):
                self.case.with_user(self.employee).write(values)
