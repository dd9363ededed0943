import io
import re
from contextlib import contextmanager

from pypdf import PdfReader

from odoo.exceptions import UserError

from .common import DunningCommon

IBAN = "FR7630006000011234567890189"


class LetterCommon(DunningCommon):
    """A company with an address and a bank account, and texts in two languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(
            ["base", "web", "collections_dunning"], ["fr_FR"], overwrite=True
        )
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.company.partner_id.write(
            {
                "street": "1 quai Perrache",
                "zip": "69002",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.company.write({"company_details": "<p>Seller SAS<br/>1 quai Perrache</p>"})
        cls.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": cls.company.partner_id.id}
        )
        for text in cls.levels.text_ids:
            text.body = (
                "Dear Sir or Madam,\n\nYou owe us {{ total_claimed }}.\n\n[items]\n\n"
                "Pay by {{ deadline_date }}.\n\n[payment]\n\nYours faithfully,"
            )
            text.update_field_translations("subject", {"fr_FR": "Mise en demeure"})
            text.update_field_translations(
                "body",
                {
                    "fr_FR": "Madame, Monsieur,\n\nVous devez {{ total_claimed }}."
                    "\n\n[items]\n\nAu plus tard le {{ deadline_date }}."
                    "\n\n[payment]\n\nSalutations distinguées."
                },
            )
        # Copies of invoices are tried where they matter.
        cls.levels.attach_invoices = False
        # Kept by the class: compiled once, not in each test.
        for bundle in cls.env["ir.actions.report"]._get_report_css_bundles():
            bundle.css()

    def _draft(self, *invoices, level=None):
        items = self.env["account.move.line"]
        for invoice in invoices:
            items |= self._item(invoice)
        return self.env["dunning.proposal"]._draft_for_items(
            items, level or self.formal
        )

    def _create_euro_invoice(self, days_late, amount=100.0, **vals):
        return self._create_invoice(days_late, amount, currency_id=self.euro.id, **vals)

    @contextmanager
    def _refused(self, words):
        """Check that what is done is refused, in these words, and leaves no trace."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertIn(words, str(caught.exception))

    def _read(self, content):
        return PdfReader(io.BytesIO(content))

    def _read_pages(self, content):
        """Return the text of each page on one line, its spaces made plain."""
        return [
            re.sub(r"\s+", " ", page.extract_text())
            for page in self._read(content).pages
        ]

    def _get_pages(self, notice):
        return self._read_pages(notice.pdf_attachment_id.raw)

    def _download(self, action):
        """Return what the browser downloads for a report action."""
        content, _type = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(action["report_name"], action["context"]["active_ids"])
        )
        return content
