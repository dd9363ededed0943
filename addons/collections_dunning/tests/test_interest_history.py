from datetime import date, timedelta
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from .interest_common import InterestCommon


@tagged("post_install", "-at_install")
class TestInterestHistory(InterestCommon):
    """Histories of items that are easily read wrong."""

    def test_an_invoice_booked_after_it_was_paid(self):
        """The books were closed: what counts is when the money came."""
        paid = self._create_due("2025-02-15", date="2025-08-20")
        self._pay(paid, 1200, "2025-02-10")
        self.assertEqual(self._interest(paid, "2025-08-20"), ("0.00", "0"))
        late = self._create_due("2025-01-31", date="2025-08-20")
        self._pay(late, 1200, "2025-03-02")
        self.assertEqual(self._interest(late, "2025-08-20"), ("12.97", "40.0"))

    def test_opening_entries_are_invoices_of_their_own(self):
        receivable = self.company_data["default_account_receivable"]
        customers = self.customer | self.other_customer
        entry = self.env["account.move"].create(
            {
                "date": "2025-01-01",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": customer.id,
                            "date_maturity": "2025-01-31",
                            "debit": 1200,
                        }
                    )
                    for customer in customers
                ]
                + [
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 2400,
                        }
                    )
                ],
            }
        )
        entry.action_post()
        computed = self._compute(entry, "2025-03-02")
        self.assertEqual([item.compensation for item in computed], [40, 40])
        self.assertEqual([item.interest for item in computed], [Decimal("12.97")] * 2)

    def test_a_returned_payment_owes_no_compensation_of_its_own(self):
        journal = self.company_data["default_journal_bank"]
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": "2025-01-31",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_receivable"
                            ].id,
                            "partner_id": self.customer.id,
                            "debit": 1200,
                        }
                    ),
                    Command.create(
                        {"account_id": journal.default_account_id.id, "credit": 1200}
                    ),
                ],
            }
        )
        entry.action_post()
        self.assertEqual(self._interest(entry, "2025-03-02"), ("12.97", "0"))

    def test_the_installment_that_was_paid_late_carries_the_compensation(self):
        """Also while the next one is open, and not due yet."""
        invoice = self._create_half_and_half("2025-01-31")
        first = self._item(invoice).sorted("date_maturity")[0]
        second = self._item(invoice) - first
        second.date_maturity = "2025-12-31"
        payment = self._receive(600, date=date(2025, 3, 2))
        credit = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        (first | credit).reconcile()
        computed = self._compute(invoice, "2025-06-30")
        self.assertEqual([item.compensation for item in computed], [40, 0])

    def test_the_installment_that_is_late_now_carries_it(self):
        invoice = self._create_half_and_half("2025-01-31")
        first = self._item(invoice).sorted("date_maturity")[0]
        payment = self._receive(600, date=date(2025, 1, 15))
        credit = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        (first | credit).reconcile()
        computed = self._compute(invoice, "2025-06-30")
        self.assertEqual([item.compensation for item in computed], [0, 40])

    def test_who_is_insolvent_today_owes_no_compensation(self):
        """Up to whatever day before its interest is computed."""
        invoice = self._create_due("2025-01-31")
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(self.company, self.customer)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor().id,
                "reason": "insolvency",
                "date_from": self.today - timedelta(days=2),
            }
        )
        self.assertEqual(self._interest(invoice, "2025-03-02"), ("12.97", "0"))

    def test_a_currency_without_cents(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": yen.id, "name": "2020-01-01", "rate": 150}
        )
        invoice = self._create_due("2025-01-31", 120001, currency_id=yen.id)
        # 120,001 × 13.15 % × 30 / 365
        self.assertEqual(self._interest(invoice, "2025-03-02")[0], "1297")

    def test_an_invoice_of_interest_in_draft_is_named(self):
        invoice = self._create_due("2025-01-31")
        charge = self._charge(invoice)
        self.assertFalse(self._compute(invoice, "2025-04-30")[0].in_draft)
        charge.button_draft()
        [computed] = self._compute(invoice, "2025-04-30")
        self.assertTrue(computed.in_draft)
        self.assertIn("draft", self._item(invoice)._describe_no_interest(computed))
