from odoo import api, fields, models


class DisputeCase(models.Model):
    """The disputed amount in the company's currency, for sums and figures."""

    _inherit = "dispute.case"

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

    @api.depends("line_ids.amount_company")
    def _compute_amount_company(self):
        for case in self:
            case.amount_company = sum(case.line_ids.mapped("amount_company"))
