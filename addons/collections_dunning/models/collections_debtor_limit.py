from odoo import api, fields, models
from odoo.tools import format_amount


class CollectionsDebtor(models.Model):
    """How much credit a customer has, and who says so."""

    _inherit = "collections.debtor"

    has_applied_credit_limit = fields.Boolean(
        string="Has a Credit Limit", compute="_compute_applied_credit_limit"
    )
    applied_credit_limit = fields.Monetary(
        string="Credit Limit",
        compute="_compute_applied_credit_limit",
        help="For the company with all its branches, in its currency.",
    )
    credit_limit_source = fields.Char(
        string="Where the Limit Comes From", compute="_compute_applied_credit_limit"
    )

    # === COMPUTE METHODS === #

    @api.depends("applied_credit_policy_id", "partner_id.credit_limit")
    @api.depends_context("lang")
    def _compute_applied_credit_limit(self):
        """The customer's own in the core, else his policy's, else the company's."""
        for company, debtors in self.grouped("company_id").items():
            root = company.sudo().root_id
            default = root._get_default_credit_limit()
            for debtor in debtors:
                limit, source = debtor._get_own_limit(root)
                if limit is None:
                    limit, source = debtor._get_policy_limit(root)
                if limit is None and default:
                    limit, source = default, self.env._("of the company")
                debtor.has_applied_credit_limit = limit is not None
                debtor.applied_credit_limit = limit or 0.0
                debtor.credit_limit_source = source

    # === BUSINESS METHODS === #

    def _get_own_limit(self, root):
        """Return the limit that the customer's file in the core says, and its source.

        One limit counts for a company with all its branches: that of the root.

        :param res.company root: root of the debtor's company.
        :return: None for a limit: the file says nothing.
        :rtype: tuple(float or None, str)
        """
        partner = self.sudo().partner_id.with_company(root)
        if partner.use_partner_credit_limit and partner.credit_limit:
            return partner.credit_limit, self.env._("own")
        return None, ""

    def _get_policy_limit(self, root):
        """Return the limit of the debtor's policy, and its source.

        :param res.company root: root of the debtor's company.
        :return: None for a limit: the policy has none, or one in another currency.
        :rtype: tuple(float or None, str)
        """
        policy = self.applied_credit_policy_id
        giver = policy._get_giver("credit_limit")
        if not giver:
            return None, ""
        if giver.currency_id != root.currency_id:
            return None, self.env._(
                "none: %(limit)s of the policy %(policy)s is in another currency",
                limit=format_amount(self.env, giver.credit_limit, giver.currency_id),
                policy=policy.name,
            )
        return giver.credit_limit, self.env._(
            "of the policy %(policy)s", policy=policy.name
        )
