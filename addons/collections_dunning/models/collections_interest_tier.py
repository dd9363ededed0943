from odoo import api, fields, models


class CollectionsInterestTier(models.Model):
    """Fixed compensation for the recovery of one late invoice, from an amount on."""

    _name = "collections.interest.tier"
    _description = "Late Payment Compensation"
    _order = "regime_id, amount_from"

    regime_id = fields.Many2one(
        "collections.interest.regime", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="regime_id.company_id")
    currency_id = fields.Many2one(related="regime_id.compensation_currency_id")
    amount_from = fields.Monetary(
        string="Invoices From", help="Smallest amount of an invoice, taxes included."
    )
    amount = fields.Monetary(string="Compensation", required=True)

    _amount_uniq = models.UniqueIndex(
        "(regime_id, amount_from)", "There is one compensation for an amount."
    )
    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND amount_from >= 0)", "Amounts can't be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        tiers.regime_id.filtered("country_ids")._check_shared()
        return tiers

    def write(self, vals):
        self.regime_id._check_shared()
        result = super().write(vals)
        self.regime_id._check_shared()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        self.regime_id._check_shared()

    @api.constrains("regime_id")
    def _check_regime(self):
        self.regime_id._check_compensation()
