import hashlib
from base64 import b64decode

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype
from odoo.tools.misc import babel_locale_parse

from ..tools import letter_pdf
from ..tools.text_writer import TextWriter

# What a browser draws of a signature; anything else is not shown.
SIGNATURE_TYPES = ("image/png", "image/jpeg")


class CollectionsAgreement(models.AbstractModel):
    """The document of an agreement: frozen when offered, then with its proof.

    What is signed is what was shown: the offered pages are kept byte for byte, and a
    page with the signature and the fingerprint of these pages is put behind them.
    """

    _inherit = "collections.agreement"

    offer_attachment_id = fields.Many2one(
        "ir.attachment",
        string="Document Offered",
        readonly=True,
        copy=False,
        help="What the customer was shown.",
    )

    # === HOOKS === #

    def _get_agreement_report(self):
        """Hook: return the report that prints these documents.

        :rtype: str
        """
        raise NotImplementedError()

    def _get_agreement_title(self):
        """Hook: return the title of this document, in the language of the context.

        :rtype: str
        """
        raise NotImplementedError()

    def _get_agreement_articles(self):
        """Hook: return the articles of this document, in the language of the context.

        :return: of each its ``key``, ``title``, ``paragraphs`` and, perhaps, the
            ``block`` that follows them: ``items``, ``schedule`` or ``payment``.
        :rtype: list(dict)
        """
        raise NotImplementedError()

    # === DOCUMENT === #

    def _get_agreement_pdf(self, signed=False):
        """Return this document as PDF.

        :param bool signed: with the page that proves who agreed to it, once it is
            stored.
        :return: as it was stored; of a draft, as it would be offered.
        :rtype: bytes
        """
        self.ensure_one()
        record = self.sudo()
        if signed and record.agreement_attachment_id:
            return record.agreement_attachment_id.raw
        if record.state != "draft" and record.offer_attachment_id:
            return record.offer_attachment_id.raw
        return record._print_agreement()

    def _freeze_offer(self):
        """Keep the document as it is shown to the customer from now on.

        :return: the PDF.
        :rtype: ir.attachment
        """
        self.ensure_one()
        record = self.sudo()
        record.offer_attachment_id = record._attach_agreement(
            record._print_agreement(), self._get_agreement_file_name()
        )
        return record.offer_attachment_id

    def _store_agreement(self):
        """Keep the document that was shown with the proof of who agreed to it.

        Call it once ``acceptance`` and, as the case may be, the fields of the signature
        or the signed scan are written.

        :return: the PDF.
        :rtype: ir.attachment
        """
        self.ensure_one()
        record = self.sudo()
        shown = record.offer_attachment_id or record._freeze_offer()
        proof = record.with_context(
            agreement_fingerprint=hashlib.sha256(shown.raw).hexdigest()
        )._print_agreement()
        name = self._get_agreement_file_name(signed=True)
        record.agreement_attachment_id = record._attach_agreement(
            letter_pdf.merge([shown.raw, proof]), name
        )
        return record.agreement_attachment_id

    def _attach_agreement(self, content, name):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )

    def _print_agreement(self):
        """Return the pages of this document; its proof, where the context says so.

        :rtype: bytes
        :raise UserError: when they can't be made.
        """
        printed = self.env["ir.actions.report"]._print_dunning_letters(
            self, self._get_agreement_report()
        )
        for _records, [content] in printed:
            return content
        raise UserError(self.env._("There is nothing to print."))

    def _get_agreement_file_name(self, signed=False):
        """Return the name of the file, in the customer's language."""
        record = self.with_context(lang=self._get_agreement_lang())
        name = record._get_agreement_title()
        if signed:
            name = record.env._("%(document)s, signed", document=name)
        return f"{name}.pdf".replace("/", "-").replace("\u00a0", " ")

    # === WHAT IT SHOWS === #

    def _get_agreement_lang(self):
        """Return the language in which the customer reads this document.

        :rtype: str
        """
        self.ensure_one()
        record = self.sudo()
        candidates = (
            record.lang,
            record.contact_id.lang,
            record.partner_id.lang,
            record.company_id.partner_id.lang,
        )
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        return next((code for code in candidates if code in installed), "en_US")

    def _get_agreement_user(self):
        """Return who of ours stands for this document.

        :rtype: res.users
        """
        self.ensure_one()
        record = self.sudo()
        return record.responsible_id or record.debtor_id.applied_responsible_id

    def _get_writer(self):
        """Return what writes amounts and dates of this document.

        :rtype: TextWriter
        """
        return TextWriter(
            babel_locale_parse(self._get_agreement_lang()), self.currency_id.name
        )

    def _write_amount_twice(self, amount):
        """Return an amount in figures and in words.

        Article 1376 of the French civil code wants both of who binds himself alone.

        :rtype: str
        """
        write = self._get_writer()
        words = write.amount_words(amount) or self.currency_id.with_context(
            lang=self._get_agreement_lang()
        ).amount_to_text(amount)
        return self.env._(
            "%(figures)s (%(words)s)", figures=write.amount(amount), words=words
        )

    def _get_signature_image(self):
        """Return the drawn or typed signature for HTML; empty when there is none.

        What a customer sent is shown when it is a picture, and never followed.
        """
        encoded = self.with_context(bin_size=False).signature
        if not encoded:
            return ""
        try:
            mimetype = guess_mimetype(b64decode(encoded))
        except ValueError:
            return ""
        if mimetype not in SIGNATURE_TYPES:
            return ""
        text = encoded if isinstance(encoded, str) else encoded.decode()
        return f"data:{mimetype};base64,{text}"
