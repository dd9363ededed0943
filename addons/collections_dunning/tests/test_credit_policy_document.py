import io
from datetime import date

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .interest_common import InterestCommon

TODAY = "2025-08-20"


class PolicyDocumentCommon(InterestCommon):
    """A company with a credit policy of its own, and one customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term = cls._create_term("30 days")
        cls.policy = cls._create_policy("Our terms", payment_term_ids=cls.term.ids)
        cls.company.dunning_credit_policy_id = cls.policy
        cls._create_invoice(5)
        cls.debtor = cls.env["collections.debtor"].search(
            [
                ("company_id", "=", cls.company.id),
                ("partner_id", "=", cls.customer.id),
            ]
        )

    @classmethod
    def _create_policy(cls, name, **vals):
        policies = cls.env["collections.credit.policy"]
        return policies.create({"name": name, "company_id": cls.company.id, **vals})

    @classmethod
    def _create_term(cls, name, **vals):
        return cls.env["account.payment.term"].create({"name": name, **vals})

    def _rows(self, debtor=None, lang="en_US"):
        """Return the sentences of the page, by subject."""
        self.env.invalidate_all()
        debtor = (debtor or self.debtor).with_context(lang=lang)
        return {
            row["name"]: " ".join(row["lines"])
            for row in debtor._get_policy_document()["rows"]
        }


@tagged("post_install", "-at_install")
class TestCreditPolicyDocument(PolicyDocumentCommon):
    """What the page of a credit policy says, made of the configuration alone."""

    def setUp(self):
        super().setUp()
        clock = freeze_time(TODAY)
        clock.start()
        self.addCleanup(clock.stop)

    def _print(self, **vals):
        """Return the page of the policy as the dialog prints it."""
        dialog = self.env["collections.credit.policy.document"].create(
            {"policy_id": self.policy.id, **vals}
        )
        return PdfReader(io.BytesIO(dialog._print()))

    def test_payment_terms_and_discount(self):
        rows = self._rows()
        self.assertEqual(rows["terms"], "We offer: 30 days.")
        self.assertEqual(rows["discount"], "No discount for early payment.")
        own = self._create_term(
            "2/7 net 30",
            early_discount=True,
            discount_percentage=2.5,
            discount_days=7,
        )
        self.customer.property_payment_term_id = own
        rows = self._rows()
        self.assertEqual(
            rows["terms"], "For your invoices: 2/7 net 30. We offer as well: 30 days."
        )
        self.assertEqual(
            rows["discount"],
            "2.5\N{NO-BREAK SPACE}% discount on what is paid within 7 days "
            "(2/7 net 30).",
        )
        self.policy.payment_term_ids = False
        self.assertEqual(self._rows()["terms"], "For your invoices: 2/7 net 30.")
        self.customer.property_payment_term_id = False
        self.assertIn("Each invoice names the day", self._rows()["terms"])

    def test_credit_limit(self):
        self.assertNotIn("limit", self._rows())
        self.policy.write(
            {"has_credit_limit": True, "credit_limit": 20000, "limit_action": "approve"}
        )
        self.assertIn("Up to $20,000.00, taxes included", self._rows()["limit"])
        self.assertIn("needs our approval", self._rows()["limit"])
        self.policy.limit_action = "warn"
        self.assertNotIn("order that goes beyond", self._rows()["limit"])
        self.policy.limit_action = "block"
        self.assertIn("accepted once enough is paid", self._rows()["limit"])
        self.customer.write({"use_partner_credit_limit": True, "credit_limit": 500})
        self.assertIn("Up to $500.00", self._rows()["limit"])

    def test_interest_and_compensation_in_words(self):
        self.regime.legal_basis = "article L441-10"
        self.assertEqual(
            self._rows()["late"].replace("\N{NO-BREAK SPACE}", " "),
            "Late payment penalties: ECB rate in force on 1 January and 1 July of each "
            "half-year, plus 10 points. At present that is 12.15 % a year. They are "
            "due without a reminder, from the day after the due date. Fixed "
            "compensation for recovery costs: $40.00 for each invoice paid late; more "
            "where higher costs are proved. (article L441-10)",
        )

    def test_other_regimes_in_words(self):
        self.regime.rate_mode = "frozen"
        self.assertIn(
            "ECB rate plus 10 points, as of the half-year in which the delay began.",
            self._rows()["late"],
        )
        self.regime.write(
            {
                "rate_mode": "sliding",
                "series": False,
                "margin": 12,
                "starts": "formal_notice",
                "tier_ids": [
                    Command.clear(),
                    Command.create({"amount_from": 0, "amount": 40}),
                    Command.create({"amount_from": 1000, "amount": 70}),
                ],
            }
        )
        late = self._rows()["late"].replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("Late payment penalties: 12.00 % a year.", late)
        self.assertNotIn("At present", late)
        self.assertIn("due from the formal notice on", late)
        self.assertIn("$40.00 or $70.00 for each invoice", late)
        self.regime.tier_ids = False
        self.assertNotIn("compensation", self._rows()["late"])

    def test_a_rate_that_is_missing_is_not_told(self):
        self._publish("ecb", {"2024-01-01": 4.5})
        self.assertNotIn("At present", self._rows()["late"])

    def test_orders_and_deliveries(self):
        self.assertNotIn("hold", self._rows())
        self.formal.suspends_deliveries = True
        self.assertIn("Formal (35 days late)", self._rows()["hold"])
        self.policy.write({"age_limit_days": 45, "age_action": "approve"})
        self.assertIn(
            "more than 45 days late, new orders need our approval", self._rows()["hold"]
        )
        self.policy.age_action = "block"
        self.assertIn("new orders are not accepted", self._rows()["hold"])

    def test_installments(self):
        self.assertNotIn("plan", self._rows())
        self.policy.write({"has_plan_limits": True, "plan_max_months": 6})
        self.assertIn("over at most 6 months.", self._rows()["plan"])
        self.policy.plan_least_down_payment = 30
        self.assertIn(
            "6 months, with 30\N{NO-BREAK SPACE}% at once.", self._rows()["plan"]
        )

    def test_what_it_is_based_on_is_told(self):
        base = self._create_policy(
            "Base", has_credit_limit=True, credit_limit=700, limit_action="block"
        )
        self.policy.parent_id = base
        self.assertIn("$700.00", self._rows()["limit"])

    def test_steps_but_our_own_tasks(self):
        self.env["dunning.level"].create(
            {
                "procedure_id": self.procedure.id,
                "name": "Decide",
                "day_offset": 60,
                "channel": "task",
            }
        )
        steps = self.debtor._get_policy_document()["steps"]
        self.assertEqual(
            [(step["when"], step["name"]) for step in steps],
            [
                ("5 days before it is due", "Courtesy"),
                ("5 days late", "First"),
                ("12 days late", "Call"),
                ("20 days late", "Second"),
                ("35 days late", "Formal"),
            ],
        )
        self.assertEqual(steps[2]["channel"], "Phone call")
        other = self._create_procedure(name="Other")
        other.level_ids.filtered(lambda level: level.day_offset != 5).unlink()
        other.level_ids.day_offset = 1
        self.policy.procedure_id = other
        steps = self.debtor._get_policy_document()["steps"]
        self.assertEqual([step["when"] for step in steps], ["1 day late"])

    def test_printed_on_one_page_in_each_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.formal.suspends_deliveries = True
        self.formal.with_context(lang="fr_FR").name = "Mise en demeure"
        self.policy.write(
            {
                "has_credit_limit": True,
                "credit_limit": 20000,
                "limit_action": "approve",
                "age_action": "block",
                "age_limit_days": 45,
                "has_plan_limits": True,
                "plan_max_months": 6,
                "plan_least_down_payment": 30,
            }
        )
        # As many steps as a procedure may reasonably have.
        self.procedure.level_ids = [
            Command.create({"name": f"One more reminder {day}", "day_offset": day})
            for day in (8, 27, 45)
        ]
        for lang, words in (
            ("en_US", ("August 20, 2025", "$20,000.00", "Formal", "35 days late")),
            ("fr_FR", ("20 août 2025", "20 000,00", "Mise en demeure")),
        ):
            with self.subTest(lang=lang):
                pages = self._print(lang=lang).pages
                self.assertEqual(len(pages), 1)
                text = " ".join(pages[0].extract_text().split())
                for word in (*words, "Collector", "collector@seller.example.com"):
                    self.assertIn(word, text.replace("\N{NO-BREAK SPACE}", " "))

    def test_printed_for_customers_in_their_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self._create_customer("Petit SARL", lang="fr_FR")
        self._create_invoice(5, partner=french)
        debtors = self.debtor | self._debtor(french)
        action = debtors.with_user(self.reader).action_credit_policy()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        pages = PdfReader(io.BytesIO(dialog._print())).pages
        texts = [page.extract_text() for page in pages]
        self.assertEqual(len(texts), 2)
        self.assertIn("Durand SARL", texts[0])
        self.assertIn("August 20, 2025", texts[0])
        self.assertIn("Petit SARL", texts[1])
        self.assertIn("20 août 2025", texts[1])

    def test_whose_dialog_it_is(self):
        dialog = (
            self.env["collections.credit.policy.document"]
            .with_user(self.reader)
            .create({"debtor_ids": self.debtor.ids})
        )
        with self.assertRaises(AccessError):
            dialog.with_user(self.collector).read(["policies"])
        with self.assertRaises(AccessError):
            dialog.action_send()
        with self.assertRaises(UserError):
            self.env["collections.debtor"].action_credit_policy()

    def test_the_fingerprint_follows_what_is_told(self):
        def fingerprint():
            debtors = self.env["collections.debtor"]
            return debtors._get_policy_debtor(
                self.company, self.policy
            )._get_policy_fingerprint()

        before = fingerprint()
        self.policy.note = "Nobody but us reads this"
        self.env["res.lang"]._activate_lang("fr_FR")
        self.formal.with_context(lang="fr_FR").name = "Mise en demeure"
        self._publish("ecb", {"2025-07-01": 9})
        with freeze_time(date(2026, 1, 15)):
            self.assertEqual(fingerprint(), before)
        for records, vals in (
            (self.regime, {"margin": 11}),
            (self.formal, {"day_offset": 30}),
            (self.term, {"name": "45 days"}),
            (self.policy, {"age_limit_days": 10, "age_action": "block"}),
        ):
            records.write(vals)
            self.assertNotEqual(fingerprint(), before)
            before = fingerprint()
