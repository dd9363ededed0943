from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext

from .common import DunningCommon

# Annual rates of half-years, as the regimes of the law make them: in percent.
ANNUAL_RATES = {
    "fr_business": {
        "2022-07-01": "10",
        "2023-01-01": "12.50",
        "2024-01-01": "14.50",
        "2025-07-01": "12.15",
        "2026-07-01": "12.40",
    },
    "fr_public": {"2025-01-01": "11.15", "2026-07-01": "10.40"},
    "fr_consumer": {"2024-07-01": "8.16", "2026-01-01": "6.67"},
    "be": {
        "2014-01-01": "8.5",
        "2016-07-01": "8",
        "2023-01-01": "10.5",
        "2024-07-01": "12.5",
        "2025-01-01": "11.5",
        "2026-07-01": "10.5",
    },
    "de": {"2019-01-01": "8.12", "2024-01-01": "12.62", "2026-07-01": "10.52"},
    "lu": {"2026-01-01": "10.15"},
    "es": {"2026-01-01": "10.15"},
    "it": {"2026-01-01": "10.15"},
    "nl": {"2026-07-01": "10.40"},
    "at": {"2026-01-01": "10.73"},
    "ie": {"2026-07-01": "10.40"},
    "uk": {"2026-07-01": "11.75"},
    "eu": {"2026-07-01": "10.40"},
}


