from odoo import api, models

from .dunning_letter_report import _use_known_spaces


class CollectionsPaymentPlanReport(models.AbstractModel):
    """What the agreement of a payment plan shows, or the page that proves it."""

    _name = "report.collections_dunning.collections_payment_plan_report"
    _description = "Payment Plan Agreement"

    _agreement_model = "collections.payment.plan"

    @api.model
    def _get_report_values(self, docids, data=None):
        records = self.env[self._agreement_model].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": records._name,
            "docs": records,
            "agreements": records._get_agreement_values(records),
            "plain": _use_known_spaces,
            "report_type": (data or {}).get("report_type", "html"),
        }


class CollectionsSettlementReport(models.AbstractModel):
    """What a settlement offer shows, or the page that proves its acceptance."""

    _name = "report.collections_dunning.collections_settlement_report"
    _description = "Settlement Offer on Paper"
    _inherit = "report.collections_dunning.collections_payment_plan_report"

    _agreement_model = "collections.settlement"
