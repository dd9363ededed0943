from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .promise_common import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseDecision(PromiseCommon):
    """Kept, partly kept, broken: what the ledger says at night."""

    def _day(self, days):
        return self.today + timedelta(days=days)

    def _find_item_on(self, run, invoice):
        lines = run.notice_ids.line_ids.filtered(lambda li: li.move_id == invoice)
        return lines.notice_id

    # === KEPT === #

    def test_paid_early(self):
        """A payment before the day: kept at once, and nothing is held any longer."""
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice, days=10)
        self._pay(invoice, date=self._day(2))
        self._night(3)
        self.assertRecordValues(
            promise,
            [
                {
                    "state": "kept",
                    "amount_paid": 100,
                    "paid_on": self._day(2),
                    "decided_on": self._day(3),
                }
            ],
        )

    def test_paid_on_the_day(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._night(5)
        self.assertEqual(self._state(promise), "open", "the day is not over")
        self._pay(invoice, date=self._day(5))
        self._night(6)
        self.assertEqual(self._state(promise), "kept")

    def test_paid_late_within_grace(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._pay(invoice, date=self._day(7))
        self._night(8)
        self.assertEqual(self._state(promise), "kept")

    def test_paid_in_parts(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._pay(invoice, 30, date=self._day(1))
        self._night(2)
        self.assertEqual((self._state(promise), promise.amount_paid), ("open", 30))
        self._pay(invoice, 70, date=self._day(4))
        self._night(5)
        self.assertEqual((self._state(promise), promise.amount_paid), ("kept", 100))

    def test_one_payment_of_several_invoices(self):
        invoices = self._create_invoice(days_late=10) | self._create_invoice(
            days_late=20
        )
        promise = self._promise(invoices)
        receipt = self._receive(200, date=self._day(3))
        lines = receipt.move_id.line_ids | invoices.line_ids
        lines.filtered(lambda li: li.account_type == "asset_receivable").reconcile()
        self._night(4)
        self.assertEqual(self._state(promise), "kept")

    def test_part_of_an_invoice_was_promised(self):
        invoice = self._create_invoice(days_late=10, amount=1000)
        promise = self._promise(invoice, amount=400)
        self._pay(invoice, 400, date=self._day(3))
        self._night(4)
        self.assertEqual(self._state(promise), "kept")
        self.assertEqual(self._holds(promise).date_to, self._day(3), "yesterday")

    def test_part_that_is_paid_is_not_held(self):
        """What is left of the promise is held, and no more."""
        invoice = self._create_invoice(days_late=10, amount=1000)
        promise = self._promise(invoice, amount=400)
        self._pay(invoice, 100, date=self._day(1))
        self._night(2)
        self.assertEqual(self._holds(promise).amount, 300)

    def test_paid_by_a_contact(self):
        contact = self._create_customer(
            "Agence", parent_id=self.customer.id, is_company=False
        )
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        receipt = self._receive(100, partner=contact, date=self._day(3))
        lines = receipt.move_id.line_ids | invoice.line_ids
        lines.filtered(lambda li: li.account_type == "asset_receivable").reconcile()
        self._night(4)
        self.assertEqual(self._state(promise), "kept")

    def test_paid_by_another_company_of_the_group(self):
        """The holding pays for its subsidiary: what counts is what is settled."""
        holding = self._create_customer("Holding")
        self.customer.parent_id = holding
        sister = self._create_customer("Sister", parent_id=holding.id)
        self.assertNotEqual(sister.commercial_partner_id, self.customer)
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        receipt = self._receive(100, partner=sister, date=self._day(3))
        lines = receipt.move_id.line_ids | invoice.line_ids
        lines.filtered(lambda li: li.account_type == "asset_receivable").reconcile()
        self._night(4)
        self.assertEqual(self._state(promise), "kept")

    def test_credit_note_lowers_what_is_owed(self):
        """Half is credited, the rest paid: he kept his word."""
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        refund = self._create_credit_note(50)
        (self._item(invoice) | self._item(refund)).reconcile()
        self._pay(invoice, 50, date=self._day(3))
        self._night(4)
        self.assertRecordValues(promise, [{"state": "kept", "amount_paid": 50}])

    def test_credited_whole(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        refund = self._create_credit_note(100)
        (self._item(invoice) | self._item(refund)).reconcile()
        self._night(1)
        self.assertEqual(self._state(promise), "cancelled", "there was nothing to keep")

    def test_credit_note_pays_nothing(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        refund = self._create_credit_note(50)
        (self._item(invoice) | self._item(refund)).reconcile()
        self._night(8)
        self.assertRecordValues(promise, [{"state": "broken", "amount_paid": 0}])

    # === SEVERAL PROMISES, ONE INVOICE === #

    def test_a_payment_keeps_one_promise(self):
        """What was paid for the first promise doesn't keep the second, too."""
        invoice = self._create_invoice(days_late=10, amount=1000)
        first = self._promise(invoice, amount=500, days=3)
        second = self._promise(invoice, amount=500, days=12)
        self._pay(invoice, 500, date=self._day(2))
        self._night(3)
        self.assertEqual((self._state(first), self._state(second)), ("kept", "open"))
        self._night(4)
        self.assertEqual(self._state(second), "open")
        self._night(15)
        self.assertRecordValues(second, [{"state": "broken", "amount_paid": 0}])

    def test_one_payment_keeps_both(self):
        invoice = self._create_invoice(days_late=10, amount=1000)
        promises = self._promise(invoice, amount=500, days=3)
        promises |= self._promise(invoice, amount=500, days=12)
        self._pay(invoice, 1000, date=self._day(2))
        self._night(3)
        self.assertEqual(promises.mapped("state"), ["kept", "kept"])

    def test_allocated_anew_is_not_paid_again(self):
        """An old payment taken off and put back keeps no promise."""
        invoice = self._create_invoice(days_late=10)
        self._pay(invoice, 40, date=self._day(-5))
        promise = self._promise(invoice)
        item = self._item(invoice)
        payment_line = item.matched_credit_ids.credit_move_id
        item.remove_move_reconcile()
        (item | payment_line).reconcile()
        self._night(8)
        self.assertRecordValues(promise, [{"state": "broken", "amount_paid": 0}])

    # === NOT KEPT === #

    def test_partly_kept(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._pay(invoice, 30, date=self._day(3))
        self._night(7)
        self.assertEqual(self._state(promise), "open", "grace")
        self._night(8)
        self.assertRecordValues(promise, [{"state": "partly", "amount_paid": 30}])

    def test_broken(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._night(7)
        self.assertEqual(self._state(promise), "open", "grace")
        self._night(8)
        self.assertRecordValues(
            promise,
            [{"state": "broken", "amount_paid": 0, "decided_on": self._day(8)}],
        )

    def test_failure_of_one_does_not_stop_the_others(self):
        bad = self._promise(self._create_invoice(days_late=20), days=2)
        good = self._promise(self._create_invoice(days_late=20), days=2)
        promises = type(good)
        log = promises._log_on_debtor

        def fail(promise, body):
            if promise == bad:
                raise ValueError("Gone")
            return log(promise, body)

        self.patch(promises, "_log_on_debtor", fail)
        with self.assertLogs("odoo.addons.collections_dunning", "ERROR"):
            self._night(9)
        self.assertEqual((self._state(bad), self._state(good)), ("open", "broken"))

    def test_paid_after_grace(self):
        """Too late: the promise was broken, even when the night found it afterwards."""
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._pay(invoice, date=self._day(9))
        self._night(11)
        self.assertRecordValues(promise, [{"state": "broken", "amount_paid": 0}])

    def test_payment_that_came_back(self):
        """Kept by a cheque that bounces before the day: open again, then broken."""
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._pay(invoice, 50, date=self._day(1))
        self._night(2)
        self.assertEqual(promise.amount_paid, 50)
        self._item(invoice).remove_move_reconcile()
        self._night(8)
        self.assertRecordValues(promise, [{"state": "broken", "amount_paid": 0}])

    def test_kept_rates(self):
        """Of the debtor, and of who took the promises."""
        for pays in (True, False, False):
            invoice = self._create_invoice(days_late=10)
            self._promise(invoice)
            if pays:
                self._pay(invoice)
        invoice = self._create_invoice(days_late=10, partner=self.other_customer)
        self._promise(invoice, user=self.manager)
        self._pay(invoice)
        self._promise(self._create_invoice(days_late=10), days=60, user=self.manager)
        self._night(8)
        rates = self._get_rates("user_id")
        self.assertAlmostEqual(rates[self.collector], 33.33, 1)
        self.assertAlmostEqual(
            rates[self.manager], 100, 1, "the open one doesn't count"
        )
        rates = self._get_rates("debtor_id")
        self.assertAlmostEqual(rates[self._debtor()], 33.33, 1)
        self.assertAlmostEqual(rates[self._debtor(self.other_customer)], 100, 1)

    def _get_rates(self, group):
        promises = self.env["collections.promise"].with_user(self.reader)
        domain = [("company_id", "=", self.company.id)]
        return dict(promises._read_group(domain, [group], ["kept_rate:avg"]))

    # === MONEY THAT WAITS === #

    def test_unallocated_receipt_raises_a_question(self):
        """Money lies in the bank: asked once, held on, and not broken for five days."""
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._receive(100, date=self._day(4))
        self._night(8)
        self.assertEqual(self._state(promise), "open")
        last_day = promise._get_last_day()
        self.assertEqual(self._holds(promise).date_to, last_day)
        question = promise.activity_ids
        self.assertEqual(question.user_id, self.collector)
        self._night(9)
        self.assertEqual(promise.activity_ids, question, "asked once")
        self._night((last_day - self.today).days)
        self.assertEqual(self._state(promise), "open")
        self._night((last_day - self.today).days + 1)
        self.assertEqual(self._state(promise), "broken")
        self.assertFalse(promise.activity_ids)

    def test_allocated_after_the_question(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        receipt = self._receive(100, date=self._day(4))
        self._night(8)
        lines = receipt.move_id.line_ids | invoice.line_ids
        lines.filtered(lambda li: li.account_type == "asset_receivable").reconcile()
        self._night(9)
        self.assertEqual(self._state(promise), "kept")
        self.assertFalse(promise.activity_ids)

    def test_receipt_of_the_group_raises_a_question(self):
        holding = self._create_customer("Holding")
        self.customer.parent_id = holding
        self._create_customer("Sister", parent_id=holding.id)
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._receive(100, partner=holding, date=self._day(4))
        self._night(8)
        self.assertEqual(self._state(promise), "open")
        self.assertTrue(promise.activity_ids)

    def test_receipt_that_is_not_enough(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._receive(60, date=self._day(4))
        self._night(8)
        self.assertEqual(self._state(promise), "broken")

    def test_receipt_of_somebody_else(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        self._receive(100, partner=self.other_customer, date=self._day(4))
        self._night(8)
        self.assertEqual(self._state(promise), "broken")

    def test_one_question_for_a_customer(self):
        promises = self._promise(self._create_invoice(days_late=10))
        promises |= self._promise(self._create_invoice(days_late=20))
        self._receive(200, date=self._day(4))
        self._night(8)
        self.assertEqual(promises.mapped("state"), ["open", "open"])
        self.assertEqual(len(promises.activity_ids), 1)

    # === WHAT FOLLOWS === #

    def _run_on(self, days):
        proposed = [("company_id", "=", self.company.id), ("state", "=", "proposed")]
        self.env["dunning.run"].search(proposed).sudo().state = "done"
        with freeze_time(self._day(days)):
            self._record_bank_entry(-days)
            run = (
                self.env["dunning.run"]
                .with_user(self.collector)
                .create({"company_id": self.company.id, "date": self._day(days)})
            )
            run.action_propose()
            self.env.flush_all()
        self.env.invalidate_all()
        return run

    def _send_on(self, run, days):
        with freeze_time(self._day(days)):
            run.sudo().notice_ids._set_sent()
            run.sudo().state = "done"
            self.env.flush_all()

    def test_broken_sends_one_message_with_a_new_date(self):
        """Then the level after the last one sent, and none is passed over."""
        invoice = self._create_invoice(days_late=6)
        run = self._run_on(0)
        self.assertEqual(run.notice_ids.level_id, self.first)
        self._send_on(run, 0)
        promise = self._promise(invoice, days=20)
        run = self._run_on(23)
        self.assertEqual(self._state(promise), "broken", "decided before the proposal")
        self.assertEqual(run.notice_ids.level_id, self.after_stop)
        self._send_on(run, 23)
        self.assertFalse(self._run_on(25).notice_ids, "the new date has not passed")
        later = self._run_on(45)
        self.assertEqual(later.notice_ids.level_id, self.second)

    def test_broken_before_any_reminder(self):
        """Promised before he was reminded: one message, then the first level."""
        invoice = self._create_invoice(days_late=6)
        self._promise(invoice, days=2)
        run = self._run_on(5)
        self.assertEqual(run.notice_ids.level_id, self.after_stop)
        self._send_on(run, 5)
        self.assertFalse(self._run_on(12).notice_ids)
        self.assertEqual(self._run_on(16).notice_ids.level_id, self.first)

    def test_broken_about_a_part(self):
        invoice = self._create_invoice(days_late=6, amount=500)
        self._promise(invoice, amount=200, days=2)
        run = self._run_on(5)
        self.assertEqual(run.notice_ids.level_id, self.after_stop)
        self.assertEqual(run.notice_ids.amount_claimed, 500)

    def test_kept_sends_nothing_of_the_kind(self):
        invoice = self._create_invoice(days_late=6, amount=500)
        self._promise(invoice, amount=200, days=2)
        self._pay(invoice, 200, date=self._day(1))
        self.assertEqual(self._run_on(5).notice_ids.level_id, self.first)

    def test_told_once(self):
        """A broken promise of long ago is not told again after another stop."""
        invoice = self._create_invoice(days_late=6)
        self._send_on(self._run_on(0), 0)
        promise = self._promise(invoice, days=2)
        run = self._run_on(5)
        self._send_on(run, 5)
        values = run.notice_ids._get_text_values()[run.notice_ids.id]
        self.assertIn("100.00", values["promise_amount"])
        with freeze_time(self._day(20)):
            self.env["dunning.hold"].create(
                {
                    "debtor_id": promise.debtor_id.id,
                    "move_line_id": self._item(invoice).id,
                    "date_from": self._day(20),
                    "date_to": self._day(24),
                }
            )
        run = self._run_on(30)
        self.assertEqual(run.notice_ids.level_id, self.after_stop)
        values = run.notice_ids._get_text_values()[run.notice_ids.id]
        self.assertEqual(values["promise_date"], "")
