from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
class TestPaymentPlanInterest(ChargeCommon):
    """Interest of what is in a plan: kept, capped, waived; and what it invoices."""

    def setUp(self):
        super().setUp()
        # 1,200.00 due on 31 January 2025; the plan is of 20 August 2025.
        self.debtor = self.env["collections.debtor"].search(
            [("partner_id", "=", self.late.partner_id.id)]
        )
        self.today = date(2025, 8, 20)

    def _create_accepted(self, **vals):
        plans = self.env["collections.payment.plan"].with_user(self.collector)
        plan = plans._create_from_items(self.debtor, self._item(self.late), **vals)
        plan.action_propose()
        plan._accept({"acceptance": "hand", "signed_by": "Jeanne Durand"})
        return plan

    def _interest(self, day):
        item = self._item(self.late)
        with freeze_time(day):
            computed = self.env["collections.interest"]._compute_interest(
                item, date.fromisoformat(day)
            )
        return computed[item.id]

    def test_kept_goes_on(self):
        before = self._interest("2025-10-20")
        self._create_accepted(interest_mode="kept")
        self.assertEqual(self._interest("2025-10-20").interest, before.interest)

    def test_capped_stops_on_the_day_of_the_plan_until_it_is_broken(self):
        plan_day, later = self._interest("2025-08-20"), self._interest("2025-10-20")
        plan = self._create_accepted(interest_mode="capped")
        capped = self._interest("2025-10-20")
        self.assertEqual(capped.interest, plan_day.interest)
        self.assertEqual(capped.compensation, 40)
        self.assertLess(capped.interest, later.interest)
        plan.with_user(self.manager).action_break()
        self.assertEqual(self._interest("2025-10-20").interest, later.interest)

    def test_waived_is_not_owed_while_it_is_respected(self):
        later = self._interest("2025-10-20")
        plan = self._create_accepted(interest_mode="waived")
        waived = self._interest("2025-10-20")
        self.assertEqual(waived.status, "waived_by_plan")
        self.assertFalse(waived.interest or waived.compensation)
        self.assertIn("Waived", self._item(self.late).dunning_interest_note)
        self._pay(self.late)
        plan.sudo()._watch()
        self.assertEqual(plan.state, "completed")
        self.assertEqual(self._interest("2025-12-20").status, "waived_by_plan")
        plan.sudo().state = "broken"
        self.assertGreater(self._interest("2025-10-20").compensation, 0)
        self.assertTrue(later.interest)

    def test_charges_of_the_plan_are_invoiced_when_it_is_accepted(self):
        found = self._interest("2025-08-20")
        owed = float(found.interest) + 40
        plans = self.env["collections.payment.plan"].with_user(self.collector)
        plan = plans._create_from_items(
            self.debtor,
            self._item(self.late),
            with_charges=True,
            interest_mode="waived",
        )
        self.assertAlmostEqual(plan.amount_charges, owed, 2)
        self.assertAlmostEqual(plan.amount_total, 1200 + owed, 2)
        plan.action_propose()
        charges = self.env["collections.interest.charge"]
        self.assertFalse(charges.search([("move_id", "=", self.late.id)]))
        plan._accept({"acceptance": "hand", "signed_by": "Jeanne Durand"})
        line = plan.line_ids.filtered("is_charge")
        self.assertTrue(line.move_id.is_late_charge)
        self.assertEqual(line.move_id.state, "posted")
        self.assertAlmostEqual(line.amount, owed, 2)
        self.assertTrue(line.hold_id.is_current)
        # Asked for once: the total is what it was.
        self.assertAlmostEqual(plan.amount_total, 1200 + owed, 2)
        self.assertAlmostEqual(
            sum(plan.installment_ids.mapped("amount")), 1200 + owed, 2
        )
        self.assertFalse(self._interest("2025-10-20").interest)
        self._pay(self.late)
        self._pay(line.move_id)
        plan.sudo()._watch()
        self.assertEqual(plan.state, "completed")

    def test_charges_invoiced_since_the_draft(self):
        """The schedule is made anew: nobody is asked for them twice."""
        plans = self.env["collections.payment.plan"].with_user(self.collector)
        plan = plans._create_from_items(
            self.debtor, self._item(self.late), with_charges=True
        )
        self._invoice(self.late, "2025-08-20")
        with self.assertRaisesRegex(UserError, "add up"):
            plan.action_propose()

    def test_version_of_an_offer_asks_for_the_charges_too(self):
        plans = self.env["collections.payment.plan"].with_user(self.collector)
        plan = plans._create_from_items(
            self.debtor, self._item(self.late), with_charges=True
        )
        plan.action_propose()
        plan.action_renegotiate()
        self.assertEqual(plan.next_ids.amount_total, plan.amount_total)
        plan._accept({"acceptance": "hand", "signed_by": "Jeanne Durand"})
        plan.next_ids.unlink()
        plan.action_renegotiate()
        self.assertAlmostEqual(plan.next_ids.amount_total, plan.amount_total, 2)
        self.assertFalse(plan.next_ids.with_charges)

    def test_charges_that_can_not_be_invoiced_do_not_undo_the_signature(self):
        plans = self.env["collections.payment.plan"].with_user(self.collector)
        plan = plans._create_from_items(
            self.debtor, self._item(self.late), with_charges=True
        )
        plan.action_propose()
        self.debtor.write({"charging": "waive", "charging_reason": "Goodwill"})
        plan._accept({"acceptance": "hand", "signed_by": "Jeanne Durand"})
        self.assertEqual(plan.state, "accepted")
        self.assertFalse(plan.line_ids.filtered("is_charge"))
        self.assertIn("Goodwill", plan.activity_ids.note)

    def test_charges_that_are_no_item_are_not_missed(self):
        """Invoiced beside the plan, they are asked for there, not by the plan too."""
        plans = self.env["collections.payment.plan"].with_user(self.collector)
        plan = plans._create_from_items(
            self.debtor, self._item(self.late), with_charges=True
        )
        plan.action_propose()
        self._invoice(self.late, "2025-08-20").action_post()
        plan._accept({"acceptance": "hand", "signed_by": "Jeanne Durand"})
        self.assertFalse(plan.line_ids.filtered("is_charge"))
        self.assertEqual(plan.amount_remaining, 1200)
        self._pay(self.late)
        plan.sudo()._watch()
        self.assertEqual(plan.state, "completed")

    def test_waived_debtor_has_no_charges_in_a_plan(self):
        self.debtor.write({"charging": "waive", "charging_reason": "Goodwill"})
        plans = self.env["collections.payment.plan"].with_user(self.collector)
        plan = plans._create_from_items(
            self.debtor, self._item(self.late), with_charges=True
        )
        self.assertFalse(plan.amount_charges)
