from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse

from ..tools.text_writer import TextWriter
from .dunning_letter_report import _use_known_spaces


class CollectionsDebtorPolicyReport(models.AbstractModel):
    """What the page of the credit policy shows: of each customer, in his language."""

    _name = "report.collections_dunning.collections_debtor_policy_report"
    _description = "Credit Policy of a Customer"

    _document_model = "collections.debtor"

    @api.model
    def _get_report_values(self, docids, data=None):
        records = self.env[self._document_model].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": records._name,
            "docs": records,
            "pages": {record.id: self._get_page(record) for record in records},
            "plain": _use_known_spaces,
            "report_type": (data or {}).get("report_type", "html"),
        }

    def _get_page(self, debtor):
        """Return what one page shows.

        :rtype: dict
        """
        return self._prepare_page(debtor, debtor._get_statement_lang())

    def _prepare_page(self, debtor, lang):
        """Return the page of a customer, or of a policy for whoever it applies to.

        :param collections.debtor debtor: its file, or one in memory.
        :param str lang: of the page.
        :rtype: dict
        """
        debtor = debtor.with_context(lang=lang)
        today = fields.Date.context_today(debtor)
        company = debtor.company_id
        user = debtor.applied_responsible_id.filtered("active").sudo()
        own = company.sudo().partner_id
        return {
            "lang": lang,
            "company": company,
            "customer": debtor.partner_id.name or "",
            "today": TextWriter(babel_locale_parse(lang), "EUR").date(today),
            "contact": [
                text
                for text in (
                    user.name or company.name,
                    user.phone or own.phone,
                    user.email or own.email,
                )
                if text
            ],
            **debtor._get_policy_document(),
        }


class CollectionsCreditPolicyReport(models.AbstractModel):
    """The page of a credit policy itself, in the language of ``self.env``."""

    _name = "report.collections_dunning.collections_credit_policy_report"
    _description = "Credit Policy for Any Customer"
    _inherit = "report.collections_dunning.collections_debtor_policy_report"

    _document_model = "collections.credit.policy"

    def _get_page(self, policy):
        company = policy.company_id & self.env.company.root_id or self.env.company
        debtor = self.env["collections.debtor"]._get_policy_debtor(company, policy)
        return self._prepare_page(debtor, self.env.lang or "en_US")
