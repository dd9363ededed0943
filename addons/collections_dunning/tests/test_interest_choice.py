from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon

NONE = "None installed for Norway, businesses: no interest is computed"


@tagged("post_install", "-at_install")
class TestInterestChoice(DunningCommon):
    """Which regime a debtor has, why, and who may waive what it grants."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_invoice(10)
        cls._create_invoice(10, partner=cls.other_customer)
        cls.env["dunning.run"].create({"company_id": cls.company.id}).action_propose()
        cls.debtor = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.customer.id)]
        )
        cls._set_country("fr")

    @classmethod
    def _set_country(cls, code, company=None):
        (company or cls.company).partner_id.country_id = cls.env.ref(f"base.{code}")

    def _assert_regime(self, name, reason, debtor=None):
        debtor = debtor or self.debtor
        debtor.invalidate_recordset()
        expected = name and self.env.ref(
            f"collections_dunning.collections_interest_regime_{name}"
        )
        self.assertEqual(debtor.applied_regime_id, expected or self.regimes)
        self.assertEqual(debtor.regime_reason, reason)

    @property
    def regimes(self):
        return self.env["collections.interest.regime"]

    def _contract(self, **vals):
        return self.regimes.sudo().create(
            {
                "name": "Our terms",
                "is_contractual": True,
                "company_id": self.company.id,
                "country_ids": [Command.set(self.company.country_id.ids)],
                "margin": 12,
                **vals,
            }
        )

    # === THE LAW OF THE SELLER === #

    def test_french_seller(self):
        self._assert_regime(
            "fr_business", "Law of the seller's country (France), businesses"
        )
        self.debtor.debtor_type = "public"
        self._assert_regime(
            "fr_public", "Law of the seller's country (France), public buyers"
        )
        self.debtor.debtor_type = "consumer"
        self._assert_regime(
            "fr_consumer", "Law of the seller's country (France), consumers"
        )

    def test_kind_from_the_customers_file(self):
        self.customer.is_company = False
        self._assert_regime(
            "fr_consumer", "Law of the seller's country (France), consumers"
        )
        self.customer.vat = "FR23334175221"
        self._assert_regime(
            "fr_business", "Law of the seller's country (France), businesses"
        )

    def test_the_customers_country_does_not_count(self):
        self.customer.country_id = self.env.ref("base.de")
        self._assert_regime(
            "fr_business", "Law of the seller's country (France), businesses"
        )

    def test_other_sellers(self):
        expected = {
            "re": "fr_business",
            "yt": "fr_business",
            "be": "be",
            "de": "de",
            "lu": "lu",
            "es": "es",
            "it": "it",
            "nl": "nl",
            "at": "at",
            "ie": "ie",
            "uk": "uk",
            "ch": "ch",
            "fi": "eu",
            "pt": "eu",
            "gr": "eu",
        }
        for code, name in expected.items():
            self._set_country(code)
            country = self.company.country_id.name
            self._assert_regime(
                name, f"Law of the seller's country ({country}), businesses"
            )

    def test_public_buyer_of_a_country_without_a_law_for_him(self):
        self._set_country("be")
        self.debtor.debtor_type = "public"
        self._assert_regime(
            "be",
            "Law of the seller's country (Belgium), businesses: none is installed for "
            "public buyers",
        )

    def test_none_is_installed(self):
        for code in ("no", "us", "pl", "se"):
            self._set_country(code)
            self.debtor.invalidate_recordset()
            self.assertFalse(self.debtor.applied_regime_id)
        self._set_country("no")
        self._assert_regime(None, NONE)
        self._set_country("be")
        self.debtor.debtor_type = "consumer"
        self._assert_regime(
            None,
            "None installed for Belgium, consumers: no interest is computed",
        )

    def test_company_without_a_country(self):
        self.company.partner_id.country_id = False
        self._assert_regime(
            None, f"{self.company.name} has no country: no interest is computed"
        )

    # === CONTRACTS === #

    def test_contract_of_the_company_comes_before_the_law(self):
        contract = self._contract()
        self.debtor.invalidate_recordset()
        self.assertEqual(self.debtor.applied_regime_id, contract)
        self.assertEqual(
            self.debtor.regime_reason, f"Regime of {self.company.name}, businesses"
        )
        self.debtor.debtor_type = "public"
        self._assert_regime(
            "fr_public", "Law of the seller's country (France), public buyers"
        )

    def test_contract_for_every_company_comes_before_the_law(self):
        contract = self._contract(company_id=False, sequence=99)
        self.debtor.invalidate_recordset()
        self.assertEqual(self.debtor.applied_regime_id, contract)
        self.assertEqual(self.debtor.regime_reason, "Contract, businesses")

    def test_contract_of_another_company_does_not_count(self):
        other = self.setup_other_company()["company"]
        self._contract(company_id=other.id)
        self._assert_regime(
            "fr_business", "Law of the seller's country (France), businesses"
        )

    def test_branch_has_the_regimes_of_its_parents(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id, "country_id": False}
        )
        find = self.regimes._find_regime
        law = self.env.ref(
            "collections_dunning.collections_interest_regime_fr_business"
        )
        self.assertEqual(find(branch, "professional"), law, "the parent's country")
        contract = self._contract()
        self.assertEqual(find(branch, "professional"), contract)
        self._set_country("fr", branch)
        own = self._contract(company_id=branch.id, name="Own")
        self.assertEqual(find(branch, "professional"), own)
        self.assertEqual(find(self.company, "professional"), contract)

    def test_archived_regime_does_not_count(self):
        self.env.ref(
            "collections_dunning.collections_interest_regime_fr_business"
        ).sudo().active = False
        self.debtor.invalidate_recordset()
        self.assertFalse(self.debtor.applied_regime_id)

    # === OWN REGIME === #

    def test_own_regime(self):
        self.debtor.interest_regime_id = self.env.ref(
            "collections_dunning.collections_interest_regime_de"
        )
        self._assert_regime("de", "Own regime of this debtor")

    def test_own_regime_is_for_such_a_debtor(self):
        with self.assertRaises(ValidationError) as error:
            self.debtor.interest_regime_id = self.env.ref(
                "collections_dunning.collections_interest_regime_fr_consumer"
            )
        self.assertIn("is for consumers", str(error.exception))
        self.debtor.debtor_type = "public"
        self.debtor.interest_regime_id = self.env.ref(
            "collections_dunning.collections_interest_regime_de"
        )
        self._assert_regime("de", "Own regime of this debtor")

    def test_who_turns_out_to_be_a_consumer_has_the_law_of_consumers(self):
        self.debtor.interest_regime_id = self.env.ref(
            "collections_dunning.collections_interest_regime_de"
        )
        self.customer.is_company = False
        self._assert_regime(
            "fr_consumer", "Law of the seller's country (France), consumers"
        )

    def test_regime_in_use_is_not_deleted(self):
        contract = self._contract(country_ids=False)
        self.debtor.interest_regime_id = contract
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            contract.unlink()

    def test_debtor_says_that_the_contract_is_below_the_floor(self):
        self.debtor.interest_regime_id = self._contract(
            country_ids=False,
            margin=0.01,
            floor_series="fr_legal_professional",
            floor_factor=3,
        )
        self.assertIn("Below the legal floor since", self.debtor.regime_warning)
        self.debtor.interest_regime_id = False
        self.assertFalse(self.debtor.regime_warning)

    # === WAIVING === #

    def test_credit_manager_waives(self):
        self.debtor.with_user(self.manager).write(
            {"charging": "waive", "charging_reason": "Good customer, first delay"}
        )
        self.assertEqual(self.debtor.charging_user_id, self.manager)
        self.assertEqual(self.debtor.charging_date, self.today)
        self.debtor.with_user(self.manager).charging = False
        self.assertFalse(self.debtor.charging_user_id)
        self.assertFalse(self.debtor.charging_date)

    def test_chatter_says_who_waived_and_why(self):
        debtor = self.debtor.with_user(self.manager).with_context(
            tracking_disable=False, mail_notrack=False
        )
        debtor.write({"charging": "waive", "charging_reason": "First delay"})
        self.env.flush_all()
        self.cr.precommit.run()
        message = debtor.message_ids[0].sudo()
        self.assertEqual(message.author_id, self.manager.partner_id)
        values = message.tracking_value_ids
        self.assertIn("Waived", values.mapped("new_value_char"))
        self.assertIn("First delay", values.mapped("new_value_char"))

    def test_who_waives_says_why(self):
        with self.assertRaises(ValidationError):
            self.debtor.with_user(self.manager).charging = "waive"

    def test_collector_shows_and_claims(self):
        debtor = self.debtor.with_user(self.collector)
        for charging in ("show", "claim"):
            debtor.charging = charging
            self.assertEqual(debtor.charging_user_id, self.collector)

    def test_collector_does_not_waive(self):
        debtor = self.debtor.with_user(self.collector)
        with self.assertRaises(AccessError) as error:
            debtor.write({"charging": "waive", "charging_reason": "A friend"})
        self.assertIn("Only a Credit Manager waives", str(error.exception))
        self.assertFalse(self.debtor.charging)

    def test_collector_does_not_take_a_waiver_back(self):
        self.debtor.with_user(self.manager).write(
            {"charging": "waive", "charging_reason": "Agreed"}
        )
        debtor = self.debtor.with_user(self.collector)
        for vals in ({"charging": "claim"}, {"charging_reason": "Other"}):
            with self.assertRaises(AccessError):
                debtor.write(vals)
        debtor.tone = "firm"
        self.assertEqual(self.debtor.charging_user_id, self.manager)

    def test_nobody_signs_for_another(self):
        for vals in (
            {"charging_user_id": self.collector.id},
            {"charging_date": "2020-01-01"},
        ):
            with self.assertRaises(AccessError):
                self.debtor.with_user(self.manager).write(vals)

    # === MERGING CUSTOMERS === #

    def _merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard.create({})._merge(
            (self.customer | self.other_customer).ids, self.other_customer
        )
        return self._debtor(self.other_customer)

    def test_merged_customer_keeps_what_was_decided(self):
        german = self.env.ref("collections_dunning.collections_interest_regime_de")
        self.debtor.with_user(self.manager).write(
            {
                "debtor_type": "public",
                "public_payment_days": 50,
                "interest_regime_id": german.id,
                "charging": "waive",
                "charging_reason": "Agreed",
            }
        )
        merged = self._merge()
        self.assertEqual(merged.debtor_type, "public")
        self.assertEqual(merged.public_payment_days, 50)
        self.assertEqual(merged.interest_regime_id, german)
        self.assertEqual(
            (merged.charging, merged.charging_reason, merged.charging_user_id),
            ("waive", "Agreed", self.manager),
        )

    def test_merged_customer_keeps_its_own_decisions(self):
        self.debtor.interest_regime_id = self.env.ref(
            "collections_dunning.collections_interest_regime_de"
        )
        self.debtor.charging = "claim"
        other = self._debtor(self.other_customer)
        other.debtor_type = "consumer"
        other.charging = "show"
        merged = self._merge()
        self.assertEqual((merged.debtor_type, merged.charging), ("consumer", "show"))
        self.assertFalse(merged.interest_regime_id, "it is not for consumers")
