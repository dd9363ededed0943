from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from .interest_common import ECB, InterestCommon


@tagged("post_install", "-at_install")
class TestInterestItems(InterestCommon):
    """Interest of items of the ledger, from what really happened to them."""

    # === TIME === #

    def test_one_month_late(self):
        invoice = self._create_due("2025-01-31")
        self.assertEqual(self._interest(invoice, "2025-03-02"), ("12.97", "40.0"))

    def test_nothing_before_the_first_late_day(self):
        invoice = self._create_due("2025-01-31")
        for day in ("2025-01-15", "2025-01-31"):
            [computed] = self._compute(invoice, day)
            self.assertEqual(computed.status, "not_late")
            self.assertEqual(computed.compensation, 0)
        [computed] = self._compute(invoice, "2025-02-01")
        self.assertEqual(computed.interest, Decimal("0.43"))
        self.assertEqual(computed.compensation, 40)

    def test_each_half_year_has_its_rate(self):
        invoice = self._create_due("2025-06-15", 10000)
        [computed] = self._compute(invoice, "2025-07-20")
        self.assertEqual(computed.interest, Decimal("120.62"))
        self.assertEqual(
            [(s.days, s.rate) for s in computed.segments],
            [(15, Decimal("13.15")), (20, Decimal("12.15"))],
        )

    def test_a_frozen_rate_is_that_of_the_first_late_day(self):
        self.regime.rate_mode = "frozen"
        invoice = self._create_due("2025-06-15", 10000)
        self.assertEqual(self._interest(invoice, "2025-07-20"), ("126.10", "40.0"))

    def test_leap_year(self):
        invoice = self._create_due("2024-01-31", 5000)
        self.assertEqual(self._interest(invoice, "2024-03-31")[0], "119.18")
        self.regime.day_basis = "actual"
        self.assertEqual(self._interest(invoice, "2024-03-31")[0], "118.85")

    def test_one_cent(self):
        invoice = self._create_due("2025-01-31", 0.01)
        self.assertEqual(self._interest(invoice, "2025-03-02"), ("0.00", "40.0"))

    def test_a_day_costs_what_the_last_days_cost(self):
        invoice = self._create_due("2025-01-31")
        [computed] = self._compute(invoice, "2025-07-02")
        self.assertAlmostEqual(
            computed.daily, Decimal("1200") * Decimal("0.1215") / 365
        )

    # === PAYMENTS AND CREDITS === #

    def test_a_payment_counts_from_the_day_after(self):
        invoice = self._create_due("2025-05-31", 10000)
        self._pay(invoice, 4000, "2025-06-20")
        [computed] = self._compute(invoice, "2025-07-31")
        self.assertEqual(computed.interest, Decimal("155.59"))
        self.assertEqual(
            [(s.days, s.principal) for s in computed.segments],
            [(20, 10000), (10, 6000), (31, 6000)],
        )

    def test_paid_before_it_was_late(self):
        invoice = self._create_due("2025-05-31", 10000)
        self._pay(invoice, 10000, "2025-05-31")
        [computed] = self._compute(invoice, "2025-07-31")
        self.assertEqual((computed.interest, computed.compensation), (0, 0))

    def test_paid_late_it_still_owes_the_interest(self):
        invoice = self._create_due("2025-01-31")
        self._pay(invoice, 1200, "2025-03-02")
        [computed] = self._compute(invoice, "2025-12-31")
        self.assertEqual(computed.interest, Decimal("12.97"))
        self.assertEqual(computed.compensation, 40)
        self.assertEqual(computed.daily, 0)

    def test_a_price_credit_note_counts_from_the_first_day(self):
        invoice = self._create_due("2025-01-31", 1500)
        refund = invoice._reverse_moves([{"invoice_date": "2025-02-20"}])
        refund.invoice_line_ids.price_unit = 300
        refund.action_post()
        (self._item(invoice) | self._item(refund)).reconcile()
        self.assertEqual(self._interest(invoice, "2025-03-02")[0], "12.97")

    def test_another_credit_note_counts_from_its_day(self):
        invoice = self._create_due("2025-05-31", 10000)
        credit = self._create_credit_note(4000, invoice_date="2025-06-20")
        (self._item(invoice) | self._item(credit)).reconcile()
        self.assertEqual(self._interest(invoice, "2025-07-31")[0], "155.59")

    def test_a_credit_larger_than_the_invoice(self):
        invoice = self._create_due("2025-01-31", 100)
        refund = invoice._reverse_moves([{"invoice_date": "2025-02-20"}])
        refund.invoice_line_ids.price_unit = 300
        refund.action_post()
        (self._item(invoice) | self._item(refund)).reconcile()
        self.assertEqual(self._interest(invoice, "2025-03-02"), ("0.00", "0"))
        [computed] = self._compute(refund, "2025-06-30")
        self.assertEqual(computed.status, "not_late")

    def test_an_invoice_fully_disputed(self):
        invoice = self._create_due("2025-01-31")
        self.assertEqual(self._interest(invoice, "2025-03-02", "1200"), ("0.00", "0"))

    def test_an_invoice_partly_disputed(self):
        invoice = self._create_due("2025-01-31", 1500)
        computed = self._interest(invoice, "2025-03-02", "300")
        self.assertEqual(computed, ("12.97", "40.0"))

    # === COMPENSATION === #

    def test_one_compensation_for_an_invoice_of_two_installments(self):
        invoice = self._create_half_and_half("2025-01-31")
        items = self._item(invoice).sorted("date_maturity")
        self.assertEqual(len(items), 2)
        computed = self._compute(invoice, "2025-06-30")
        self.assertEqual([item.compensation for item in computed], [40, 0])
        # Nor twice when one letter is about the first and another about the second.
        [alone] = (
            self.env["collections.interest"]
            ._compute_interest(items[1], date(2025, 6, 30))
            .values()
        )
        self.assertEqual(alone.compensation, 0)

    def test_the_compensation_grows_with_the_invoice(self):
        self.regime.tier_ids = [
            Command.create({"amount_from": 1000, "amount": 70}),
            Command.create({"amount_from": 10000, "amount": 100}),
        ]
        for amount, expected in ((999.99, "40.0"), (1000, "70.0"), (10000, "100.0")):
            invoice = self._create_due("2025-01-31", amount)
            self.assertEqual(self._interest(invoice, "2025-03-02")[1], expected)

    def test_no_compensation_in_another_currency(self):
        self.regime.compensation_currency_id = self.env.ref("base.CHF")
        invoice = self._create_due("2025-01-31")
        self.assertEqual(self._interest(invoice, "2025-03-02"), ("12.97", "0"))
        self.assertIn("CHF", self._item(invoice).dunning_interest_note)

    # === WHO === #

    def test_insolvency_stops_interest_and_takes_the_compensation(self):
        invoice = self._create_due("2025-01-31")
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(self.company, self.customer)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor().id,
                "reason": "insolvency",
                "date_from": "2025-03-03",
            }
        )
        self.assertEqual(self._interest(invoice, "2025-12-31"), ("12.97", "0"))

    def test_a_consumer_bears_interest_from_the_formal_notice_only(self):
        consumer = self._create_customer("Paul", is_company=False)
        self._create_regime(
            debtor_type="consumer", margin=4, starts="formal_notice", tier_ids=False
        )
        invoice = self._create_invoice(100, partner=consumer)
        [computed] = self._compute(invoice, str(self.today))
        self.assertEqual(computed.status, "before_formal")
        self.assertEqual((computed.interest, computed.compensation), (0, 0))

    def test_without_a_regime_nothing_is_computed(self):
        self.regime.active = False
        invoice = self._create_due("2025-01-31")
        [computed] = self._compute(invoice, "2025-03-02")
        self.assertEqual(computed.status, "no_regime")
        self.assertIn("regime", self._item(invoice).dunning_interest_note)

    def test_an_invoice_of_interest_bears_none(self):
        invoice = self._create_due("2025-01-31")
        invoice.sudo().is_late_charge = True
        [computed] = self._compute(invoice, "2025-03-02")
        self.assertEqual(computed.status, "late_charge")

    # === RATES === #

    def test_a_missing_half_year_is_never_guessed(self):
        self._publish("ecb", {k: v for k, v in ECB.items() if "2025-07" not in k})
        invoice = self._create_due("2025-06-15")
        [computed] = self._compute(invoice, "2025-06-30")
        self.assertEqual(computed.status, "late")
        [computed] = self._compute(invoice, "2025-07-01")
        self.assertEqual(computed.status, "missing_rate")
        self.assertEqual(computed.missing_from, date(2025, 7, 1))
        self.assertEqual((computed.interest, computed.compensation), (0, 0))

    def test_before_the_first_rate(self):
        invoice = self._create_due("2012-03-15")
        [computed] = self._compute(invoice, "2025-07-01")
        self.assertEqual(computed.status, "missing_rate")
        self.assertEqual(computed.missing_from, date(2012, 1, 1))

    # === WHAT WAS INVOICED === #

    def test_days_that_were_invoiced_do_not_count_again(self):
        invoice = self._create_due("2025-01-31")
        whole = self._compute(invoice, "2025-04-30")[0].interest
        charge = self._charge(invoice)
        [computed] = self._compute(invoice, "2025-04-30")
        self.assertEqual(computed.segments[0].first_day, date(2025, 3, 3))
        self.assertAlmostEqual(computed.interest + Decimal("12.97"), whole, delta=0.01)
        self.assertEqual(computed.compensation, 0)
        charge.button_draft()
        charge.button_cancel()
        [computed] = self._compute(invoice, "2025-04-30")
        self.assertEqual((computed.interest, computed.compensation), (whole, 40))

    # === THE LIST === #

    def test_the_open_items_show_it_live(self):
        invoice = self._create_invoice(30, 1000)
        item = self._item(invoice).with_user(self.reader)
        [computed] = self._compute(invoice, str(self.today))
        if computed.status == "missing_rate":
            self.assertIn("half-year", item.dunning_interest_note)
        self.assertAlmostEqual(item.dunning_interest, float(computed.interest), 2)
        self.assertEqual(item.dunning_compensation, float(computed.compensation))

    def test_the_number_of_queries_does_not_grow(self):
        invoices = self.env["account.move"]
        for amount in range(100, 108):
            invoices |= self._create_due("2025-01-31", amount)
        items = self._item(invoices)
        interest = self.env["collections.interest"]

        def count(items):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            interest._compute_interest(items, date(2025, 3, 2))
            return self.env.cr.sql_log_count - before

        count(items)  # what is read once for all
        self.assertEqual(count(items[:2]), count(items))
