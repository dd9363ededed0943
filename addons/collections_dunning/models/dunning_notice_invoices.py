import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, split_every

from ..tools import letter_pdf
from .account_move_copy import INVOICES_PER_CALL

_logger = logging.getLogger(__name__)

# More copies than this are one file.
MERGED_ABOVE = 5
# Bytes of all copies together: more than this no mailbox likes.
LINKED_ABOVE = 8 * 1024 * 1024
PDF = "application/pdf"


class InvoiceFile(NamedTuple):
    """Where the copy of an invoice is: stored, or printed into a folder."""

    name: str
    size: int
    attachment_id: int = 0
    path: str = ""


class DunningNotice(models.Model):
    """Copies of the invoices that go with an e-mail, or links to them."""

    _inherit = "dunning.notice"

    # === FINDING THE COPIES === #

    def _prepare_invoices(self, folder):
        """Return what shows the invoices that these e-mails claim.

        Copies are read when the message leaves: fifty messages don't fit into the
        memory. Invoices without a stored PDF are printed into a folder, many at once,
        and nothing is stored. A copy that can't be made must not keep a reminder from
        leaving: there is a link instead.

        :param str folder: where printed copies are put.
        :return: by notice id, ``files`` (list of ``InvoiceFile``), ``links`` (address
            by entry id) and ``unprinted`` (numbers of invoices).
        :rtype: dict(int, dict)
        """
        invoices = {notice.id: notice._get_invoices_to_show() for notice in self}
        everything = self.env["account.move"].union(*invoices.values())
        files = self._find_invoice_files(everything, folder)
        return {
            notice_id: self._prepare_invoice_files(moves, files)
            for notice_id, moves in invoices.items()
        }

    def _get_invoices_to_show(self):
        """Return the invoices that this notice claims, the oldest debt first.

        :rtype: account.move
        """
        self.ensure_one()
        if not self.level_id.attach_invoices:
            return self.env["account.move"]
        return self._get_claimed_items().move_id.filtered(
            lambda move: move.is_sale_document()
        )

    @api.model
    def _prepare_invoice_files(self, invoices, files):
        unprinted = invoices.filtered(lambda move: move.id not in files)
        size = sum(files[move.id].size for move in invoices - unprinted)
        linked = invoices if size > LINKED_ABOVE else unprinted
        return {
            "files": [files[move.id] for move in invoices - linked],
            "links": linked._get_dunning_links(),
            "unprinted": unprinted.mapped("name"),
        }

    @api.model
    def _find_invoice_files(self, invoices, folder):
        """Return the copies that there are, and print the others into a folder.

        :rtype: dict(int, InvoiceFile)
        """
        stored = {move: move.invoice_pdf_report_id for move in invoices}
        files = {
            move.id: InvoiceFile(pdf.name, pdf.file_size, attachment_id=pdf.id)
            for move, pdf in stored.items()
            if pdf.file_size
        }
        missing = invoices.filtered(lambda move: move.id not in files)
        for ids in split_every(INVOICES_PER_CALL, missing.ids):
            moves = invoices.browse(ids)
            for move_id, content in self._print_safely(moves).items():
                path = Path(folder, f"{move_id}.pdf")
                path.write_bytes(content)
                name = invoices.browse(move_id)._get_invoice_report_filename()
                files[move_id] = InvoiceFile(name, len(content), path=str(path))
        return files

    @api.model
    def _print_safely(self, invoices):
        """Print invoices at once; when that fails, one by one: the others have copies.

        :rtype: dict(int, bytes)
        """
        copies = {}
        try:
            with self.env.cr.savepoint() as savepoint:
                copies = invoices._print_copies()
                # Core marks what it prints as modified: a copy changes no invoice.
                savepoint.rollback()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.info("Copies of invoices can't be printed: %r", error)
        if len(invoices) > 1:
            for move in invoices.filtered(lambda move: move.id not in copies):
                copies.update(self._print_safely(move))
        return copies

    def _count_prints(self):
        """Return how many invoices have to be printed for each of these e-mails.

        :return: number by notice id; none where all are stored.
        :rtype: dict(int, int)
        """
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT line.notice_id, count(DISTINCT line.move_id)
                      FROM dunning_notice_line line
                      JOIN dunning_notice notice ON notice.id = line.notice_id
                      JOIN dunning_level level ON level.id = notice.level_id
                     WHERE line.notice_id = ANY(%s)
                       AND line.kind = '1_item' AND line.move_id IS NOT NULL
                       AND level.attach_invoices
                       AND NOT EXISTS (
                           SELECT FROM ir_attachment copy
                            WHERE copy.res_model = 'account.move'
                              AND copy.res_id = line.move_id
                              AND copy.res_field = 'invoice_pdf_report_file')
                  GROUP BY line.notice_id
                    """,
                    self.ids,
                )
            )
        )

    # === INTO THE MESSAGE === #

    def _attach_invoices(self, email):
        """Read the copies that go with an e-mail; with a broken one, link them all.

        Done before the notice is claimed: nothing may go wrong afterwards.

        :param dict email: see ``_prepare_emails``; gets its ``attachments``.
        """
        try:
            email["attachments"] = self._read_invoice_files(email)
        except Exception as error:
            _logger.warning("The copies of invoices can't be attached: %r", error)
            self.browse(email["id"])._link_invoices(email)

    @api.model
    def _read_invoice_files(self, email):
        """Return the attachments of an e-mail: name, content, type.

        :rtype: list(tuple)
        """
        files = email["files"]
        contents = (self._read_invoice_file(file) for file in files)
        if len(files) > MERGED_ABOVE:
            return [(email["merged_name"], letter_pdf.merge(contents), PDF)]
        return [
            (file.name, content, PDF)
            for file, content in zip(files, contents, strict=True)
        ]

    @api.model
    def _read_invoice_file(self, file):
        if file.path:
            return Path(file.path).read_bytes()
        attachment = self.env["ir.attachment"].browse(file.attachment_id)
        content = attachment.raw
        attachment.invalidate_recordset(["raw"], flush=False)  # memory
        if not content:
            raise ValueError(f"{file.name} is empty")
        return content

    def _link_invoices(self, email):
        """Write an e-mail anew, with links to the invoices in place of copies."""
        self.ensure_one()
        invoices = self._get_invoices_to_show()
        links = invoices._get_dunning_links()
        content = self._prepare_content(email["written"], email["mark"], links)
        email.update(content, files=[], attachments=[])
        email["notes"] = [self._describe_unprinted(invoices.mapped("name"))]

    def _describe_unprinted(self, numbers):
        """Return what is noted when invoices go as links for want of a copy."""
        return self._get_company_env()._(
            "Sent with a link in place of these copies, which can't be made: "
            "%(invoices)s",
            invoices=", ".join(numbers),
        )

    def _prepare_content_with_invoices(self, text, shown, mark=None):
        """Return the content of this e-mail and what it shows of its invoices.

        :param dict text: subject and body, see ``_render_texts``.
        :param dict shown: see :meth:`_prepare_invoices`.
        :param dict mark: see ``_prepare_content``.
        :rtype: dict
        """
        self.ensure_one()
        unprinted = shown["unprinted"]
        title = self.with_context(lang=self.lang).env._("Invoices")
        return {
            **self._prepare_content(text, mark, shown["links"]),
            "id": self.id,
            "written": text,
            "mark": mark,
            "files": shown["files"],
            "merged_name": f"{title}.pdf",
            "notes": [self._describe_unprinted(unprinted)] if unprinted else [],
        }

    def _write_again(self, text, mark=None):
        """Return the content of this e-mail by itself, with its attachments read.

        :param dict text: see ``_render_texts``.
        :param dict mark: see ``_prepare_content``.
        :rtype: dict
        """
        self.ensure_one()
        with TemporaryDirectory(prefix="dunning-invoices-") as folder:
            shown = self._prepare_invoices(folder)[self.id]
            email = self._prepare_content_with_invoices(text, shown, mark)
            self._attach_invoices(email)
        return email
