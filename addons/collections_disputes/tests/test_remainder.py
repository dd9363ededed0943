from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestRemainder(DisputeCommon):
    """After a partial payment: still due, disputed, or a small difference."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dispute_write_off_limit = 5
        cls.company.dispute_write_off_account_id = cls.company_data[
            "default_account_expense"
        ]

    def _pay_all_but(self, rest, **vals):
        invoice = self._create_invoice(10, 1000, **vals)
        self._pay(invoice, 1000 - rest)
        return invoice

    def _choose(self, invoice, meaning, user=None):
        user = user or self.accountant
        action = invoice.with_user(user).action_dispute_remainder()
        wizards = self.env[action["res_model"]].with_user(user)
        wizard = wizards.with_context(**action["context"]).create({"meaning": meaning})
        return wizard.action_apply()

    def test_offered_after_a_partial_payment(self):
        invoice = self._create_invoice(10, 1000)
        self.assertFalse(invoice.dispute_remainder)
        self._pay(invoice, 900)
        self.env.invalidate_all()
        self.assertTrue(invoice.dispute_remainder)
        self._open(invoice)
        self.env.invalidate_all()
        self.assertFalse(invoice.dispute_remainder)
        with self.assertRaises(UserError):
            self._choose(invoice, "due")

    def test_still_due(self):
        invoice = self._pay_all_but(100)
        self._choose(invoice, "due")
        self.assertEqual(self._propose().notice_ids.amount_claimed, 100)

    def test_disputed(self):
        invoice = self._pay_all_but(100)
        action = self._choose(invoice, "dispute")
        wizard = self.env["dispute.open"].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.amount, 100)

    def test_written_off(self):
        invoice = self._pay_all_but(4.5)
        self._choose(invoice, "write_off")
        self.assertEqual(invoice.amount_residual, 0)
        entry = self._find_entry()
        self.assertEqual(entry.state, "posted")
        expense = entry.line_ids.filtered(lambda line: line.debit)
        self.assertEqual(expense.debit, 4.5)
        self.assertEqual(expense.account_id, self.company.dispute_write_off_account_id)

    def _find_entry(self):
        return self.env["account.move"].search(
            [("ref", "like", "Small difference"), ("company_id", "=", self.company.id)]
        )

    def test_draft_by_right(self):
        invoice = self._pay_all_but(4.5)
        self._choose(invoice, "write_off", user=self.collector)
        self.assertEqual(self._find_entry().state, "draft")
        self.assertEqual(invoice.amount_residual, 4.5)

    def test_too_much(self):
        invoice = self._pay_all_but(5.01)
        with self.assertRaisesRegex(UserError, "At most"):
            self._choose(invoice, "write_off")
        self.assertFalse(self._find_entry())

    def test_limit_is_in_the_companys_currency(self):
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        invoice = self._create_invoice(10, 1000, currency_id=currency.id)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"currency_id": currency.id, "amount": 991})._create_payments()
        self._choose(invoice, "write_off")
        self.assertEqual(invoice.amount_residual, 0)

    def test_what_is_disputed_stays(self):
        """Only the small rest is written off; the limit is about it alone."""
        invoice = self._pay_all_but(304)
        case = self._open(invoice, 300)
        action = invoice.with_user(self.accountant).action_dispute_remainder()
        dialog = self.env[action["res_model"]].with_context(**action["context"])
        dialog = dialog.create({"meaning": "write_off"})
        self.assertEqual((dialog.amount_rest, dialog.amount_disputed), (4, 300))
        self._choose(invoice, "write_off")
        self.assertEqual(invoice.amount_residual, 300)
        self.assertEqual(self._find_entry().amount_total, 4)
        self.assertEqual((case.state, case.amount_disputed), ("new", 300))
        self.assertEqual(self._held(invoice), [300])

    def test_what_is_disputed_of_another_installment_stays(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        invoice = self._create_invoice(
            40, 1000, invoice_payment_term_id=term.id, invoice_date_due=False
        )
        first, second = self._item(invoice).sorted("date_maturity")
        case = self._open_item(first, 500)
        payment = self._create_credit_note(497)
        (second | self._item(payment)).reconcile()
        self._choose(invoice, "write_off")
        self.assertEqual((first.amount_residual, second.amount_residual), (500, 0))
        self.assertEqual(case.amount_disputed, 500)

    def _open_item(self, item, amount):
        cases = self.env["dispute.case"].with_user(self.collector)
        return cases.action_open([{"move_line_id": item.id, "amount": amount}])

    def test_small_rest_in_a_foreign_currency(self):
        """Disputed and written off are in the currency of the invoice."""
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        invoice = self._create_invoice(10, 1000, currency_id=currency.id)
        case = self._open(invoice, 300)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"currency_id": currency.id, "amount": 691})._create_payments()
        self._choose(invoice, "write_off")
        self.assertEqual(invoice.amount_residual, 300)
        self.assertEqual(case.amount_disputed, 300)

    def test_asked_once(self):
        """Still due: asked again only after another payment."""
        invoice = self._pay_all_but(100)
        self.assertTrue(invoice.dispute_remainder)
        self._choose(invoice, "due", user=self.collector)
        self.assertFalse(invoice.dispute_remainder)
        self._pay(invoice, 50)
        self.env.invalidate_all()
        self.assertTrue(invoice.dispute_remainder)

    def test_no_account(self):
        self.company.dispute_write_off_account_id = False
        invoice = self._pay_all_but(4)
        with self.assertRaisesRegex(UserError, "account of small differences"):
            self._choose(invoice, "write_off")

    def test_rights(self):
        invoice = self._pay_all_but(4)
        for user in (self.reader, self.employee):
            with self.assertRaises(AccessError):
                self._choose(invoice, "write_off", user=user)
