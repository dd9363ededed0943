from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestInterestLawRights(DunningCommon):
    """Who decides under which law interest is owed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.fr")
        cls._create_invoice(10)
        cls.env["dunning.run"].create({"company_id": cls.company.id}).action_propose()
        cls.debtor = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.customer.id)]
        )
        cls.law = cls.env.ref(
            "collections_dunning.collections_interest_regime_fr_business"
        )

    # === OF ONE DEBTOR === #

    def test_a_collector_does_not_choose_the_law(self):
        debtor = self.debtor.with_user(self.collector)
        for vals in (
            {"debtor_type": "consumer"},
            {"debtor_type": "public"},
            {"interest_regime_id": self.law.id},
        ):
            with self.assertRaisesRegex(AccessError, "Credit Manager decides"):
                debtor.write(vals)
        self.debtor.with_user(self.manager).interest_regime_id = self.law
        with self.assertRaisesRegex(AccessError, "Credit Manager decides"):
            debtor.interest_regime_id = False
        self.assertEqual(self.debtor.interest_regime_id, self.law)

    def test_a_collector_says_what_is_known(self):
        debtor = self.debtor.with_user(self.collector)
        debtor.write({"debtor_type": "professional", "interest_regime_id": False})
        debtor.debtor_type = False
        self.debtor.with_user(self.manager).debtor_type = "consumer"
        with self.assertRaisesRegex(AccessError, "Credit Manager decides"):
            debtor.debtor_type = False
        debtor.write({"debtor_type": "consumer", "tone": "firm"})
        self.assertEqual(self.debtor.applied_debtor_type, "consumer")

    def test_who_is_in_the_register_is_a_business(self):
        self.customer.write({"is_company": False, "vat": False})
        self.customer.company_registry = False
        self.assertEqual(self.debtor.applied_debtor_type, "consumer")
        self.customer.company_registry = "73282932000074"
        self.assertEqual(self.debtor.applied_debtor_type, "professional")

    # === OF ALL COMPANIES === #

    def test_the_law_of_all_is_changed_by_who_works_in_all(self):
        regime = self.law.with_user(self.manager)
        rates = self.env["collections.interest.rate"].with_user(self.manager)
        rate = rates.create({"series": "ecb", "date": "2090-01-01", "percent": 2})
        changes = (
            lambda: regime.write({"margin": 1}),
            lambda: regime.unlink(),
            lambda: regime.copy({"company_id": False, "country_ids": [self.country]}),
            lambda: regime.tier_ids.write({"amount": 1}),
            lambda: regime.tier_ids.unlink(),
            lambda: regime.tier_ids.create(
                {"regime_id": regime.id, "amount": 9, "amount_from": 5}
            ),
            lambda: rate.write({"percent": 9}),
            lambda: rate.unlink(),
        )
        for change in changes:
            self._assert_refused(change)
        own = regime.copy()
        own.write({"margin": 12, "country_ids": [self.country]})
        own.tier_ids.amount = 45
        self._assert_refused(lambda: own.write({"company_id": False}))
        own.unlink()
        companies = self.env["res.company"].sudo().search([])
        self.manager.company_ids = [Command.set(companies.ids)]
        regime.margin = 11
        regime.tier_ids.amount = 50
        rate.percent = 3
        rate.unlink()

    def _assert_refused(self, change):
        with self.assertRaises(AccessError) as error:
            change()
        self.assertIn("access to all companies", str(error.exception))

    @property
    def country(self):
        return Command.link(self.env.ref("base.fr").id)
