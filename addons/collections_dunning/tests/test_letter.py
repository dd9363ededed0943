from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..tools import creditor_reference
from .letter_common import LetterCommon

POINTS_PER_MM = 72 / 25.4


@tagged("post_install", "-at_install")
class TestLetter(LetterCommon):
    """Letters as they come out of the printer: real PDFs, read again."""

    def _get_window(self, notice):
        """Return the lines of text in the right half above the letter's text.

        :return: (baseline from the top, left, text) in millimetres.
        """
        page = self._read(notice.pdf_attachment_id.raw).pages[0]
        height = float(page.mediabox.height)
        found = []

        def visit(text, matrix, text_matrix, _font, _size):
            left = (text_matrix[4] * matrix[0] + matrix[4]) / POINTS_PER_MM
            top = (height - text_matrix[5] * matrix[3] - matrix[5]) / POINTS_PER_MM
            if text.strip() and left > 110 and 55 < top < 88:
                found.append((round(top, 1), round(left, 1), text.strip()))

        page.extract_text(visitor_text=visit)
        return sorted(found)

    # === CONTENT === #

    def test_english_letter_on_one_page(self):
        invoice = self._create_euro_invoice(60, 1234.5)
        notice = self._draft(invoice)
        notice.registered_number = "1A 234 567 8901 2"
        notice.action_print()
        self.assertEqual(notice.state, "printed")
        self.assertTrue(notice.printed_at)
        [text] = self._get_pages(notice)
        reference = creditor_reference.format_printed(notice._get_payment_reference())
        for expected in (
            "REGISTERED LETTER",
            "1A 234 567 8901 2",
            "Durand SARL",
            "69003 LYON",
            notice.name,
            "Formal subject",
            invoice.name,
            "€1,234.50",
            "FR76 3000 6000 0112 3456 7890 189",
            reference,
            "Yours faithfully,",
            "Seller SAS",
            "1 / 1",
        ):
            self.assertIn(expected, text)
        self.assertEqual(notice.subject, "Formal subject")
        self.assertIn("You owe us €1,234.50.", notice.body)

    def test_french_letter(self):
        self.customer.lang = "fr_FR"
        invoice = self._create_euro_invoice(60, 1234.5)
        notice = self._draft(invoice)
        notice.action_print()
        [text] = self._get_pages(notice)
        for expected in (
            "LETTRE RECOMMANDÉE AVEC DEMANDE D'AVIS DE RÉCEPTION",
            "Mise en demeure",
            "représentant légal",
            "1 234,50 €",
            "Échéance",
            "Salutations distinguées.",
        ):
            self.assertIn(expected, text)
        for english in ("Due date", "Subject", "REGISTERED", "Dear"):
            self.assertNotIn(english, text)

    def test_plain_letter_names_the_last_day(self):
        self.second.channel = "letter"
        notice = self._draft(self._create_invoice(60), level=self.second)
        notice.action_print()
        [text] = self._get_pages(notice)
        day = f"{notice.deadline_date:%B} {notice.deadline_date.day}, "
        self.assertIn(f"by {day}{notice.deadline_date.year}", text)
        self.assertNotIn("REGISTERED", text)
        self.assertNotIn("legal representative", text)
        self.assertTrue(notice.name.startswith("REL/"))

    def test_credits_and_held_parts_add_up_to_the_sum(self):
        self._create_credit_note(30)
        first = self._create_invoice(60, 100)
        second = self._create_invoice(50, 500)
        self.env["collections.debtor"]._ensure_for(self.company, self.customer)
        self.env["dunning.hold"].sudo().create(
            {
                "debtor_id": self._debtor().id,
                "move_line_id": self._item(second).id,
                "reason": "disputed",
                "amount": 200,
            }
        )
        notice = self._draft(first, second)
        notice.action_print()
        [text] = self._get_pages(notice)
        self.assertAlmostEqual(notice.amount_total, 370)
        for expected in ("100.00", "500.00", "200.00", "300.00", "-$30.00", "370.00"):
            self.assertIn(expected, text.replace("\u2011", "-"))

    def test_address_stands_in_the_window(self):
        self.customer.write({"name": "Durand et Fils SARL", "street2": "Bâtiment C"})
        notice = self._draft(self._create_euro_invoice(60))
        notice.action_print()
        lines = self._get_window(notice)
        self.assertEqual(
            [line for _top, _left, line in lines],
            [
                "Durand et Fils SARL",
                "For the attention of the legal representative",
                "12 rue des Lilas",
                "Bâtiment C",
                "69003 LYON",
            ],
        )
        for top, left, line in lines:
            self.assertGreaterEqual(left, 118, line)
            self.assertGreaterEqual(top - 3, 60, line)  # letters are 3 mm high
            self.assertLessEqual(top, 84, line)

    def test_address_has_six_lines_at_most(self):
        self.customer.write(
            {
                "name": "Société anonyme des anciens établissements Durand et Fils",
                "street2": "Bâtiment C, zone industrielle",
                "country_id": self.env.ref("base.be").id,
            }
        )
        notice = self._draft(self._create_euro_invoice(60))
        notice.action_print()
        lines = self._get_window(notice)
        self.assertEqual(len(lines), 6)
        self.assertEqual(lines[-1][2], "BELGIUM")
        self.assertLessEqual(lines[-1][0], 84)

    def test_eighty_invoices_over_three_pages(self):
        invoices = [self._create_euro_invoice(40 + i, 100 + i) for i in range(80)]
        notice = self._draft(*invoices)
        notice.action_print()
        pages = self._get_pages(notice)
        self.assertEqual(len(pages), 3)
        for number, text in enumerate(pages, 1):
            self.assertIn(f"{number} / 3", text)
            self.assertIn("Due date", text, "the head of the table repeats")
        whole = "\n".join(pages)
        for invoice in invoices:
            self.assertEqual(whole.count(invoice.name), 1)
        self.assertIn("Yours faithfully,", pages[-1])

    def test_qr_code_only_for_euros_and_an_iban(self):
        report = self.env["report.collections_dunning.dunning_letter_report"]

        def get_qr(notice):
            return report._get_report_values(notice.ids)["letters"][notice.id]["qr"]

        self.assertTrue(get_qr(self._draft(self._create_euro_invoice(60))))
        other = self.env["res.currency"].search([("name", "!=", "EUR")], limit=1)
        other.active = True
        foreign = self._create_invoice(
            60, partner=self.other_customer, currency_id=other.id
        )
        self.assertFalse(get_qr(self._draft(foreign)))
        self.company.partner_id.bank_ids.acc_number = "123456789"
        third = self._create_customer("Third SA")
        notice = self._draft(self._create_euro_invoice(60, partner=third))
        self.assertFalse(get_qr(notice))

    # === PRINTING === #

    def test_reprint_is_the_same_letter(self):
        notice = self._draft(self._create_invoice(60))
        action = notice.action_print()
        content, name, deadline = (
            notice.pdf_attachment_id.raw,
            notice.name,
            notice.deadline_date,
        )
        self.formal.text_ids.body = "Another text"
        self.assertEqual(notice.action_print()["report_name"], action["report_name"])
        self.assertEqual(notice.pdf_attachment_id.raw, content)
        notice.action_post()
        notice.action_print()
        downloaded, _type = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(action["report_name"], notice.ids)
        )
        self.assertEqual(downloaded, content)
        self.assertEqual((notice.name, notice.deadline_date), (name, deadline))

    def test_several_letters_are_one_download_in_order(self):
        notices = self._draft(self._create_invoice(60)) | self._draft(
            self._create_invoice(60, partner=self.other_customer)
        )
        action = notices.action_print()
        self.assertEqual(action["context"]["active_ids"], notices.ids)
        content, _type = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(action["report_name"], notices.ids)
        )
        first, second = self._read(content).pages
        self.assertIn("Durand", first.extract_text())
        self.assertIn("Martin", second.extract_text())
        for notice in notices:
            self.assertEqual(len(self._get_pages(notice)), 1)

    def test_formal_notices_are_numbered_without_gaps(self):
        first = self._draft(self._create_invoice(60))
        first.action_print()
        second = self._draft(self._create_invoice(60, partner=self.other_customer))
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            second.action_print()
            self.assertTrue(second.name)
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(second.name)
        self.assertEqual(second.state, "draft")
        second.action_cancel()
        third_customer = self._create_customer("Third SA")
        third = self._draft(self._create_invoice(60, partner=third_customer))
        third.action_print()
        numbers = [int(notice.name.rpartition("/")[2]) for notice in first | third]
        self.assertEqual(numbers[1], numbers[0] + 1)
        self.assertTrue(first.name.startswith("MED/"))

    def test_paid_meanwhile_is_not_printed(self):
        invoice = self._create_invoice(60)
        notice = self._draft(invoice)
        self._pay(invoice)
        action = notice.action_print()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(notice.state, "cancelled")
        self.assertFalse(notice.name)
        self.assertFalse(notice.pdf_attachment_id)

    def test_part_paid_meanwhile_claims_the_rest(self):
        invoice = self._create_euro_invoice(60, 1000)
        notice = self._draft(invoice)
        self._pay(invoice, 400)
        notice.action_print()
        [text] = self._get_pages(notice)
        self.assertIn("€600.00", text)
        self.assertNotIn("1,000.00", text)

    def test_a_wrong_text_fails_alone(self):
        wrong = self._draft(self._create_invoice(60))
        right = self._draft(self._create_invoice(60, partner=self.other_customer))
        wrong.sudo().lang = "de_DE"
        (wrong | right).action_print()
        self.assertEqual(wrong.state, "failed")
        self.assertIn("de_DE", wrong.error)
        self.assertFalse(wrong.name)
        self.assertEqual(right.state, "printed")

    def test_an_incomplete_address_fails(self):
        self.customer.street = False
        notice = self._draft(self._create_invoice(60))
        action = notice.action_print()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(notice.state, "failed")
        self.assertIn("Durand", notice.error)
        self.assertFalse(notice.name)

    def test_what_is_no_letter_is_not_printed(self):
        notice = self._draft(self._create_invoice(60), level=self.second)
        with self.assertRaises(UserError):
            notice.action_print()

    def test_a_cancelled_draft_is_not_printed(self):
        notice = self._draft(self._create_invoice(60))
        notice.action_cancel()
        with self.assertRaises(UserError):
            notice.action_print()

    def test_rights(self):
        notice = self._draft(self._create_invoice(60))
        with self.assertRaises(AccessError):
            notice.with_user(self.reader).action_print()
        with self.assertRaises(AccessError):
            notice.with_user(self.collector).action_print()
        notice.with_user(self.manager).action_approve()
        notice.with_user(self.collector).action_print()
        self.assertEqual(notice.state, "printed")
        self.assertEqual(notice.approved_by_id, self.manager)

    def test_company_layouts_keep_the_address_in_the_window(self):
        layouts = self.env["report.layout"].search([])
        for index, layout in enumerate(layouts):
            customer = self._create_customer(f"Client {index}")
            self.company.external_report_layout_id = layout.view_id
            notice = self._draft(self._create_invoice(60, partner=customer))
            notice.action_print()
            top, left, line = self._get_window(notice)[0]
            self.assertEqual(line, customer.name, layout.name)
            self.assertTrue(118 <= left <= 121 and 63 < top < 66, layout.name)