@tagged("post_install", "-at_install")
class TestInterestRegime(DunningCommon):
    """Regimes: those of the law, those of a contract, and who may keep them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regimes = cls.env["collections.interest.regime"]
        cls.invoicing = cls._create_user("invoicing", "account.group_account_invoice")
        cls.employee = cls._create_user("employee", "base.group_user")
        cls.euro = cls.env.ref("base.EUR")

    def _law(self, name):
        return self.env.ref(f"collections_dunning.collections_interest_regime_{name}")

    def _contract(self, **vals):
        return self.regimes.create(
            {
                "name": "Our terms",
                "is_contractual": True,
                "company_id": self.company.id,
                "margin": 12,
                "floor_series": "fr_legal_professional",
                "floor_factor": 3,
                **vals,
            }
        )

    def _assert_invalid(self, words, call, *args, **kwargs):
        with self.assertRaises(ValidationError) as error:
            call(*args, **kwargs)
        self.assertIn(words, str(error.exception))

    # === THE LAW === #

    def test_rates_of_the_law(self):
        for name, rates in ANNUAL_RATES.items():
            known = dict(self._law(name)._get_rates())
            for day, percent in rates.items():
                day = date.fromisoformat(day)
                self.assertEqual(known[day], Decimal(percent), f"{name} {day}")

    def test_swiss_rate_needs_no_publication(self):
        [(_day, percent)] = self._law("ch")._get_rates()
        self.assertEqual(percent, 5)

    def test_compensation_of_the_law(self):
        for name in ("fr_business", "fr_public", "be", "de", "nl", "at", "ie", "eu"):
            regime = self._law(name)
            self.assertEqual(regime._get_compensation(Decimal("0.01")), 40, name)
            self.assertEqual(regime.compensation_currency_id, self.euro)
        for name in ("fr_consumer", "ch"):
            self.assertEqual(self._law(name)._get_compensation(Decimal(5000)), 0, name)

    def test_british_tiers(self):
        regime = self._law("uk")
        self.assertEqual(regime.compensation_currency_id.name, "GBP")
        amounts = ["999.99", "1000", "9999.99", "10000", "0.01"]
        self.assertEqual(
            [regime._get_compensation(Decimal(amount)) for amount in amounts],
            [40, 70, 70, 100, 40],
        )

    def test_frozen_and_sliding(self):
        frozen = [n for n in ANNUAL_RATES if self._law(n).rate_mode == "frozen"]
        self.assertEqual(frozen, ["fr_public", "ie", "uk"])
        consumer = self._law("fr_consumer")
        self.assertEqual(consumer.starts, "formal_notice")
        self.assertEqual(self._law("fr_business").starts, "due_date")

    def test_limitation_of_french_law(self):
        values = {
            name: (regime.limitation_years, regime.limitation_start)
            for name in ("fr_business", "fr_public", "fr_consumer")
            for regime in self._law(name)
        }
        self.assertEqual(
            values,
            {
                "fr_business": (5, "delivery"),
                "fr_public": (4, "year_end"),
                "fr_consumer": (2, "delivery"),
            },
        )

    def test_law_that_somebody_changed_stays(self):
        """Regimes are installed once: what a user changes, an update leaves alone."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "collections_dunning"),
                ("model", "=", "collections.interest.regime"),
            ]
        )
        self.assertEqual(len(data), 14)
        self.assertTrue(all(data.mapped("noupdate")))

    # === WHAT IT COMES TO === #

    @freeze_time("2026-11-21")
    def test_rate_in_words(self):
        regime = self._law("fr_business")
        self.assertEqual(regime.rate_today, 12.4)
        self.assertEqual(
            regime.rate_label.replace("\N{NO-BREAK SPACE}", " "),
            "ECB rate on July 1, 2026 (2.40 %) plus 10 points, i.e. 12.40 %",
        )

    @freeze_time("2026-11-21")
    def test_history_shows_the_annual_rate(self):
        history = self._law("be")._get_rate_history()
        self.assertEqual(history[0]["day"], date(2026, 7, 1))
        self.assertEqual(len(history), 26)
        shown = html2plaintext(self._law("be").rate_history)
        for words in ("07/01/2026", "2.40", "10.50", "01/01/2014", "8.50"):
            self.assertIn(words, shown)
        self.assertNotIn("Floor", shown)

    @freeze_time("2026-11-21")
    def test_history_of_a_contract_shows_the_floor(self):
        contract = self._contract(series="ecb", margin=7)
        below = [row["day"] for row in contract._get_rate_history() if row["is_below"]]
        self.assertEqual(
            [str(day) for day in below],
            ["2025-01-01", "2024-07-01", "2024-01-01", "2023-07-01"],
        )
        self.assertIn("15.21", html2plaintext(contract.rate_history))

    @freeze_time("2027-02-01")
    def test_missing_rate_is_visible(self):
        regime = self._law("fr_business")
        self.assertTrue(regime.is_rate_missing)
        self.assertIn("not known yet", regime.rate_label)
        missing = self.regimes.search([("is_rate_missing", "=", True)])
        self.assertIn(regime, missing)
        self.assertNotIn(self._law("ch"), missing)
        others = self.regimes.search([("is_rate_missing", "=", False)])
        self.assertEqual(missing | others, self.regimes.search([]))
        self.env["collections.interest.rate"].create(
            {"series": "ecb", "date": "2027-01-01", "percent": 2.65}
        )
        regime.invalidate_recordset()
        self.assertFalse(regime.is_rate_missing)
        self.assertNotIn(regime, self.regimes.search([("is_rate_missing", "=", True)]))

    # === THE LEGAL FLOOR === #

    def _warning(self, regime):
        return (regime.floor_warning or "").replace("\N{NO-BREAK SPACE}", " ")

    @freeze_time("2024-03-01")
    def test_contract_below_the_floor(self):
        regime = self._contract()
        self.assertEqual(
            self._warning(regime),
            "Below the legal floor since July 1, 2023: 12.00 % a year, and the law "
            "wants 15.21 % at least (3 × the French legal rate for businesses).",
        )

    @freeze_time("2026-11-21")
    def test_contract_above_the_floor_again(self):
        self.assertFalse(self._contract().floor_warning)
        low = self._contract(margin=8)
        self.assertIn("since July 1, 2026: 8.00 %", self._warning(low))
        self.assertIn("8.25 % at least", self._warning(low))

    @freeze_time("2026-11-21")
    def test_contract_typed_by_hand_has_the_floor_of_the_law(self):
        self.company.country_id = self.env.ref("base.fr")
        floor = {"floor_series": False, "floor_factor": 0}
        low = self._contract(margin=5, **floor)
        self.assertIn("8.25 % at least (3 × the French legal", self._warning(low))
        self.assertFalse(self._contract(margin=9, **floor).floor_warning)
        low.debtor_type = "public"
        self.assertFalse(low.floor_warning, "the floor is that between businesses")
        low.debtor_type = "professional"
        self.company.country_id = self.env.ref("base.be")
        low.invalidate_recordset()
        self.assertFalse(low.floor_warning)

    @freeze_time("2027-02-01")
    def test_floor_that_is_not_known_yet(self):
        self.assertIn("since July 1, 2026", self._warning(self._contract(margin=8)))

    @freeze_time("2024-03-01")
    def test_the_law_is_never_below_its_floor(self):
        """The legal rate of 2024 was below the floor of contracts: it stands."""
        regime = self._law("fr_business")
        self.assertEqual(regime.rate_today, 14.5)
        self.assertFalse(regime.floor_warning)

    # === A CONTRACT === #

    def test_contract_begins_as_a_copy(self):
        contract = self._law("fr_business").with_user(self.manager).copy()
        self.assertEqual(contract.name, "France, businesses (copy)")
        self.assertEqual(contract.company_id, self.company)
        self.assertFalse(contract.country_ids, "nobody's until somebody chooses it")
        self.assertEqual(contract._get_compensation(Decimal(1)), 40)
        with Form(contract) as form:
            form.name = "Our terms"
            form.margin = 5
        self.assertEqual((contract.is_contractual, contract.margin), (True, 5))

    def test_copy_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        contract = self._law("be").with_user(self.manager).copy({"name": "Ours"})
        self.assertEqual(contract.with_context(lang="fr_FR").name, "Ours")

    # === WHAT CAN'T BE === #

    def test_a_regime_has_a_rate(self):
        self._assert_invalid("choose a reference rate", self._contract, margin=0)
        self.assertTrue(self._contract(margin=0, series="ecb"))

    def test_a_floor_is_a_rate_and_a_factor(self):
        self._assert_invalid("a factor above 0", self._contract, floor_factor=0)
        self._assert_invalid("a factor above 0", self._contract, floor_series=False)

    def test_compensation_has_a_currency(self):
        tier = [Command.create({"amount": 40})]
        self._assert_invalid("choose the currency", self._contract, tier_ids=tier)
        contract = self._contract()
        self._assert_invalid(
            "choose the currency",
            self.env["collections.interest.tier"].create,
            {"regime_id": contract.id, "amount": 40},
        )

    def test_a_consumer_owes_no_compensation(self):
        self._assert_invalid(
            "a consumer owes no",
            self._contract,
            debtor_type="consumer",
            tier_ids=[Command.create({"amount": 40})],
            compensation_currency_id=self.euro.id,
        )

    # === RIGHTS === #

    def test_credit_manager_keeps_regimes(self):
        companies = self.env["res.company"].sudo().search([])
        self.manager.company_ids = [Command.set(companies.ids)]
        regime = self._law("fr_business").with_user(self.manager)
        regime.note = "Checked"
        regime.tier_ids.amount = 50
        regime.copy().unlink()

    def test_others_read(self):
        regime = self._law("fr_business")
        for user in (self.collector, self.reader, self.invoicing):
            self.assertTrue(regime.with_user(user).rate_label)
            self.assertEqual(regime.tier_ids.with_user(user).amount, 40)
            for change in (
                lambda user=user: regime.with_user(user).write({"margin": 1}),
                lambda user=user: regime.tier_ids.with_user(user).write({"amount": 1}),
                lambda user=user: regime.with_user(user).copy(),
                lambda user=user: regime.with_user(user).unlink(),
            ):
                with self.assertRaises(AccessError):
                    change()
        with self.assertRaises(AccessError):
            regime.with_user(self.employee).read(["name"])

    def test_regimes_of_a_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        other = self.setup_other_company()["company"]
        regime = self._contract()

        def visible(company):
            user = self._create_user(
                f"of_{company.id}", "account.group_account_manager"
            )
            user.write(
                {
                    "company_ids": [Command.set(company.ids)],
                    "company_id": company.id,
                }
            )
            regimes = self.regimes.with_user(user).with_company(company)
            return regime in regimes.search([])

        self.assertTrue(visible(self.company))
        self.assertTrue(visible(branch))
        self.assertFalse(visible(other))

    def test_regime_moves_to_no_company_that_does_not_use_it(self):
        regime = self._contract(company_id=False)
        self._create_invoice(10)
        self._propose()
        self._debtor().interest_regime_id = regime
        other = self.setup_other_company()["company"]
        self._assert_invalid(
            "is used for Durand SARL", regime.sudo().write, {"company_id": other.id}
        )
        regime.sudo().company_id = self.company
