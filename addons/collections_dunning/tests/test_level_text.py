from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..text_fields import TEXT_FIELD_EXAMPLES
from ..tools import letter_text
from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLevelText(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.text = cls.first.text_ids
        cls.text.update_field_translations("subject", {"fr_FR": "Rappel {{ number }}"})
        cls.text.update_field_translations("body", {"fr_FR": "Bonjour"})

    # === MISTAKES === #

    def test_mistake_names_language_and_line(self):
        with self.assertRaisesRegex(
            ValidationError, r"English \(US\): text, line 2: .*“nmber”.*“number”"
        ):
            self.text.body = "Hello\n{{ nmber }}"

    def test_mistake_in_the_subject(self):
        with self.assertRaisesRegex(ValidationError, "subject: .*“{{”"):
            self.text.subject = "Reminder {{ number"

    def test_mistake_on_creation(self):
        with self.assertRaisesRegex(ValidationError, "text, line 1: "):
            self.env["dunning.level.text"].create(
                {
                    "level_id": self.first.id,
                    "tone": "firm",
                    "subject": "a",
                    "body": "{% for line in lines %}{% endfor %}",
                }
            )

    def test_mistake_in_the_language_being_written(self):
        french = self.text.with_context(lang="fr_FR")
        with self.assertRaises(ValidationError) as caught:
            french.body = "Bonjour\n\n{% if one %}"
        self.assertIn("Français", str(caught.exception))
        self.assertIn("3", str(caught.exception))

    def test_mistake_in_a_translation(self):
        """No constraint runs on the translations of the dialog."""
        with self.assertRaisesRegex(ValidationError, "French / Français: text, line 2"):
            self.text.update_field_translations(
                "body", {"fr_FR": "Bonjour\n{{ partner.env }}"}
            )
        stored = self.env["dunning.level.text"]._get_stored_texts(self.first)
        self.assertEqual(stored[self.first.id, None, "standard", "fr_FR"][1], "Bonjour")

    def test_installed_texts_are_right_in_every_language(self):
        self.env["ir.module.module"]._load_module_terms(
            ["collections_dunning"], ["fr_FR"], overwrite=True
        )
        procedure = self.env.ref("collections_dunning.dunning_procedure_standard")
        levels = procedure.with_context(active_test=False).level_ids
        texts = self.env["dunning.level.text"]._get_stored_texts(levels)
        self.assertEqual(len(texts), (7 * 3 + 3) * 2)
        for source in [source for text in texts.values() for source in text]:
            letter_text.check(source, TEXT_FIELD_EXAMPLES)

    # === LANGUAGES === #

    def test_text_written_in_french_is_not_taken_for_english(self):
        french = self.env["dunning.level.text"].with_context(lang="fr_FR")
        text = french.create(
            {
                "level_id": self.first.id,
                "tone": "firm",
                "subject": "Rappel",
                "body": "Bonjour",
            }
        )
        self.assertEqual(text.body, "Bonjour")
        stored = self.env["dunning.level.text"]._get_stored_texts(self.first)
        french, english = (
            stored[self.first.id, None, "firm", lang] for lang in ("fr_FR", "en_US")
        )
        self.assertEqual(french, ("Rappel", "Bonjour"))
        self.assertEqual(english, (None, None))

    # === RIGHTS === #

    def test_only_a_credit_manager_writes_texts(self):
        self.text.with_user(self.manager).body = "Hello {{ partner_name }}"
        with self.assertRaises(AccessError):
            self.text.with_user(self.collector).body = "Hello"
        with self.assertRaises(AccessError):
            self.text.with_user(self.collector).update_field_translations(
                "body", {"fr_FR": "Salut"}
            )

    # === PREVIEW === #

    def _make_debtor(self, **vals):
        invoice = self._create_invoice(20, 1234.5, **vals)
        self.env["collections.debtor"]._ensure_for(self.company)
        return invoice, self._debtor()

    def test_preview_follows_the_editor(self):
        invoice, debtor = self._make_debtor()
        form = Form(self.text.with_user(self.manager))
        form.preview_debtor_id = debtor
        form.subject = "About {{ number }}"
        form.body = "{{ partner_name }} owes {{ total_claimed }}\n[items]\nBye"
        self.assertEqual(form.preview_subject, f"About {invoice.name}")
        self.assertIn("Durand SARL owes $1,234.50", form.preview_body)
        self.assertNotIn("[items]", form.preview_body)
        self.assertFalse(form.preview_error)
        form.body = "Hello\n\n{{ partnr_name }}"
        self.assertIn("line 3", form.preview_error)
        self.assertIn("partner_name", form.preview_error)
        self.assertFalse(form.preview_body)

    def test_preview_in_another_language(self):
        _invoice, debtor = self._make_debtor()
        self.text.update_field_translations("body", {"fr_FR": "Dû {{ total_claimed }}"})
        form = Form(self.text)
        form.preview_debtor_id = debtor
        form.preview_lang = "fr_FR"
        self.assertIn("Dû 1\u202f234,50\u00a0$US", form.preview_body)

    def test_preview_of_what_is_disputed_in_part(self):
        invoice, debtor = self._make_debtor()
        self.text.level_id.charging = "claim"
        self.env["dunning.hold"].create(
            {
                "debtor_id": debtor.id,
                "move_line_id": self._item(invoice).id,
                "reason": "paused",
                "amount": 234.5,
            }
        )
        form = Form(self.text.with_user(self.manager))
        form.preview_debtor_id = debtor
        form.body = "Due {{ total_principal }}\n[items]"
        self.assertFalse(form.preview_error)
        self.assertIn("1,000.00", form.preview_body)

    def test_preview_of_a_public_buyer_goes_by_its_clock(self):
        invoice, debtor = self._make_debtor()
        debtor.sudo().debtor_type = "public"
        invoice.dunning_deposit_date = self.today
        early = self._create_invoice(-20, 70)
        early.dunning_deposit_date = self.today - timedelta(days=40)
        self.assertGreater(self.text.level_id.day_offset, 0)
        items = self.text._get_preview_items(debtor)
        self.assertEqual(items.move_id, early)

    def test_a_sole_trader_is_no_consumer_to_try_a_text_on(self):
        _invoice, debtor = self._make_debtor()
        self.customer.write({"is_company": False, "vat": False})
        consumers = self.text.new({"audience": "consumer"})._get_audience_domain()
        self.assertTrue(debtor.filtered_domain(consumers))
        self.customer.company_registry = "73282932000074"
        self.assertFalse(debtor.filtered_domain(consumers))

    def test_preview_of_a_missing_translation(self):
        _invoice, debtor = self._make_debtor()
        self.text.update_field_translations("body", {"fr_FR": False})
        form = Form(self.text)
        form.preview_debtor_id = debtor
        form.preview_lang = "fr_FR"
        self.assertIn("French", form.preview_error)
        self.assertFalse(form.preview_body)

    def test_english_does_not_pass_for_a_translation(self):
        """An editor in French shows the English text where there is no French."""
        _invoice, debtor = self._make_debtor()
        self.text.update_field_translations("body", {"fr_FR": False})
        form = Form(self.text.with_context(lang="fr_FR"))
        form.preview_debtor_id = debtor
        self.assertTrue(form.preview_error)
        form.body = "Vous devez {{ total_claimed }}"
        self.assertFalse(form.preview_error)
        self.assertIn("Vous devez 1\u202f234,50", form.preview_body)

    def test_preview_of_a_debtor_that_owes_nothing(self):
        invoice, debtor = self._make_debtor()
        self._pay(invoice)
        form = Form(self.text)
        form.preview_debtor_id = debtor
        self.assertIn("no open item", form.preview_error)

    def test_preview_claims_neither_what_is_held_nor_what_is_not_due(self):
        invoice, debtor = self._make_debtor()
        self._create_invoice(-20, 50)
        disputed = self._create_invoice(20, 300)
        for item, amount in ((self._item(invoice), 34.5), (self._item(disputed), 0)):
            self.env["dunning.hold"].sudo().create(
                {
                    "debtor_id": debtor.id,
                    "move_line_id": item.id,
                    "reason": "disputed",
                    "amount": amount,
                }
            )
        form = Form(self.text)
        form.preview_debtor_id = debtor
        form.body = "{{ count }}: {{ total_claimed }}, not {{ total_disputed }}"
        self.assertIn("1: $1,200.00, not $334.50", form.preview_body)
        form = Form(self.courtesy.text_ids)
        form.preview_debtor_id = debtor
        form.body = "{{ count }}: {{ total_claimed }}"
        self.assertIn("1: $50.00", form.preview_body)

    def test_preview_leaves_nothing_behind(self):
        _invoice, debtor = self._make_debtor()
        count = self.env["dunning.notice"].search_count([])
        form = Form(self.text)
        form.preview_debtor_id = debtor
        self.assertTrue(form.preview_body)
        form.save()
        self.assertEqual(self.env["dunning.notice"].search_count([]), count)

    def test_preview_keeps_to_the_companies_of_the_user(self):
        company = self.setup_other_company()["company"]
        debtors = self.env["collections.debtor"].sudo()
        debtor = debtors.create(
            {"company_id": company.id, "partner_id": self.customer.id}
        )
        with self.assertRaises(AccessError):
            self.text.with_user(self.manager).new(
                {"preview_debtor_id": debtor.id}, origin=self.text
            )._render_preview()

    def test_list_of_fields(self):
        for name in TEXT_FIELD_EXAMPLES:
            self.assertIn(f"<code>{name}</code>", self.text.field_help)

    def test_new_text_from_the_level(self):
        level = Form(self.first)
        with level.text_ids.new() as text:
            text.tone = "firm"
            text.subject = "Now"
            text.body = "Pay {{ total_claimed }}"
        level.save()
        self.assertEqual(set(self.first.text_ids.mapped("tone")), {"standard", "firm"})

    def test_mistake_in_a_text_written_on_the_level(self):
        with self.assertRaisesRegex(ValidationError, "line 1"):
            self.first.write(
                {
                    "text_ids": [
                        Command.create({"tone": "soft", "subject": "a", "body": "{{"})
                    ]
                }
            )
