import io
from datetime import timedelta

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .delivery_common import DeliveryCommon
from .promise_common import PromiseCommon


class SettlementCommon(PromiseCommon):
    """An invoice of 1,000, and an account to write off to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.company_data["default_account_expense"]
        cls.invoice = cls._create_invoice(days_late=40, amount=1000)
        cls.env["collections.debtor"]._ensure_for(cls.company, cls.customer)

    def _draft(self, items=None, **vals):
        items = items or self._item(self.invoice)
        return (
            self.env["collections.settlement"]
            .with_user(self.collector)
            .create(
                {
                    "debtor_id": self._debtor().id,
                    "item_ids": [Command.set(items.ids)],
                    "currency_id": items.currency_id[:1].id,
                    "percent": 80,
                    "date": self.today + timedelta(days=10),
                    "write_off_account_id": self.account.id,
                    **vals,
                }
            )
        )

    def _offer(self, **vals):
        offer = self._draft(**vals)
        offer.with_user(self.manager).action_offer()
        return offer


@tagged("post_install", "-at_install")
class TestSettlement(SettlementCommon):
    """Pay a share by a day, and the rest is waived."""

    def setUp(self):
        super().setUp()
        # Printing takes seconds: TestSettlementMail does.
        offers = type(self.env["collections.settlement"])
        self.patch(offers, "_print_agreement", lambda offer: b"%PDF-1.4")
        self.patch(offers, "_store_agreement", lambda offer: None)

    def _night(self, days):
        with freeze_time(self.today + timedelta(days=days)):
            self.env["collections.settlement"]._decide(self.company)
            self.env.flush_all()
        self.env.invalidate_all()

    def _pay_on(self, days, amount, invoice=None):
        day = self.today + timedelta(days=days)
        return self._pay(invoice or self.invoice, amount, date=day)

    # === DRAFT AND APPROVAL === #

    def test_amounts(self):
        draft = self._draft()
        self.assertEqual(
            (draft.amount_due, draft.amount, draft.amount_waived), (1000, 800, 200)
        )
        draft.write({"amount": 650})
        self.assertEqual((draft.percent, draft.amount_waived), (65, 350))

    def test_screen(self):
        """From the list of offers: the customer is chosen, the rest follows."""
        offers = self.env["collections.settlement"].with_user(self.collector)
        form = Form(offers)
        form.debtor_id = self._debtor()
        self.assertEqual((form.amount_due, form.amount), (1000, 800))
        form.amount = 700
        self.assertEqual((form.percent, form.amount_waived), (70, 300))
        form.date = self.today + timedelta(days=10)
        form.write_off_account_id = self.account
        offer = form.save()
        self.assertRecordValues(
            offer, [{"amount": 700, "amount_waived": 300, "percent": 70}]
        )
        self.assertEqual(offer.responsible_id, self.collector)

    def test_from_the_customers_file(self):
        action = self._debtor().with_user(self.collector).action_settlement()
        self.assertEqual(
            action["context"]["default_item_ids"],
            [Command.set(self._item(self.invoice).ids)],
        )
        with self.assertRaises(AccessError):
            self._debtor().with_user(self.reader).action_settlement()

    def test_collector_needs_approval(self):
        draft = self._draft()
        with self.assertRaises(AccessError):
            draft.action_offer()
        with self.assertRaises(AccessError):
            draft.action_approve()
        draft.action_request_approval()
        self.assertTrue(draft.activity_ids)
        draft.with_user(self.manager).action_approve()
        self.assertEqual(draft.approved_by_id, self.manager)
        self.assertFalse(draft.activity_ids)
        draft.action_offer()
        self.assertEqual(draft.state, "offered")
        self.assertTrue(draft.name.startswith("RT/"))

    def test_a_changed_draft_is_approved_anew(self):
        draft = self._draft()
        draft.with_user(self.manager).action_approve()
        draft.write({"percent": 20})
        self.assertFalse(draft.approved_by_id)
        with self.assertRaises(AccessError):
            draft.action_offer()

    def test_an_offer_stays_as_it_was_made(self):
        offer = self._offer()
        with self.assertRaises(UserError):
            offer.write({"amount": 1})
        with self.assertRaises(AccessError):
            offer.write({"state": "paid"})
        with self.assertRaises(UserError):
            offer.unlink()

    def test_refused(self):
        """In the past, of more than is owed, without an account, of others' items."""
        manager = self.manager
        for vals in (
            {"date": self.today - timedelta(days=1)},
            {"percent": 100},
            {"percent": 0},
            {"write_off_account_id": False},
        ):
            with self.assertRaises(ValidationError):
                self._draft(**vals).with_user(manager).action_offer()
        other = self._create_invoice(days_late=10, partner=self.other_customer)
        with self.assertRaises(ValidationError):
            self._draft(self._item(self.invoice) | self._item(other))

    def test_paid_between_draft_and_offer(self):
        draft = self._draft()
        self._pay_on(0, 100)
        with self.assertRaisesRegex(ValidationError, "900.00"):
            draft.with_user(self.manager).action_offer()
        draft.action_refresh()
        draft.with_user(self.manager).action_offer()
        self.assertEqual((draft.amount_due, draft.amount), (900, 720))

    def test_not_offered_twice(self):
        self._offer()
        with self.assertRaises(ValidationError):
            self._offer()

    def test_reader_and_other_company(self):
        offer = self._draft()
        with self.assertRaises(AccessError):
            offer.with_user(self.reader).action_cancel()
        self.assertEqual(offer.with_user(self.reader).amount, 800)
        other = self.setup_other_company()["company"]
        stranger = self._create_user(
            "stranger", "collections_dunning.collections_dunning_group_manager"
        )
        stranger.sudo().write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            offer.with_user(stranger).with_company(other).action_offer()

    # === WHILE IT STANDS === #

    def test_items_are_held(self):
        offer = self._offer()
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["paused"])
        hold = offer._get_holds()
        self.assertEqual(hold.date_to, self.today + timedelta(days=12), "and grace")

    def test_cancelled(self):
        offer = self._offer()
        offer.action_cancel()
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["dunned"])

    def test_accepted_offer_is_the_managers_to_cancel(self):
        offer = self._offer()
        offer.action_accept("Jeanne Durand")
        self.assertEqual((offer.state, offer.signed_by), ("accepted", "Jeanne Durand"))
        with self.assertRaises(AccessError):
            offer.action_cancel()
        offer.with_user(self.manager).action_cancel()
        self.assertEqual(offer.state, "cancelled")

    # === PAID === #

    def test_paid_drafts_the_write_off(self):
        """The rest goes to the chosen account; nothing is posted by the machine."""
        offer = self._offer()
        self._pay_on(5, 800)
        self._night(6)
        self.assertRecordValues(offer, [{"state": "paid", "amount_paid": 800}])
        move = offer.with_user(self.env.user).write_off_move_id
        self.assertEqual(move.state, "draft")
        receivable = self._item(self.invoice).account_id
        self.assertRecordValues(
            move.line_ids.sorted("balance"),
            [
                {"account_id": receivable.id, "balance": -200},
                {"account_id": self.account.id, "balance": 200},
            ],
        )
        self.assertEqual(move.line_ids.partner_id, self.customer)
        self.assertEqual(self._item(self.invoice).amount_residual, 200)
        self.assertEqual(offer.activity_ids.user_id, self.manager)

        with freeze_time(self.today + timedelta(days=60)):
            self.assertTrue(offer._get_holds().filtered("is_current"), "until posted")
        move.action_post()
        self.assertTrue(self._item(self.invoice).reconciled)
        self.assertFalse(offer._get_holds().filtered("is_current"))
        self.assertFalse(offer.activity_ids)

    def test_paid_in_parts_and_by_the_holding(self):
        holding = self._create_customer("Holding")
        offer = self._offer()
        self._pay_on(2, 300)
        self._night(3)
        self.assertRecordValues(offer, [{"state": "offered", "amount_paid": 300}])
        receipt = self._receive(
            500, partner=holding, date=self.today + timedelta(days=11)
        )
        lines = receipt.move_id.line_ids | self.invoice.line_ids
        lines.filtered(lambda li: li.account_type == "asset_receivable").reconcile()
        self._night(12)
        self.assertEqual(offer.state, "paid")

    def test_paid_in_another_currency(self):
        currency = self.setup_other_currency("CHF", rates=[("2020-01-01", 2.0)])
        invoice = self._create_invoice(
            days_late=40, amount=1000, currency_id=currency.id
        )
        offer = self._offer(items=self._item(invoice))
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "amount": 800,
                "currency_id": currency.id,
                "payment_date": self.today,
            }
        )._create_payments()
        self._night(1)
        self.assertEqual(offer.state, "paid")
        credit = offer.write_off_move_id.line_ids.filtered("credit")
        self.assertEqual((credit.amount_currency, credit.balance), (-200, -100))

    def test_credited_meanwhile(self):
        """What was credited is owed no more: the rest of the debt is waived."""
        offer = self._offer()
        refund = self._create_credit_note(1000)
        (self._item(self.invoice) | self._item(refund)).reconcile()
        self._night(1)
        self.assertEqual(offer.state, "cancelled")
        self.assertFalse(offer.write_off_move_id)

    def test_waives_interest(self):
        """Settled: interest and compensation included, unless the offer lapses."""
        compute = self.env["collections.interest"]._compute_interest
        item = self._item(self.invoice)
        offer = self._offer()
        self.assertNotEqual(compute(item, self.today)[item.id].status, "settled")
        offer.action_accept("Jeanne Durand")
        self.assertEqual(compute(item, self.today)[item.id].status, "settled")
        self.assertIn("settlement", item.dunning_interest_note)
        self._night(13)
        self.assertEqual(offer.state, "lapsed")
        self.assertNotEqual(compute(item, self.today)[item.id].status, "settled")

    def test_payment_came_back(self):
        """Before the rest is written off: nothing is waived, and dunning goes on."""
        cron = "collections_dunning.ir_cron_collections_settlement"
        for day, state in ((4, "offered"), (20, "lapsed")):
            invoice = self._create_invoice(days_late=40, amount=1000)
            offer = self._offer(items=self._item(invoice))
            self._pay_on(2, 800, invoice)
            self._night(3)
            self.assertEqual(offer.state, "paid")
            write_off = offer.write_off_move_id
            self._item(invoice).remove_move_reconcile()
            # No other offer is open: the scheduled action comes all the same.
            with freeze_time(self.today + timedelta(days=day)):
                with self.enter_registry_test_mode():
                    self.env.ref(cron).method_direct_trigger()
            self.env.invalidate_all()
            self.assertRecordValues(
                offer,
                [
                    {
                        "state": state,
                        "amount_paid": 0,
                        "decided_on": (
                            self.today + timedelta(days=day)
                            if state == "lapsed"
                            else False
                        ),
                    }
                ],
            )
            self.assertEqual(write_off.state, "cancel")
            self.assertFalse(offer.activity_ids)
            with freeze_time(self.today + timedelta(days=day)):
                current = offer._get_holds().filtered("is_current")
            dates = [offer.until_date] if state == "offered" else []
            self.assertEqual(current.mapped("date_to"), dates)

    def test_failure_of_one_does_not_stop_the_others(self):
        invoice = self._create_invoice(days_late=40, amount=1000)
        bad, good = self._offer(), self._offer(items=self._item(invoice))
        self._pay_on(2, 800)
        self._pay_on(2, 800, invoice)
        offers = type(good)
        prepare = offers._prepare_write_off

        def fail(offer, items):
            if offer == bad:
                raise ValueError("No journal")
            return prepare(offer, items)

        self.patch(offers, "_prepare_write_off", fail)
        with self.assertLogs("odoo.addons.collections_dunning", "ERROR"):
            self._night(3)
        self.assertEqual((bad.state, good.state), ("offered", "paid"))

    # === LAPSED === #

    def test_lapses(self):
        """Nothing paid, or not enough, or too late: all of it is due again."""
        for kind, amount, day in (("waiver", 0, 0), ("reduction", 500, 3)):
            invoice = self._create_invoice(days_late=40, amount=1000)
            offer = self._offer(items=self._item(invoice), kind=kind)
            if amount:
                self._pay_on(day, amount, invoice)
            self._night(12)
            self.assertIn(offer.state, ("offered", "accepted"), "grace")
            self._night(13)
            self.assertEqual(offer.state, "lapsed")
            self.assertFalse(offer.write_off_move_id)
            self.assertEqual(self._item(invoice).amount_residual, 1000 - amount)
            with freeze_time(self.today + timedelta(days=13)):
                self.assertFalse(offer._get_holds().filtered("is_current"))

    def test_paid_too_late(self):
        offer = self._offer()
        self._pay_on(14, 800)
        self._night(15)
        self.assertRecordValues(offer, [{"state": "lapsed", "amount_paid": 0}])

    def test_receipt_to_allocate(self):
        offer = self._offer()
        self._receive(800, date=self.today + timedelta(days=9))
        self._night(13)
        self.assertEqual(offer.state, "offered")
        self.assertIn("Allocate", offer.activity_ids.summary)

    # === RECORDS THAT MOVE === #

    def test_customers_merge(self):
        offer = self._offer()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        self._create_invoice(days_late=10, partner=self.other_customer)
        self.env["collections.debtor"]._ensure_for(self.company, self.other_customer)
        wizard._merge(
            (self.customer | self.other_customer).ids,
            self.other_customer,
            extra_checks=False,
        )
        self.env.invalidate_all()
        self.assertEqual(offer.debtor_id, self._debtor(self.other_customer))
        self._pay_on(5, 800)
        self._night(6)
        self.assertEqual(offer.state, "paid")


@tagged("post_install", "-at_install")
class TestSettlementMail(SettlementCommon, DeliveryCommon):
    """What the customer gets."""

    def _send_queue(self):
        self.env.cr.postcommit.run()
        mails = self.env["mail.mail"].sudo()
        mails.search([("state", "=", "outgoing")]).send()

    def test_offer_and_signed_copy(self):
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
        mailbox = self._serve()
        offer = self._offer(note="He is nearly bankrupt.")
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, [self.customer.email])
        text = message.get_body(("html",)).get_content()
        for words in ("1,000.00", "800.00", offer.name, "/collections/"):
            self.assertIn(words, text)
        [pdf] = message.iter_attachments()
        words = PdfReader(io.BytesIO(pdf.get_payload(decode=True))).pages[0]
        self.assertIn(self.invoice.name, words.extract_text())
        self.assertNotIn("bankrupt", text + words.extract_text())

        offer.action_accept("Jeanne Durand")
        self.assertTrue(offer.agreement_attachment_id)
        offer.sudo()._send_agreement()
        self._send_queue()
        _recipients, message = mailbox.messages[1]
        self.assertIn("accepted", message["Subject"])
        self.assertEqual(len(list(message.iter_attachments())), 1)
