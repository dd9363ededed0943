from datetime import date, timedelta

from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLimitation(DunningCommon):
    """The day on which a claim is time-barred, by the regime of its debtor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regime = cls.env["collections.interest.regime"].create(
            {
                "name": "Five years",
                "company_id": cls.company.id,
                "margin": 10,
                "limitation_years": 5,
            }
        )
        cls.debtors = (
            cls.env["collections.debtor"]
            .sudo()
            .create(
                [
                    {
                        "company_id": cls.company.id,
                        "partner_id": partner.id,
                        "interest_regime_id": cls.regime.id,
                    }
                    for partner in (cls.customer, cls.other_customer)
                ]
            )
        )

    def _create_billed(self, day, partner=None, **vals):
        return self._create_invoice(10, 100.0, partner, invoice_date=day, **vals)

    def test_from_the_invoice_or_the_delivery(self):
        invoice = self._create_billed(date(2024, 2, 29))
        self.assertEqual(invoice.dunning_limitation_date, date(2029, 2, 28))
        invoice.delivery_date = date(2024, 1, 10)
        invoice.invalidate_recordset()
        self.assertEqual(invoice.dunning_limitation_date, date(2029, 1, 10))
        invoice.delivery_date = date(2024, 5, 10)
        invoice.invalidate_recordset()
        self.assertEqual(invoice.dunning_limitation_date, date(2029, 2, 28))

    def test_from_the_following_january(self):
        self.regime.write({"limitation_years": 4, "limitation_start": "year_end"})
        invoice = self._create_billed(date(2024, 6, 15))
        self.assertEqual(invoice.dunning_limitation_date, date(2029, 1, 1))

    def test_unknown_stays_unknown(self):
        self.regime.limitation_years = 0
        invoice = self._create_billed(date(2024, 6, 15))
        self.assertFalse(invoice.dunning_limitation_date)
        self.assertFalse(self._item(invoice).dunning_limitation_date)

    def test_open_claims_only(self):
        invoice = self._create_billed(date(2024, 6, 15))
        credit = self._create_credit_note()
        self.assertFalse(credit.dunning_limitation_date)
        self.assertTrue(invoice.with_user(self.reader).dunning_limitation_date)
        self._pay(invoice)
        invoice.invalidate_recordset()
        self.assertFalse(invoice.dunning_limitation_date)

    def test_first_of_a_debtor(self):
        self._create_billed(date(2024, 6, 15))
        self._create_billed(date(2023, 6, 15))
        self._create_billed(date(2022, 6, 15), self.other_customer)
        self.assertEqual(
            self.debtors.with_user(self.reader).mapped("limitation_date"),
            [date(2028, 6, 15), date(2027, 6, 15)],
        )

    def test_search(self):
        soon = self._create_billed(self.today - timedelta(days=365 * 5 - 60))
        late = self._create_billed(self.today - timedelta(days=365))
        items = self._item(soon | late).with_user(self.reader)
        mine = [("id", "in", items.ids)]

        def found(*condition):
            name = ("dunning_limitation_date", *condition)
            return items.search([*mine, name]).move_id

        self.assertEqual(found("<=", "today +6m"), soon)
        self.assertEqual(found(">", "today +6m"), late)
        self.assertEqual(found("=", soon.dunning_limitation_date), soon)
        self.assertEqual(found("!=", False), soon | late)
        self.regime.limitation_years = 0
        self.assertEqual(found("=", False), soon | late)

    def test_search_looks_at_what_is_old_enough_alone(self):
        """A fixed number of queries, and no younger item is read."""
        self._create_billed(self.today - timedelta(days=365))
        lines = self.env["account.move.line"]
        limit = self.today + timedelta(days=183)
        years = lines._get_shortest_limitation()
        oldest = limit - timedelta(days=366 * years)
        old = self._create_billed(oldest - timedelta(days=5))
        self.assertEqual(lines.browse(lines._get_open_ids(oldest)).move_id, old)
