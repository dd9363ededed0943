from odoo import api, fields, models


class DisputeCaseLine(models.Model):
    """The disputed amount in the company's currency, for sums and figures."""

    _inherit = "dispute.case.line"

    company_currency_id = fields.Many2one(
        string="Company Currency", related="company_id.currency_id"
    )
    amount_company = fields.Monetary(
        string="Disputed (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the day the dispute was opened.",
    )

    @api.depends("amount", "case_id.currency_id", "case_id.date_open")
    def _compute_amount_company(self):
        for line in self:
            case = line.case_id
            line.amount_company = case.currency_id._convert(
                line.amount,
                case.company_id.currency_id,
                case.company_id,
                fields.Date.to_date(case.date_open) or fields.Date.today(),
            )
