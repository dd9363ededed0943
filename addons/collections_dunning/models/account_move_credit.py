from odoo import api, models


class AccountMove(models.Model):
    """Warn on a draft invoice as the credit rule does; posting is never refused.

    Who has delivered must invoice.
    """

    _inherit = "account.move"

    @api.depends("invoice_date")
    def _compute_partner_credit_warning(self):
        """Override: what the credit rule says stands in core's own banner.

        Core's warning remains for whom the rule has no limit.
        """
        result = super()._compute_partner_credit_warning()
        debtors = self.env["collections.debtor"]
        for move in self:
            partner = move.partner_id.commercial_partner_id
            if move.state != "draft" or move.move_type != "out_invoice" or not partner:
                continue
            debtor = debtors._get_for_credit(move.company_id, partner)
            findings = debtor._check_credit(
                max(move._get_credit_amount(), 0.0), date=move.invoice_date
            )
            if findings or debtor.has_applied_credit_limit:
                warning = "\n".join(finding["text"] for finding in findings)
                move.partner_credit_warning = warning
        return result

    def _get_credit_amount(self):
        """Return what posting this invoice adds to the exposure.

        :return: in company currency; what is part of it as an order doesn't count.
        :rtype: float
        """
        total = (self.tax_totals or {}).get("total_amount", 0.0)
        return total - self._get_partner_credit_warning_exclude_amount()
