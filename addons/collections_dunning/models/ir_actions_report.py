import os
import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.tools.misc import file_path, find_in_path, split_every

from ..tools import css_subset, letter_pdf

LETTER_REPORT = "collections_dunning.dunning_letter_report"
STATEMENT_REPORT = "collections_dunning.collections_statement_report"
DEBTOR_POLICY_REPORT = "collections_dunning.collections_debtor_policy_report"
POLICY_REPORT = "collections_dunning.collections_credit_policy_report"
DAY_REPORT = "collections_dunning.dunning_letter_day_report"
SLIP_REPORT = "collections_dunning.dunning_deposit_slip_report"
AGREEMENT_REPORTS = (
    "collections_dunning.collections_payment_plan_report",
    "collections_dunning.collections_settlement_report",
)
CLAIM_REPORT = "collections_dunning.collections_insolvency_report"
# Two calls of 25 letters at once keep two cores busy, and each process small.
LETTERS_PER_CALL = 25
CALLS_AT_ONCE = 2
_COMPANY_FONT = re.compile(r"\.o_company_\d+_layout\s*\{font-family:\s*([^;}]+)")


def _find_static_file(url):
    """Return where a static file of an addon lies, links followed."""
    return os.path.realpath(file_path(url.lstrip("/").replace("/./", "/")))


