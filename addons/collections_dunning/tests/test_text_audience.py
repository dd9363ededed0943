from psycopg2 import IntegrityError

from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .interest_common import InterestCommon


@tagged("post_install", "-at_install")
class TestTextAudience(InterestCommon):
    """Which of the texts of a level is used, and what texts know of the charges."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.france = cls.env.ref("base.fr")
        cls.company.country_id = cls.france
        cls.regime.country_ids = cls.france
        cls.text = cls.first.text_ids
        cls.text.body = "general standard"
        cls.invoice = cls._create_invoice(60, 1000)
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.debtor = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.customer.id)]
        )

    def _write_text(self, audience, tone="standard", level=None):
        return (
            (level or self.first)
            .text_ids[0]
            .copy(
                {
                    "audience": audience,
                    "tone": tone,
                    "subject": "s",
                    "body": f"{audience or 'general'} {tone}",
                }
            )
        )

    def _draft(self, level=None):
        return self.env["dunning.proposal"]._draft_for_items(
            self._item(self.invoice), level or self.first
        )

    def _body(self, notice):
        return notice._render_texts()[notice.id]["body"]

    def _values(self, notice):
        return notice._get_text_values()[notice.id]

    # === WHICH TEXT === #

    def test_audience_comes_before_tone(self):
        notice = self._draft()
        notice.tone = "firm"
        self.debtor.debtor_type = "public"
        self.assertEqual(self._body(notice), "general standard")
        self._write_text(False, "firm")
        self.assertEqual(self._body(notice), "general firm")
        self._write_text("public")
        self.assertEqual(self._body(notice), "public standard")
        self._write_text("public", "firm")
        self.assertEqual(self._body(notice), "public firm")
        self.debtor.debtor_type = "consumer"
        self.assertEqual(self._body(notice), "general firm")

    def test_consumer_and_customer_abroad(self):
        for audience in ("public", "consumer", "export"):
            self._write_text(audience)
        notice = self._draft()
        self.assertEqual(self._body(notice), "general standard")
        for code, body in (
            ("be", "export standard"),
            ("re", "general standard"),
            ("fr", "general standard"),
        ):
            self.customer.country_id = self.env.ref(f"base.{code}")
            self.assertEqual(self._body(notice), body, code)
        self.customer.is_company = False
        self.assertEqual(self._body(notice), "consumer standard")
        self.debtor.debtor_type = "public"
        self.assertEqual(self._body(notice), "public standard")

    def test_never_another_language_for_an_audience_either(self):
        self._write_text("public")
        self.debtor.debtor_type = "public"
        self.text.update_field_translations("body", {"fr_FR": "général"})
        self.text.update_field_translations("subject", {"fr_FR": "s"})
        notice = self._draft()
        notice.sudo().lang = "fr_FR"
        self.assertEqual(self._body(notice), "général")
        self.text.update_field_translations("body", {"fr_FR": False})
        text = notice._render_texts()[notice.id]
        self.assertFalse(text["body"])
        self.assertIn("French", text["error"])

    def test_one_text_for_a_tone_and_audience(self):
        self._write_text("public")
        self._write_text("export")
        for audience in ("public", False):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._write_text(audience)

    # === SCREENS === #

    def test_screens_say_language_and_audience(self):
        text = self._write_text("export")
        self.assertIn("Standard, Customer Abroad", text.display_name)
        form = Form(text)
        form.preview_debtor_id = self.debtor
        self.assertEqual(form.preview_note, "English (US), with the text: Standard")
        self.customer.country_id = self.env.ref("base.be")
        form = Form(text)
        form.preview_debtor_id = self.debtor
        note = "English (US), with the text: Standard, Customer Abroad"
        self.assertEqual(form.preview_note, note)
        notice = self._draft()
        self.assertEqual(notice.preview_note, note)
        notice.custom_body = "Ours"
        self.assertIn("a text of its own", notice.preview_note)
        self.customer.lang = "fr_FR"
        form = Form(text)
        form.preview_debtor_id = self.debtor
        self.assertEqual(form.preview_note, "French / Français: there is no text")

    def test_a_preview_offers_somebody_concerned(self):
        consumer = self._create_customer("Jean Petit", is_company=False)
        self._create_invoice(30, 50, consumer)
        self.env["collections.debtor"]._ensure_for(self.company)
        text = self._write_text("consumer")
        self.assertEqual(text.preview_debtor_id.applied_debtor_type, "consumer")

    def test_preview_shows_charges(self):
        self.first.charging = "claim"
        form = Form(self.text)
        form.preview_debtor_id = self.debtor
        form.body = (
            "{% if claims_charges %}{{ total_principal }} + {{ interest_total }} + "
            "{{ compensation_total }} = {{ total_claimed }}{% endif %}\n"
            "{{ rate_label }}"
        )
        found = self._compute(self.invoice, str(self.today))[0]
        total = 1000 + float(found.interest) + 40
        self.assertIn(
            f"$1,000.00 + ${found.interest} + $40.00 = ${total:,.2f}", form.preview_body
        )
        self.assertIn("plus 10 points", form.preview_body)
        self.debtor.write({"charging": "waive", "charging_reason": "Agreed"})
        form = Form(self.text)
        form.preview_debtor_id = self.debtor
        form.body = "{% if claims_charges %}c{% elif waived %}w{% endif %}"
        self.assertIn("w\n", form.preview_body)

    # === VALUES === #

    def test_shown_claimed_or_silent(self):
        notice = self._draft()
        values = self._values(notice)
        self.assertFalse(values["shows_charges"] or values["claims_charges"])
        self.assertEqual(values["rate_label"], "")
        notice.charging = "show"
        values = self._values(notice)
        self.assertEqual((values["shows_charges"], values["claims_charges"]), (1, 0))
        self.assertTrue(values["has_interest"] and values["has_compensation"])
        self.assertEqual(values["total_claimed"], "$1,000.00")
        self.assertEqual(values["compensation_total"], "$40.00")
        self.assertTrue(values["has_daily"])
        notice.charging = "claim"
        values = self._values(notice)
        self.assertEqual((values["shows_charges"], values["claims_charges"]), (0, 1))
        self.assertEqual(values["total_principal"], "$1,000.00")
        self.assertEqual(values["total_claimed"], f"${notice.amount_total:,.2f}")

    def test_legal_basis_in_the_language_or_none(self):
        self.regime.legal_basis = "our contract"
        notice = self._draft()
        notice.charging = "claim"
        self.assertEqual(self._values(notice)["legal_basis"], "our contract")
        notice.sudo().lang = "fr_FR"
        self.assertEqual(self._values(notice)["legal_basis"], "")
        self.regime.with_context(lang="fr_FR").legal_basis = "notre contrat"
        values = self._values(notice)
        self.assertEqual(values["legal_basis"], "notre contrat")
        self.assertIn("points", values["rate_label"])
        self.assertNotIn("plus", values["rate_label"])

    def test_the_law_is_that_of_the_regime(self):
        notice = self._draft()
        self.assertTrue(self._values(notice)["fr_b2b"])
        belgian = self.regime.copy(
            {"country_ids": [(6, 0, self.env.ref("base.be").ids)]}
        )
        self.debtor.interest_regime_id = belgian
        self.assertFalse(self._values(notice)["fr"])
        belgian.country_ids = False
        self.assertTrue(self._values(notice)["fr"])

    def test_a_frozen_rate_is_that_of_the_first_late_days(self):
        self.regime.write({"rate_mode": "frozen", "margin": 8})
        invoice = self._create_due("2025-05-31")
        notice = self.env["dunning.proposal"]._draft_for_items(
            self._item(invoice), self.first
        )
        notice.charging = "claim"
        label = self._values(notice)["rate_label"]
        self.assertIn("January 1, 2025", label)
        self.assertNotIn("July", label)

    def test_queries_do_not_grow_with_the_charges(self):
        def count(notices):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            notices._render_texts()
            return self.env.cr.sql_log_count - before

        self.first.charging = "claim"
        self.text.body = "{{ rate_label }} {{ legal_basis }} {{ interest_total }}"
        for number in range(12):
            partner = self._create_customer(f"Customer{number} SA")
            self._create_invoice(20 + number, 100 + number, partner)
        notices = self._propose().notice_ids.filtered(
            lambda n: n.level_id == self.first
        )
        self.assertGreaterEqual(len(notices), 12)
        count(notices[:2])
        self.assertEqual(count(notices[:2]), count(notices))
