from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import find_in_path, split_every

from ..tools import letter_pdf

STATEMENT_REPORT = "collections_dunning.collections_statement_report"
STATEMENTS_PER_CALL = 25


class IrActionsReport(models.Model):
    """The statement of account in core's report engine, on the letters' paper."""

    _inherit = "ir.actions.report"

    def _get_layout(self):
        """Give statements the page of letters, which holds its styles."""
        if self.report_name == STATEMENT_REPORT:
            return self.env.ref("collections_dunning.dunning_letter_layout")
        return super()._get_layout()

    @api.model
    def _print_statements(self, debtors):
        """Print statements of account, several in one call of wkhtmltopdf.

        :param collections.debtor debtors: whose statements are printed.
        :return: yields debtors and the PDF of each, in order.
        :rtype: iterator(tuple(collections.debtor, list(bytes)))
        :raise UserError: when the pages can't be made.
        """
        report = self._get_report(STATEMENT_REPORT)
        for batch in split_every(STATEMENTS_PER_CALL, debtors.ids, debtors.browse):
            try:
                content = letter_pdf.print_html(*report._prepare_statements(batch))
                statements = letter_pdf.split(content, len(batch)) or [
                    letter_pdf.print_html(*report._prepare_statements(debtor))
                    for debtor in batch
                ]
            except letter_pdf.LetterPdfError as error:
                raise UserError(
                    self.env._(
                        "The statements can't be printed: %(error)s", error=str(error)
                    )
                ) from error
            yield batch, statements

    def _prepare_statements(self, debtors):
        """Return what ``letter_pdf.print_html`` needs to print these statements."""
        self = self.with_context(
            dunning_letter_css_versions=self._get_report_css_versions()
        )
        html, _type = self._render_qweb_html(
            STATEMENT_REPORT, debtors.ids, data={"report_type": "pdf"}
        )
        bodies, _ids, header, footer, paper = self._prepare_html(html, debtors._name)
        args = self._build_wkhtmltopdf_args(self.get_paperformat(), False, paper)
        return find_in_path("wkhtmltopdf"), args, bodies, header, footer
