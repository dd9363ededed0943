from odoo import api, fields, models


class ResCompany(models.Model):
    """The credit policy of customers that have none of their own."""

    _inherit = "res.company"

    dunning_credit_policy_id = fields.Many2one(
        "collections.credit.policy",
        string="Credit Policy",
        help="Of customers that have none of their own, nor one of their segment. "
        "Empty: that of the parent company.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new company starts with the installed policy, a branch with none."""
        companies = super().create(vals_list)
        companies._fill_dunning_credit_policy()
        return companies

    @api.constrains("dunning_credit_policy_id")
    def _check_dunning_credit_policy(self):
        for company in self:
            company.dunning_credit_policy_id._check_fits(company)

    def _fill_dunning_credit_policy(self):
        """Give root companies the installed policy where they have none.

        Unless it is another company's by now, or its limit is in another currency.
        """
        policy = self.env.ref("collections_dunning.collections_credit_policy", False)
        if not policy:
            return
        policy = policy.sudo()
        currency = policy._get_giver("credit_limit").currency_id
        bare = self.sudo().filtered(
            lambda company: (
                not company.parent_id
                and not company.dunning_credit_policy_id
                and policy.company_id in (company.browse(), company)
                and currency in (currency.browse(), company.currency_id)
            )
        )
        if bare:
            bare.dunning_credit_policy_id = policy

    def _get_dunning_credit_policy(self):
        """Return the credit policy of this company.

        :rtype: collections.credit.policy, may be empty
        """
        return self._get_dunning_lineage().dunning_credit_policy_id.filtered("active")[
            :1
        ]

    def _get_default_credit_limit(self):
        """Return the limit that the core gives customers without one of their own.

        :return: in the company's currency; 0: none, or it isn't looked at.
        :rtype: float
        """
        self.ensure_one()
        if not self.sudo().account_use_credit_limit:
            return 0.0
        partners = self.env["res.partner"].with_company(self)
        field = partners._fields["credit_limit"]
        return field.get_company_dependent_fallback(partners) or 0.0

    def _is_user_in_all_companies(self):
        """Tell whether the user works in every company there is.

        :rtype: bool
        """
        foreign = [("id", "not in", self.env.user.company_ids.ids)]
        return self.env.su or not self.sudo().search_count(foreign, limit=1)
