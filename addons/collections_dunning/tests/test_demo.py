from collections import Counter
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..const import SETTLED_MINIMUM
from ..demo import collections_demo_credit, ledger
from ..demo.customers import CUSTOMERS


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def test_never_without_demo_data(self):
        """A production database can't get the demo company."""
        self.env.ref("base.module_base").demo = False
        companies = self.env["res.company"].search_count([])
        with self.assertRaises(UserError):
            self.env["collections.demo"]._load()
        self.assertEqual(self.env["res.company"].search_count([]), companies)

    def test_ledger_is_the_same_each_time(self):
        day = date(2026, 2, 28)
        plan = ledger.plan_invoices(CUSTOMERS, day)
        self.assertEqual(plan, ledger.plan_invoices(CUSTOMERS, day))

    def test_ledger_moves_with_the_day(self):
        """It looks as live a year later: everything is a year later."""
        day = date(2026, 3, 1)
        year = timedelta(days=365)
        self.assertEqual(
            [invoice.date + year for invoice in ledger.plan_invoices(CUSTOMERS, day)],
            [invoice.date for invoice in ledger.plan_invoices(CUSTOMERS, day + year)],
        )

    def test_ledger_holds_every_kind(self):
        today = date(2026, 11, 21)
        plan = ledger.plan_invoices(CUSTOMERS, today)
        self.assertGreaterEqual(len(CUSTOMERS), 40)
        self.assertGreaterEqual(len(plan), 300)
        self.assertGreater(plan[0].date, today - timedelta(days=731))
        self.assertLessEqual(plan[-1].date, today)
        days = [payment.date for invoice in plan for payment in invoice.payments]
        self.assertLessEqual(max(days), today)
        self.assertEqual({c.habit for c in CUSTOMERS}, set(ledger.HABITS))
        self.assertEqual({c.lang for c in CUSTOMERS}, {"fr_FR", "en_US"})
        self.assertEqual({c.currency for c in CUSTOMERS}, {"EUR", *ledger.RATES})
        self.assertEqual({invoice.term for invoice in plan}, set(ledger.TERMS))
        self.assertEqual(Counter(c.has_email for c in CUSTOMERS)[False], 3)
        shares = [sum(p.share for p in invoice.payments) for invoice in plan]
        self.assertTrue(any(0 < share < 0.999 for share in shares), "paid in part")

    def test_each_case_is_planned(self):
        """What is held or moved to another account as a whole is one installment."""
        today = date(2026, 11, 21)
        plan = {
            invoice.case: invoice
            for invoice in ledger.plan_invoices(CUSTOMERS, today)
            if invoice.case
        }
        self.assertEqual(plan.keys(), ledger.UNPAID.keys())
        for case in plan.keys() - {"one_of_two_due"}:
            self.assertEqual(len(ledger.TERMS[plan[case].term]), 1, case)
            self.assertFalse(plan[case].payments, case)

    def test_most_customers_can_be_judged(self):
        """Enough of them have settled enough invoices to be told good or bad payers."""
        today = date(2026, 11, 21)
        settled = Counter(
            invoice.customer
            for invoice in ledger.plan_invoices(CUSTOMERS, today)
            if sum(payment.share for payment in invoice.payments) > 0.999
            and invoice.payments[-1].date > today - timedelta(days=365)
        )
        habits = {customer.key: customer.habit for customer in CUSTOMERS}
        judged = [key for key, count in settled.items() if count >= SETTLED_MINIMUM]
        self.assertGreater(len(judged), len(CUSTOMERS) / 2)
        self.assertGreaterEqual(
            {habits[key] for key in judged}, {"punctual", "slow", "chronic"}
        )

    def test_what_is_told_of_credit_exists(self):
        """Its customers, invoices and causes are those of the demo company."""
        keys = {customer.key for customer in CUSTOMERS}
        told = collections_demo_credit
        self.assertLessEqual(told.RATINGS.keys(), keys)
        self.assertLessEqual(told.SAID.keys(), ledger.UNPAID.keys())
        self.assertEqual(told.TYPICAL_CAUSES.keys(), ledger.HABITS.keys())
        causes = {cause for cause, _remark in told.SAID.values()}
        for name in causes.union(*told.TYPICAL_CAUSES.values()):
            cause = self.env.ref(f"collections_dunning.collections_late_cause_{name}")
            self.assertTrue(cause.active)
