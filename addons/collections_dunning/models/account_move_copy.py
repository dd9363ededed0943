import io
import logging

from odoo import models
from odoo.tools.misc import split_every
from odoo.tools.pdf import PdfFileReader, PdfReadError

_logger = logging.getLogger(__name__)

INVOICE_REPORT = "account.account_invoices"
# Invoices that wkhtmltopdf prints in one call: its memory grows with them.
INVOICES_PER_CALL = 25


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_dunning_copies(self):
        """Return the PDF of each of these invoices, as the customer knows it.

        The stored PDF; what has none, or none that can be read, is printed now, in
        calls of 25, and not stored: a copy is no invoice sent.

        :return: PDF by id; entries that are no invoices have none.
        :rtype: dict(int, bytes)
        """
        invoices = self.filtered(lambda move: move.is_sale_document())
        copies = invoices._get_stored_copies()
        missing = [move_id for move_id in invoices.ids if move_id not in copies]
        for ids in split_every(INVOICES_PER_CALL, missing):
            copies.update(invoices.browse(ids)._print_copies())
        return copies

    def _get_stored_copies(self):
        copies = {}
        for invoice in self:
            stored = invoice.invoice_pdf_report_id.sudo()
            if stored and _is_readable(stored.raw):
                copies[invoice.id] = stored.raw
            stored.invalidate_recordset(["raw", "datas"], flush=False)  # memory
        return copies

    def _print_copies(self):
        """Return the PDF of invoices without one, printed in one call.

        :rtype: dict(int, bytes)
        """
        report = self.env["ir.actions.report"].with_context(
            report_pdf_no_attachment=True
        )
        streams = report.sudo()._render_qweb_pdf_prepare_streams(
            INVOICE_REPORT, {}, res_ids=list(self.ids)
        )
        return {
            move_id: stream["stream"].getvalue()
            for move_id, stream in streams.items()
            if move_id
        }


def _is_readable(content):
    try:
        return bool(content and PdfFileReader(io.BytesIO(content)).pages[0])
    except (PdfReadError, ValueError, KeyError, IndexError) as error:
        _logger.info("The PDF of an invoice can't be read: %s", error)
        return False
