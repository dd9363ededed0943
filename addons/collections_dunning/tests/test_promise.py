from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .promise_common import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromise(PromiseCommon):
    """What a promise holds, who may record it, and what is refused."""

    def test_holds_what_it_covers(self):
        """The oldest items first; of the last one, a part."""
        old = self._create_invoice(days_late=30, amount=300)
        new = self._create_invoice(days_late=10, amount=200)
        promise = self._promise(new | old, amount=400)
        old_hold, new_hold = self._holds(promise).sorted(
            lambda hold: hold.move_line_id.date_maturity
        )
        self.assertRecordValues(
            old_hold | new_hold,
            [
                {"move_line_id": self._item(old).id, "amount": 0, "reason": "promise"},
                {
                    "move_line_id": self._item(new).id,
                    "amount": 100,
                    "reason": "promise",
                },
            ],
        )
        until = self.today + timedelta(days=7)
        self.assertEqual(promise.until_date, until, "two days of grace")
        self.assertEqual(set((old_hold | new_hold).mapped("date_to")), {until})
        self.assertEqual(promise.amount_open, 500)
        self.assertEqual(promise.user_id, self.collector)
        self._propose()
        self.assertEqual(self._reason(old), ["promise"])
        self.assertEqual(self._reason(new), ["dunned"])
        self.assertEqual(self._decision(new).amount_claimed, 100)

    def test_takes_its_items_off_the_drafts(self):
        """What is proposed when the customer calls is not sent any more."""
        invoice = self._create_invoice(days_late=10)
        notice = self._propose().notice_ids
        self._promise(invoice)
        self.assertFalse(notice.exists().filtered(lambda n: n.state == "draft"))

    def test_is_read_on_the_customers_file(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice, note="After his holidays")
        debtor = promise.debtor_id
        self.assertIn("After his holidays", debtor.message_ids[0].body)
        self.assertIn(invoice.name, debtor.message_ids[0].body)
        self.assertEqual(debtor.promise_total, 1)
        self.assertEqual(debtor.promise_date, promise.date)
        self.assertEqual(debtor.status, "promise")
        self._create_invoice(days_late=10)
        debtor.invalidate_recordset()
        self.assertEqual(debtor.status, "overdue", "not all of it is promised")

    def test_says_why_an_invoice_is_not_dunned(self):
        invoice = self._create_invoice(days_late=10)
        self._promise(invoice)
        self._propose()
        why = invoice.with_user(self.reader).get_dunning_explanation()
        self.assertEqual(why["reason"], "promise")
        self.assertIn("100.00", str(why))

    def test_is_shown_in_statement_and_aged_balance(self):
        invoice = self._create_invoice(days_late=10)
        plain = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        [block] = promise.debtor_id._get_statements()[promise.debtor_id.id]
        promised = {item["number"]: item["promised"] for item in block["items"]}
        self.assertEqual(promised, {invoice.name: promise.date, plain.name: None})
        aged = self.env["collections.aged.item"].with_user(self.reader)
        found = aged.search(
            [("partner_id", "=", self.customer.id), ("promise_date", "!=", False)]
        )
        self.assertEqual(found.mapped("promise_date"), [promise.date])
        promise.action_cancel()
        [block] = promise.debtor_id._get_statements()[promise.debtor_id.id]
        self.assertFalse(any(item["promised"] for item in block["items"]))

    # === SEVERAL === #

    def test_two_promises_share_an_item(self):
        invoice = self._create_invoice(days_late=10, amount=1000)
        first = self._promise(invoice, amount=400)
        second = self._promise(invoice, amount=600, days=9)
        self.assertEqual(self._holds(first).amount, 400)
        self.assertEqual(self._holds(second).amount, 600)
        self._propose()
        self.assertEqual(self._reason(invoice), ["promise"], "both hold all of it")

    def test_what_is_promised_is_not_promised_again(self):
        invoice = self._create_invoice(days_late=10, amount=1000)
        self._promise(invoice, amount=400)
        with self.assertRaisesRegex(ValidationError, "600.00"):
            self._promise(invoice, amount=601, days=9)

    def test_replaced_by_another(self):
        """The customer asks for a week more: the former promise stays on record."""
        invoice = self._create_invoice(days_late=10)
        former = self._promise(invoice, days=0)
        action = former.action_replace()
        values = {
            key.removeprefix("default_"): value
            for key, value in action["context"].items()
        }
        values["date"] = self.today + timedelta(days=7)
        later = self.env["collections.promise"].with_user(self.collector).create(values)
        self.assertEqual(self._state(former), "cancelled")
        self.assertEqual(later.previous_id, former)
        self.assertEqual(later.amount, 100)
        holds = self.env["dunning.hold"].search(
            [("move_line_id", "=", self._item(invoice).id)]
        )
        self.assertEqual(holds.filtered("is_current"), self._holds(later))

    # === DECIDED BY HAND === #

    def test_keep_break_cancel(self):
        invoices = [self._create_invoice(days_late=10) for _n in range(3)]
        kept, broken, cancelled = (self._promise(invoice) for invoice in invoices)
        kept.action_keep()
        broken.action_break()
        cancelled.action_cancel()
        self.assertEqual(
            [self._state(p) for p in (kept, broken, cancelled)],
            ["kept", "broken", "cancelled"],
        )
        for promise in (kept, broken, cancelled):
            self.assertFalse(self._holds(promise).filtered("is_current"))
            self.assertEqual(promise.decided_on, self.today)
        with self.assertRaises(UserError):
            cancelled.action_keep()
        with self.assertRaises(UserError):
            kept.action_cancel()
        self._propose()
        self.assertEqual(
            [self._decision(invoice).level_id for invoice in invoices[:2]],
            [self.first, self.after_stop],
        )

    def test_wording_stays(self):
        """Nobody turns a broken promise into a kept one by changing its date."""
        promise = self._promise(self._create_invoice(days_late=10))
        for vals in (
            {"date": self.today},
            {"amount": 1},
            {"item_ids": [Command.clear()]},
        ):
            with self.assertRaises(UserError):
                promise.write(vals)
        with self.assertRaises(AccessError):
            promise.write({"state": "kept"})
        promise.write({"note": "Called back"})

    def test_its_hold_is_its_own(self):
        """Nobody dunns on behind an open promise: it is cancelled, or decided."""
        promise = self._promise(self._create_invoice(days_late=10))
        hold = self._holds(promise).with_user(self.collector)
        for act in (
            hold.action_end,
            hold.unlink,
            lambda: hold.write({"date_to": self.today}),
        ):
            with self.assertRaises(UserError):
                act()
        promise.action_cancel()
        self.assertFalse(hold.exists())

    # === REFUSED === #

    def test_day_in_the_past(self):
        with self.assertRaises(ValidationError):
            self._promise(self._create_invoice(days_late=10), days=-1)

    def test_more_than_is_open(self):
        invoice = self._create_invoice(days_late=10)
        self._pay(invoice, 40)
        with self.assertRaisesRegex(ValidationError, "60.00"):
            self._promise(invoice, amount=61)

    def test_paid_already(self):
        invoice = self._create_invoice(days_late=10)
        self._pay(invoice)
        with self.assertRaises(ValidationError):
            self._promise(invoice, amount=100)

    def test_what_is_disputed_is_not_promised(self):
        invoice = self._create_invoice(days_late=10)
        self._propose()
        self.env["dunning.hold"].sudo().create(
            {
                "debtor_id": self._debtor().id,
                "move_line_id": self._item(invoice).id,
                "reason": "disputed",
                "amount": 30,
            }
        )
        promise = self._promise(invoice, amount=70)
        self.assertEqual(self._holds(promise).amount, 70)
        with self.assertRaises(ValidationError):
            self._promise(invoice, amount=1)

    def test_items_of_others(self):
        """Of another customer, in another currency, not receivable: refused."""
        mine = self._create_invoice(days_late=10)
        other = self._create_invoice(days_late=10, partner=self.other_customer)
        currency = self.setup_other_currency("CHF")
        foreign = self._create_invoice(days_late=10, currency_id=currency.id)
        income = mine.invoice_line_ids
        for stranger in (self._item(other), self._item(foreign), income):
            with self.assertRaises(ValidationError):
                self._promise(self._item(mine) | stranger, amount=50)

    def test_contact_of_another_customer(self):
        invoice = self._create_invoice(days_late=10)
        with self.assertRaises(ValidationError):
            self._promise(invoice, contact_id=self.other_customer.id)

    # === WHO === #

    def test_reader_records_nothing(self):
        invoice = self._create_invoice(days_late=10)
        with self.assertRaises(AccessError):
            self._promise(invoice, user=self.reader)
        promise = self._promise(invoice)
        self.assertEqual(promise.with_user(self.reader).amount, 100)
        for act in ("action_keep", "action_break", "action_cancel", "action_replace"):
            with self.assertRaises(AccessError):
                getattr(promise.with_user(self.reader), act)()

    def test_other_company_sees_nothing(self):
        promise = self._promise(self._create_invoice(days_late=10))
        other = self.setup_other_company()["company"]
        stranger = self._create_user(
            "stranger", "collections_dunning.collections_dunning_group_collector"
        )
        stranger.sudo().write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        found = self.env["collections.promise"].with_user(stranger).search([])
        self.assertFalse(found)
        with self.assertRaises(AccessError):
            promise.with_user(stranger).with_company(other).action_keep()

    # === RECORDS THAT MOVE === #

    def test_customers_merge(self):
        mine = self._create_invoice(days_late=10)
        other = self._create_invoice(days_late=10, partner=self.other_customer)
        promise = self._promise(other, contact_id=self.other_customer.id)
        self._promise(mine)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(
            (self.customer | self.other_customer).ids, self.customer, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertEqual(promise.debtor_id, self._debtor())
        self.assertEqual(promise.partner_id, self.customer)
        self.assertEqual(self._debtor().promise_total, 2)
        self._night(8)
        self.assertEqual(self._state(promise), "broken")

    def test_invoice_is_a_draft_for_a_while(self):
        """Corrected and posted again: the promise holds it still."""
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        invoice.button_draft()
        self._night(1)
        self.assertEqual(self._state(promise), "open")
        invoice.action_post()
        self._propose()
        self.assertEqual(self._reason(invoice), ["promise"])

    def test_invoice_stays_a_draft(self):
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice)
        invoice.button_draft()
        self._night(8)
        self.assertEqual(self._state(promise), "cancelled", "nobody broke his word")

    def test_invoice_is_deleted(self):
        invoice = self._create_invoice(days_late=10)
        name = invoice.name
        promise = self._promise(invoice)
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self._night(1)
        self.assertEqual(self._state(promise), "cancelled")
        self.assertEqual(promise.item_names, name)
