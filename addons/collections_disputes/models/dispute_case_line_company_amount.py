from odoo import api, fields, models


class DisputeCaseLine(models.Model):
    """The disputed amounts in the company's currency, for sums and figures."""

    _inherit = "dispute.case.line"

    company_currency_id = fields.Many2one(
        string="Company Currency", related="company_id.currency_id"
    )
    amount_company = fields.Monetary(
        string="Disputed (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
    )
    amount_company_opened = fields.Monetary(
        string="Disputed at First (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
    )

    @api.depends("amount", "amount_opened", "case_id.currency_id", "case_id.date_open")
    def _compute_amount_company(self):
        for line in self:
            case = line.case_id
            opened = max(line.amount, line.amount_opened)
            line.amount_company = case._convert_to_company(line.amount)
            line.amount_company_opened = case._convert_to_company(opened)
