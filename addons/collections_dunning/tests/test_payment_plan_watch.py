from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPaymentPlanWatch(PlanCommon):
    """Which messages the nightly job drafts, and when: as the levels say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._skip_documents()

    def setUp(self):
        super().setUp()
        self.plan = self._create_accepted()
        self.first = self.plan.installment_ids[0]

    def _on(self, days):
        """Look at the plan so many days after its first installment.

        :return: the events and installments of the messages there are.
        """
        day = self.first.date + timedelta(days=days)
        with freeze_time(f"{day} 03:00:00"):
            self._watch(self.plan)
        return [
            (notice.level_id.event, notice.installment_id)
            for notice in self.plan.sudo().notice_ids.sorted("id")
            if notice.state != "cancelled"
        ]

    def test_before_and_after_an_installment(self):
        coming = ("installment_coming", self.first)
        missed = ("installment_missed", self.first)
        formal = ("installment_formal", self.first)
        self.assertEqual(self._on(-4), [])
        self.assertEqual(self._on(-3), [coming])
        self.assertEqual(self._on(-2), [coming])
        self._on(2)
        self.assertEqual(self.plan.state, "accepted")
        self.assertIn(missed, self._on(3))
        self.assertEqual(self.plan.state, "late")
        self.assertNotIn(formal, self._on(7))
        messages = self._on(8)
        self.assertEqual(messages.count(missed), 1)
        self.assertEqual(messages.count(formal), 1)
        self.assertEqual(self._on(9).count(formal), 1)
        notice = self.plan.sudo().notice_ids.filtered("is_formal")
        self.assertEqual(notice.channel, "registered_letter")
        self.assertEqual(notice.amount_claimed, self.first.amount)
        # Nothing is declared due by itself, however long nobody does anything.
        self._on(200)
        self.assertEqual(self.plan.state, "late")
        self.assertFalse(self.plan.accelerated_on)

    def test_friendly_message_first_however_late_the_job_is(self):
        self.assertEqual(self._on(20), [("installment_missed", self.first)])
        self.assertEqual(self._on(24), [("installment_missed", self.first)])
        self.assertIn(("installment_formal", self.first), self._on(25))

    def test_days_are_those_of_the_levels(self):
        level = self.company._get_dunning_plan_level("installment_coming")
        level.day_offset = -10
        self.assertEqual(self._on(-11), [])
        self.assertEqual(self._on(-10), [("installment_coming", self.first)])

    def test_too_late_to_remind_of_what_falls_due(self):
        self.assertEqual(self._on(0), [])

    def test_paid_in_advance_is_not_reminded_of(self):
        self._pay(self.invoice, self.first.amount)
        self.assertEqual(self._on(-3), [])
        self.assertEqual(self._on(8), [])

    def test_money_to_allocate_stops_messages_about_what_is_missed(self):
        self._receive(500, date=self.first.date + timedelta(days=7))
        self.assertEqual(self._on(8), [])

    def test_no_messages_without_a_procedure(self):
        self.company.dunning_plan_procedure_id = False
        self.assertEqual(self._on(8), [])
        self.assertEqual(self.plan.state, "late")

    def test_completed_plan_gets_its_receipt(self):
        self._pay(self.invoice)
        self._pay(self.second_invoice)
        self._watch(self.plan)
        self.assertEqual(
            self.plan.sudo().notice_ids.level_id.mapped("event"), ["plan_completed"]
        )

    def test_broken_plan_is_dunned_as_after_any_stop(self):
        self.procedure.level_ids.filtered("event").unlink()
        self.env["dunning.level"].create(
            {
                "name": "After a stop",
                "procedure_id": self.procedure.id,
                "event": "after_stop",
                "day_offset": 0,
                "approval": "automatic",
                "text_ids": [(0, 0, {"subject": "New date", "body": "Pay"})],
            }
        )
        self.plan.with_user(self.manager).action_break()
        run = self._propose()
        notice = run.notice_ids.filtered(lambda n: n.partner_id == self.customer)
        self.assertTrue(notice)
        self.assertIn(self._reason(self.invoice), (["dunned"], ["notice_pending"]))
