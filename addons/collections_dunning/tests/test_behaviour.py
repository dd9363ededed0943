from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestBehaviour(DunningCommon):
    """How a customer pays, from the ledger alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_procedure_id = cls.procedure

    def _bill(self, due, amount=100.0, partner=None, paid_late=None, refund=False):
        """Make an invoice due so many days ago; paid so many days after it was due."""
        partner = partner or self.customer
        invoice = self._create_invoice(days_late=due, amount=amount, partner=partner)
        if paid_late is not None:
            self._pay_on(invoice, self.today - timedelta(days=due - paid_late))
        if refund:
            wizard = self.env["account.move.reversal"].create(
                {
                    "move_ids": [Command.set(invoice.ids)],
                    "journal_id": invoice.journal_id.id,
                    "date": self.today,
                }
            )
            credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
            credit.action_post()  # which reconciles it
        return invoice

    def _pay_on(self, invoice, day, amount=None):
        self._pay(invoice, amount=amount, date=day)

    def _compute(self, partner=None):
        self.env["collections.debtor"]._ensure_for(self.company, is_past=True)
        self.env["collections.behaviour"]._update(self.company)
        return self.env["collections.debtor"].search(
            [
                ("company_id", "=", self.company.id),
                ("partner_id", "=", (partner or self.customer).id),
            ]
        )

    def test_average_is_weighted_by_amount(self):
        self._bill(60, amount=900, paid_late=0)
        self._bill(60, amount=100, paid_late=50)
        debtor = self._compute()
        self.assertEqual(debtor.late_days_average, 5.0)
        self.assertEqual(debtor.settled_count, 2)
        self.assertEqual(debtor.on_time_share, 50.0)

    def test_on_time_is_three_days_after_the_due_date(self):
        self._bill(60, paid_late=3)
        self._bill(60, paid_late=4)
        self.assertEqual(self._compute().on_time_share, 50.0)

    def test_part_payments_count_each_at_its_date(self):
        invoice = self._bill(60, amount=100)
        self._pay_on(invoice, self.today - timedelta(days=60), amount=50)
        self._pay_on(invoice, self.today - timedelta(days=40), amount=50)
        debtor = self._compute()
        self.assertEqual(debtor.late_days_average, 10.0)
        self.assertEqual(debtor.on_time_share, 0.0)

    def test_credit_note_is_no_payment(self):
        self._bill(60, paid_late=0)
        self._bill(60, refund=True)
        debtor = self._compute()
        self.assertEqual((debtor.settled_count, debtor.late_days_average), (1, 0))

    def test_days_before_it_was_sent_do_not_count(self):
        invoice = self._bill(60, paid_late=10)
        invoice.dunning_sent_on = self.today - timedelta(days=54)
        self.assertEqual(self._compute().late_days_average, 4.0)

    def test_marked_as_sent_after_it_was_paid(self):
        """As for what was sent elsewhere, and is marked in one go one day."""
        invoice = self._bill(60, paid_late=10)
        invoice.dunning_sent_on = self.today
        self.assertEqual(self._compute().late_days_average, 10.0)

    def test_sending_is_recorded_once(self):
        invoice = self._bill(60)
        self.assertFalse(invoice.dunning_sent_on)
        invoice.is_move_sent = True
        self.assertEqual(invoice.dunning_sent_on, self.today)

    def test_trend_compares_half_years(self):
        self._bill(300, paid_late=5)
        self._bill(60, paid_late=25)
        debtor = self._compute()
        self.assertTrue(debtor.has_trend)
        self.assertEqual(debtor.late_days_trend, 20.0)

    def test_no_trend_without_both_halves(self):
        self._bill(60, paid_late=25)
        self.assertFalse(self._compute().has_trend)

    def test_no_grade_under_five_invoices(self):
        for _count in range(4):
            self._bill(60, paid_late=0)
        debtor = self._compute()
        self.assertFalse(debtor.grade)
        self.assertIn("4", debtor.grade_sum)

    def test_grade_is_the_sum_that_is_shown(self):
        for _count in range(4):
            self._bill(60, paid_late=0)
        self._bill(60, paid_late=50)
        debtor = self._compute()
        # 10 days late on average, 20 % not on time: 100 − 10 − 6
        self.assertEqual(debtor.grade, "A")
        self.assertEqual(
            {k: v for k, v in debtor.grade_parts.items() if v},
            {"late": 10.0, "not_on_time": 6.0},
        )
        self.assertTrue(debtor.grade_sum.endswith("= 84"), debtor.grade_sum)

    def test_habitual_late_payer(self):
        for _count in range(5):
            self._bill(90, paid_late=60)
        self._bill(80)
        debtor = self._compute()
        self.assertEqual(debtor.oldest_late_days, 80)
        self.assertEqual(debtor.grade, "D")

    def test_quiet_night_writes_nothing(self):
        self._bill(60, paid_late=5)
        debtor = self._compute()
        self.env.cr.execute(
            "UPDATE collections_debtor SET behaviour_date = '2020-01-01' WHERE id = %s",
            [debtor.id],
        )
        debtor.invalidate_recordset()
        self._compute()
        self.assertEqual(debtor.behaviour_date.year, 2020)

    def test_every_night(self):
        self._bill(60, paid_late=5)
        self.env["collections.debtor"]._ensure_for(self.company, is_past=True)
        with self.enter_registry_test_mode():
            self.env.ref(
                "collections_dunning.ir_cron_behaviour"
            ).method_direct_trigger()
        debtor = self.env["collections.debtor"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(debtor.late_days_average, 5.0)
