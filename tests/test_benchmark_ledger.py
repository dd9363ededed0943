"""The generated ledger is one that Odoo could have written."""

import sys
from pathlib import Path

from odoo import sql_db
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

sys.path.insert(0, str(Path(__file__).parent / "benchmark"))

from coherence import find_differences  # noqa: E402
from ledger import Options, generate  # noqa: E402


@tagged("post_install", "-at_install")
class TestBenchmarkLedger(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(su=True)

    def _generate(self, **options):
        self.options = Options(items=200, debtors=30, **options)
        return generate(self.env, self.options)

    def test_open_ledger(self):
        """Each invoice is one open, overdue item of the one currency."""
        counts = self._generate()
        self.assertEqual(counts["account_move"], 200)
        self.assertEqual(counts["account_move_line"], 400)
        self.assertEqual(counts["account_payment"], 0)
        self.assertEqual(find_differences(self.env), [])

    def test_mixed_ledger(self):
        """Taxes, two currencies, payments: the ORM would have written the same."""
        self._generate(
            overdue=0.6, paid=0.5, credits=0.1, taxed=True, currencies=["EUR", "USD"]
        )
        self.assertEqual(find_differences(self.env), [])

    def test_shares(self):
        """The shares asked for are those of the ledger."""
        self._generate(overdue=0.75, paid=0.5, credits=0.05)
        items = self.env["account.move.line"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("partner_id.email", "=like", "%@debtors.example"),
            ]
        )
        invoices = items.filtered(lambda item: item.amount_residual > 0)
        late = invoices.filtered(lambda i: i.date_maturity < self.options.today)
        self.assertEqual((len(invoices), len(late)), (100, 75))
        self.assertEqual(len(items - invoices), 10)

    def test_check_finds_a_wrong_row(self):
        """A ledger that differs from the ORM's is found out."""
        self._generate()
        self.env.cr.execute(
            "UPDATE account_move SET amount_untaxed_signed = amount_untaxed_signed + 1 "
            "WHERE invoice_partner_display_name LIKE 'Debtor %'"
        )
        self.env.invalidate_all()
        self.assertIn("amount_untaxed_signed", "".join(find_differences(self.env, 3)))

    def test_queries_of_an_assessment(self):
        """Ten times the items take as many queries, and each has a decision."""
        counts = []
        for items in (30, 30, 300):  # the first one fills the caches
            generate(self.env, Options(items=items, debtors=items // 3))
            run = self.env["dunning.run"].create({"company_id": self.env.company.id})
            counts.append(self._count_queries_of_assessment(run))
            self.assertEqual((run.difference_count, run.difference_amount), (0, 0))
        self.assertEqual(run.open_item_count, 360)
        self.assertEqual(counts[1], counts[2])

    def _count_queries_of_assessment(self, run):
        assessment = self.env["dunning.assessment"]
        self.env.flush_all()
        before = sql_db.sql_counter
        assessment._assess(run.company_id, run.date)
        assessment._write_decisions(run)
        assessment._write_outcomes(run)
        self.env.flush_all()
        return sql_db.sql_counter - before
