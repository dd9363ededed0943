from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.depends("credit")
    def _compute_days_sales_outstanding(self):
        """Invoices of late interest are no sales: they don't count in the DSO."""
        result = super()._compute_days_sales_outstanding()
        domain = [
            ("state", "=", "posted"),
            ("company_id", "=", self.env.company.id),
            ("commercial_partner_id", "in", self.commercial_partner_id.ids),
        ]
        moves = self.env["account.move"]
        charged = dict(
            moves._read_group(
                [*domain, ("is_late_charge", "=", True)],
                ["commercial_partner_id"],
                ["amount_residual_signed:sum"],
            )
        )
        sold = moves._read_group(
            [
                *domain,
                ("is_late_charge", "=", False),
                ("move_type", "in", moves.get_sale_types(include_receipts=True)),
                ("commercial_partner_id", "in", [partner.id for partner in charged]),
            ],
            ["commercial_partner_id"],
            ["invoice_date:min", "amount_total_signed:sum"],
        )
        figures = {partner: (oldest, total) for partner, oldest, total in sold}
        today = fields.Date.context_today(self)
        for partner in self.filtered(lambda partner: partner in charged):
            oldest, total = figures.get(partner, (today, 0))
            credit = partner.credit - charged[partner]
            days = (today - oldest).days
            partner.days_sales_outstanding = credit / total * days if total else 0
        return result
