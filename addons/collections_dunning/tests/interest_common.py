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

    @classmethod
    def _create_half_and_half(cls, due):
        """Post an invoice of two installments, 30 days apart."""
        term = cls.env["account.payment.term"].create(
            {
                "name": "Half and half",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        return cls._create_due(due, invoice_payment_term_id=term.id)

    @classmethod
    def _charge(cls, invoice):
        """Post an invoice of 30 days of interest and the compensation of a late one."""
        charge = cls._create_due("2025-03-02", 52.97)
        cls.env["collections.interest.charge"].sudo().create(
            {
                "company_id": cls.company.id,
                "move_line_id": cls._item(invoice).id,
                "move_id": invoice.id,
                "charge_move_id": charge.id,
                "date_from": "2025-02-01",
                "date_to": "2025-03-02",
                "currency_id": invoice.currency_id.id,
                "amount_interest": 12.97,
                "amount_compensation": 40,
            }
        )
        return charge

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
