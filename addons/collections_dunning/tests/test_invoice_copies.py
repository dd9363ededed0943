import io
import re
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from .delivery_common import DeliveryCommon

MODULE = "odoo.addons.collections_dunning.models.dunning_notice_invoices"


def make_pdf(pages=1):
    writer = PdfFileWriter()
    for _page in range(pages):
        writer.add_blank_page(100, 100)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def read_text(content):
    pages = PdfFileReader(io.BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages)


def find_invoice_links(html):
    """Return address and text of each link to an invoice, not to the whole account."""
    links = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>([^<]+)</a>', html)
    return [link for link in links if "/my/invoices/" in link[0]]


class InvoicesCommon(DeliveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.attach_invoices = True

    def setUp(self):
        super().setUp()
        self.mailbox = self._serve()
        # No web server of the test gives the program its styles.
        self.enterContext(mute_logger("odoo.addons.base.models.ir_actions_report"))

    def _remind_of(self, count, pdf=None):
        """Return the notice about some invoices, and these, the oldest first.

        :param bytes pdf: their stored PDF.
        """
        invoices = self.env["account.move"].union(
            *(self._create_invoice(6 + i, amount=100 + i) for i in range(count))
        )[::-1]
        if pdf is not None:
            for invoice in invoices:
                self._store(invoice, pdf)
        notice = self._propose().notice_ids
        notice.sudo()._queue()
        return notice, invoices

    def _store(self, invoice, pdf):
        self.env["ir.attachment"].create(
            {
                "name": f"{invoice.name.replace('/', '_')}.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": invoice._name,
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.invalidate_recordset()

    def _send_job(self):
        """Run the job; return the message that arrived and its attachments."""
        self._run_job()
        [(_recipients, message)] = self.mailbox.messages
        return message, [
            (part.get_filename(), part.get_content())
            for part in message.iter_attachments()
        ]


@tagged("post_install", "-at_install")
class TestInvoiceCopies(InvoicesCommon):
    """Copies of the invoices go with a reminder."""

    def test_attached(self):
        """The stored PDF as it is; the other one printed, without a trace."""
        notice, invoices = self._remind_of(2)
        stored = make_pdf(3)
        self._store(invoices[0], stored)
        before = self._get_trace(invoices)
        _message, attachments = self._send_job()
        names = [name for name, _content in attachments]
        self.assertEqual(
            names, [f"{invoice.name.replace('/', '_')}.pdf" for invoice in invoices]
        )
        self.assertEqual(attachments[0][1], stored)
        self.assertIn(invoices[1].name, read_text(attachments[1][1]))
        self.assertEqual(self._get_trace(invoices), before)
        self.assertRecordValues(notice, [{"state": "sent", "error": False}])

    def _get_trace(self, invoices):
        self.env.invalidate_all()
        return [
            (
                invoice.write_date,
                invoice.is_move_sent,
                invoice.access_token,
                invoice.message_ids.ids,
                self.env["ir.attachment"].search_count(
                    [
                        ("res_model", "=", invoice._name),
                        ("res_id", "=", invoice.id),
                        ("res_field", "in", [False, "invoice_pdf_report_file"]),
                    ]
                ),
            )
            for invoice in invoices
        ]

    def test_courtesy(self):
        """A level that attaches none: before the due date nobody asks for a copy."""
        self.first.attach_invoices = False
        self._remind_of(1, make_pdf())
        _message, attachments = self._send_job()
        self.assertFalse(attachments)

    def test_merged(self):
        """Above five they are one file, in the order of the table."""
        self.customer.lang = "fr_FR"
        self.env["res.lang"]._activate_lang("fr_FR")
        self.first.text_ids.with_context(lang="fr_FR").write(
            {"subject": "Rappel", "body": "Bonjour"}
        )
        _notice, invoices = self._remind_of(6)
        _message, [(name, content)] = self._send_job()
        self.assertEqual(name, "Factures.pdf")
        text = read_text(content)
        places = [text.find(invoice.name) for invoice in invoices]
        self.assertNotIn(-1, places)
        self.assertEqual(places, sorted(places))

    def test_five(self):
        self._remind_of(5, make_pdf())
        _message, attachments = self._send_job()
        self.assertEqual(len(attachments), 5)

    def test_small_enough(self):
        self._remind_of(2, make_pdf() + b" " * 4_000_000)
        _message, attachments = self._send_job()
        self.assertEqual(len(attachments), 2)

    def test_one_that_cannot_be_printed(self):
        """Its link goes in its place, and the notice says so."""
        notice, invoices = self._remind_of(3)
        reports = type(self.env["ir.actions.report"])
        render = reports._render_qweb_pdf_prepare_streams

        def render_some(records, report_ref, data, res_ids=None):
            if invoices[1].id in res_ids:
                raise ValueError("broken")
            return render(records, report_ref, data, res_ids=res_ids)

        with patch.object(reports, "_render_qweb_pdf_prepare_streams", render_some):
            message, attachments = self._send_job()
        self.assertEqual(len(attachments), 2)
        html = message.get_body(["html"]).get_content()
        links = find_invoice_links(html)
        self.assertEqual([name for _url, name in links], [invoices[1].name])
        self.assertEqual(notice.state, "sent")
        self.assertIn(invoices[1].name, notice.error)
        self.assertNotIn(invoices[0].name, notice.error)

    def test_stored_pdf_is_broken(self):
        """Six that can't be put together: links, and the reminder leaves."""
        notice, invoices = self._remind_of(6, b"%PDF-1.4 nonsense")
        with mute_logger(MODULE):
            message, attachments = self._send_job()
        self.assertFalse(attachments)
        html = message.get_body(["html"]).get_content()
        links = find_invoice_links(html)
        self.assertEqual([name for _url, name in links], invoices.mapped("name"))
        self.assertEqual(notice.state, "sent")
        self.assertIn(invoices[0].name, notice.error)

    def test_printed_at_once(self):
        """One call of the program for all notices of a batch."""
        for number in range(3):
            self._create_invoice(6, partner=self._create_customer(f"Firm{number}"))
        self._propose().notice_ids.sudo()._queue()
        reports = type(self.env["ir.actions.report"])
        run = reports._run_wkhtmltopdf
        calls = []

        def count(records, bodies, *args, **kwargs):
            calls.append(len(bodies))
            return run(records, bodies, *args, **kwargs)

        with patch.object(reports, "_run_wkhtmltopdf", count):
            self._run_job()
        self.assertEqual(calls, [3])
        texts = {
            recipients[0]: read_text(next(message.iter_attachments()).get_content())
            for recipients, message in self.mailbox.messages
        }
        self.assertEqual(len(texts), 3)
        for address, text in texts.items():
            self.assertIn(address.partition("@")[2].partition(".")[0], text.lower())

    def test_out_of_time(self):
        """Printing took all the time: what was printed leaves, and the rest later."""
        for number in range(4):
            self._create_invoice(6, partner=self._create_customer(f"Firm{number}"))
        self._propose().notice_ids.sudo()._queue()
        cron = self.env.ref("collections_dunning.ir_cron_dunning_notice_send")
        delivery = "odoo.addons.collections_dunning.models.dunning_notice_delivery"
        with (
            patch("odoo.addons.base.models.ir_cron.MIN_TIME_PER_JOB", 0),
            patch(f"{delivery}.PRINTS_PER_BATCH", 3),
            self.enter_registry_test_mode(),
        ):
            cron.with_user(SUPERUSER_ID).method_direct_trigger()
        self.assertEqual(len(self.mailbox.messages), 3)
        self._run_job()
        self.assertEqual(len(self.mailbox.messages), 4)

    def test_repaired(self):
        """What a crash left unrecorded is kept with its copies."""
        notice, _invoices = self._remind_of(1, make_pdf(2))
        notice_model = type(self.env["dunning.notice"])
        with patch.object(notice_model, "_record_sent", lambda *args: None):
            self._run_job()
        self._run_job()
        self.assertIn(b"application/pdf", notice.eml_attachment_id.raw)
        self.assertEqual(len(self.mailbox.messages), 1)

    def test_sample(self):
        """The sample has them too."""
        notice, _invoices = self._remind_of(1, make_pdf())
        notice._set_state("draft")
        notice._send_sample(self.manager)
        [(_recipients, message)] = self.mailbox.messages
        self.assertEqual(len(list(message.iter_attachments())), 1)

    def test_memory(self):
        """Sources are recorded before they fill the memory, and forgotten."""
        for number in range(4):
            invoice = self._create_invoice(
                6, partner=self._create_customer(f"Firm{number}")
            )
            self._store(invoice, make_pdf() + b" " * 100_000)
        self._propose().notice_ids.sudo()._queue()
        notice_model = type(self.env["dunning.notice"])
        record = notice_model._record_sent
        batches = []

        def note(records, emails):
            batches.append(len(emails))
            return record(records, emails)

        delivery = "odoo.addons.collections_dunning.models.dunning_notice_delivery"
        with (
            patch.object(notice_model, "_record_sent", note),
            patch(f"{delivery}.RECORDED_BYTES", 200_000),
        ):
            self._run_job()
        self.assertEqual(batches, [2, 2, 0])
        self.assertEqual(len(self.mailbox.messages), 4)


@tagged("post_install", "-at_install")
class TestInvoiceLinks(InvoicesCommon, HttpCase):
    """Links to the invoices go with a reminder when the copies are too large."""

    def _run_job(self):
        """Here every cursor is the test's already."""
        self.env.flush_all()
        with self.registry.cursor() as cr:
            env = self.env(cr=cr, user=SUPERUSER_ID, context={})
            env["dunning.notice"]._cron_send()
        self.env.invalidate_all()

    def test_too_large(self):
        """Above 8 MB: links under the numbers, which open without an account."""
        _notice, invoices = self._remind_of(2, make_pdf() + b" " * 4_200_000)
        message, attachments = self._send_job()
        self.assertFalse(attachments)
        html = message.get_body(["html"]).get_content()
        plain = message.get_body(["plain"]).get_content()
        links = find_invoice_links(html)
        self.assertEqual([name for _url, name in links], invoices.mapped("name"))
        self.assertIn("Each invoice can be opened by its number", html)
        for url, name in links:
            url = url.replace("&amp;", "&")
            self.assertIn(url, plain)
            page = self.url_open(url[url.index("/my/") :])
            self.assertEqual(page.status_code, 200)
            self.assertIn(name, page.text)
