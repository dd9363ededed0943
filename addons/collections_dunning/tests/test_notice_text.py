from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools.misc import babel_locale_parse

from ..text_fields import TEXT_FIELD_EXAMPLES
from ..tools.text_writer import TextWriter
from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestNoticeText(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.text = cls.first.text_ids
        cls.text.write(
            {"subject": "Reminder {{ number }}", "body": "Hello {{ partner_name }}"}
        )
        cls.text.update_field_translations("subject", {"fr_FR": "Rappel {{ number }}"})
        cls.text.update_field_translations("body", {"fr_FR": "Bonjour"})
        cls.invoice = cls._create_dated_invoice("2024-10-01", "2024-11-01", 1234.5)
        cls.debtor = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.customer.id)]
        )

    @classmethod
    def _create_dated_invoice(cls, invoice_date, due, amount):
        return cls._create_invoice(
            20,
            amount,
            currency_id=cls.euro.id,
            invoice_date=invoice_date,
            invoice_date_due=due,
        )

    @classmethod
    def _make_notice(cls, invoices=None, level=None, **vals):
        """Draft a notice by hand, so that dates and amounts are known."""
        level = level or cls.first
        items = cls._item(cls.invoice if invoices is None else invoices)
        return (
            cls.env["dunning.notice"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "debtor_id": cls.debtor.id,
                    "partner_id": cls.customer.id,
                    "recipient_id": cls.customer.id,
                    "responsible_id": cls.collector.id,
                    "currency_id": cls.euro.id,
                    "level_id": level.id,
                    "channel": level.channel,
                    "lang": "en_US",
                    "amount_claimed": sum(items.mapped("amount_residual_currency")),
                    "line_ids": [
                        Command.create(cls._line_vals(item, level)) for item in items
                    ],
                    **vals,
                }
            )
        )

    @classmethod
    def _line_vals(cls, item, level):
        residual = item.amount_residual_currency
        claimed = residual > 0
        return {
            "company_id": cls.company.id,
            "kind": "1_item" if claimed else "3_credit",
            "move_line_id": item.id,
            "move_id": item.move_id.id,
            "move_name": item.move_id.name,
            "invoice_date": item.move_id.invoice_date,
            "date_maturity": item.date_maturity,
            "currency_id": item.currency_id.id,
            "amount_residual": residual,
            "amount_claimed": residual,
            "level_id": level.id if claimed else False,
            "day_offset": level.day_offset,
            # Several notices of one item at one level, to compare them.
            "live": False,
        }

    def _values(self, notice):
        return notice._get_text_values()[notice.id]

    def _rendered(self, notice):
        return notice._render_texts()[notice.id]

    # === VALUES === #

    def test_values_are_the_fields_of_the_list_and_plain(self):
        values = self._values(self._make_notice())
        self.assertEqual(values.keys(), TEXT_FIELD_EXAMPLES.keys())
        for name, example in TEXT_FIELD_EXAMPLES.items():
            self.assertIs(type(values[name]), type(example), name)

    def test_as_english_writes(self):
        values = self._values(self._make_notice())
        self.assertEqual(values["due_date"], "November 1, 2024")
        self.assertEqual(values["total_claimed"], "€1,234.50")
        self.assertEqual(values["deadline_days_words"], "eight")

    def test_as_french_writes(self):
        values = self._values(self._make_notice(lang="fr_FR"))
        self.assertEqual(values["invoice_date"], "1er octobre 2024")
        self.assertEqual(values["due_date"], "1er novembre 2024")
        self.assertEqual(values["total_claimed"], "1\u202f234,50\u00a0€")
        self.assertEqual(values["deadline_days_words"], "huit")

    def test_one_invoice_or_many(self):
        older = self._create_dated_invoice("2024-08-01", "2024-09-21", 100)
        values = self._values(self._make_notice())
        self.assertEqual((values["one"], values["many"], values["count"]), (1, 0, 1))
        values = self._values(self._make_notice(self.invoice | older))
        self.assertEqual((values["one"], values["many"], values["count"]), (0, 1, 2))
        self.assertEqual(values["number"], older.name)
        self.assertEqual(values["due_date"], "September 21, 2024")
        self.assertEqual(values["max_days_late"], (self.today - date(2024, 9, 21)).days)
        self.assertEqual(values["total_claimed"], "€1,334.50")

    def test_two_installments_are_one_invoice(self):
        term = self.env.ref("account.account_payment_term_advance_60days")
        invoice = self._create_invoice(
            100, 1000, currency_id=self.euro.id, invoice_payment_term_id=term.id
        )
        self.assertEqual(len(self._item(invoice)), 2)
        values = self._values(self._make_notice(invoice))
        self.assertTrue(values["one"])
        self.assertEqual(values["residual"], "€1,000.00")

    def test_credits(self):
        credit = self._create_credit_note(200, currency_id=self.euro.id)
        values = self._values(self._make_notice(self.invoice | credit))
        self.assertTrue(values["has_credits"])
        self.assertEqual(values["total_credits"], "€200.00")
        self.assertEqual(values["total_overdue"], "€1,234.50")
        self.assertEqual(values["total_claimed"], "€1,034.50")
        self.assertEqual(values["count"], 1)

    def test_disputed(self):
        other = self._create_dated_invoice("2024-10-01", "2024-11-01", 500)
        hold = (
            self.env["dunning.hold"]
            .sudo()
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "move_line_id": self._item(other).id,
                    "reason": "disputed",
                    "amount": 120,
                }
            )
        )
        notice = self._make_notice()
        values = self._values(notice)
        self.assertTrue(values["disputed"])
        self.assertEqual(values["total_disputed"], "€120.00")
        hold.reason = "promise"
        self.assertFalse(self._values(notice)["disputed"])

    def test_sender_is_the_responsible_else_the_default(self):
        self.manager.partner_id.write({"function": "Head", "phone": "+33 1"})
        values = self._values(self._make_notice())
        self.assertEqual(values["user_name"], "Collector")
        notice = self._make_notice(responsible_id=False)
        self.company.dunning_responsible_id = self.manager
        values = self._values(notice)
        self.assertEqual(
            (values["user_name"], values["user_title"], values["user_phone"]),
            ("Manager", "Head", "+33 1"),
        )
        self.company.dunning_responsible_id = False
        self.assertEqual(self._values(notice)["user_name"], "")

    def test_contact_is_named_only_when_it_is_a_person(self):
        person = self.env["res.partner"].create(
            {"name": "Claude Petit", "parent_id": self.customer.id}
        )
        self.assertEqual(self._values(self._make_notice())["contact_name"], "")
        notice = self._make_notice(recipient_id=person.id)
        self.assertEqual(self._values(notice)["contact_name"], "Claude Petit")

    def test_bank_account(self):
        self.company.dunning_bank_account_id = self.env["res.partner.bank"].create(
            {
                "acc_number": "FR76 3000 6000 0112 3456 7890 189",
                "partner_id": self.company.partner_id.id,
                "acc_holder_name": "Seller SA",
            }
        )
        values = self._values(self._make_notice())
        self.assertEqual(values["iban"], "FR76 3000 6000 0112 3456 7890 189")
        self.assertEqual(values["account_holder"], "Seller SA")
        self.assertRegex(values["payment_reference"], r"^RF\d\d ")

    def test_french_law_only_for_a_french_seller_and_a_business(self):
        notice = self._make_notice()
        for code, french in (("be", False), ("fr", True), ("re", True)):
            self.company.country_id = self.env.ref(f"base.{code}")
            values = self._values(notice)
            self.assertEqual((values["fr"], values["fr_b2b"]), (french, french), code)
        self.customer.is_company = False
        values = self._values(notice)
        self.assertEqual((values["fr"], values["fr_b2b"]), (True, False))
        self.debtor.debtor_type = "professional"
        self.assertTrue(self._values(notice)["fr_b2b"])
        self.debtor.debtor_type = "public"
        self.assertFalse(self._values(notice)["fr_b2b"])

    def test_deadline_counts_from_today(self):
        self.first.days_to_pay = 10
        notice = self._make_notice(deadline_date=self.today - timedelta(days=30))
        values = self._values(notice)
        day = self.today + timedelta(days=10)
        self.assertIn(str(day.year), values["deadline_date"])
        self.assertIn(f" {day.day},", values["deadline_date"])

    def test_last_written_level(self):
        notice = self._make_notice(level=self.second)
        self.assertFalse(self._values(notice)["last"])
        notice = self._make_notice(level=self.formal)
        self.assertTrue(self._values(notice)["last"])
        handover = self.formal.copy({"day_offset": 60, "is_formal": False})
        self.assertFalse(self._values(notice)["last"])
        handover.active = False
        self.assertTrue(self._values(notice)["last"])

    # === HISTORY === #

    def _send_on(self, day, level, **vals):
        notice = self._make_notice(level=level, **vals)
        notice._set_sent()
        notice.sent_at = f"{day} 10:00:00"
        return notice

    def test_previous_reminders(self):
        self._send_on("2024-10-25", self.courtesy)
        self._send_on("2024-11-06", self.first)
        self._send_on("2024-11-13", self.call)
        self._send_on("2024-11-21", self.second, lang="fr_FR")
        values = self._values(self._make_notice(level=self.formal, lang="fr_FR"))
        self.assertEqual(values["previous_count"], 2)
        self.assertEqual(values["previous_date"], "21 novembre 2024")
        self.assertEqual(
            values["previous_dates"], "6 novembre 2024 et 21 novembre 2024"
        )

    def test_only_what_was_sent_about_the_same_debt(self):
        sent = self._send_on("2024-11-06", self.first)
        other = self._create_dated_invoice("2024-10-01", "2024-11-01", 5)
        notice = self._make_notice(other, level=self.second)
        self.assertFalse(self._values(notice)["previous"])
        notice = self._make_notice(level=self.second)
        self.assertTrue(self._values(notice)["previous"])
        sent._set_state("bounced")
        self.assertFalse(self._values(notice)["previous"])

    def test_what_is_listed_for_information_was_not_reminded_of_again(self):
        self._send_on("2024-11-06", self.first)
        other = self._create_dated_invoice("2024-10-01", "2024-11-01", 5)
        notice = self._make_notice(other, level=self.second)
        item = self._item(self.invoice)
        self.env["dunning.notice.line"].sudo().create(
            {
                "notice_id": notice.id,
                "company_id": notice.company_id.id,
                "kind": "4_information",
                "move_line_id": item.id,
                "move_id": item.move_id.id,
                "date_maturity": item.date_maturity,
            }
        )
        self.assertFalse(self._values(notice)["previous"])

    def test_a_changed_due_date_is_another_debt(self):
        self._send_on("2024-11-06", self.first)
        self._item(self.invoice).date_maturity = "2024-12-31"
        self.assertFalse(self._values(self._make_notice(level=self.second))["previous"])

    def test_formal_notice_before(self):
        formal = self._send_on("2024-12-10", self.formal)
        values = self._values(self._make_notice(level=self.second))
        self.assertEqual(values["formal_notice_date"], "December 10, 2024")
        self.assertEqual(values["formal_notice_number"], formal.name)

    # === RENDERING === #

    def test_each_in_its_own_language(self):
        english = self._make_notice()
        french = self._make_notice(lang="fr_FR")
        texts = (english | french)._render_texts()
        self.assertEqual(
            texts[english.id],
            {
                "subject": f"Reminder {self.invoice.name}",
                "body": "Hello Durand SARL",
                "error": False,
            },
        )
        self.assertEqual(texts[french.id]["body"], "Bonjour")

    def test_never_another_language(self):
        self.text.update_field_translations("body", {"fr_FR": False})
        english = self._make_notice()
        french = self._make_notice(lang="fr_FR")
        texts = (english | french)._render_texts()
        self.assertEqual(texts[english.id]["body"], "Hello Durand SARL")
        self.assertFalse(texts[french.id]["body"])
        self.assertIn("French", texts[french.id]["error"])

    def test_consequence_in_the_same_language_or_none(self):
        self.text.body = "Hello. {{ consequence }}"
        self.text.update_field_translations("body", {"fr_FR": "{{ consequence }}"})
        notices = self._make_notice() | self._make_notice(lang="fr_FR")
        english, french = notices._render_texts().values()
        self.assertEqual((english["body"], french["body"]), ("Hello.", ""))
        self.assertFalse(french["error"])
        self.first.consequence = "We will call."
        english, french = notices._render_texts().values()
        self.assertEqual(english["body"], "Hello. We will call.")
        self.assertIn("French", french["error"])
        self.first.with_context(lang="fr_FR").consequence = "Nous appellerons."
        english, french = notices._render_texts().values()
        self.assertEqual(french["body"], "Nous appellerons.")

    def test_consequence_written_in_french_is_not_taken_for_english(self):
        level = (
            self.env["dunning.level"]
            .with_context(lang="fr_FR")
            .create(
                {
                    "procedure_id": self.procedure.id,
                    "name": "Relance",
                    "day_offset": 90,
                    "consequence": "Nous appellerons.",
                    "text_ids": [Command.create({"subject": "A", "body": "B"})],
                }
            )
        )
        level.text_ids.with_context(lang="en_US").write({"subject": "C", "body": "D"})
        english = self._rendered(self._make_notice(level=level))
        self.assertIn("English", english["error"])
        french = self._rendered(self._make_notice(level=level, lang="fr_FR"))
        self.assertEqual(french["body"], "B")

    def test_a_language_that_was_switched_off_concerns_its_notices_only(self):
        notices = self._make_notice() | self._make_notice(lang="de_DE")
        english, german = notices._render_texts().values()
        self.assertFalse(english["error"])
        self.assertIn("de_DE", german["error"])

    def test_tone_falls_back_to_standard(self):
        notice = self._make_notice(tone="firm")
        self.assertEqual(self._rendered(notice)["body"], "Hello Durand SARL")
        self.text.copy({"tone": "firm", "subject": "Now", "body": "Pay"})
        self.assertEqual(self._rendered(notice)["body"], "Pay")

    def test_broken_text_is_an_error_of_that_notice_alone(self):
        """A field can go with an update of the module: the text stays as it was."""
        self.env.cr.execute(
            "UPDATE dunning_level_text SET body = body || %s WHERE id = %s",
            ['{"fr_FR": "Bonjour\\n{{ gone }}"}', self.text.id],
        )
        english = self._make_notice()
        french = self._make_notice(lang="fr_FR")
        texts = (english | french)._render_texts()
        self.assertFalse(texts[english.id]["error"])
        self.assertIn("line 2", texts[french.id]["error"])
        self.assertFalse(texts[french.id]["body"])

    def test_calls_have_no_text(self):
        text = self._rendered(self._make_notice(level=self.call))
        self.assertEqual(text, {"subject": "", "body": "", "error": False})

    def test_a_name_is_not_read_as_a_text(self):
        self.customer.name = "{{ user_email }} {% if x %}\nBcc: a@example.com"
        text = self._rendered(self._make_notice(recipient_id=False))
        self.assertIn("{{ user_email }} {% if x %}", text["body"])
        self.text.subject = "To {{ partner_name }}"
        self.assertNotIn("\n", self._rendered(self._make_notice())["subject"])

    def test_queries_do_not_grow_with_the_notices(self):
        def count(notices):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            notices._render_texts()
            return self.env.cr.sql_log_count - before

        notices = self.env["dunning.notice"]
        for number in range(20):
            partner = self._create_customer(f"Customer{number} SA")
            invoice = self._create_invoice(
                20, 10 + number, partner, currency_id=self.euro.id
            )
            debtor = self._debtor(partner)
            notices |= self._make_notice(
                invoice,
                debtor_id=debtor.id,
                partner_id=partner.id,
                recipient_id=partner.id,
            )
        count(notices[:2])
        self.assertEqual(count(notices[:2]), count(notices))

    # === OWN TEXT === #

    def test_edit_copies_the_source(self):
        notice = self._make_notice().with_user(self.collector)
        notice.action_edit_text()
        self.assertEqual(notice.custom_subject, "Reminder {{ number }}")
        self.assertEqual(notice.custom_body, "Hello {{ partner_name }}")
        self.assertTrue(notice.is_edited)
        notice.custom_body = "As we said on the phone: {{ total_claimed }}."
        self.assertEqual(
            self._rendered(notice)["body"], "As we said on the phone: €1,234.50."
        )
        notice.action_reset_text()
        self.assertEqual(self._rendered(notice)["body"], "Hello Durand SARL")

    def test_own_text_is_checked(self):
        notice = self._make_notice()
        with self.assertRaisesRegex(ValidationError, "text, line 2: .*“amount”"):
            notice.custom_body = "Hello\n{{ amount }}"
        with self.assertRaisesRegex(ValidationError, "subject: "):
            notice.custom_subject = "{{ 1 + 1 }}"

    def test_own_text_needs_a_collector_and_a_draft(self):
        notice = self._make_notice()
        with self.assertRaises(AccessError):
            notice.with_user(self.reader).action_edit_text()
        notice._set_sent()
        with self.assertRaises(UserError):
            notice.action_edit_text()

    def test_edit_without_a_text_in_that_language(self):
        self.text.update_field_translations("subject", {"fr_FR": False})
        with self.assertRaisesRegex(UserError, "French"):
            self._make_notice(lang="fr_FR").action_edit_text()

    # === PREVIEW === #

    def test_preview_is_live_until_sent(self):
        self.text.body = "Hello\n[items]\nBye"
        notice = self._make_notice()
        self.assertEqual(notice.preview_subject, f"Reminder {self.invoice.name}")
        self.assertRegex(notice.preview_body, r"(?s)^Hello\n.*table.*\nBye\n")
        notice.write({"subject": "As sent", "body": "What was sent"})
        self.assertEqual(notice.preview_subject, "As sent")
        self.assertIn("What was sent", notice.preview_body)

    def test_preview_follows_the_review_screen(self):
        """Unsaved choices show at once what would be sent."""
        self.text.copy({"tone": "firm", "subject": "Now {{ number }}", "body": "Pay"})
        form = Form(self._make_notice().with_user(self.collector))
        self.assertIn("Reminder", form.preview_subject)
        form.tone = "firm"
        self.assertEqual(form.preview_subject, f"Now {self.invoice.name}")

    def test_preview_shows_what_is_wrong(self):
        self.text.update_field_translations("body", {"fr_FR": False})
        notice = self._make_notice(lang="fr_FR")
        self.assertIn("French", notice.preview_error)
        self.assertFalse(notice.preview_body)

    # === INSTALLED TEXTS === #

    def _get_installed_levels(self):
        """Return the levels that come with the module and write something."""
        names = ("gentle", "standard", "firm")
        procedures = self.env["dunning.procedure"].union(
            *(
                self.env.ref(f"collections_dunning.dunning_procedure_{name}")
                for name in names
            )
        )
        levels = procedures.with_context(active_test=False).level_ids
        return levels.filtered(lambda level: level.channel not in ("phone", "task"))

    def _render_installed(self, levels):
        """Write to a customer at each level, in each tone and language.

        :return: what it is, its language, and the text, see ``_render_text``.
        :rtype: list(tuple)
        """
        result = []
        for level in levels:
            for tone in ("soft", "standard", "firm"):
                for lang in ("en_US", "fr_FR"):
                    notice = self._make_notice(level=level, tone=tone, lang=lang)
                    name = f"{level.procedure_id.name}, {level.name}, {tone}, {lang}"
                    result.append((name, lang, self._rendered(notice)))
        return result

    def _load_french(self):
        self.env["ir.module.module"]._load_module_terms(
            ["collections_dunning"], ["fr_FR"], overwrite=True
        )

    def test_every_installed_text_for_a_real_debtor(self):
        self._load_french()
        self.company.country_id = self.env.ref("base.fr")
        self._send_on("2024-11-06", self.first)
        levels = self._get_installed_levels()
        self.assertEqual(len(levels), 7 + 2 * 6)
        amounts = {"en_US": "€1,234.50", "fr_FR": "1\u202f234,50\u00a0€"}
        quotes = {"en_US": "invoice number", "fr_FR": "le numéro de la facture"}
        for name, lang, text in self._render_installed(levels):
            self.assertFalse(text["error"], name)
            self.assertIn(amounts[lang], text["body"], name)
            self.assertIn("Collector", text["body"], name)
            self.assertIn(quotes[lang], text["body"], name)
            # No amount where somebody else may read it.
            self.assertNotIn(amounts[lang], text["subject"], name)
            # Neither sum nor rate of interest is claimed.
            self.assertNotIn("40", text["body"], name)
            self.assertNotIn("%", text["body"], name)

    def test_tones_of_a_text_differ(self):
        self._load_french()
        self.company.country_id = self.env.ref("base.fr")
        for level in self._get_installed_levels():
            texts = self._render_installed(level)
            bodies = {(lang, text["body"]) for _name, lang, text in texts}
            self.assertEqual(len(bodies), 6, level.name)

    def test_last_sentence_of_a_formal_notice(self):
        """Nothing is announced in between unless the handover notice is active."""
        self._load_french()
        sentences = {"en_US": "without further notice", "fr_FR": "sans autre avis"}
        formal = self._get_installed_levels().filtered("is_formal")
        self.assertEqual(len(formal), 3)
        for name, lang, text in self._render_installed(formal):
            self.assertIn(sentences[lang], text["body"], name)
        for level in formal:
            levels = level.procedure_id.with_context(active_test=False).level_ids
            levels.filtered(lambda lv: lv.channel == "letter").active = True
        for name, lang, text in self._render_installed(formal):
            self.assertNotIn(sentences[lang], text["body"], name)

    def test_copies_are_told_of_when_they_come_along(self):
        self._load_french()
        sentences = {"en_US": "comes with this message", "fr_FR": "avec ce message"}
        standard = self.env.ref("collections_dunning.dunning_procedure_standard")
        told = standard.level_ids.filtered(
            lambda lv: lv.channel == "email" and lv.attach_invoices
        )
        self.assertEqual(len(told), 4)
        for name, lang, text in self._render_installed(told):
            self.assertIn(sentences[lang], text["body"], name)
        told.attach_invoices = False
        for name, lang, text in self._render_installed(told):
            self.assertNotIn(sentences[lang], text["body"], name)

    def test_there_is_no_copy_of_an_opening_balance(self):
        notice = self._make_notice()
        self.assertTrue(self._values(notice)["attached"])
        entry = self.env["account.move"].create(
            {
                "date": "2024-10-01",
                "line_ids": [
                    Command.create(
                        {
                            "partner_id": self.customer.id,
                            "account_id": account.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (self.company_data["default_account_receivable"], 70),
                        (self.company_data["default_account_revenue"], -70),
                    )
                ],
            }
        )
        entry.action_post()
        self.assertFalse(self._values(self._make_notice(entry))["attached"])

    # === EVENTS === #

    def _reject(self, amount=1234.5, invoice=None, **vals):
        return self.env["collections.payment.rejection"].create(
            {
                "debtor_id": self.debtor.id,
                "move_line_ids": self._item(invoice or self.invoice).ids,
                "date": "2024-11-04",
                "currency_id": self.euro.id,
                "amount": amount,
                **vals,
            }
        )

    def test_rejected_payment(self):
        self._load_french()
        values = self._values(self._make_notice())
        self.assertEqual(values["rejection_date"], "")
        self._reject(kind="cheque")
        values = self._values(self._make_notice(lang="fr_FR"))
        self.assertEqual(values["rejection_date"], "4 novembre 2024")
        self.assertEqual(values["rejection_amount"], "1\u202f234,50\u00a0€")
        self.assertEqual(values["rejection_kind"], "Chèque")

    def test_the_last_payment_that_came_back_for_what_is_claimed(self):
        other = self._create_dated_invoice("2024-10-01", "2024-11-01", 300)
        self._reject(date="2024-11-09")
        self._reject(50, date="2024-11-20")
        self._reject(60, date="2024-11-15")
        self._reject(300, other, date="2024-11-28", kind="other")
        notices = self._make_notice() | self._make_notice(self.invoice | other)
        one, both = notices._get_text_values().values()
        self.assertEqual(one["rejection_date"], "November 20, 2024")
        self.assertEqual(one["rejection_amount"], "€50.00")
        self.assertEqual(both["rejection_amount"], "€300.00")
        self.assertEqual(both["rejection_kind"], "")

    def test_texts_about_a_rejected_payment_leave_no_doubt(self):
        self._load_french()
        self._reject(kind="bill")
        levels = self._get_installed_levels()
        rejected = levels.filtered(lambda level: level.event == "rejected")
        kinds = {"en_US": "(bill of exchange)", "fr_FR": "(effet de commerce)"}
        days = {"en_US": "November 4, 2024", "fr_FR": "4 novembre 2024"}
        for name, lang, text in self._render_installed(rejected):
            self.assertIn(kinds[lang], text["body"], name)
            self.assertIn(days[lang], text["body"], name)
            self.assertNotRegex(text["body"], "(?i)mistaken|sauf erreur", name)

    def test_texts_after_a_stop_give_a_new_date(self):
        self._load_french()
        levels = self._get_installed_levels()
        after_stop = levels.filtered(lambda level: level.event == "after_stop")
        for name, lang, text in self._render_installed(after_stop):
            write = TextWriter(babel_locale_parse(lang), "EUR")
            day = write.date(self.today + timedelta(days=8))
            self.assertIn(day, text["subject"], name)
            self.assertIn(day, text["body"], name)
