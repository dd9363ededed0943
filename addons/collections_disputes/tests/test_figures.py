from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.collections_dunning.tests.common import DunningCommon


@tagged("post_install", "-at_install")
class TestFigures(DunningCommon):
    """What the figures count, by whom they are seen, and what they open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Cause = cls.env["dispute.cause"]
        cls.price_list = Cause.create({"name": "Old price list", "side": "us"})
        cls.misread = Cause.create({"name": "Misread", "side": "customer"})
        cls.reason = cls.env["dispute.reason"].create({"name": "Test price"})

    def _open_case(self, invoice, amount, days=0):
        """Open a dispute as a collector, some days ago."""
        case = (
            self.env["dispute.case"]
            .with_user(self.collector)
            .action_open(
                [{"move_line_id": self._item(invoice).id, "amount": amount}],
                reason_id=self.reason.id,
            )
            .sudo()
        )
        case.date_open = fields_ago(days)
        return case

    def _close(self, case, resolution, cause, days=0):
        """End a case some days ago, as far as the figures care."""
        case.write(
            {
                "state": "rejected" if resolution == "rejected" else "resolved",
                "resolution": resolution,
                "cause_id": cause.id,
                "side": cause.side,
                "date_closed": fields_ago(days),
            }
        )
        self.env.flush_all()

    def _figures(self, user=None):
        figures = self.env["dispute.figures"].with_user(user or self.reader)
        return figures.with_company(self.company).create({})

    def test_rate_of_sales(self):
        """Disputed in the period ÷ invoiced in the period, credit notes left out."""
        self._open_case(self._create_invoice(days_late=8, amount=1000.0), 300)
        self._create_invoice(days_late=10, amount=500.0)
        # Older than the period: neither its sale nor its dispute counts.
        old = self._create_invoice(days_late=500, amount=9000.0)
        self._open_case(old, 4000, days=400)
        self._create_credit_note(100.0)
        figures = self._figures()
        self.assertEqual(figures.amount_sales, 1500)
        self.assertEqual(figures.amount_disputed, 300)
        self.assertEqual(figures.rate_of_sales, 20)
        opened = self._opened(figures.action_open_opened())
        self.assertEqual(sum(opened.mapped("amount_company")), 300)
        sales = self._opened(figures.action_open_sales())
        self.assertEqual(sum(sales.mapped("amount_total_signed")), 1500)

    def test_rate_of_receivables(self):
        """Open disputed ÷ what customers owe, whenever the dispute was opened."""
        old = self._create_invoice(days_late=500, amount=900.0)
        self._open_case(old, 400, days=400)
        closed = self._open_case(self._create_invoice(days_late=8), 100)
        self._close(closed, "rejected", self.misread)
        self._create_credit_note(100.0)
        figures = self._figures()
        self.assertEqual(figures.amount_receivable, 1000)
        self.assertEqual(figures.amount_open, 400)
        self.assertEqual(figures.rate_of_receivables, 40)
        current = self._opened(figures.action_open_current())
        self.assertEqual(current.mapped("state"), ["new"])
        items = self._opened(figures.action_open_receivables())
        self.assertEqual(sum(items.mapped("amount_residual")), 1000)

    def test_nothing_is_no_division(self):
        figures = self._figures()
        self.assertEqual(figures.rate_of_sales, 0)
        self.assertEqual(figures.rate_of_receivables, 0)
        self.assertEqual((figures.days_to_solve, figures.share_justified), (0, 0))

    def test_days_and_share_count_cases_not_items(self):
        """A dispute about three items weighs as much as one about one item."""
        invoices = [self._create_invoice(days_late=8) for _number in range(3)]
        many = (
            self.env["dispute.case"]
            .with_user(self.collector)
            .action_open(
                [
                    {"move_line_id": self._item(invoice).id, "amount": 50}
                    for invoice in invoices
                ],
                reason_id=self.reason.id,
            )
            .sudo()
        )
        many.date_open = fields_ago(30)
        self._close(many, "credit_note", self.price_list)
        one = self._open_case(self._create_invoice(days_late=8), 50, days=10)
        self._close(one, "rejected", self.misread)
        figures = self._figures()
        self.assertEqual(figures.closed_count, 2)
        self.assertAlmostEqual(figures.days_to_solve, 20, 1)
        self.assertEqual(figures.share_justified, 50)
        justified = self._opened(figures.action_open_justified())
        self.assertEqual(justified, many.with_env(justified.env))
        rows = self.env["dispute.analysis"]._read_group(
            [("company_id", "=", self.company.id)],
            ["side"],
            [
                "case_count:sum",
                "amount:sum",
                "days_to_solve:avg",
                "share_justified:avg",
            ],
        )
        for side, count, amount, days, justified in rows:
            expected = {"us": (1, 150, 30, 100), "customer": (1, 50, 10, 0)}[side]
            self.assertAlmostEqual(count, expected[0], 5)
            self.assertEqual(amount, expected[1])
            self.assertAlmostEqual(days, expected[2], 1)
            self.assertEqual(justified, expected[3])

    def test_causes_that_come_again(self):
        """Two disputes with one cause about one customer; the third has another."""
        for cause in (self.price_list, self.price_list, self.misread):
            case = self._open_case(self._create_invoice(days_late=8), 50)
            self._close(case, "credit_note", cause)
        elsewhere = self._create_invoice(days_late=8, partner=self.other_customer)
        case = self._open_case(elsewhere, 50)
        self._close(case, "credit_note", self.price_list)
        again = self.env["dispute.analysis"].search(
            [("company_id", "=", self.company.id), ("same_customer_count", ">", 1)]
        )
        self.assertEqual(len(again), 2)
        self.assertEqual(again.cause_id, self.price_list)
        self.assertEqual(again.partner_id, self.customer)
        self.assertEqual(set(again.mapped("same_customer_count")), {2})
        # One salesperson sold to both customers.
        sold = self.env["dispute.analysis"].search(
            [("company_id", "=", self.company.id), ("same_salesperson_count", ">", 1)]
        )
        self.assertEqual(sold.mapped("same_salesperson_count"), [3, 3, 3])
        action = sold[0].action_open_case()
        self.assertEqual(action["res_id"], sold[0].case_id.id)

    def test_same_product(self):
        product = self.env["product.product"].create({"name": "Lamp"})
        for product_id in (product.id, product.id, False):
            case = self._open_case(self._create_invoice(days_late=8), 50)
            case.line_ids.product_id = product_id
            self._close(case, "credit_note", self.price_list)
        again = self.env["dispute.analysis"].search([("same_product_count", ">", 1)])
        self.assertEqual(again.mapped("product_id"), product)
        self.assertEqual(len(again), 2)

    def test_amounts_of_two_currencies_are_never_added(self):
        """In the company's currency, at the rate of the day of the opening."""
        foreign = self.env["res.currency"].create({"name": "TST", "symbol": "T"})
        for day, rate in (("2026-01-01", 2.0), ("2026-03-01", 4.0)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": foreign.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
            )
        with freeze_time("2026-02-10 10:00:00"):
            invoice = self._create_invoice(
                days_late=8, amount=100.0, currency_id=foreign.id
            )
            case = self._open_case(invoice, 80)
            case.date_open = datetime(2026, 2, 10, 10)
        self.assertEqual(case.amount_disputed, 80)
        self.assertEqual(case.amount_company, 40)
        row = self.env["dispute.analysis"].search([("case_id", "=", case.id)])
        self.assertEqual(row.amount, 40)
        self.assertEqual(row.company_currency_id, self.company.currency_id)

    def test_decided_but_not_posted(self):
        """Open until its credit note is posted, as the invoice is; told apart."""
        invoice = self._create_invoice(days_late=8, amount=1000.0)
        case = self._open_case(invoice, 300)
        self._open_case(self._create_invoice(days_late=8, amount=500.0), 50)
        case.with_user(self.collector).action_resolve(
            "credit_note", cause_id=self.price_list.id
        )
        figures = self._figures()
        self.assertEqual((figures.amount_open, figures.open_count), (350, 2))
        self.assertEqual((figures.amount_to_post, figures.to_post_count), (300, 1))
        self.assertEqual(self._opened(figures.action_open_to_post()).ids, case.ids)
        case.credit_note_ids.action_post()
        figures = self._figures()
        self.assertEqual((figures.amount_open, figures.to_post_count), (50, 0))
        self.assertEqual(figures.amount_receivable, 1200)

    def test_what_is_to_be_done(self):
        """Past deadline while it is our turn, forgotten, cause to qualify."""
        late, waiting, planned, paid = (
            self._open_case(self._create_invoice(days_late=8), 50)
            for _number in range(4)
        )
        (late | waiting).deadline_date = fields_ago(1).date()
        waiting.state = "waiting_customer"
        (late | waiting | planned | paid).activity_ids.unlink()
        planned.activity_schedule("mail.mail_activity_data_todo")
        self._close(paid, "paid", self.env["dispute.cause"])
        paid.needs_cause = True
        figures = self._figures()
        self.assertEqual(self._opened(figures.action_open_overdue()).ids, late.ids)
        self.assertEqual(
            set(self._opened(figures.action_open_forgotten()).ids),
            {late.id, waiting.id},
        )
        self.assertEqual(self._opened(figures.action_open_to_qualify()).ids, [paid.id])
        self.assertEqual(
            (
                figures.overdue_count,
                figures.forgotten_count,
                figures.to_qualify_count,
            ),
            (1, 2, 1),
        )

    def test_a_company_never_sees_anothers_figures(self):
        self._open_case(self._create_invoice(days_late=8, amount=1000.0), 300)
        other = self._create_company(name="Elsewhere")
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="base.group_user,"
            "collections_dunning.collections_dunning_group_reader",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        analysis = self.env["dispute.analysis"]
        self.assertTrue(analysis.with_user(self.reader).search([]))
        self.assertFalse(analysis.with_user(stranger).search([]))
        figures = self.env["dispute.figures"].with_user(stranger).create({})
        self.assertEqual(figures.amount_open, 0)

    def test_figures_are_not_for_everybody(self):
        seller = new_test_user(
            self.env,
            login="seller",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["dispute.figures"].with_user(seller).create({})
        with self.assertRaises(AccessError):
            self.env["dispute.analysis"].with_user(seller).search([])

    def _opened(self, action):
        """Return the records that an action shows."""
        records = self.env[action["res_model"]].with_user(self.reader)
        return records.search(action["domain"])


def fields_ago(days):
    """Return the moment so many days ago, as Odoo stores it."""
    return datetime.now().replace(microsecond=0) - timedelta(days=days)
