from datetime import date
from decimal import Decimal

from odoo import Command

from .common import DunningCommon

# Rates of the European Central Bank on the first day of each half-year, in percent.
ECB = {
    "2023-07-01": 4.00,
    "2024-01-01": 4.50,
    "2024-07-01": 4.25,
    "2025-01-01": 3.15,
    "2025-07-01": 2.15,
    "2026-01-01": 2.15,
    "2026-07-01": 2.40,
}


class InterestCommon(DunningCommon):
    """A company under a law like the French one: ECB + 10 points, sliding, and 40.

    What is late lies in years whose rates are published: tests give the days.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rates = cls.env["collections.interest.rate"]
        this_half_year = rates._get_half_year(cls.today)
        # Whenever the tests run, the rate of the day is known.
        cls._publish("ecb", {str(this_half_year): 2.40, **ECB})
        cls.regime = cls._create_regime()

    @classmethod
    def _publish(cls, series, rates):
        """Make these rates the only ones of a series."""
        model = cls.env["collections.interest.rate"].sudo()
        model.search([("series", "=", series)]).unlink()
        model.create(
            [
                {"series": series, "date": day, "percent": percent}
                for day, percent in rates.items()
            ]
        )

    @classmethod
    def _create_regime(cls, **vals):
        return cls.env["collections.interest.regime"].create(
            {
                "name": "ECB + 10",
                "company_id": cls.company.id,
                "country_ids": [Command.set(cls.company.country_id.ids)],
                "series": "ecb",
                "margin": 10,
                "compensation_currency_id": cls.company.currency_id.id,
                "tier_ids": [Command.create({"amount_from": 0, "amount": 40})],
                **vals,
            }
        )

    @classmethod
    def _create_due(cls, due, amount=1200.0, partner=None, **vals):
        """Post an invoice due on a day."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.customer).id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **vals,
            }
        )
        invoice.action_post()
        return invoice

    def _compute(self, invoices, stop, deductions=None):
        """Return the interest of the installments of invoices, in their order."""
        items = self._item(invoices).sorted("date_maturity")
        computed = self.env["collections.interest"]._compute_interest(
            items,
            date.fromisoformat(stop),
            {items[0].id: [(None, Decimal(deductions))]} if deductions else None,
        )
        return [computed[item.id] for item in items]

    def _interest(self, invoice, stop, deductions=None):
        """Return interest and compensation of an invoice, as texts."""
        computed = self._compute(invoice, stop, deductions)
        return (
            str(sum(item.interest for item in computed)),
            str(sum(item.compensation for item in computed)),
        )
