from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPaymentPlan(PlanCommon):
    """From the items to an offer: schedule, approval, number, holds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._skip_documents()

    # === SCHEDULE === #

    def test_schedule_of_the_terms(self):
        plan = self._create_plan(
            down_payment=100, installment_count=4, rounding=50, first_date="2099-12-31"
        )
        self.assertEqual(plan.amount_total, 1000)
        self.assertEqual(self._amounts(plan), [100, 200, 200, 200, 300])
        self.assertEqual(plan.installment_ids.mapped("is_down_payment")[0], True)
        self.assertEqual(
            plan.installment_ids.mapped("date"),
            [
                plan.valid_until,
                date(2099, 12, 31),
                date(2100, 1, 31),
                date(2100, 2, 28),
                date(2100, 3, 31),
            ],
        )

    def test_schedule_is_made_while_terms_are_typed(self):
        action = self.debtor.with_user(self.collector).action_payment_plan()
        plans = self.plans.with_user(self.collector).with_context(**action["context"])
        with Form(plans) as form:
            self.assertEqual(form.amount_total, 1000)
            self.assertEqual(len(form.line_ids), 2)
            form.installment_count = 7
            self.assertEqual(
                self._form_amounts(form),
                [142.85, 142.85, 142.85, 142.85, 142.85, 142.85, 142.9],
            )
            form.rounding = 10
            self.assertEqual(self._form_amounts(form), [140] * 6 + [160])
            # One is edited: the last one takes the difference.
            with form.installment_ids.edit(0) as first:
                first.amount = 200
            self.assertEqual(self._form_amounts(form), [200] + [140] * 5 + [100])
            # Without an item there is less to pay.
            form.line_ids.remove(0)
            self.assertEqual(sum(self._form_amounts(form)), form.amount_total)
        plan = form.record
        self.assertEqual(plan.amount_total, 400)
        self.assertEqual(sum(self._amounts(plan)), 400)

    def _form_amounts(self, form):
        count = len(form.installment_ids)
        amounts = []
        for number in range(count):
            with form.installment_ids.edit(number) as installment:
                amounts.append(installment.amount)
        return amounts

    def test_schedule_that_does_not_add_up_is_refused(self):
        plan = self._create_plan()
        first = plan.installment_ids[0]
        with self.assertRaisesRegex(UserError, "too much or too little"):
            plan.write({"installment_ids": [(1, first.id, {"amount": 5000})]})
        first.amount = 999
        with self.assertRaisesRegex(UserError, "too much or too little"):
            plan.action_propose()

    def test_terms_that_make_no_schedule(self):
        for vals, message in (
            ({"installment_count": 0}, "from 1 to"),
            ({"down_payment": 1000}, "less than the total"),
            ({"down_payment": -1}, "less than the total"),
            ({"rounding": 500}, "rounded to"),
            ({"first_date": False}, "first installment"),
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, message):
                self._create_plan(**vals)
        with self.assertRaisesRegex(UserError, "before the day of the plan"):
            self._create_plan(first_date=self._day(-1))

    def test_items_of_somebody_else_or_settled_are_refused(self):
        foreign = self._create_invoice(10, partner=self.other_customer)
        with self.assertRaisesRegex(ValidationError, "no receivable of this"):
            self._create_plan(foreign)
        paid = self._create_invoice(10)
        self._pay(paid)
        with self.assertRaisesRegex(ValidationError, "nothing is open"):
            self._create_plan(paid)
        with self.assertRaisesRegex(ValidationError, "twice"):
            item = self._item(self.invoice).id
            plan = self._create_plan(self.invoice)
            plan.write({"line_ids": [(0, 0, {"move_line_id": item})]})

    # === OFFER === #

    def test_offer_is_numbered_and_holds_its_items_until_its_last_day(self):
        plan = self._create_plan()
        self.assertFalse(plan.name)
        plan.action_propose()
        self.assertEqual(plan.state, "proposed")
        self.assertRegex(plan.name, r"^ECH/\d{4}/\d{4}$")
        holds = plan.line_ids.hold_id
        self.assertEqual(len(holds), 2)
        self.assertEqual(set(holds.mapped("reason")), {"payment_plan"})
        self.assertEqual(set(holds.mapped("date_to")), {self._day(10)})
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["payment_plan"])

    def test_terms_of_an_offer_do_not_change(self):
        plan = self._create_plan()
        plan.action_propose()
        for vals in (
            {"down_payment": 5},
            {"interest_mode": "waived"},
            {"installment_ids": [(2, plan.installment_ids[0].id)]},
            {"line_ids": [(2, plan.line_ids[0].id)]},
            {"note": "Something else"},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                plan.write(vals)
        with self.assertRaises(UserError):
            plan.installment_ids[0].amount = 5
        with self.assertRaises(UserError):
            plan.line_ids[0].unlink()
        with self.assertRaises(UserError):
            plan.unlink()
        with self.assertRaises(AccessError):
            plan.write({"state": "accepted"})
        with self.assertRaises(AccessError):
            plan.installment_ids[0].write({"state": "paid"})
        plan.responsible_id = self.manager

    def test_item_paid_meanwhile_is_not_offered(self):
        plan = self._create_plan()
        self._pay(self.invoice, 100)
        with self.assertRaisesRegex(UserError, "refresh the amounts"):
            plan.action_propose()
        plan.action_refresh()
        self.assertEqual(plan.amount_total, 900)
        plan.action_propose()
        self.assertEqual(sum(self._amounts(plan)), 900)

    def test_item_is_in_one_plan_at_a_time(self):
        self._create_plan().action_propose()
        twin = self._create_plan(self.invoice)
        with self.assertRaisesRegex(UserError, "already"):
            twin.action_propose()
        self.assertFalse(self.debtor._get_plan_items())

    def test_cancelled_offer_holds_nothing(self):
        plan = self._create_plan()
        plan.action_propose()
        plan.action_cancel()
        self.assertEqual(plan.state, "cancelled")
        self.assertFalse(plan.line_ids.hold_id.filtered("is_current"))

    def test_offer_that_lapsed_does_not_end_again(self):
        """Dunning went on when it lapsed; a second stop would tell a new date again."""
        plan = self._create_plan()
        plan.action_propose()
        with freeze_time(f"{self._day(30)} 10:00:00"):
            plan.action_cancel()
        dates = plan._get_holds().mapped("date_to")
        self.assertEqual(dates, [plan.valid_until] * 2)

    def test_its_holds_are_its_own(self):
        plan = self._create_plan()
        plan.action_propose()
        hold = plan.line_ids.hold_id[:1].with_user(self.collector)
        for change in (hold.action_end, hold.unlink):
            with self.assertRaisesRegex(UserError, plan.name):
                change()
        with self.assertRaisesRegex(UserError, plan.name):
            hold.date_to = self.today

    def test_item_is_in_a_settlement_offer_or_in_a_plan(self):
        offers = self.env["collections.settlement"].with_user(self.manager)
        plan, first = self._create_plan(self.invoice), self._item(self.invoice)
        offer, twin = offers.create(
            [
                {
                    "debtor_id": self.debtor.id,
                    "item_ids": [Command.set(items.ids)],
                    "currency_id": self.company.currency_id.id,
                    "date": self._day(10),
                    "write_off_account_id": (
                        self.company_data["default_account_expense"].id
                    ),
                }
                for items in (first, self._item(self.second_invoice))
            ]
        )
        plan.action_propose()
        with self.assertRaisesRegex(ValidationError, plan.name):
            offer.action_offer()
        twin.action_offer()
        with self.assertRaisesRegex(UserError, twin.name):
            self._create_plan(self.second_invoice).action_propose()

    def test_copy_is_a_new_draft(self):
        plan = self._create_plan()
        plan.action_propose()
        copy = plan.with_user(self.collector).copy()
        self.assertRecordValues(
            copy, [{"state": "draft", "name": False, "amount_total": 1000}]
        )

    # === APPROVAL === #

    def test_long_or_large_plan_is_approved_by_a_credit_manager(self):
        self.company.dunning_plan_approval_months = 3
        plan = self._create_plan(installment_count=4)
        self.assertIn("3 months", plan.approval_reason)
        with self.assertRaisesRegex(UserError, "Credit Manager"):
            plan.action_propose()
        with self.assertRaises(AccessError):
            plan.action_approve()
        plan.action_request_approval()
        plan.action_request_approval()
        self.assertEqual(plan.activity_ids.user_id, self.company._get_dunning_manager())
        plan.with_user(self.manager).action_approve()
        self.assertEqual(plan.approved_by_id, self.manager)
        self.assertFalse(plan.activity_ids)
        # An approval is of what was seen.
        plan.installment_count = 5
        self.assertFalse(plan.approved_by_id)
        with self.assertRaises(UserError):
            plan.action_propose()
        plan.with_user(self.manager).action_propose()
        self.assertEqual(plan.approved_by_id, self.manager)
        self.assertEqual(plan.state, "proposed")

    def test_approval_is_of_each_installment_and_item(self):
        """Changed one by one, too, as a call from outside may."""
        self.company.dunning_plan_approval_amount = 100

        def last_day(plan):
            plan.installment_ids[-1].date = self._day(2000)

        def other_amounts(plan):
            plan.installment_ids[0].amount = 1
            plan.installment_ids[-1].amount += 332.33

        def less(plan):
            plan.line_ids[0].unlink()

        for change in (last_day, other_amounts, less):
            plan = self._create_plan()
            plan.with_user(self.manager).action_approve()
            change(plan.with_user(self.collector))
            with self.subTest(change.__name__):
                self.assertFalse(plan.approved_by_id)

    def test_limit_on_the_amount(self):
        self.company.dunning_plan_approval_amount = 1000
        self.assertFalse(self._create_plan().approval_reason)
        self.company.dunning_plan_approval_amount = 999.99
        self.assertIn("999.99", self._create_plan().approval_reason)

    # === RIGHTS === #

    def test_readers_see_and_change_nothing(self):
        plan = self._create_plan()
        seen = plan.with_user(self.reader)
        self.assertEqual(seen.amount_total, 1000)
        for method in ("action_propose", "action_cancel", "action_refresh"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(seen, method)()
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.reader).action_payment_plan()

    def test_stranger_does_not_sign(self):
        with self.assertRaisesRegex(ValidationError, "not of the company"):
            self._create_plan(contact_id=self.other_customer.id)
