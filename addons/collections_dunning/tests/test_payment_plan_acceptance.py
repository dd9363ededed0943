from base64 import b64encode
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPaymentPlanAcceptance(PlanCommon):
    """A signature, the versions of a plan, and its end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._skip_documents()

    def setUp(self):
        super().setUp()
        self.plan = self._create_plan()
        self.plan.action_propose()

    def _is_held(self, plan=None):
        return set((plan or self.plan).line_ids.hold_id.mapped("is_current"))

    # === SIGNATURE === #

    def test_signed_on_paper(self):
        action = self.plan.action_open_acceptance()
        wizard = self.env[action["res_model"]].with_user(self.collector)
        with Form(wizard.with_context(**action["context"])) as form:
            form.signed_by = "Jeanne Durand"
            form.signed_on = self.today - timedelta(days=1)
            form.scan = b64encode(b"%PDF-1.4 signed")
        form.record.action_accept()
        self.assertEqual(self.plan.state, "accepted")
        self.assertEqual(self.plan.acceptance, "hand")
        self.assertEqual(self.plan.accepted_on, self.today)
        scan = self.plan.scan_attachment_id
        self.assertEqual(scan.raw, b"%PDF-1.4 signed")
        self.assertIn(scan, self.plan.message_ids.attachment_ids)
        self.assertEqual(self.plan.line_ids.hold_id.mapped("date_to"), [False, False])

    def test_by_hand_needs_the_scan_and_a_day_that_has_come(self):
        with self.assertRaisesRegex(UserError, "attach"):
            self.plan.action_accept("Jeanne Durand", False, "")
        with self.assertRaisesRegex(UserError, "not come"):
            self.plan.action_accept(
                "Jeanne Durand", b64encode(b"x"), "x.pdf", self._day(1)
            )
        with self.assertRaises(AccessError):
            self.plan.with_user(self.reader).action_accept("J", b64encode(b"x"), "x")
        self.assertEqual(self.plan.state, "proposed")

    def test_accepted_once(self):
        self._accept(self.plan)
        with self.assertRaises(UserError):
            self._accept(self.plan)

    def test_signed_by_the_customer_alone_tells_the_responsible(self):
        self._accept(self.plan, acceptance="portal")
        self.assertEqual(self.plan.activity_ids.user_id, self.collector)

    def test_lapsed_offer(self):
        after = self.plan.valid_until + timedelta(days=1)
        with freeze_time(f"{after} 03:00:00"):
            self._watch(self.plan)
            self._watch(self.plan)
            self.assertEqual(len(self.plan.activity_ids), 1)
            self.assertEqual(self._is_held(), {False})
            with self.assertRaisesRegex(UserError, "lapsed"):
                self._accept(self.plan, acceptance="portal")
            # The post takes its time: a collector decides.
            self._accept(self.plan)
            self.plan.invalidate_recordset()
            self.assertEqual(self.plan.state, "accepted")
            self.assertEqual(self._is_held(), {True})

    def test_agreement_as_the_customer_has_it(self):
        reader = self.plan.with_user(self.reader)
        offered = reader.action_view_agreement()["url"]
        self.assertEqual(offered, f"/web/content/{self.plan.offer_attachment_id.id}")
        self._accept(self.plan)
        signed = reader.action_view_agreement()["url"]
        self.assertEqual(signed, f"/web/content/{self.plan.agreement_attachment_id.id}")
        self.assertTrue(self.plan.agreement_attachment_id.with_user(self.reader).raw)
        draft = self._create_plan(self._create_invoice(5))
        action = draft.action_view_agreement()
        self.assertEqual(action["type"], "ir.actions.report")

    def test_takes_the_place_of_promises(self):
        """Nobody breaks a promise by agreeing on other dates with us."""
        promises = self.env["collections.promise"].sudo()
        vals = {
            "debtor_id": self.debtor.id,
            "currency_id": self.company.currency_id.id,
            "amount": 100,
            "date": self._day(2),
        }
        self.plan.action_cancel()
        newer = self._create_invoice(10)
        both = self._item(self.invoice) | self._item(newer)
        one, other = promises.create(
            [
                {**vals, "item_ids": [Command.set(self._item(self.invoice).ids)]},
                {**vals, "item_ids": [Command.set(both.ids)]},
            ]
        )
        self._create_accepted()
        self.assertEqual((one.state, other.state), ("cancelled", "open"))

    # === VERSIONS === #

    def test_new_version_replaces_the_old_one_when_it_is_accepted(self):
        self._accept(self.plan)
        self._pay(self.invoice, 333.33)
        self._watch(self.plan)
        action = self.plan.with_user(self.collector).action_renegotiate()
        version = self.plans.browse(action["res_id"])
        self.assertEqual(version.previous_id, self.plan)
        self.assertEqual(version.amount_total, 666.67)
        self.assertEqual(self._amounts(version), [333.33, 333.34])
        self.assertEqual(
            version.installment_ids.mapped("date"),
            self.plan.installment_ids[1:].mapped("date"),
        )
        # Asked again: the same draft.
        self.assertEqual(self.plan.action_renegotiate()["res_id"], version.id)
        version.with_user(self.collector).action_propose()
        self.assertEqual(version.name, self.plan.name)
        self.assertIn("version 2", version.display_name)
        self.assertEqual(self.plan.state, "accepted")
        self._accept(version)
        self.assertEqual(self.plan.state, "replaced")
        self.assertEqual(self.plan.amount_paid, 333.33)
        self.assertEqual(self._is_held(version), {True})
        self.assertEqual(version.version_count, 2)
        self._propose()
        self.assertEqual(self._reason(self.second_invoice), ["payment_plan"])

    def test_new_version_of_an_offer_can_be_signed_alone(self):
        action = self.plan.with_user(self.collector).action_renegotiate()
        version = self.plans.browse(action["res_id"])
        version.action_propose()
        self.assertEqual(self.plan.state, "replaced")
        with self.assertRaises(UserError):
            self._accept(self.plan)
        self.assertEqual(self._is_held(version), {True})
        self._accept(version)
        self.assertEqual(version.state, "accepted")

    def test_nothing_is_open_any_more(self):
        self._accept(self.plan)
        self._pay(self.invoice)
        self._pay(self.second_invoice)
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            self.plan.action_renegotiate()

    # === END === #

    def test_given_up_by_a_credit_manager_alone(self):
        self._accept(self.plan)
        with self.assertRaises(AccessError):
            self.plan.action_break()
        with self.assertRaises(UserError):
            self.plan.action_cancel()
        self.plan.with_user(self.manager).action_break()
        self.assertEqual(self.plan.state, "broken")
        self.assertFalse(self.plan.accelerated_on)
        self.assertNotIn(True, self._is_held())

    def _miss_and_notify(self, presented=None):
        """The first installment is missed, and its formal notice was presented."""
        installment = self.plan.installment_ids[0]
        late_day = installment.date + timedelta(days=9)
        for day in (installment.date + timedelta(days=3), late_day):
            with freeze_time(f"{day} 10:00:00"):
                self._watch(self.plan)
        notice = self.plan.sudo().notice_ids.filtered("is_formal")
        self.env.cr.execute(
            "UPDATE dunning_notice SET state = 'sent', presented_on = %s WHERE id = %s",
            (presented, notice.id),
        )
        notice.invalidate_recordset()
        return late_day

    def test_acceleration_after_the_days_of_the_presented_notice(self):
        self._accept(self.plan)
        manager = self.plan.with_user(self.manager)
        with self.assertRaises(UserError):
            manager.action_accelerate()  # not late
        late_day = self.plan.installment_ids[0].date + timedelta(days=9)
        presented = late_day + timedelta(days=3)
        self._miss_and_notify(presented)
        self.assertEqual(self.plan.state, "late")
        with freeze_time(f"{presented + timedelta(days=8)} 10:00:00"):
            with self.assertRaisesRegex(UserError, "has until"):
                manager.action_accelerate()
        with freeze_time(f"{presented + timedelta(days=9)} 10:00:00"):
            with self.assertRaises(AccessError):
                self.plan.action_accelerate()
            manager.action_accelerate()
        self.assertEqual(self.plan.state, "broken")
        self.assertEqual(self.plan.accelerated_on, presented + timedelta(days=9))
        ends = self.plan.line_ids.hold_id.mapped("date_to")
        self.assertEqual(set(ends), {presented + timedelta(days=8)})

    def test_no_acceleration_without_presentation(self):
        self._accept(self.plan)
        day = self._miss_and_notify(presented=None)
        with freeze_time(f"{day + timedelta(days=60)} 10:00:00"):
            with self.assertRaisesRegex(UserError, "recorded first presentation"):
                self.plan.with_user(self.manager).action_accelerate()

    def test_no_acceleration_once_it_is_paid(self):
        self._accept(self.plan)
        day = self._miss_and_notify(presented=self._day(0))
        self._pay(self.invoice, 333.33)
        with freeze_time(f"{day + timedelta(days=60)} 10:00:00"):
            with self.assertRaisesRegex(UserError, "still open"):
                self.plan.with_user(self.manager).action_accelerate()

    # === PARTNERS THAT MERGE === #

    def test_merge_of_customers(self):
        self._accept(self.plan)
        target = self._create_invoice(10, partner=self.other_customer).partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | target).ids, target)
        merged = self._debtor(target)
        self.assertEqual(self.plan.debtor_id, merged)
        self.assertEqual(self.plan.partner_id, target)
        self.assertEqual(self._is_held(), {True})
        self._pay(self.invoice, 100)
        self._watch(self.plan)
        self.assertEqual(self.plan.amount_paid, 100)

    # === COMPANIES === #

    def test_company_rules(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_user(
            "stranger", "collections_dunning.collections_dunning_group_manager"
        )
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for records in (self.plan, self.plan.line_ids, self.plan.installment_ids):
            found = records.with_user(stranger)
            self.assertFalse(found.search([("id", "in", records.ids)]))
            with self.assertRaises(AccessError):
                found.read(["company_id"])
