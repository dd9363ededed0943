from odoo import api, fields, models


class DisputeCase(models.Model):
    """The disputed amounts in the company's currency, for sums and figures."""

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
    amount_company_opened = fields.Monetary(
        string="Disputed at First (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="Before payments and credit notes have lowered it; at the rate of the day "
        "the dispute was opened.",
    )

    @api.depends("line_ids.amount_company", "line_ids.amount_company_opened")
    def _compute_amount_company(self):
        for case in self:
            lines = case.line_ids
            case.amount_company = sum(lines.mapped("amount_company"))
            case.amount_company_opened = sum(lines.mapped("amount_company_opened"))

    def _convert_to_company(self, amount):
        """Return an amount in the company's currency, as of the day it was opened.

        :param float amount: in the currency of the dispute.
        :rtype: float
        """
        company = self.company_id or self.env.company
        opened = self.date_open or fields.Datetime.now()
        return self.currency_id._convert(
            amount, company.currency_id, company, opened.date()
        )
