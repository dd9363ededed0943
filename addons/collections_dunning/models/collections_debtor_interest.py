from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import DEBTOR_CHARGING, DEBTOR_TYPES


class CollectionsDebtor(models.Model):
    """Which interest a debtor bears, and whether we ask for it."""

    _inherit = "collections.debtor"

    debtor_type = fields.Selection(
        DEBTOR_TYPES,
        string="Kind of Debtor",
        tracking=True,
        help="Empty: a company, or somebody with a tax number, is a business; "
        "anybody else is a consumer.",
    )
    applied_debtor_type = fields.Selection(
        DEBTOR_TYPES,
        string="Treated As",
        compute="_compute_applied_debtor_type",
    )
    public_payment_days = fields.Integer(
        string="Days to Pay of a Public Buyer",
        help="0: 30 days, as for most; 50 for hospitals, 60 for public undertakings "
        "(articles R2192-10 and R2192-11 of the French public procurement code).",
    )
    interest_regime_id = fields.Many2one(
        "collections.interest.regime",
        string="Own Interest Regime",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Empty: the regime of the company's law for such a debtor. The regime "
        "follows the law of the contract, mostly that of the seller.",
    )
    applied_regime_id = fields.Many2one(
        "collections.interest.regime",
        string="Interest Regime",
        compute="_compute_applied_regime_id",
    )
    charging = fields.Selection(
        DEBTOR_CHARGING,
        string="Interest and Compensation",
        tracking=True,
        help="Empty: as each level says. Waived: neither shown nor claimed.",
    )
    charging_reason = fields.Char(string="Why Waived", tracking=True)

    # === COMPUTE METHODS === #

    @api.depends("debtor_type", "partner_id.is_company", "partner_id.vat")
    def _compute_applied_debtor_type(self):
        for debtor in self:
            kind = self._get_default_debtor_type(debtor.partner_id)
            debtor.applied_debtor_type = debtor.debtor_type or kind

    @api.model
    def _get_default_debtor_type(self, partner):
        """Return what a customer is taken for while nobody said it.

        :param res.partner partner: the commercial partner.
        :rtype: str
        """
        return "professional" if partner.is_company or partner.vat else "consumer"

    @api.depends("interest_regime_id", "applied_debtor_type", "company_id.country_id")
    def _compute_applied_regime_id(self):
        regimes = self.env["collections.interest.regime"]
        found = {}
        for debtor in self:
            key = (debtor.company_id, debtor.applied_debtor_type)
            if key not in found and not debtor.interest_regime_id:
                found[key] = regimes._find_regime(*key)
            debtor.applied_regime_id = debtor.interest_regime_id or found[key]

    # === CONSTRAINT METHODS === #

    @api.constrains("charging", "charging_reason")
    def _check_charging_reason(self):
        """Who waives what the law grants says why; who and when are in the chatter."""
        for debtor in self:
            if (
                debtor.charging == "waive"
                and not (debtor.charging_reason or "").strip()
            ):
                raise ValidationError(self.env._("Say why interest is waived."))
