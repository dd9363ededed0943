from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..const import DEBTOR_CHARGING, DEBTOR_TYPES, MANAGER


class CollectionsDebtor(models.Model):
    """Which interest a debtor bears, and whether we ask for it."""

    _inherit = "collections.debtor"

    debtor_type = fields.Selection(
        DEBTOR_TYPES,
        string="Kind of Debtor",
        tracking=True,
        help="Empty: a company, or somebody with a tax number or a company ID, is a "
        "business; anybody else is a consumer. A Credit Manager says otherwise.",
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
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Empty: that of his credit policy, else that of the company's law for "
        "such a debtor. The regime "
        "follows the law of the contract, mostly that of the seller.",
    )
    applied_regime_id = fields.Many2one(
        "collections.interest.regime",
        string="Interest Regime",
        compute="_compute_applied_regime_id",
    )
    regime_reason = fields.Char(
        string="Why This Regime", compute="_compute_regime_reason"
    )
    regime_warning = fields.Char(compute="_compute_regime_reason")
    charging = fields.Selection(
        DEBTOR_CHARGING,
        string="Interest and Compensation",
        tracking=True,
        help="Empty: as each level says. Waived: neither shown nor claimed; a Credit "
        "Manager decides on it.",
    )
    charging_reason = fields.Char(string="Why Waived", tracking=True)
    charging_user_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, tracking=True
    )
    charging_date = fields.Date(string="Decided On", readonly=True, tracking=True)

    # === COMPUTE METHODS === #

    @api.depends(
        "debtor_type",
        "partner_id.is_company",
        "partner_id.vat",
        "partner_id.company_registry",
    )
    def _compute_applied_debtor_type(self):
        for debtor in self:
            kind = self._get_default_debtor_type(debtor.partner_id)
            debtor.applied_debtor_type = debtor.debtor_type or kind

    @api.model
    def _get_default_debtor_type(self, partner):
        """Return what a customer is taken for while nobody said it.

        A sole trader without a tax number is known by its number in the register.

        :param res.partner partner: the commercial partner.
        :rtype: str
        """
        is_business = partner.is_company or partner.vat or partner.company_registry
        return "professional" if is_business else "consumer"

    @api.depends(
        "interest_regime_id",
        "applied_debtor_type",
        "applied_credit_policy_id",
        "company_id.country_id",
    )
    def _compute_applied_regime_id(self):
        regimes = self.env["collections.interest.regime"]
        found = {}
        for debtor in self:
            policy = debtor.applied_credit_policy_id
            key = (debtor.company_id, debtor.applied_debtor_type, policy)
            own = debtor._get_own_regime()
            if not own and key not in found:
                found[key] = regimes._choose_regime(*key)
            debtor.applied_regime_id = own or found[key]

    @api.depends("applied_regime_id")
    @api.depends_context("lang")
    def _compute_regime_reason(self):
        for debtor in self:
            regime = debtor.applied_regime_id
            debtor.regime_warning = regime.floor_warning
            debtor.regime_reason = debtor._describe_regime(regime)

    # === CONSTRAINT METHODS === #

    @api.constrains("charging", "charging_reason")
    def _check_charging_reason(self):
        """Who waives what the law grants says why."""
        for debtor in self:
            if (
                debtor.charging == "waive"
                and not (debtor.charging_reason or "").strip()
            ):
                raise ValidationError(self.env._("Say why interest is waived."))

    @api.constrains("interest_regime_id", "debtor_type")
    def _check_interest_regime(self):
        for debtor in self:
            if debtor.interest_regime_id and not debtor._get_own_regime():
                raise ValidationError(
                    self.env._(
                        "%(regime)s is for %(debtors)s: change the kind of debtor of "
                        "%(customer)s first.",
                        regime=debtor.interest_regime_id.name,
                        debtors=debtor.interest_regime_id._get_debtors_label(
                            debtor.interest_regime_id.debtor_type
                        ),
                        customer=debtor.partner_id.name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Sign what is decided on interest and compensation.

        :raise AccessError: to waive them, or to take a waiver back, is for a Credit
            Manager; so is the law under which a debtor owes them.
        """
        self._check_may_choose_law(vals)
        if {"charging", "charging_reason"} & vals.keys():
            self._check_may_waive(vals)
            charging = vals.get("charging", any(self.mapped("charging")))
            vals = {
                **vals,
                "charging_user_id": charging and self.env.uid,
                "charging_date": charging and fields.Date.context_today(self),
            }
        return super().write(vals)

    def _check_may_waive(self, vals):
        waived = vals.get("charging") == "waive" or "waive" in self.mapped("charging")
        if waived and not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only a Credit Manager waives interest and compensation, or claims "
                    "again what was waived."
                )
            )

    def _check_may_choose_law(self, vals):
        """Another kind of debtor, or a regime of its own, waives as a waiver does."""
        if self.env.su or self.env.user.has_group(MANAGER):
            return
        for debtor in self:
            kind = vals.get("debtor_type", debtor.debtor_type)
            regime_id = vals.get("interest_regime_id", debtor.interest_regime_id.id)
            default = self._get_default_debtor_type(debtor.partner_id)
            if (kind or default) != debtor.applied_debtor_type or (
                regime_id or False
            ) != debtor.interest_regime_id.id:
                raise AccessError(
                    self.env._(
                        "Only a Credit Manager decides under which law a customer owes "
                        "interest: its kind, and a regime of its own."
                    )
                )

    # === BUSINESS METHODS === #

    def _describe_regime(self, regime):
        """Return why this is the regime of this debtor.

        :param collections.interest.regime regime: the one in force; may be empty.
        :rtype: str
        """
        self.ensure_one()
        if regime and regime == self.interest_regime_id:
            return self.env._("Own regime of this debtor")
        policy = self.applied_credit_policy_id
        agreed = policy._get_value("interest_regime_id")
        if regime and regime == agreed:
            return self.env._("Of the credit policy %(policy)s", policy=policy.name)
        reason = regime._describe_choice(self.company_id, self.applied_debtor_type)
        if not agreed:
            return reason
        return self.env._(
            "%(reason)s. That of the credit policy %(policy)s is for %(debtors)s",
            reason=reason,
            policy=policy.name,
            debtors=agreed._get_debtors_label(agreed.debtor_type),
        )

    def _get_own_regime(self):
        """Return the debtor's own regime, as long as it is for such a debtor.

        A customer may turn out to be a consumer, who owes no compensation.

        :rtype: collections.interest.regime, may be empty
        """
        own = self.interest_regime_id
        types = own._get_debtor_types(self.applied_debtor_type)
        return own.filtered(lambda regime: regime.debtor_type in types)

    def _merge_interest(self, target):
        """Hand to another file of the customer what was decided on interest here.

        What that file has decided itself stays.

        :param collections.debtor target: file of the same company.
        """
        for name in ("debtor_type", "public_payment_days"):
            target[name] = target[name] or self[name]
        own = self.interest_regime_id
        types = own._get_debtor_types(target.applied_debtor_type)
        if not target.interest_regime_id and own.debtor_type in types:
            target.interest_regime_id = own
        if not target.charging and self.charging:
            names = ("charging", "charging_reason")
            target.write({name: self[name] for name in names})
            # Who decided it is the same as before.
            names = ("charging_user_id", "charging_date")
            target.sudo().update({name: self[name] for name in names})
