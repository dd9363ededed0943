from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import format_date

from .common import DunningCommon


class PublicCommon(DunningCommon):
    """A public buyer beside the customers: 30 days from the deposit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.town = cls._create_customer("Mairie de Bron")
        cls.town_debtor = (
            cls.env["collections.debtor"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "partner_id": cls.town.id,
                    "debtor_type": "public",
                }
            )
        )

    @classmethod
    def _day(cls, days_ago):
        return cls.today - timedelta(days=days_ago)

    def _create_deposited(self, days_late, ledger_late=0, amount=100.0, **vals):
        """Post an invoice of the town that is late by its own clock.

        :param int days_late: since the 30 days from the deposit were over.
        :param int ledger_late: since the due date in the books.
        """
        deposited = self._day(days_late + 30)
        return self._create_invoice(
            ledger_late,
            amount,
            self.town,
            dunning_deposit_date=deposited,
            **vals,
        )


@tagged("post_install", "-at_install")
class TestPublicClock(PublicCommon):
    """From when the invoices of a public buyer are late."""

    def test_late_by_the_deposit_before_the_due_date(self):
        invoice = self._create_deposited(6, ledger_late=-20)
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])
        line = run.notice_ids.line_ids
        self.assertEqual(line.days_late, 6)
        self.assertEqual(line.date_maturity, self._day(-20))
        self._assert_ties_out(run)

    def test_not_late_by_the_deposit_after_the_due_date(self):
        invoice = self._create_deposited(-12, ledger_late=40)
        run = self._propose()
        decision = self._decision(invoice)
        self.assertEqual(
            (decision.reason, decision.level_id), ("not_due", self.courtesy)
        )
        # The courtesy level comes five days before the days to pay are over.
        self.assertEqual(decision.next_date, self._day(-12 + 5))
        self.assertEqual(decision.date_maturity, self._day(40))
        self.assertFalse(run.notice_ids)
        self._assert_ties_out(run)

    def test_level_waits_by_the_clock(self):
        invoice = self._create_deposited(2, ledger_late=30)
        self._propose()
        decision = self._decision(invoice)
        self.assertEqual((decision.reason, decision.level_id), ("waiting", self.first))
        self.assertEqual(decision.next_date, self._day(2 - 5))

    def test_days_to_pay_of_the_debtor(self):
        self.town_debtor.public_payment_days = 50
        invoice = self._create_deposited(6, ledger_late=40)
        self._propose()
        self.assertEqual(self._reason(invoice), ["not_due"])
        self.assertEqual(invoice.dunning_clock_date, self._day(6 - 20))

    def test_others_pay_by_the_ledger(self):
        invoice = self._create_invoice(8, dunning_deposit_date=self._day(10))
        self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])
        self.assertFalse(invoice.dunning_is_public)

    def test_without_a_deposit_date_by_the_ledger(self):
        invoice = self._create_invoice(8, partner=self.town)
        self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])
        answer = invoice.with_user(self.reader).get_dunning_explanation()
        self.assertIn("deposit date", answer["sentence"])
        other = self._create_deposited(8)
        answer = other.with_user(self.reader).get_dunning_explanation()
        self.assertNotIn("not recorded", answer["sentence"])

    def test_a_claim_without_a_deposit_date_is_for_a_person(self):
        self.first.charging = "claim"
        self._create_invoice(8, partner=self.town)
        notice = self._propose().notice_ids
        self.assertEqual(notice.review_reason, "missing_deposit")
        self.assertFalse(notice.approved)
        self.assertIn("due date in the books", notice.review_note)

    def test_a_claim_with_a_deposit_date_is_not(self):
        self.first.charging = "claim"
        self._create_deposited(8)
        self.assertFalse(self._propose().notice_ids.review_reason)

    def test_suspended(self):
        """Not due, without a date, whatever the ledger says; it ties out."""
        invoice = self._create_deposited(
            8, ledger_late=40, dunning_suspended_on=self._day(20)
        )
        late = self._create_deposited(8)
        run = self._propose()
        decision = self._decision(invoice)
        self.assertEqual((decision.reason, decision.next_date), ("not_due", False))
        self.assertEqual(run.notice_ids.line_ids.move_id, late)
        self._assert_ties_out(run)
        answer = invoice.with_user(self.reader).get_dunning_explanation()
        self.assertIn("suspended since", answer["sentence"])
        self.assertNotIn("Next change", answer["sentence"])
        [refused] = [t for t in answer["items"][0]["tests"] if t["result"] == "refused"]
        self.assertIn("suspended since", refused["detail"])
        self.assertFalse(invoice.dunning_clock_date)

    def test_suspended_before_a_courtesy_level(self):
        self._create_deposited(-3, dunning_suspended_on=self._day(5))
        self.assertFalse(self._propose().notice_ids)

    def test_resumed(self):
        """Thirty new days begin, though only twelve were left."""
        invoice = self._create_deposited(
            48,
            ledger_late=40,
            dunning_suspended_on=self._day(60),
            dunning_resumed_on=self._day(35),
        )
        answer = invoice.with_user(self.reader).get_dunning_explanation()
        self.assertIn("5 days", answer["sentence"])
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])
        self.assertEqual(run.notice_ids.line_ids.days_late, 5)
        self.assertEqual(invoice.dunning_clock_date, self._day(5))

    def test_resumed_with_more_than_thirty_days_left(self):
        """Those that were left begin anew."""
        self.town_debtor.public_payment_days = 60
        invoice = self._create_deposited(
            48,
            ledger_late=40,
            dunning_suspended_on=self._day(68),
            dunning_resumed_on=self._day(55),
        )
        run = self._propose()
        self.assertEqual(run.notice_ids.line_ids.days_late, 5)
        self.assertEqual(invoice.dunning_clock_date, self._day(5))

    def test_as_of_a_day_before_the_suspension(self):
        invoice = self._create_deposited(
            10,
            ledger_late=40,
            dunning_suspended_on=self._day(25),
            dunning_resumed_on=self._day(2),
        )
        run = self._propose(date=self._day(27))
        outcomes = {o.reason: o.item_count for o in run.outcome_ids}
        self.assertEqual(outcomes, {"not_due": 1})
        parts = self.env["dunning.assessment"]._read_assessed
        [row] = parts(self.company, self._day(27), self._item(invoice))
        self.assertEqual(row["clock"], self._day(10))
        [row] = parts(self.company, self._day(10), self._item(invoice))
        self.assertIsNone(row["clock"])
        [row] = parts(self.company, self.today, self._item(invoice))
        self.assertEqual(row["clock"], self._day(2 - 30))

    def test_credits_do_not_cover_what_is_suspended(self):
        self._create_deposited(8, ledger_late=60, dunning_suspended_on=self._day(20))
        late = self._create_deposited(8, ledger_late=20)
        self._create_credit_note(60, self.town)
        self._propose()
        self.assertEqual(self._decision(late).amount_claimed, 40)

    def test_suspended_after_it_was_drafted(self):
        """What is held against the ledger before it leaves is not claimed."""
        invoice = self._create_deposited(8)
        kept = self._create_deposited(9)
        notice = self._propose().notice_ids
        self.assertEqual(notice.amount_claimed, 200)
        invoice.dunning_suspended_on = self._day(20)
        self.env["dunning.proposal"]._refresh_notices(notice.sudo())
        self.assertEqual(notice.amount_claimed, 100)
        self.assertEqual(notice.line_ids.move_id, kept)

    def test_deposited_later_than_it_seemed_after_it_was_drafted(self):
        invoice = self._create_deposited(8)
        notice = self._propose().notice_ids
        invoice.dunning_deposit_date = self._day(5)
        self.env["dunning.proposal"]._refresh_notices(notice.sudo())
        self.assertEqual(notice.state, "cancelled")

    def test_the_debt_is_the_same_when_its_clock_moves(self):
        """What was sent before the deposit was corrected counts."""
        invoice = self._create_deposited(21, ledger_late=7)
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, self.first)
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        invoice.dunning_deposit_date = self._day(30 + 15)
        self._propose()
        decision = self._decision(invoice)
        self.assertEqual((decision.reason, decision.level_id), ("waiting", self.second))
        self.assertEqual(decision.next_date, self._day(15 - 20))

    def test_days_of_a_stop_count_from_the_clock(self):
        invoice = self._create_deposited(10, ledger_late=40)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.town_debtor.id,
                "reason": "paused",
                "date_from": self._day(20),
                "date_to": self._day(4),
            }
        )
        self._propose()
        decision = self._decision(invoice)
        self.assertEqual((decision.reason, decision.level_id), ("waiting", self.first))
        self.assertEqual(decision.next_date, self._day(10 - 6 - 5))

    def test_old_debt_by_the_clock(self):
        self.company.dunning_start_date = self._day(5)
        fresh = self._create_deposited(8, ledger_late=200)
        old = self._create_deposited(200, ledger_late=8)
        stopped = self._create_deposited(
            200, ledger_late=200, dunning_suspended_on=self._day(210)
        )
        self._propose()
        self.assertEqual(self._reason(fresh), ["dunned"])
        self.assertEqual(self._reason(old), ["old_debt"])
        self.assertEqual(self._reason(stopped), ["not_due"])

    def test_quiet_day_writes_nothing(self):
        self._create_deposited(8, ledger_late=40, dunning_suspended_on=self._day(20))
        self._create_deposited(-12, ledger_late=40)
        self._create_deposited(2, ledger_late=-15)
        self._propose().action_confirm()
        decisions = self.env["dunning.decision"].search([])
        self.assertEqual(len(decisions), 3)
        with freeze_time(self.today + timedelta(days=1)):
            later = self._propose(date=self.today + timedelta(days=1))
        self.assertEqual(self.env["dunning.decision"].search([]), decisions)
        self.assertFalse(decisions.closed_run_id)
        self.assertEqual(later.difference_count, 0)

    def test_the_message_names_the_day_of_the_clock(self):
        """Its days late count from the day that stands beside them."""
        self.first.text_ids.body = (
            "Since {{ due_date }}: {{ max_days_late }} days\n[items]"
        )
        invoice = self._create_deposited(9, ledger_late=40)
        notice = self._propose().notice_ids
        self.assertEqual(notice.line_ids.clock_date, self._day(9))
        text = notice._render_texts()[notice.id]
        due = format_date(self.env, self._day(9), date_format="long")
        self.assertIn(f"Since {due}: 9 days", text["body"])
        html = notice.sudo()._prepare_content(text)["html"]
        self.assertIn(format_date(self.env, self._day(9)), html)
        self.assertNotIn(format_date(self.env, self._day(40)), html)
        invoice.dunning_deposit_date = self._day(37)
        self.env["dunning.proposal"]._refresh_notices(notice.sudo())
        self.assertEqual(notice.line_ids.clock_date, self._day(7))

    def test_aged_balance_stays_with_the_ledger(self):
        self._create_deposited(-12, ledger_late=40)
        item = self.env["collections.aged.item"].search(
            [("partner_id", "=", self.town.id)]
        )
        self.assertEqual((item.days_late, item.bucket), (40, "3_31_60"))
        self.assertEqual(self.town_debtor.oldest_days_late, 40)

    def test_interest_runs_by_the_clock(self):
        regime = self.env["collections.interest.regime"].create(
            {"name": "Ten", "margin": 10, "debtor_type": "public"}
        )
        self.town_debtor.interest_regime_id = regime
        invoice = self._create_deposited(10, ledger_late=40, amount=3650)
        stopped = self._create_deposited(
            10, ledger_late=40, amount=3650, dunning_suspended_on=self._day(15)
        )
        self.assertEqual(self._item(invoice).dunning_interest, 10)
        self.assertEqual(self._item(stopped).dunning_interest, 0)

    def test_screen_and_clock_agree(self):
        for vals in (
            {},
            {"dunning_suspended_on": self._day(20)},
            {
                "dunning_suspended_on": self._day(20),
                "dunning_resumed_on": self._day(11),
            },
        ):
            invoice = self._create_deposited(8, **vals)
            [row] = self.env["dunning.assessment"]._read_assessed(
                self.company, self.today, self._item(invoice)
            )
            self.assertEqual(invoice.dunning_clock_date or None, row["clock"])

    def test_formal_notice_by_hand(self):
        self.company.dunning_public_procedure_id = False
        early = self._create_deposited(-12, ledger_late=40)
        with self.assertRaisesRegex(UserError, "not due yet"):
            early.action_print_formal_notice()
        late = self._create_deposited(8, ledger_late=-20)
        with self.assertRaisesRegex(UserError, "No reminder"):
            late.action_print_formal_notice()


@tagged("post_install", "-at_install")
class TestDeposit(PublicCommon):
    """Who records the dates of the clock, and which dates can't be."""

    def _record(self, invoice, user, **dates):
        dialog = (
            self.env["dunning.deposit"]
            .with_user(user)
            .with_context(default_move_id=invoice.id)
        )
        with Form(dialog) as form:
            for name, value in dates.items():
                form[name] = value
        return form.record.action_save()

    def test_a_collector_records_them(self):
        invoice = self._create_invoice(3, partner=self.town)
        as_collector = invoice.with_user(self.collector)
        self.assertTrue(as_collector.dunning_is_public)
        with self.assertRaises(AccessError):
            as_collector.dunning_deposit_date = self._day(30)
        self._record(invoice, self.collector, dunning_deposit_date=self._day(30))
        self.assertEqual(invoice.dunning_deposit_date, self._day(30))
        self.assertEqual(as_collector.dunning_clock_date, self.today)
        self._record(invoice, self.collector, dunning_suspended_on=self._day(9))
        self.assertEqual(invoice.dunning_deposit_date, self._day(30))
        self.assertEqual(invoice.dunning_suspended_on, self._day(9))
        self.assertFalse(as_collector.dunning_clock_date)

    def test_the_chatter_says_who(self):
        invoice = self._create_invoice(3, partner=self.town)
        self._record(
            invoice.with_context(tracking_disable=False),
            self.collector,
            dunning_deposit_date=self._day(30),
        )
        self.assertIn(
            "dunning_deposit_date",
            type(invoice)._track_get_fields(invoice),
        )

    def test_a_billing_user_records_them(self):
        user = new_test_user(
            self.env,
            "dunning_billing",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        invoice = self._create_invoice(3, partner=self.town)
        self._record(invoice, user, dunning_deposit_date=self._day(30))
        self.assertEqual(invoice.dunning_deposit_date, self._day(30))

    def test_nobody_else(self):
        invoice = self._create_invoice(3, partner=self.town)
        with self.assertRaises(AccessError):
            self._record(invoice, self.reader, dunning_deposit_date=self._day(30))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "dunning_elsewhere",
            groups="collections_dunning.collections_dunning_group_collector",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self._record(invoice, stranger, dunning_deposit_date=self._day(30))
        self.assertFalse(invoice.dunning_deposit_date)

    def _assert_refused(self, message, **dates):
        invoice = self._create_invoice(3, partner=self.town)
        with self.assertRaisesRegex(ValidationError, message):
            invoice.write(dates)

    def test_dates_that_cannot_be(self):
        self._assert_refused("ahead", dunning_deposit_date=self._day(-1))
        self._assert_refused("deposited first", dunning_suspended_on=self._day(5))
        self._assert_refused(
            "suspended after",
            dunning_deposit_date=self._day(5),
            dunning_suspended_on=self._day(6),
        )
        self._assert_refused(
            "ends after",
            dunning_deposit_date=self._day(20),
            dunning_suspended_on=self._day(6),
            dunning_resumed_on=self._day(7),
        )

    def test_nothing_to_suspend_once_the_days_are_over(self):
        self._assert_refused(
            "days to pay ended",
            dunning_deposit_date=self._day(40),
            dunning_suspended_on=self._day(9),
        )
        invoice = self._create_invoice(3, partner=self.town)
        invoice.write(
            {
                "dunning_deposit_date": self._day(40),
                "dunning_suspended_on": self._day(10),
            }
        )


@tagged("post_install", "-at_install")
class TestPublicProcedure(PublicCommon):
    """The procedure of public buyers, as it is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.public = cls.env.ref("collections_dunning.dunning_procedure_public")
        cls.company.dunning_public_procedure_id = cls.public
        steps = cls.public.step_ids.sorted("day_offset")
        cls.check, cls.reminder, cls.notice, cls.next_steps = steps
        cls.accountant = cls.env["res.partner"].create(
            {"name": "Trésorerie", "email": "tresorerie@dgfip.example.com"}
        )

    @classmethod
    def _record_accountant(cls, approve=True, **vals):
        recipient = cls.env["collections.debtor.recipient"].create(
            {
                "debtor_id": cls.town_debtor.id,
                "partner_id": cls.accountant.id,
                "role": "public_accountant",
                "reason": "Pays for the town",
                "document": "ZG9jdW1lbnQ=",
                **vals,
            }
        )
        if approve:
            recipient.with_user(cls.manager).action_approve()
        return recipient

    def _walk(self, *days):
        """Propose and send what is due, once for each of these days late.

        :return: the notice of the last day.
        """
        for number, days_late in enumerate(days):
            self.invoice.dunning_deposit_date = self._day(days_late + 30)
            run = self._propose()
            notice = run.notice_ids.filtered(lambda n: n.state == "draft")
            if number < len(days) - 1:
                self._send(notice, days_ago=20)
                run.sudo().state = "done"
        return notice

    # === WHICH PROCEDURE === #

    def test_resolution(self):
        debtor = self.town_debtor
        other = self._create_invoice(6)
        invoice = self._create_deposited(6)
        self._propose()
        self.assertEqual(debtor.applied_procedure_id, self.public)
        self.assertEqual(self._decision(invoice).level_id, self.check)
        self.assertEqual(self._decision(other).level_id, self.first)
        own = self._create_procedure(name="Own")
        debtor.procedure_id = own
        self._assert_procedure(debtor, invoice, own)
        own.active = False
        self._assert_procedure(debtor, invoice, self.public)
        self.company.dunning_public_procedure_id = False
        self._assert_procedure(debtor, invoice, self.procedure)

    def _assert_procedure(self, debtor, invoice, procedure):
        self.env["dunning.run"].search([], limit=1).action_propose()
        debtor.invalidate_recordset()
        self.assertEqual(debtor.applied_procedure_id, procedure)
        self.assertEqual(self._decision(invoice).level_id.procedure_id, procedure)

    def test_filled_for_french_companies(self):
        companies = self.env["res.company"].sudo()
        french = companies.create(
            {"name": "Lyon", "country_id": self.env.ref("base.fr").id}
        )
        self.assertEqual(french.dunning_public_procedure_id, self.public)
        island = companies.create(
            {"name": "La Réunion", "country_id": self.env.ref("base.re").id}
        )
        self.assertEqual(island.dunning_public_procedure_id, self.public)
        belgian = companies.create(
            {"name": "Liège", "country_id": self.env.ref("base.be").id}
        )
        self.assertFalse(belgian.dunning_public_procedure_id)
        belgian.country_id = self.env.ref("base.fr")
        self.assertEqual(belgian.dunning_public_procedure_id, self.public)
        branch = companies.create(
            {
                "name": "Branch",
                "parent_id": french.id,
                "country_id": self.env.ref("base.fr").id,
            }
        )
        self.assertFalse(branch.dunning_public_procedure_id)
        self.assertEqual(branch._get_dunning_public_procedure(), self.public)

    def test_a_credit_manager_chooses_it(self):
        settings = self.env["dunning.settings"].with_user(self.manager).create({})
        self.assertEqual(settings.dunning_public_procedure_id, self.public)
        settings.dunning_public_procedure_id = self.procedure
        settings.action_save()
        self.assertEqual(self.company.dunning_public_procedure_id, self.procedure)
        with self.assertRaises(AccessError):
            self.company.with_user(self.collector).sudo(
                False
            ).dunning_public_procedure_id = False

    # === THE LADDER === #

    def test_the_ladder(self):
        self._record_accountant()
        self.invoice = self._create_deposited(6, amount=1000)
        task = self._walk(6)
        self.assertEqual((task.level_id, task.channel), (self.check, "task"))
        self._send(task, days_ago=9)
        task.run_id.sudo().state = "done"
        notice = self._walk(16)
        self.assertEqual((notice.level_id, notice.channel), (self.reminder, "email"))
        self.assertFalse(notice.copy_ids)

    def test_formal_notice_and_next_steps(self):
        self._record_accountant()
        self.invoice = self._create_deposited(6, amount=1000)
        formal = self._walk(6, 16, 36)
        self.assertEqual(formal.level_id, self.notice)
        self.assertEqual(formal.channel, "registered_letter")
        self.assertEqual(formal.charging, "claim")
        self.assertEqual(formal.recipient_id, self.town)
        self.assertEqual(formal.copy_ids, self.accountant)
        self._send(formal, days_ago=20)
        formal.sudo().deadline_date = self._day(10)
        formal.run_id.sudo().state = "done"
        last = self._walk(61)
        self.assertEqual((last.level_id, last.channel), (self.next_steps, "letter"))
        self.assertEqual(last.charging, "claim")
        self.assertEqual(last.copy_ids, self.accountant)

    def test_texts_of_public_law(self):
        self.company.country_id = self.env.ref("base.fr")
        self.invoice = self._create_deposited(6, amount=1000)
        self._walk(6, 16, 36).run_id.action_cancel()
        for level in (self.notice, self.next_steps):
            draft = self.env["dunning.proposal"]._draft_for_items(
                self._item(self.invoice), level
            )
            body = draft._render_texts()[draft.id]["body"]
            self.assertIn("R. 541-1", body)
            self.assertIn("mandatement d'office", body)
            self.assertNotIn("article 700", body)
            self.assertNotIn("L. 441-10", body)
            draft.sudo().unlink()

    def test_a_task_is_no_reminder(self):
        """Only the town's portal was looked at: the formal notice leaves it out."""
        old = self.invoice = self._create_deposited(36, amount=1000)
        self._walk(6, 16)
        reminder = self.env["dunning.notice"].search([], limit=1)
        self._send(reminder, days_ago=12)
        reminder.run_id.sudo().state = "done"
        self.assertEqual(reminder.level_id, self.reminder)
        young = self.invoice = self._create_deposited(6, amount=1000)
        run = self._propose()
        self._send(run.notice_ids.filtered(lambda n: n.channel == "task"), days_ago=9)
        run.sudo().state = "done"
        old.dunning_deposit_date = self._day(66)
        young.dunning_deposit_date = self._day(46)
        run = self._propose()
        notice = run.notice_ids.filtered(lambda n: n.state == "draft")
        self.assertEqual(notice.level_id, self.notice)
        claimed = notice.line_ids.filtered(lambda line: line.kind == "1_item")
        self.assertEqual(claimed.move_id, old)
        self.assertEqual(self._reason(young), ["waiting"])

    # === THE PUBLIC ACCOUNTANT === #

    def test_copy_missing(self):
        """The notice is made, and says that somebody gets no copy."""
        self._record_accountant(approve=False)
        self.invoice = self._create_deposited(6, amount=1000)
        formal = self._walk(6, 16, 36)
        self.assertFalse(formal.copy_ids)
        self.assertIn("public accountant", formal.copy_note)
        self.assertEqual(formal.review_reason, "first_formal")

    def test_copy_missing_from_the_last_letter(self):
        self.invoice = self._create_deposited(6, amount=1000)
        formal = self._walk(6, 16, 36)
        self._send(formal, days_ago=20)
        formal.sudo().deadline_date = self._day(10)
        formal.run_id.sudo().state = "done"
        self.assertTrue(formal.copy_note)
        last = self._walk(61)
        self.assertEqual(last.review_reason, "missing_copy")
        self.assertEqual(last.review_note, last.copy_note)
        recipient = self._record_accountant(approve=False)
        self.assertTrue(last.copy_note)
        recipient.with_user(self.manager).action_approve()
        self.assertEqual(last.copy_ids, self.accountant)
        self.assertFalse(last.review_reason)
        self.assertFalse(last.copy_note)
        self.assertTrue(formal.copy_note)

    def test_an_accountant_without_an_address(self):
        self.accountant.email = False
        self._record_accountant()
        self.invoice = self._create_deposited(6, amount=1000)
        self.assertTrue(self._walk(6, 16, 36).copy_note)

    def test_another_outsider_gets_none(self):
        self._record_accountant(role="other")
        self.invoice = self._create_deposited(6, amount=1000)
        formal = self._walk(6, 16, 36)
        self.assertFalse(formal.copy_ids)
        self.assertTrue(formal.copy_note)

    def test_an_approval_does_not_cover_another_role(self):
        recipient = self._record_accountant(role="other")
        self.assertTrue(recipient.approved_by_id)
        recipient.with_user(self.manager).role = "public_accountant"
        self.assertFalse(recipient.approved_by_id)
