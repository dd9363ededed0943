from freezegun import freeze_time

from odoo.tests import tagged

from .common import DisputeCommon

MONDAY = "2026-05-11 10:00:00"


@tagged("post_install", "-at_install")
class TestDeadline(DisputeCommon):
    """Who is reminded of a case, and who learns that nobody answered.

    Opened on Monday 11 May, to be answered in five working days: on Monday 18.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dispute_manager_id = cls.manager
        cls.env["dispute.case"].search([]).unlink()
        cls.cron = cls.env.ref("collections_disputes.ir_cron_dispute_deadlines")

    def _open_on_monday(self, **vals):
        with freeze_time(MONDAY):
            case = self._open(self._create_invoice(10, 1000), 300, **vals)
            case.sudo().acknowledged_at = case.date_open
            return case

    def _remind(self, day):
        """Run the morning's job; return what it had people do."""
        activities = self.env["mail.activity"].search([])
        with freeze_time(f"2026-05-{day} 06:00:00"):
            self.env["dispute.case"].sudo()._cron_deadlines()
        return self.env["mail.activity"].search([]) - activities

    def test_reminders_and_escalation(self):
        case = self._open_on_monday()
        self.assertFalse(self._remind(13))
        half = self._remind(14)
        self.assertEqual((half.user_id, half.res_id), (self.collector, case.id))
        self.assertIn("soon", half.summary)
        self.assertFalse(self._remind(15))
        end = self._remind(18)
        self.assertEqual(end.user_id, self.collector)
        self.assertIn("today", end.summary)
        self.assertFalse(self._remind(18))
        late = self._remind(19)
        self.assertEqual(late.user_id, self.manager)
        self.assertIn("not answered", late.summary)
        self.assertFalse(self._remind(20))

    def test_one_activity_for_each_person(self):
        cases = [self._open_on_monday() for _number in range(3)]
        mine = self._open_on_monday()
        mine.user_id = self.employee
        activities = self._remind(14)
        self.assertEqual(len(activities), 2)
        theirs = activities.filtered(lambda a: a.user_id == self.collector)
        self.assertIn("3 disputes", theirs.summary)
        for case in cases:
            self.assertIn(case.name, theirs.note)
        self.assertNotIn(mine.name, theirs.note)

    def test_not_acknowledged(self):
        case = self._open_on_monday()
        case.sudo().acknowledged_at = False
        self.assertFalse(self._remind(11))
        self.assertEqual(self._remind(12).user_id, self.collector)

    def test_long_ago(self):
        """Seen first when it is late: the owner is told, then the manager."""
        self._open_on_monday()
        self.assertEqual(self._remind(25).user_id, self.collector)
        self.assertEqual(self._remind(26).user_id, self.manager)

    def test_waiting_for_the_customer(self):
        case = self._open_on_monday()
        case.state = "waiting_customer"
        self.assertFalse(self._remind(25))
        case.state = "review"
        self.assertTrue(self._remind(26))

    def test_ended(self):
        case = self._open_on_monday()
        with freeze_time("2026-05-12 10:00:00"):
            self._resolve(case)
        self.assertFalse(self._remind(25))

    def test_owner_who_is_gone(self):
        case = self._open_on_monday()
        case.user_id = self.employee
        self.employee.active = False
        self.assertEqual(self._remind(14).user_id, self.manager)

    def test_without_a_manager_in_the_settings(self):
        self.company.dispute_manager_id = False
        manager = self.company._get_dispute_manager()
        self.assertTrue(
            manager.has_group("collections_dunning.collections_dunning_group_manager")
        )
        self.assertIn(self.company, manager.company_ids)

    def test_runs_as_a_scheduled_action(self):
        case = self._open_on_monday()
        with freeze_time("2026-05-18 06:00:00"), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.assertEqual(case.reminded, "end")

    @freeze_time(MONDAY)
    def test_forgotten(self):
        case = self._open_on_monday()
        forgotten = [("is_forgotten", "=", True)]
        self.assertNotIn(case, case.search(forgotten))
        case.activity_ids.unlink()
        self.assertIn(case, case.search(forgotten))
        self.assertTrue(case.is_forgotten)
