from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..const import CREDIT_ACTIONS
from .dunning_level import came_with_module


class CollectionsCreditPolicy(models.Model):
    """What we agree with customers: terms, limit, interest, how they are dunned.

    What is empty here is that of the policy it is based on, see :meth:`_get_value`.
    """

    _name = "collections.credit.policy"
    _description = "Credit Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company.root_id,
        help="Empty: for every company. Of a parent company: for its branches too.",
    )
    parent_id = fields.Many2one(
        "collections.credit.policy",
        string="Based On",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="What is empty here is taken from there.",
        tracking=True,
    )
    child_ids = fields.One2many(
        "collections.credit.policy", "parent_id", string="Based on This One"
    )
    payment_term_ids = fields.Many2many(
        "account.payment.term",
        "collections_credit_policy_payment_term_rel",
        "policy_id",
        "payment_term_id",
        string="Payment Terms Offered",
        check_company=True,
        help="Other terms on an invoice are pointed out. Empty: any.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        help="Of the credit limit: that of the company.",
    )
    has_credit_limit = fields.Boolean(string="Own Credit Limit", tracking=True)
    credit_limit = fields.Monetary(
        help="Of customers that have no credit limit of their own.",
        tracking=True,
    )
    limit_action = fields.Selection(
        CREDIT_ACTIONS,
        string="Past the Limit",
        help="What becomes of an order that takes what a customer owes past his limit.",
        tracking=True,
    )
    age_limit_days = fields.Integer(
        string="Oldest Debt",
        help="Days late of the oldest open item from which the debt is too old. "
        "0: as in the policy it is based on, else not looked at.",
        tracking=True,
    )
    age_action = fields.Selection(
        CREDIT_ACTIONS,
        string="With Too Old a Debt",
        help="What becomes of an order of a customer whose oldest open item is later "
        "than these days.",
        tracking=True,
    )
    interest_regime_id = fields.Many2one(
        "collections.interest.regime",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Of customers that have no regime of their own. Empty: that of the law. "
        "One regime rules all that a customer owes: the policy of a single invoice "
        "changes it for none.",
        tracking=True,
    )
    procedure_id = fields.Many2one(
        "dunning.procedure",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Of customers that have no procedure of their own.",
        tracking=True,
    )
    has_plan_limits = fields.Boolean(
        string="Own Limits of Payment Plans",
        help="Otherwise those of the settings.",
        tracking=True,
    )
    plan_max_months = fields.Integer(
        string="Longest Plan (Months)",
        help="What a customer may ask for on his page. A Credit Manager approves "
        "longer payment plans.",
        tracking=True,
    )
    plan_least_down_payment = fields.Float(
        string="Least Down Payment (%)",
        help="What a customer pays at once. A Credit Manager approves less.",
        tracking=True,
    )
    note = fields.Text(
        translate=True, string="Remark", help="For ourselves: customers don't see it."
    )

    _age_limit_plausible = models.Constraint(
        "CHECK (age_limit_days >= 0)", "The days of the oldest debt can't be negative."
    )
    _credit_limit_plausible = models.Constraint(
        "CHECK (credit_limit >= 0)", "A credit limit can't be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("has_credit_limit")
    def _compute_currency_id(self):
        """That of the company, as soon as there is a limit: not everyone sees it."""
        for policy in self:
            company = (policy.company_id or self.env.company).sudo().root_id
            if policy.has_credit_limit and not policy.currency_id:
                policy.currency_id = company.currency_id
            else:
                policy.currency_id = policy.currency_id

    # === CONSTRAINT METHODS === #

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A credit policy can't be based on itself, nor in a circle.")
            )

    @api.constrains("has_plan_limits", "plan_max_months", "plan_least_down_payment")
    def _check_plan_limits(self):
        for policy in self.filtered("has_plan_limits"):
            if policy.plan_max_months < 1:
                raise ValidationError(
                    self.env._("A payment plan takes one month at least.")
                )
            if not 0 <= policy.plan_least_down_payment < 100:
                raise ValidationError(
                    self.env._("The down payment is from 0 to less than 100 %.")
                )

    @api.constrains("has_credit_limit", "currency_id", "company_id", "parent_id")
    def _check_usage(self):
        """Where it is used already, it must go on fitting; so must what it bases."""
        for policy in self:
            companies = policy.company_id | policy._get_using_companies()
            if policy.has_credit_limit and not policy.currency_id:
                companies |= self.env.company
            for company in companies:
                policy._check_fits(company)
        if self.sudo().child_ids:
            self.sudo().child_ids._check_usage()

    def _get_using_companies(self):
        """Return the companies of what was given one of these policies.

        :rtype: res.company
        """
        companies = self.env["res.company"].sudo()
        found = companies.search([("dunning_credit_policy_id", "in", self.ids)])
        for model in ("collections.debtor", "collections.segment"):
            [(used,)] = (
                self.env[model]
                .sudo()
                ._read_group(
                    [("credit_policy_id", "in", self.ids)],
                    aggregates=["company_id:recordset"],
                )
            )
            found |= used
        return found

    def _check_fits(self, company):
        """Refuse a policy of another company, or a limit in another currency.

        :param res.company company: who uses it; empty: any.
        :raise ValidationError: says which currency is wanted.
        """
        for policy in self.sudo() if company else ():
            lineage = company.sudo()._get_dunning_lineage()
            if policy.company_id and policy.company_id not in lineage:
                raise ValidationError(
                    self.env._(
                        "%(policy)s is the credit policy of another company than "
                        "%(company)s.",
                        policy=policy.name,
                        company=company.name,
                    )
                )
            giver = policy._get_giver("credit_limit")
            currency = company.sudo().root_id.currency_id
            if giver and giver.currency_id != currency:
                raise ValidationError(
                    self.env._(
                        "%(policy)s: the credit limit is in %(currency)s, that of "
                        "%(company)s is in %(wanted)s.",
                        policy=policy.name,
                        currency=giver.currency_id.name or self.env._("no currency"),
                        company=company.name,
                        wanted=currency.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._check_shared()
        return policies

    def write(self, vals):
        self._check_shared()
        result = super().write(vals)
        self._check_shared()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        self._check_shared()
        if came_with_module(self):
            raise ValidationError(
                self.env._("This policy came with the module: archive it instead.")
            )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for policy, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", policy.name)
        return vals_list

    def _check_shared(self):
        """Leave what all companies go by to who works in all of them.

        :raise AccessError: says what to do instead.
        """
        shared = not all(policy.company_id for policy in self.sudo())
        if shared and not self.env.company._is_user_in_all_companies():
            raise AccessError(
                self.env._(
                    "Other companies go by this policy too: only a Credit Manager with "
                    "access to all companies changes it. Make one for your company, "
                    "based on it."
                )
            )