@tagged("post_install", "-at_install")
class TestLetterDownload(LetterCommon, HttpCase):
    def test_collector_downloads_what_was_printed(self):
        invoices = self._create_invoice(60) | self._create_invoice(
            60, partner=self.other_customer
        )
        notices = self.env["dunning.notice"]
        for invoice in invoices:
            notices |= self.env["dunning.proposal"]._draft_for_items(
                self._item(invoice), self.formal
            )
        action = notices.action_print()
        self.authenticate(self.collector.login, self.collector.login)
        url = f"/report/pdf/{action['report_name']}/"
        one = self.url_open(url + str(notices[0].id))
        self.assertEqual(one.content, notices[0].pdf_attachment_id.raw)
        both = self.url_open(url + ",".join(map(str, notices.ids)))
        self.assertEqual(len(self._read(both.content).pages), 2)

    def test_readers_get_no_code_that_opens_the_customers_page(self):
        """The code on a letter is its signed link: whoever has it acts for him."""
        notice = self._draft(self._create_invoice(60))
        action = notice.action_print()
        live = notice._get_portal_qr()
        letter = notice.pdf_attachment_id
        copy = notice.with_user(self.reader)
        self.assertTrue(live)
        self.assertFalse(copy._get_portal_qr() == live)
        self.assertTrue(notice.with_user(self.collector)._get_portal_qr() == live)
        self.assertNotIn("pdf_attachment_id", copy.read()[0])
        self.assertFalse(letter.with_user(self.reader).has_access("read"))
        self.authenticate(self.reader.login, self.reader.login)
        self.assertEqual(self.url_open(f"/web/content/{letter.id}").status_code, 404)
        url = f"/report/html/{action['report_name']}/{notice.id}"
        self.assertFalse(live in self.url_open(url).text)
        one = self.url_open(url.replace("/html/", "/pdf/"))
        self.assertFalse(one.content == letter.raw)
        self.assertIn("SPECIMEN", self._read_pages(one.content)[0])

    def test_letters_are_printed_numbered_and_posted_in_a_browser(self):
        self.second.channel = "letter"
        notices = self._draft(self._create_invoice(60))
        martin = self._create_invoice(60, partner=self.other_customer)
        notices |= self._draft(martin, level=self.second)
        notices.action_send()
        self.start_tour(
            "/odoo/action-collections_dunning.dunning_notice_action",
            "dunning_post_letters",
            login=self.collector.login,
        )
        self.env.invalidate_all()
        self.assertEqual(notices.mapped("state"), ["sent", "sent"])
        self.assertEqual(notices[0].registered_number, "1A 234 567 8901 2")

    def test_the_day_report_is_downloaded_with_its_slip(self):
        notice = self._draft(self._create_invoice(60))
        notice.action_print()
        self.authenticate(self.collector.login, self.collector.login)
        report = "collections_dunning.dunning_letter_day_report"
        answer = self.url_open(f"/report/pdf/{report}/{notice.id}")
        letter, slip = self._read_pages(answer.content)
        self.assertIn(notice.name, letter)
        self.assertIn("DEPOSIT SLIP", slip)
