from odoo import models
from odoo.exceptions import UserError

from ..tools import letter_pdf


class DunningNotice(models.Model):
    """The pages of letters: stored, with copies of invoices, or as specimens."""

    _inherit = "dunning.notice"

    # === ANNEXES === #

    def _get_annexed_invoices(self):
        """Return the invoices whose copies go with each of these letters.

        :return: invoices by notice id.
        :rtype: dict(int, account.move)
        """
        return {notice.id: notice._get_invoices_to_show() for notice in self.sudo()}

    def _annex_copies(self, letters):
        """Return these letters followed by the copies of their invoices.

        :param list(bytes) letters: one PDF for each notice.
        :rtype: list(bytes)
        """
        annexed = self._get_annexed_invoices()
        invoices = self.env["account.move"].sudo().union(*annexed.values())
        copies = invoices._get_dunning_copies()
        return [
            letter_pdf.merge([letter, *(copies[id_] for id_ in annexed[notice.id].ids)])
            if annexed[notice.id]
            else letter
            for notice, letter in zip(self, letters, strict=True)
        ]

    # === STORED PDFS === #

    def _store_letters(self, letters):
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": f"{notice.name} {notice.partner_id.name}.pdf".replace(
                            "/", "-"
                        ),
                        "raw": letter,
                        "mimetype": "application/pdf",
                        "res_model": notice._name,
                        "res_id": notice.id,
                        # Whoever may not read the field can't read the file.
                        "res_field": "pdf_attachment_id",
                        "company_id": notice.company_id.id,
                    }
                    for notice, letter in zip(self, letters, strict=True)
                ]
            )
        )

    def _get_letters_pdf(self):
        """Return these letters as one PDF, in the order of ``self``.

        As they were stored; those that are not printed yet as specimens. Who is no
        Collector gets specimens of all: what was stored opens the customer's page.

        :rtype: bytes
        """
        stored = self.sudo().filtered("pdf_attachment_id")
        if not self._may_show_portal_link():
            stored = stored.browse()
        if len(self) == 1 and stored:
            return stored.pdf_attachment_id.raw
        specimens = (self - stored)._get_specimens()
        return letter_pdf.merge(self._read_one_at_a_time(specimens))

    def _read_one_at_a_time(self, specimens):
        """Yield the contents of the letters; none stays in the memory."""
        for notice in self:
            if notice.id in specimens:
                yield specimens.pop(notice.id)
                continue
            attachment = notice.sudo().pdf_attachment_id
            yield attachment.raw
            attachment.invalidate_recordset(["raw"], flush=False)

    # === SPECIMENS === #

    def _check_specimens(self):
        """Refuse letters that could not be printed.

        :raise UserError: says of each of them why.
        """
        texts = self._render_texts()
        returned = self._get_returned_addresses()
        problems = [
            f"{notice.partner_id.name}: {problem}"
            for notice in self
            if (
                problem := texts[notice.id]["error"]
                or notice._get_letter_problem(returned)
            )
        ]
        if problems:
            raise UserError("\n".join(problems))

    def _get_specimens(self):
        """Return these letters as they would be printed, marked as specimens.

        :return: PDF by notice id.
        :rtype: dict(int, bytes)
        """
        specimens = {}
        printing = self.env["ir.actions.report"]._print_dunning_letters(self)
        for notices, letters in printing:
            letters = notices._annex_copies(letters)
            for notice, letter in zip(notices, letters, strict=True):
                word = notice.with_context(lang=notice.lang).env._("SPECIMEN")
                specimens[notice.id] = letter_pdf.stamp(letter, word)
        return specimens
