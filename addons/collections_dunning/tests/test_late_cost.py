from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .interest_common import InterestCommon

TODAY = "2025-03-02"


@tagged("post_install", "-at_install")
class TestLateCost(InterestCommon):
    """What late payment costs, from the ledger: 30 days after the due date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._create_due("2025-01-31")

    def setUp(self):
        super().setUp()
        clock = freeze_time(TODAY)
        clock.start()
        self.addCleanup(clock.stop)

    def _update(self):
        self.env["collections.late.cost"]._update(self.company)

    def _cost(self, invoice=None):
        """Return the row of an invoice, made anew, as a Collector reads it."""
        self._update()
        costs = self.env["collections.late.cost"].with_user(self.collector)
        return costs.search([("move_id", "=", (invoice or self.late).id)])

    def test_an_open_invoice(self):
        cost = self._cost()
        self.assertRecordValues(
            cost,
            [
                {
                    "partner_id": self.customer.id,
                    "date_maturity": date(2025, 1, 31),
                    "date_paid": False,
                    "days_late": 30,
                    "amount_late": 1200,
                    "financing_rate": 5,
                    # 1,200 × 30 × 5 % / 365
                    "amount_cost": 4.93,
                    "amount_interest": 12.97,
                    "amount_compensation": 40,
                    "is_rate_missing": False,
                    "currency_id": self.company.currency_id.id,
                    "user_id": self.late.invoice_user_id.id,
                }
            ],
        )
        with freeze_time("2025-03-03"):
            self.assertEqual(self._cost().days_late, 31)
            self.assertEqual(self._cost().amount_cost, 5.1)

    def test_each_payment_has_its_own_days(self):
        self._pay(self.late, 600, date(2025, 2, 10))
        cost = self._cost()
        # (600 × 10 + 600 × 30) × 5 % / 365
        self.assertEqual(cost.amount_cost, 3.29)
        self.assertEqual((cost.days_late, cost.amount_late), (30, 1200))
        self.assertFalse(cost.date_paid)
        self._pay(self.late, 600, date(2025, 2, 20))
        cost = self._cost()
        # (600 × 10 + 600 × 20) × 5 % / 365
        self.assertEqual(cost.amount_cost, 2.47)
        self.assertEqual((cost.days_late, cost.date_paid), (20, date(2025, 2, 20)))

    def test_what_was_paid_in_time_costs_nothing(self):
        self._pay(self.late, 1200, date(2025, 1, 31))
        self.assertFalse(self._cost())
        early = self._create_due("2025-01-31")
        self._pay(early, 1000, date(2025, 1, 20))
        cost = self._cost(early)
        self.assertEqual(cost.amount_late, 200)
        # 200 × 30 × 5 % / 365
        self.assertEqual(cost.amount_cost, 0.82)

    def test_what_is_credited_was_never_missing(self):
        credit = self.late._reverse_moves([{"invoice_date": date(2025, 2, 20)}])
        credit.invoice_line_ids.price_unit = 200
        credit.action_post()
        (credit | self.late).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        cost = self._cost()
        self.assertEqual(cost.amount_late, 1000)
        # 1,000 × 30 × 5 % / 365
        self.assertEqual(cost.amount_cost, 4.11)

    def test_what_is_not_due_yet_costs_nothing(self):
        coming = self._create_due(TODAY)
        self.assertFalse(self._cost(coming))

    def test_what_was_invoiced_is_claimed(self):
        self._charge(self.late)
        cost = self._cost()
        self.assertEqual((cost.amount_interest, cost.amount_compensation), (0, 0))
        self.assertEqual(cost.amount_cost, 4.93)
        # Nor is the invoice of interest itself money that was missing.
        charge = self.env["collections.interest.charge"].search([]).charge_move_id
        charge.sudo().is_late_charge = True
        with freeze_time("2025-06-30"):
            self.assertFalse(self._cost(charge))

    def test_the_twelve_months_that_count(self):
        self._pay(self.late, 1200, date(2025, 2, 28))
        still_open = self._create_due("2025-01-31")
        with freeze_time("2026-02-27"):
            self.assertTrue(self._cost())
        with freeze_time("2026-03-01"):
            self.assertFalse(self._cost())
            self.assertTrue(self._cost(still_open))

    def test_the_clock_of_a_public_buyer(self):
        self._debtor().debtor_type = "public"
        self.late.dunning_deposit_date = date(2025, 1, 21)
        cost = self._cost()
        self.assertEqual(cost.date_maturity, date(2025, 2, 20))
        self.assertEqual(cost.days_late, 10)

    def test_another_currency_at_the_rate_of_the_item(self):
        foreign = self.setup_other_currency(
            "EUR", rates=[("2025-01-01", 2.0), ("2025-02-15", 4.0)]
        )
        invoice = self._create_due("2025-01-31", currency_id=foreign.id)
        cost = self._cost(invoice)
        self.assertEqual(cost.currency_id, self.company.currency_id)
        self.assertEqual(cost.amount_late, 600)
        self.assertEqual(cost.amount_cost, 2.47)
        # 1,200 × 13.15 % × 30 / 365, and the half of it.
        self.assertEqual(cost.amount_interest, 6.49)

    def test_a_rate_that_is_missing_is_not_guessed(self):
        self._publish("ecb", {"2024-01-01": 4.5})
        cost = self._cost()
        self.assertTrue(cost.is_rate_missing)
        self.assertFalse(cost.amount_interest)
        self.assertEqual(cost.amount_cost, 4.93)

    def test_each_installment_is_a_row(self):
        invoice = self._create_half_and_half("2025-01-01")
        cost = self._cost(invoice).sorted("date_maturity")
        self.assertEqual(cost.mapped("days_late"), [60, 30])
        self.assertEqual(cost.mapped("amount_compensation"), [40, 0])

    def test_sums_by_customer_segment_and_month(self):
        self.env["collections.segment"].search([]).active = False
        segment = self.env["collections.segment"].create({"name": "All"})
        self._debtor().sudo().segment_id = segment
        self._create_due("2025-02-20", 100, self.other_customer)
        self._update()
        costs = self.env["collections.late.cost"].with_user(self.collector)
        mine = [("company_id", "=", self.company.id)]
        for name, keys in (
            ("partner_id", [self.customer, self.other_customer]),
            ("segment_id", [segment, segment.browse()]),
        ):
            groups = costs._read_group(mine, [name], ["amount_late:sum"])
            self.assertEqual(
                {key.id: amount for key, amount in groups},
                {keys[0].id: 1200, keys[1].id: 100},
            )
        months = costs._read_group(mine, ["date_maturity:month"], ["amount_late:sum"])
        self.assertEqual(months, [(date(2025, 1, 1), 1200), (date(2025, 2, 1), 100)])

    def test_the_rate_of_the_settings_counts(self):
        crons = self.env["ir.cron.trigger"].sudo()
        cron = self.env.ref("collections_dunning.ir_cron_late_cost")
        before = crons.search_count([("cron_id", "=", cron.id)])
        settings = self.env["dunning.settings"].with_user(self.manager).create({})
        self.assertEqual(settings.dunning_financing_rate, 5)
        settings.dunning_financing_rate = 8
        settings.action_save()
        self.assertGreater(crons.search_count([("cron_id", "=", cron.id)]), before)
        # 1,200 × 30 × 8 % / 365
        self.assertEqual(self._cost().amount_cost, 7.89)
        with self.assertRaises(ValidationError):
            self.company.dunning_financing_rate = -1
        with self.assertRaises(AccessError):
            self.company.with_user(self.collector).dunning_financing_rate = 1

    def test_nobody_writes_it_nor_sees_another_company(self):
        cost = self._cost()
        with self.assertRaises(AccessError):
            cost.with_user(self.manager).write({"amount_cost": 0})
        other = self._create_user(
            "other", "collections_dunning.collections_dunning_group_manager"
        )
        company = self.env["res.company"].create({"name": "Other"})
        other.write({"company_ids": [Command.set(company.ids)], "company_id": company})
        costs = self.env["collections.late.cost"].with_user(other)
        self.assertFalse(costs.search([("id", "=", cost.id)]))

    def test_every_night_and_after_a_deletion(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "collections_dunning.ir_cron_late_cost"
            ).method_direct_trigger()
        costs = self.env["collections.late.cost"]
        self.assertTrue(costs.search([("move_id", "=", self.late.id)]))
        self.late.button_draft()
        self.assertFalse(self._cost())
