from odoo import api, models

from .dunning_letter_report import _use_known_spaces


class CollectionsInsolvencyReport(models.AbstractModel):
    """What the declaration of claim shows."""

    _name = "report.collections_dunning.collections_insolvency_report"
    _description = "Declaration of Claim"

    @api.model
    def _get_report_values(self, docids, data=None):
        records = self.env["collections.insolvency"].browse(docids)
        langs = {record.id: record._get_claim_lang() for record in records}
        return {
            "doc_ids": docids,
            "doc_model": records._name,
            "docs": records,
            "langs": langs,
            "claims": {
                record.id: record.with_context(
                    lang=langs[record.id]
                )._get_claim_values()
                for record in records
            },
            "plain": _use_known_spaces,
            "report_type": (data or {}).get("report_type", "html"),
        }
