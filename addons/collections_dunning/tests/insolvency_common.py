from odoo import fields

from .common import DunningCommon


class InsolvencyCommon(DunningCommon):
    """An invoice of 1,000, late since long, and a judgment 40 days ago."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(60, amount=1000)
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.debtor = cls.env["collections.debtor"].search(
            [
                ("company_id", "=", cls.company.id),
                ("partner_id", "=", cls.customer.id),
            ]
        )
        cls.later_procedure = cls.env.ref(
            "collections_dunning.dunning_procedure_insolvency"
        )
        cls.company.dunning_insolvency_procedure_id = cls.later_procedure
        cls.trustee = cls._create_appointed("Me Vasseur")
        cls.administrator = cls._create_appointed("Selarl Aubin")

    @classmethod
    def _day(cls, days):
        return fields.Date.add(cls.today, days=days)

    @classmethod
    def _create_appointed(cls, name):
        return cls._create_customer(name, email=f"{name.split()[1].lower()}@etude.test")

    @classmethod
    def _create_later(cls, days_late, amount=100.0, **vals):
        """An invoice dated after the judgment, overdue."""
        return cls._create_invoice(
            days_late, amount, **{"invoice_date": cls._day(-days_late - 10), **vals}
        )

    def _record(self, user=None, **vals):
        records = self.env["collections.insolvency"].with_user(user or self.collector)
        return records.create(
            {
                "debtor_id": self.debtor.id,
                "kind": "receivership",
                "judgment_date": self._day(-40),
                "publication_date": self._day(-33),
                "court": "Tribunal de commerce de Lyon",
                "trustee_id": self.trustee.id,
                **vals,
            }
        ).with_env(self.env)

    def _hold(self, invoice):
        return self.env["dunning.hold"].search(
            [("move_line_id", "in", self._item(invoice).ids)]
        )