@lru_cache
def _get_font_folders():
    """Return the folders of core's fonts for reports, which may be links."""
    fonts = Path(file_path("web/static/fonts")).rglob("*.ttf")
    return sorted({os.path.dirname(os.path.realpath(font)) for font in fonts})


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    # === THE LETTER IN CORE'S REPORT ENGINE === #

    def _get_layout(self):
        """Give letters a page that holds its styles: no server has to be asked."""
        own = (
            LETTER_REPORT,
            SLIP_REPORT,
            STATEMENT_REPORT,
            CLAIM_REPORT,
            *AGREEMENT_REPORTS,
            DEBTOR_POLICY_REPORT,
            POLICY_REPORT,
        )
        if self.report_name in own:
            return self.env.ref("collections_dunning.dunning_letter_layout")
        return super()._get_layout()

    @api.model
    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """Return the stored letters: what was printed is never rendered again."""
        report = self._get_report(report_ref)
        name = report.report_name
        if res_ids and name in AGREEMENT_REPORTS:
            agreements = self.env[report.model].browse(res_ids)
            agreements.check_access("read")
            documents = [each._get_agreement_pdf(signed=True) for each in agreements]
            return letter_pdf.merge(documents), "pdf"
        if res_ids and name == CLAIM_REPORT:
            proceedings = self.env[report.model].browse(res_ids)
            proceedings.check_access("read")
            claims = [each._print_claim() for each in proceedings]
            return letter_pdf.merge(claims), "pdf"
        if not res_ids or name not in (LETTER_REPORT, DAY_REPORT, SLIP_REPORT):
            return super()._render_qweb_pdf(report_ref, res_ids, data)
        notices = self.env["dunning.notice"].browse(res_ids)
        notices.check_access("read")
        if name == SLIP_REPORT:
            return self._print_deposit_slip(notices), "pdf"
        letters = notices._get_letters_pdf()
        if name == DAY_REPORT:
            letters = letter_pdf.merge([letters, self._print_deposit_slip(notices)])
        return letters, "pdf"

    @api.model
    def _build_wkhtmltopdf_args(self, paperformat_id, landscape, *args, **kwargs):
        """Print letters true to scale, whatever the build of wkhtmltopdf.

        The window of an envelope does not forgive what shrinks to fit.
        """
        command = super()._build_wkhtmltopdf_args(
            paperformat_id, landscape, *args, **kwargs
        )
        if paperformat_id == self.env.ref(
            "collections_dunning.paperformat_dunning_letter"
        ):
            # The only script sets page numbers before the page counts as loaded.
            command += ["--zoom", self._get_letter_zoom(), "--javascript-delay", "0"]
            for folder in _get_font_folders():
                command += ["--allow", folder]
        return command

    @api.model
    def _get_letter_zoom(self):
        try:
            return str(letter_pdf.get_zoom(find_in_path("wkhtmltopdf")))
        except (OSError, letter_pdf.LetterPdfError) as error:
            raise UserError(
                self.env._("The letters can't be printed: %(error)s", error=str(error))
            ) from error

    # === STYLES === #

    @api.model
    def _get_dunning_letter_css(self, html):
        """Return the styles that a letter, its header or its footer uses.

        They are core's, as on the company's invoices, less what the page has no use
        for: a few KB of 400. Fonts are read from the disk.

        :param str html: the page.
        :rtype: Markup
        """
        versions = self.env.context.get("dunning_letter_css_versions")
        return self._subset_report_css(
            css_subset.get_tokens(html), versions or self._get_report_css_versions()
        )

    @tools.ormcache("tokens", "versions", cache="assets")
    def _subset_report_css(self, tokens, versions):
        sheets = [
            attachment.raw.decode()
            for bundle in self._get_report_css_bundles()
            for attachment in bundle.css()
        ]
        css = "\n".join(css_subset.subset(sheet, tokens) for sheet in sheets)
        fonts = {name.strip(" '\"") for name in _COMPANY_FONT.findall(css)}
        faces = [
            css_subset.get_font_faces(sheet, font, _find_static_file)
            for sheet in sheets
            for font in sorted(fonts)
        ]
        return Markup("\n".join([*faces, css]))  # noqa: S704 core's own styles

    def _get_report_css_versions(self):
        bundles = self._get_report_css_bundles()
        return tuple(bundle.get_version("css") for bundle in bundles)

    def _get_report_css_bundles(self):
        return [
            self.env["ir.qweb"]._get_asset_bundle(name, js=False, autoprefix=True)
            for name in ("web.report_assets_pdf", "web.report_assets_common")
        ]

    # === MANY LETTERS === #

    @api.model
    def _print_dunning_letters(self, notices, report_name=LETTER_REPORT):
        """Print letters, several at once.

        :param dunning.notice notices: with their texts, numbers and deadlines; or the
            records of another report on the paper of letters.
        :param str report_name: the report, a page or more for each record.
        :return: yields notices and the PDF of each, in order.
        :rtype: iterator(tuple(dunning.notice, list(bytes)))
        :raise UserError: when the pages can't be made.
        """
        report = self._get_report(report_name)
        jobs = deque()
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            for batch in split_every(LETTERS_PER_CALL, notices.ids, notices.browse):
                # Pages wait for one call at most: they fill the memory.
                if len(jobs) > CALLS_AT_ONCE:
                    yield report._collect_dunning_letters(*jobs.popleft())
                pages = report._prepare_dunning_pages(batch)
                jobs.append((batch, pool.submit(letter_pdf.print_html, *pages)))
            while jobs:
                yield report._collect_dunning_letters(*jobs.popleft())

    @api.model
    def _print_deposit_slip(self, notices):
        """Return the slip with which letters are handed to the post.

        :param dunning.notice notices: in the order of their envelopes.
        :rtype: bytes
        :raise UserError: when it can't be made.
        """
        pages = self._get_report(SLIP_REPORT)._prepare_dunning_pages(notices)
        try:
            slip = letter_pdf.print_html(*pages)
        except letter_pdf.LetterPdfError as error:
            raise UserError(
                self.env._("The slip can't be printed: %(error)s", error=str(error))
            ) from error
        if all(notice.pdf_attachment_id for notice in notices):
            return slip
        return letter_pdf.stamp(slip, self.env._("SPECIMEN"))

    def _prepare_dunning_pages(self, notices):
        """Return what ``letter_pdf.print_html`` needs to print this report."""
        self = self.with_context(
            dunning_letter_css_versions=self._get_report_css_versions()
        )
        html, _type = self._render_qweb_html(
            self.report_name, notices.ids, data={"report_type": "pdf"}
        )
        bodies, _ids, header, footer, paper = self._prepare_html(html, notices._name)
        args = self._build_wkhtmltopdf_args(self.get_paperformat(), False, paper)
        return find_in_path("wkhtmltopdf"), args, bodies, header, footer

    def _collect_dunning_letters(self, notices, job):
        """Return these notices and the PDF of each.

        :param Future job: makes the PDF of all of them.
        """
        try:
            letters = letter_pdf.split(job.result(), len(notices))
            if not letters:
                letters = [
                    letter_pdf.print_html(*self._prepare_dunning_pages(notice))
                    for notice in notices
                ]
        except letter_pdf.LetterPdfError as error:
            raise UserError(
                self.env._("The letters can't be printed: %(error)s", error=str(error))
            ) from error
        return notices, letters
