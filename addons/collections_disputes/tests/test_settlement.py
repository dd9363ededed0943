from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestSettlement(DisputeCommon):
    """What becomes of a case when the ledger moves under it."""

    def _assert_open(self, case, amount):
        self.assertRecordValues(case, [{"state": "new", "amount_disputed": amount}])

    def _assert_ended(self, case, resolution, needs_cause=True):
        self.assertRecordValues(
            case,
            [
                {
                    "state": "resolved",
                    "resolution": resolution,
                    "needs_cause": needs_cause,
                }
            ],
        )
        self.assertTrue(case.date_closed)
        self.assertFalse(case.activity_ids)
        self.assertFalse(self._holds(case.line_ids.move_id))

    # === MONEY === #

    def test_paid(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        letters = len(case.message_ids)
        self._pay(invoice)
        self._assert_ended(case, "paid")
        self.assertEqual(case.amount_disputed, 300)
        # Nobody decided: nobody writes to the customer.
        new = case.message_ids[: len(case.message_ids) - letters]
        self.assertFalse(new.partner_ids)
        case.with_user(self.collector).write({"cause_id": self.cause.id})
        self.assertTrue(case.needs_cause)
        case.with_user(self.collector).write({"side": "customer"})
        self.assertFalse(case.needs_cause)

    def test_paid_while_its_credit_note_is_a_draft(self):
        """Somebody has to say what becomes of the credit note."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self.assertFalse(self._resolve(case, "credit_note"))
        self.assertEqual(case.credit_note_ids.state, "draft")
        self._pay(invoice)
        self.assertEqual((case.state, case.resolution), ("resolved", "paid"))
        [task] = case.activity_ids
        self.assertIn("draft credit note", task.summary)
        self.assertEqual(task.user_id, self.collector)

    def test_credit_note_taken_off_afterwards(self):
        """The invoice is owed in full again: somebody has to look at the dispute."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._resolve(case, "credit_note")
        case.credit_note_ids.action_post()
        self.assertEqual(case.state, "resolved")
        self.assertFalse(case.activity_ids)
        self._item(case.credit_note_ids).remove_move_reconcile()
        [task] = case.activity_ids
        self.assertIn("taken off", task.summary)
        self.assertEqual(task.user_id, self.collector)

    def test_all_but_what_is_disputed_is_paid(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        hold = self._holds(invoice)
        self._pay(invoice, 700)
        self._assert_open(case, 300)
        self.assertEqual(self._holds(invoice), hold)
        self._propose()
        self.assertEqual(self._reason(invoice), ["disputed"])

    def test_part_of_what_is_disputed_is_paid(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._pay(invoice, 800)
        self._assert_open(case, 200)
        self.assertEqual(case.line_ids.amount_opened, 300)
        self.assertEqual(self._held(invoice), [0])
        self._pay(invoice)
        self._assert_ended(case, "paid")

    def test_two_cases_on_one_item(self):
        invoice = self._create_invoice(10, 1000)
        first, second = self._open(invoice, 500), self._open(invoice, 500)
        self._pay(invoice, 600)
        self._assert_open(first, 400)
        self.assertEqual((second.state, second.resolution), ("resolved", "paid"))
        self.assertFalse(second.line_ids.hold_id.exists())
        self.assertEqual(self._held(invoice), [0])

    def test_one_of_two_invoices_is_paid(self):
        invoice, other = self._create_invoice(10, 100), self._create_invoice(10, 200)
        case = self._open(invoice | other)
        self._pay(invoice)
        self._assert_open(case, 200)
        self.assertFalse(self._holds(invoice))
        self.assertTrue(self._holds(other))
        self._pay(other)
        self._assert_ended(case, "paid")

    def test_payment_taken_off(self):
        """The rest was disputed, all of it: it is a part again."""
        invoice = self._create_invoice(10, 1000)
        self._pay(invoice, 700)
        case = self._open(invoice)
        self.assertEqual(self._held(invoice), [0])
        self._item(invoice).remove_move_reconcile()
        self._assert_open(case, 300)
        self.assertEqual(self._held(invoice), [300])

    def test_paid_by_who_sees_no_disputes(self):
        biller = self._create_user("biller", "account.group_account_invoice")
        self.env.ref("account.group_account_invoice")._remove_group(
            self.env.ref("collections_dunning.collections_dunning_group_collector")
        )
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self.env["account.payment.register"].with_user(biller).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self._assert_ended(case, "paid")

    # === CREDIT NOTES AND WRITE-OFFS === #

    def _credit_in_the_books(self, invoice, amount):
        """Credit an invoice without saying anything of the dispute."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"reason": "Books", "journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        note = wizard.new_move_ids
        note.invoice_line_ids.price_unit = amount
        note.action_post()
        return note

    def test_credited_in_the_books(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        note = self._credit_in_the_books(invoice, 300)
        self._assert_ended(case, "credit_note")
        self.assertEqual(case.credit_note_ids, note)
        self.assertEqual(case.amount_credited, 300)
        self.assertEqual(self._propose().notice_ids.amount_claimed, 700)

    def test_credited_in_part(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._credit_in_the_books(invoice, 100)
        self._assert_open(case, 200)
        self.assertEqual(self._held(invoice), [200])
        self.assertEqual(self._propose().notice_ids.amount_claimed, 700)

    def test_one_credited_and_the_other_paid(self):
        invoice, other = self._create_invoice(10, 100), self._create_invoice(10, 200)
        case = self._open(invoice | other, 50)
        self._credit_in_the_books(invoice, 50)
        self._assert_open(case, 50)
        self._pay(other)
        self._assert_ended(case, "paid")
        self.assertEqual(case.amount_disputed, 100)

    def test_other_credit_is_like_money(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        note = self._create_credit_note(600)
        (self._item(invoice) | self._item(note)).reconcile()
        self._assert_open(case, 300)

    def _book(self, invoice, accounts, amount):
        """Settle an invoice by an entry in a general journal against accounts."""
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in [
                        *accounts.items(),
                        (self.company_data["default_account_receivable"], -amount),
                    ]
                ]
            }
        )
        entry.action_post()
        (self._item(invoice) | self._item(entry)).reconcile()

    def test_written_off(self):
        invoice = self._create_invoice(10, 300)
        case = self._open(invoice)
        expense = self.company_data["default_account_expense"]
        self._book(invoice, {expense: 300}, 300)
        self._assert_ended(case, "goodwill")

    def test_written_off_with_its_tax(self):
        invoice = self._create_invoice(10, 300)
        case = self._open(invoice)
        expense = self.company_data["default_account_expense"]
        tax = self.company_data["default_account_tax_sale"]
        self._book(invoice, {expense: 250, tax: 50}, 300)
        self._assert_ended(case, "goodwill")

    def test_set_off(self):
        """Against what we owe him: paid, and nobody has found him right."""
        payable = self.company_data["default_account_payable"]
        expense = self.company_data["default_account_expense"]
        for accounts in ({payable: 300}, {payable: 290, expense: 10}):
            invoice = self._create_invoice(10, 300)
            case = self._open(invoice)
            self._book(invoice, accounts, 300)
            self._assert_ended(case, "paid")
            self.assertFalse(case.amount_credited)

    def test_set_off_of_the_part(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._book(invoice, {self.company_data["default_account_payable"]: 800}, 800)
        self._assert_open(case, 200)
        self.assertEqual(self._held(invoice), [0])

    def test_credit_note_of_another_invoice_is_like_money(self):
        """It says nothing about who was right here."""
        other = self._create_invoice(10, 300)
        self._pay(other)
        note = self._credit_in_the_books(other, 300)
        invoice = self._create_invoice(10, 300)
        case = self._open(invoice)
        (self._item(invoice) | self._item(note)).reconcile()
        self._assert_ended(case, "paid")
        self.assertFalse(case.credit_note_ids)

    def test_paid_at_another_rate(self):
        """The exchange difference that core books is not what settled it."""
        pounds = self.setup_other_currency(
            "GBP", rates=[("2000-01-01", 2.0), (str(self.today), 4.0)]
        )
        invoice = self._create_invoice(10, 300, currency_id=pounds.id)
        case = self._open(invoice)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"currency_id": pounds.id, "amount": 300})._create_payments()
        self.assertTrue(self._item(invoice).matched_credit_ids.exchange_move_id)
        self._assert_ended(case, "paid")

    # === THE INVOICE MOVES === #

    def test_draft_again(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        invoice.button_draft()
        self._assert_open(case, 300)
        self.assertFalse(self._holds(invoice))
        invoice.action_post()
        self._assert_open(case, 300)
        self.assertEqual(self._held(invoice), [300])

    def test_corrected_and_posted_again(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 250
        due = self.today + timedelta(days=5)
        invoice.invoice_date_due = due
        invoice.action_post()
        self._assert_open(case, 250)
        self.assertEqual(self._held(invoice), [0])
        self.assertEqual(case.line_ids.date_maturity, due)

    def test_item_made_anew(self):
        """Another payment term makes other items of the same invoice."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        former = self._item(invoice)
        invoice.button_draft()
        invoice.invoice_payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (7, 37)
                ],
            }
        )
        invoice.action_post()
        self.assertNotEqual(self._item(invoice), former)
        self._assert_open(case, 300)
        self.assertIn(case.line_ids.move_line_id, self._item(invoice))
        self.assertEqual(self._held(invoice), [300])

    def test_cancelled(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        invoice.button_draft()
        invoice.button_cancel()
        self._assert_ended(case, "corrected_invoice")

    def test_deleted(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self.assertFalse(case.line_ids.move_id)
        self.assertTrue(case.line_ids.move_name)
        self._assert_ended(case, "corrected_invoice")

    # === NIGHT === #

    def test_what_nobody_told_is_found_at_night(self):
        """As when entries are imported by SQL."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = 100, "
            "amount_residual_currency = 100 WHERE id = %s",
            self._item(invoice).ids,
        )
        self.env.invalidate_all()
        cron = self.env.ref("collections_disputes.ir_cron_dispute_follow")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self._assert_open(case, 100)
        self.assertEqual(self._held(invoice), [0])

    # === CUSTOMERS THAT MOVE === #

    def test_merged_customers(self):
        self._create_invoice(10, 100, self.other_customer)
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(
            (self.customer | self.other_customer).ids, dst_partner=self.other_customer
        )
        self.assertEqual(case.partner_id, self.other_customer)
        self.assertEqual(case.debtor_id, self._debtor(self.other_customer))
        self.assertEqual(self._held(invoice), [300])
        self._propose()
        self.assertEqual(self._decision(invoice).amount_claimed, 700)
        self._pay(invoice)
        self._assert_ended(case, "paid")

    def test_merged_into_a_customer_without_a_file(self):
        target = self._create_customer("Target SA")
        case = self._open(self._create_invoice(10, 1000), 300)
        debtor = case.debtor_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | target).ids, dst_partner=target)
        self.assertEqual(case.partner_id, target)
        self.assertEqual(case.debtor_id, debtor)
        self.assertEqual(debtor.partner_id, target)

    def test_customer_gets_a_parent(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._create_invoice(10, 100, self.other_customer)
        self.customer.write({"is_company": False, "parent_id": self.other_customer.id})
        self.assertEqual(case.partner_id, self.other_customer)
        self.assertEqual(case.debtor_id, self._debtor(self.other_customer))
        case._follow_items()
        self._assert_open(case, 300)
