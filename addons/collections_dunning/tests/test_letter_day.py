import io
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import epc_qr
from .letter_common import LetterCommon

# Invoices ask a server for their styles, which a test has not.
CORE_REPORT = "odoo.addons.base.models.ir_actions_report"


@tagged("post_install", "-at_install")
class TestLetterDay(LetterCommon):
    """A day's letters with their slip, annexes and specimens: real PDFs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second.channel = "letter"

    def _queue(self, name, level=None, **vals):
        customer = self._create_customer(name, **vals)
        notice = self._draft(
            self._create_euro_invoice(60, partner=customer), level=level
        )
        notice.action_send()
        return notice

    def _switch_test_mode_on(self):
        self.company.root_id.write(
            {"dunning_test_mode": True, "dunning_test_email": "me@seller.example.com"}
        )

    def _print_day(self, user=None):
        notices = self.env["dunning.notice"].with_user(user or self.collector)
        return notices.action_print_day()

    # === THE DAY'S LETTERS === #

    def test_envelope_order_and_slip(self):
        plain = self._queue("Abeille SARL", level=self.second)
        zebra = self._queue("Zèbre SA")
        echo = self._queue("Écho SAS")
        waiting = self._draft(self._create_euro_invoice(60))
        echo.registered_number = "1A 234 567 8901 2"
        action = self._print_day()
        self.assertEqual(action["context"]["active_ids"], (echo | zebra | plain).ids)
        self.assertEqual(waiting.state, "draft")
        *letters, slip = self._read_pages(self._download(action))
        self.assertEqual(len(letters), 3)
        for text, notice in zip(letters, echo | zebra | plain, strict=True):
            self.assertIn(notice.name, text)
        self.assertIn("DEPOSIT SLIP", slip)
        places = [
            slip.index(part)
            for part in (
                "1 quai Perrache",
                "Registered letters with acknowledgement",
                f"1 {echo.name} Écho SAS",
                "1A 234 567 8901 2",
                f"2 {zebra.name} Zèbre SA",
                "Ordinary letters",
                f"3 {plain.name} Abeille SARL",
                "12 rue des Lilas, 69003 LYON",
                "Total 3",
                "stamp",
            )
            if part not in ("1 quai Perrache", "12 rue des Lilas, 69003 LYON")
        ]
        self.assertEqual(places, sorted(places))
        self.assertIn("1 quai Perrache", slip)
        self.assertIn("12 rue des Lilas, 69003 LYON", slip)

    def test_a_long_name_on_the_slip(self):
        name = "Société anonyme des anciens établissements Durand et Fils"
        letters = self._queue(name) | self._queue("Abeille SARL")
        slip = self.env["report.collections_dunning.dunning_deposit_slip_report"]
        rows = slip._get_report_values(letters.ids)["slips"][self.company.id]["tables"]
        self.assertEqual(
            [row["addressee"] for row in rows[0]],
            [
                (
                    customer,
                    "For the attention of the legal representative, "
                    "12 rue des Lilas, 69003 LYON",
                )
                for customer in ("Abeille SARL", name)
            ],
        )

    def test_no_page_holds_a_mere_greeting(self):
        for text in self.second.text_ids:
            text.body = "\n\n".join(
                ["Hello,", "[items]"]
                + ["Word " * 40] * 18
                + ["The last words.", "Yours faithfully,"]
            )
        for count in range(1, 9):
            invoices = [self._create_euro_invoice(60) for _ in range(count)]
            notice = self._draft(*invoices, level=self.second)
            notice.action_print()
            pages = self._get_pages(notice)
            with_greeting = next(p for p in pages if "Yours faithfully," in p)
            self.assertIn("The last words.", with_greeting)
            notice.action_cancel()

    def test_french_slip_and_numbers_typed_later(self):
        self.company.partner_id.lang = "fr_FR"
        notice = self._queue("Durand et Fils")
        self._print_day()
        notice.registered_number = "2C 111 222 3333 4"
        slip = self.env.ref("collections_dunning.dunning_deposit_slip_report_action")
        action = slip.report_action(notice, config=False)
        [text] = self._read_pages(self._download(action))
        self.assertIn("2C 111 222 3333 4", text)
        self.assertIn("Durand et Fils", text)
        self.assertIn("BORDEREAU DE DÉPÔT", text)
        self.assertNotIn("Registered", text)

    def test_no_letter_waits(self):
        action = self._print_day()
        self.assertEqual(action["tag"], "display_notification")

    def test_what_was_not_printed_is_told(self):
        right = self._queue("Abeille SARL")
        wrong = self._queue("Zèbre SA")
        wrong.recipient_id.street = False
        action = self._print_day()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("Zèbre SA", action["params"]["message"])
        next_action = action["params"]["next"]
        self.assertEqual(next_action["context"]["active_ids"], right.ids)
        self.assertEqual(wrong.state, "failed")

    def test_only_letters_of_the_companies_looked_at(self):
        own = self._queue("Abeille SARL")
        other = self.env["res.company"].create({"name": "Other"})
        notices = self.env["dunning.notice"].with_company(other)
        self.env.user.company_ids |= other
        notices = notices.with_context(allowed_company_ids=other.ids)
        self.assertEqual(notices.action_print_day()["tag"], "display_notification")
        self.assertEqual(own.state, "queued")

    def test_rights(self):
        self._queue("Abeille SARL")
        with self.assertRaises(AccessError):
            self._print_day(self.reader)

    def test_one_sided(self):
        self._queue("Abeille SARL")
        reader = self._read(self._download(self._print_day()))
        viewer = reader.trailer["/Root"]["/ViewerPreferences"]
        self.assertEqual(viewer["/Duplex"], "/Simplex")

    # === ANNEXES === #

    @mute_logger(CORE_REPORT)
    def test_copies_of_the_invoices_follow_a_formal_notice(self):
        self.formal.attach_invoices = True
        first = self._create_euro_invoice(70, 100)
        second = self._create_euro_invoice(60, 200)
        stored = self.env["ir.attachment"].create(
            {
                "name": "stored.pdf",
                "raw": self._print_stored("Stored copy"),
                "res_model": "account.move",
                "res_id": first.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        first.invalidate_recordset()
        self.assertEqual(first.invoice_pdf_report_id, stored)
        notice = self._draft(second, first)
        notice.with_user(self.manager).action_print()
        letter, old, new = self._get_pages(notice)
        self.assertIn("Annexes: Copies of the invoices", letter)
        self.assertIn("Stored copy", old)
        self.assertIn(second.name, new)
        self.assertNotIn("PROFORMA", new.upper())
        self.assertFalse(second.invoice_pdf_report_id, "a copy is no invoice sent")

    def _print_stored(self, text):
        stream = io.BytesIO()
        canvas = Canvas(stream)
        canvas.drawString(100, 700, text)
        canvas.save()
        return stream.getvalue()

    @mute_logger(CORE_REPORT)
    def test_a_broken_copy_is_printed_anew(self):
        self.formal.attach_invoices = True
        invoice = self._create_euro_invoice(60)
        self.env["ir.attachment"].create(
            {
                "name": "broken.pdf",
                "raw": b"%PDF-1.4 no more",
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.invalidate_recordset()
        notice = self._draft(invoice)
        notice.action_print()
        _letter, copy = self._get_pages(notice)
        self.assertIn(invoice.name, copy)

    @mute_logger(CORE_REPORT)
    def test_copies_as_the_level_says(self):
        reminder = self._queue("Abeille SARL", level=self.second)
        formal = self._queue("Zèbre SA")
        self.second.attach_invoices = True
        self._print_day()
        [text] = self._get_pages(formal)
        self.assertNotIn("Annexes", text)
        text, copy = self._get_pages(reminder)
        self.assertIn("Annexes", text)
        self.assertIn(reminder.line_ids.move_name, copy)

    # === CONTENT === #

    def test_what_falls_due_soon_is_told_in_a_reminder_alone(self):
        coming = self._create_euro_invoice(-6, 321)
        for level, expected in ((self.second, True), (self.formal, False)):
            notice = self._draft(self._create_euro_invoice(60), level=level)
            self._add_coming(notice, coming)
            notice.action_approve()
            notice._set_state("queued")
            notice._freeze_texts()._print_letters()
            text = " ".join(self._get_pages(notice))
            self.assertEqual("Falling due within 10 days" in text, expected)
            self.assertEqual(coming.name in text, expected)
            self.assertIn("€100.00", text)
            notice.action_cancel()

    def _add_coming(self, notice, invoice):
        item = self._item(invoice)
        self.env["dunning.notice.line"].sudo().create(
            {
                "notice_id": notice.id,
                "company_id": notice.company_id.id,
                "kind": "5_coming",
                "move_line_id": item.id,
                "move_id": invoice.id,
                "move_name": invoice.name,
                "invoice_date": invoice.invoice_date,
                "date_maturity": item.date_maturity,
                "currency_id": self.euro.id,
                "amount_residual": 321,
            }
        )
        notice.invalidate_recordset(["line_ids"])

    def test_the_qr_code_carries_the_reference_of_the_notice(self):
        notice = self._draft(self._create_euro_invoice(60, 123.45))
        with patch.object(
            epc_qr, "build_payload", side_effect=epc_qr.build_payload
        ) as build:
            notice.action_print()
        payload = epc_qr.build_payload(*build.call_args.args)
        self.assertIn(notice._get_payment_reference(), payload.split("\n"))
        self.assertIn("EUR123.45", payload.split("\n"))

    # === SPECIMENS === #

    @mute_logger(CORE_REPORT)
    def test_test_mode_prints_specimens(self):
        self.formal.attach_invoices = True
        notice = self._draft(self._create_euro_invoice(60))
        self._switch_test_mode_on()
        before = self.env["ir.attachment"].search_count([])
        sequence = notice._get_sequence()
        number = sequence.number_next_actual
        action = notice.with_user(self.collector).action_print()
        pages = self._read_pages(self._download(action))
        self.assertEqual(len(pages), 2)
        for page in pages:
            self.assertIn("SPECIMEN", page)
        self.assertIn("You owe us €100.00.", pages[0])
        self.assertEqual(notice.state, "draft")
        self.assertFalse(notice.name or notice.pdf_attachment_id or notice.printed_at)
        self.assertFalse(notice.body)
        self.assertEqual(sequence.number_next_actual, number)
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)

    def test_a_days_specimens_and_their_slip(self):
        notice = self._queue("Abeille SARL")
        self._switch_test_mode_on()
        letter, slip = self._read_pages(self._download(self._print_day()))
        self.assertIn("Abeille SARL", letter)
        self.assertIn("SPECIMEN", letter)
        self.assertIn("SPECIMEN", slip)
        self.assertEqual(notice.state, "queued")

    def test_a_specimen_that_can_not_be_printed_says_why(self):
        self.customer.street = False
        notice = self._draft(self._create_euro_invoice(60))
        self._switch_test_mode_on()
        with self._refused("no complete postal address"):
            notice.action_print()
        self.assertEqual(notice.state, "draft")

    def test_a_real_letter_is_no_specimen(self):
        notice = self._queue("Abeille SARL")
        self._print_day()
        self.assertNotIn("SPECIMEN", " ".join(self._get_pages(notice)))
        self.assertTrue(notice.printed_at <= fields.Datetime.now())
