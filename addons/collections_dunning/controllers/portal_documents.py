from odoo.http import content_disposition, request

from .portal import PRIVATE_HEADERS, CollectionsPortal, page_route

STATEMENT_REPORT = "collections_dunning.collections_statement_report_action"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


class CollectionsPortalDocuments(CollectionsPortal):
    """What a customer downloads from his page: statement, invoices, agreements."""

    def _send_portal_file(self, content, name, mimetype):
        """Return a file that the browser saves, and nobody else keeps."""
        headers = [
            *PRIVATE_HEADERS.items(),
            ("Content-Type", mimetype),
            ("Content-Length", str(len(content))),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers)

    @page_route("statement.<any(pdf,xlsx):kind>")
    def portal_collections_statement(self, kind, token=None, debtor_id=None, **kwargs):
        """Send the statement of account, as a PDF or as a workbook."""
        debtor, _identity = self._get_portal_debtor(token, debtor_id)
        if not debtor:
            return self._render_portal_missing()
        name = debtor._get_statement_name(kind)
        if kind == "xlsx":
            return self._send_portal_file(debtor._get_statement_xlsx(), name, XLSX)
        report = request.env["ir.actions.report"].sudo()
        content = report.with_context(force_report_rendering=True)._render_qweb_pdf(
            STATEMENT_REPORT, debtor.ids
        )[0]
        return self._send_portal_file(content, name, PDF)

    @page_route("invoice/<int:move_id>")
    def portal_collections_invoice(self, move_id, token=None, debtor_id=None, **kwargs):
        """Send the PDF of one of the customer's invoices or credit notes."""
        debtor, _identity = self._get_portal_debtor(token, debtor_id)
        move = debtor._get_portal_move(move_id)
        if not move:
            return self._render_portal_missing()
        with request.env.cr.savepoint() as savepoint:
            copies = move._get_dunning_copies()
            # Core marks what it prints as modified: to look changes no invoice.
            savepoint.rollback()
        name = move._get_invoice_report_filename()
        return self._send_portal_file(copies[move.id], name, PDF)

    @page_route("<any(plan,settlement):kind>/<int:record_id>/agreement")
    def portal_collections_agreement(
        self, kind, record_id, token=None, debtor_id=None, **kwargs
    ):
        """Send the document of a payment plan or of a settlement offer."""
        debtor, _identity = self._get_portal_debtor(token, debtor_id)
        agreement = debtor._get_portal_agreement(kind, record_id)
        attachment = agreement and (
            agreement.agreement_attachment_id or agreement.offer_attachment_id
        )
        if not attachment:
            return self._render_portal_missing()
        return self._send_portal_file(attachment.raw, attachment.name, PDF)
