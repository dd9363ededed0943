from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .insolvency_common import InsolvencyCommon


@tagged("post_install", "-at_install")
class TestInsolvency(InsolvencyCommon):
    """Claims born before the judgment stop; later ones go on."""

    # === BEFORE AND AFTER === #

    def test_what_was_born_before_stops_and_later_claims_go_on(self):
        later = self._create_later(10)
        self._record()
        run = self._propose()
        self.assertEqual(self._reason(self.invoice), ["insolvency"])
        self.assertEqual(self._reason(later), ["dunned"])
        self._assert_ties_out(run)
        self.assertEqual(
            run.notice_ids.level_id.procedure_id, self.later_procedure, "of its own"
        )

    def test_the_delivery_date_decides(self):
        """Invoiced after the judgment, delivered before it, and the other way round."""
        before = self._create_later(10, delivery_date=self._day(-41))
        after = self._create_invoice(60, delivery_date=self._day(-20))
        record = self._record()
        births = {item.move_id: item.birth for item in record.item_ids}
        self.assertEqual(births[before], "before")
        self.assertEqual(births[after], "after")
        self._propose()
        self.assertEqual(self._reason(before), ["insolvency"])
        self.assertNotEqual(self._reason(after), ["insolvency"])

    def test_the_day_of_the_judgment_is_after_it(self):
        on_the_day = self._create_invoice(5, delivery_date=self._day(-40))
        eve = self._create_invoice(5, delivery_date=self._day(-41))
        record = self._record()
        births = {item.move_id: item.birth for item in record.item_ids}
        self.assertEqual((births[on_the_day], births[eve]), ("after", "before"))

    def test_interest_invoiced_since_goes_with_what_bore_it(self):
        """Interest of before the judgment is no later claim, however late invoiced."""
        charges = self._create_later(5), self._create_later(5)
        for charge, last in zip(charges, (-41, -20), strict=True):
            charge.sudo().is_late_charge = True
            self.env["collections.interest.charge"].sudo().create(
                {
                    "company_id": self.company.id,
                    "move_line_id": self._item(self.invoice).id,
                    "move_id": self.invoice.id,
                    "charge_move_id": charge.id,
                    "date_from": self._day(-59),
                    "date_to": self._day(last),
                    "currency_id": charge.currency_id.id,
                }
            )
        record = self._record()
        births = {item.move_id: item.birth for item in record.item_ids}
        self.assertEqual([births[c] for c in charges], ["before", "after"])

    def test_what_is_booked_later_is_stopped_at_the_next_assessment(self):
        self._record()
        late = self._create_invoice(30, delivery_date=self._day(-60))
        self._propose()
        self.assertEqual(self._reason(late), ["insolvency"])

    def test_the_night_finds_what_is_booked_later_and_asks_once(self):
        record = self._record()
        late = self._create_invoice(30, delivery_date=self._day(-60))
        for _night in range(2):
            self.env["collections.insolvency"]._cron_watch()
        [item] = record.item_ids.filtered(lambda i: i.move_id == late)
        self.assertEqual(item.birth, "before")
        [activity] = record.activity_ids.filtered(
            lambda a: "since" in (a.summary or "")
        )
        self.assertIn(late.name, activity.note)
        self.assertEqual(activity.user_id, self.collector)

    def test_a_delivery_date_typed_later_counts(self):
        later = self._create_later(10)
        record = self._record()
        [item] = record.item_ids.filtered(lambda i: i.move_id == later)
        self.assertTrue(item.is_to_check)
        self.assertIn(later.name, record.claim_warning)
        later.delivery_date = self._day(-50)
        record._cron_watch()
        self.assertEqual((item.birth, item.is_to_check), ("before", False))
        self.assertEqual(self._hold(later).reason, "insolvency")

    # === SPLIT BY HAND === #

    def test_an_item_on_both_sides_is_split_by_hand(self):
        later = self._create_later(10, amount=300)
        record = self._record()
        [item] = record.item_ids.filtered(lambda i: i.move_id == later)
        item.with_user(self.collector).write(
            {"birth": "straddling", "amount_before": 100}
        )
        self.assertFalse(item.is_to_check)
        self.assertEqual(self._hold(later).amount, 100)
        run = self._propose()
        [line] = run.notice_ids.line_ids.filtered(lambda li: li.kind == "1_item")
        self.assertEqual((line.amount_held, line.amount_claimed), (100, 200))
        self.assertEqual(item.amount_claimed, 100)
        record._cron_watch()
        self.assertEqual(item.birth, "straddling", "a person's word stays")

    def test_a_receipt_before_the_judgment_was_for_the_part_before(self):
        deposit = self._create_later(10, amount=300)
        receipt = self._receive(60, date=self._day(-45))
        record = self._record()
        [item] = record.item_ids.filtered(lambda i: i.move_id == deposit)
        item.with_user(self.collector).write(
            {"birth": "straddling", "amount_before": 100}
        )
        self.assertEqual(self._hold(deposit).amount, 100)
        lines = (receipt.move_id or receipt).line_ids | self._item(deposit)
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        run = self._propose()
        self.assertEqual((self._hold(deposit).amount, item.amount_claimed), (40, 40))
        self.assertEqual(run.notice_ids.amount_claimed, 200)
        # What comes in since the judgment is for the later part.
        self._pay(deposit, 150, date=self._day(-2))
        run.action_propose()
        self.assertEqual((item.amount_claimed, run.notice_ids.amount_claimed), (40, 50))

    def test_the_part_before_is_a_part(self):
        record = self._record()
        [item] = record.item_ids
        for amount in (0, -5, 1000, 2000):
            with self.assertRaisesRegex(ValidationError, "both sides"):
                item.with_user(self.collector).write(
                    {"birth": "straddling", "amount_before": amount}
                )

    def test_a_person_can_say_that_all_of_it_was_born_later(self):
        record = self._record()
        record.item_ids.with_user(self.collector).birth = "after"
        self.assertFalse(self._hold(self.invoice))
        self._propose()
        self.assertNotEqual(self._reason(self.invoice), ["insolvency"])

    # === NO NETTING ACROSS THE JUDGMENT === #

    def test_a_credit_before_the_judgment_covers_no_later_claim(self):
        later = self._create_later(10, amount=200)
        self._receive(500, date=self._day(-45))
        self._create_credit_note(50, invoice_date=self._day(-44))
        self._record()
        run = self._propose()
        self.assertEqual(self._reason(later), ["dunned"])
        notice = run.notice_ids
        self.assertEqual(notice.amount_claimed, 200)
        self.assertNotIn("3_credit", notice.line_ids.mapped("kind"))
        self.assertNotEqual(notice.review_reason, "open_credit")
        self._assert_ties_out(run)

    def test_an_earlier_credit_of_a_split_invoice_lowers_the_declared_part(self):
        both = self._create_invoice(10, 300, invoice_date=self._day(-50))
        credit = self._create_credit_note(
            50, invoice_date=self._day(-49), reversed_entry_id=both.id
        )
        credit.line_ids.remove_move_reconcile()
        record = self._record()
        [item] = record.item_ids.filtered(lambda i: i.move_id == both)
        item.with_user(self.collector).write(
            {"birth": "straddling", "amount_before": 100}
        )
        run = self._propose()
        self.assertEqual(record.claim_principal, 1000 + 100 - 50)
        self.assertEqual(run.notice_ids.amount_claimed, 200)
        self.assertEqual(self._decision(both).amount_claimed, 200, "as it says")
        self._assert_ties_out(run)

    def test_a_credit_since_the_judgment_covers_later_claims(self):
        later = self._create_later(10, amount=200)
        self._receive(500, date=self._day(-15))
        self._record()
        self._propose()
        self.assertEqual(self._reason(later), ["covered_by_credit"])
        self.assertEqual(self._reason(self.invoice), ["insolvency"])

    def test_a_credit_note_goes_with_the_invoice_it_reverses(self):
        later = self._create_later(10, amount=200)
        settled = self._create_invoice(60, amount=50)
        self._pay(settled, date=self._day(-50))
        self._create_credit_note(50, reversed_entry_id=settled.id)
        record = self._record()
        [item] = record.item_ids.filtered(lambda i: i.amount_open < 0)
        self.assertEqual(item.birth, "before")
        run = self._propose()
        self.assertEqual(run.notice_ids.amount_claimed, 200)
        self.assertEqual(self._reason(later), ["dunned"])

    def test_without_proceedings_credits_cover_as_ever(self):
        later = self._create_later(10, amount=200)
        self._receive(1500, date=self._day(-45))
        self._propose()
        self.assertEqual(self._reason(later), ["covered_by_credit"])

    # === WHAT ENDS === #

    def test_a_hold_by_hand_makes_way(self):
        """It would stop the later claims too."""
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "reason": "insolvency",
                "date_from": self._day(-39),
                "note": "Judgment",
            }
        )
        later = self._create_later(10)
        self._record()
        self._propose()
        self.assertEqual(self._reason(later), ["dunned"])

    def test_what_is_queued_does_not_leave_as_if_nothing_had_been(self):
        later = self._create_later(10)
        run = self._propose()
        run.action_confirm()
        notice = run.notice_ids
        self.assertEqual(notice.state, "queued")
        self._record()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("judgment", notice.error)
        run = self._propose()
        self.assertEqual(self._reason(later), ["dunned"])
        self.assertEqual(run.notice_ids.level_id.procedure_id, self.later_procedure)

    def test_a_promise_about_it_ends_another_stays(self):
        later = self._create_later(10)
        promises = self.env["collections.promise"]
        old, new = (
            promises.create(
                {
                    "debtor_id": self.debtor.id,
                    "currency_id": invoice.currency_id.id,
                    "amount": 50,
                    "date": self._day(5),
                    "item_ids": self._item(invoice).ids,
                }
            )
            for invoice in (self.invoice, later)
        )
        self._record()
        self.assertEqual((old.state, new.state), ("cancelled", "open"))
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["insolvency"])

    def test_drafts_under_review_lose_what_was_born_before(self):
        run = self._propose()
        self.assertEqual(run.notice_ids.mapped("state"), ["draft"])
        self._record()
        self.assertEqual(run.notice_ids.state, "cancelled")

    # === WHO === #

    def test_only_a_collector_records(self):
        with self.assertRaises(AccessError):
            self._record(user=self.reader)
        with self.assertRaises(AccessError):
            self._record().with_user(self.reader).court = "Lyon"

    def test_only_a_manager_closes(self):
        record = self._record()
        for call in (
            lambda own: own.action_close("mistake"),
            lambda own: own.action_adopt_plan(),
            lambda own: own.unlink(),
            lambda own: own.write({"state": "closed"}),
            lambda own: own.write({"outcome": "mistake"}),
        ):
            with self.assertRaises(AccessError):
                call(record.with_user(self.collector))
        self.assertEqual(record.state, "open")

    def test_its_holds_are_not_ended_by_hand(self):
        self._record()
        with self.assertRaisesRegex(UserError, "cancel or decide that instead"):
            self._hold(self.invoice).with_user(self.collector).action_end()

    def test_another_company_sees_nothing(self):
        record = self._record()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_user(
            "stranger", "collections_dunning.collections_dunning_group_manager"
        )
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        found = self.env["collections.insolvency"].with_user(stranger).search([])
        self.assertNotIn(record, found)
        items = self.env["collections.insolvency.item"].with_user(stranger)
        self.assertFalse(items.search([("insolvency_id", "=", record.id)]))
        with self.assertRaises(AccessError):
            record.with_user(stranger).action_close("mistake")

    # === BAD INPUT === #

    def test_impossible_days_are_refused(self):
        tomorrow = self._day(1)
        cases = (
            ("future", {"judgment_date": tomorrow, "publication_date": False}),
            ("future", {"publication_date": tomorrow}),
            ("its day or later", {"publication_date": self._day(-41)}),
        )
        for message, vals in cases:
            with (
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self._record(**vals)

    def test_one_at_a_time(self):
        self._record()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._record()

    def test_who_the_court_appoints_is_not_the_customer(self):
        with self.assertRaisesRegex(ValidationError, "appointed by the court"):
            self._record(trustee_id=self.customer.id)

    def test_they_stay_with_their_customer(self):
        record = self._record().with_user(self.collector)
        self._create_invoice(5, partner=self.other_customer)
        self.env["collections.debtor"]._ensure_for(self.company)
        with self.assertRaisesRegex(UserError, "stay with their customer"):
            record.debtor_id = self._debtor(self.other_customer)

    # === THE END === #

    def test_a_mistake_is_as_if_nothing_had_been(self):
        record = self._record()
        record.with_user(self.manager).action_close("mistake")
        self.assertEqual(record.state, "closed")
        self._propose(date=fields.Date.today() + timedelta(days=1))
        self.assertNotEqual(self._reason(self.invoice), ["insolvency"])

    def test_closed_for_lack_of_assets_it_stays_stopped(self):
        later = self._create_later(10, amount=200)
        self._receive(500, date=self._day(-45))
        record = self._record()
        record.with_user(self.manager).action_close("insufficient")
        self.assertFalse(self.debtor.insolvency_id)
        run = self._propose()
        self.assertEqual(self._reason(self.invoice), ["insolvency"])
        self.assertEqual(self._reason(later), ["dunned"], "credits still don't net")
        self.assertEqual(run.notice_ids.level_id.procedure_id, self.procedure)
        [task] = record.activity_ids
        self.assertEqual(task.user_id, self.manager)

    def test_under_a_court_plan_later_claims_are_ordinary(self):
        later = self._create_later(10)
        record = self._record()
        record.with_user(self.manager).action_adopt_plan()
        run = self._propose()
        self.assertEqual(self._reason(self.invoice), ["insolvency"])
        self.assertEqual(self._reason(later), ["dunned"])
        self.assertEqual(run.notice_ids.level_id.procedure_id, self.procedure)

    def test_a_liquidation_has_no_plan(self):
        record = self._record(kind="liquidation").with_user(self.manager)
        with self.assertRaisesRegex(UserError, "safeguard or receivership"):
            record.action_adopt_plan()

    def test_an_end_before_the_judgment_is_refused(self):
        record = self._record().with_user(self.manager)
        for day in (self._day(-41), self._day(1)):
            with self.assertRaisesRegex(UserError, "between their judgment"):
                record.action_close("paid", day)
