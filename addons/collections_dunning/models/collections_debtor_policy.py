from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..const import MANAGER


class CollectionsDebtor(models.Model):
    """The credit policy of a customer, and where it comes from."""

    _inherit = "collections.debtor"

    credit_policy_id = fields.Many2one(
        "collections.credit.policy",
        string="Own Credit Policy",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Empty: that of his segment, else that of the company.",
    )
    applied_credit_policy_id = fields.Many2one(
        "collections.credit.policy",
        string="Credit Policy",
        compute="_compute_applied_credit_policy_id",
    )
    credit_policy_source = fields.Char(
        string="Where the Policy Comes From",
        compute="_compute_applied_credit_policy_id",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "credit_policy_id.active",
        "segment_id",
        "company_id.dunning_credit_policy_id.active",
    )
    @api.depends_context("lang")
    def _compute_applied_credit_policy_id(self):
        """The debtor's own, else that of his segment, else that of the company."""
        own_words = self.env._("own")
        for company, debtors in self.grouped("company_id").items():
            default = self._get_company_policy(company)
            for debtor in debtors:
                policy, source = debtor._get_credit_policy(own_words) or default
                debtor.applied_credit_policy_id = policy
                debtor.credit_policy_source = source

    # === CONSTRAINT METHODS === #

    @api.constrains("credit_policy_id")
    def _check_credit_policy(self):
        for company, debtors in self.grouped("company_id").items():
            debtors.credit_policy_id._check_fits(company)

    # === CRUD METHODS === #

    def write(self, vals):
        """What was agreed with a customer is a Credit Manager's to change."""
        if "credit_policy_id" in vals:
            self._check_may_choose_policy(vals["credit_policy_id"])
        return super().write(vals)

    def _check_may_choose_policy(self, policy_id):
        if self.env.su or self.env.user.has_group(MANAGER):
            return
        if any(d.credit_policy_id.id != (policy_id or False) for d in self):
            raise AccessError(
                self.env._(
                    "Only a Credit Manager gives an invoice or a customer a credit "
                    "policy of its own."
                )
            )

    # === BUSINESS METHODS === #

    def _get_credit_policy(self, own_words):
        """Return the credit policy of this debtor, and where it comes from.

        :param str own_words: what an own policy is called.
        :return: None: he has that of the company.
        :rtype: tuple(collections.credit.policy, str)
        """
        self.ensure_one()
        own = self.sudo().credit_policy_id.filtered("active")
        if own:
            return own, own_words
        segment = self.sudo().segment_id.filtered("active")
        policy = segment.credit_policy_id.filtered("active")
        return (policy, self._get_segment_words(segment)) if policy else None

    @api.model
    def _get_segment_words(self, segment):
        """Return how what a segment gives is said to come from there.

        :rtype: str
        """
        return self.env._("of the segment %(segment)s", segment=segment.name)

    @api.model
    def _get_company_policy(self, company):
        """Return the credit policy of a company, and where it comes from.

        :rtype: tuple(collections.credit.policy, str); empty ones for want of one
        """
        policy = company.sudo()._get_dunning_credit_policy()
        return policy, self.env._("of the company") if policy else ""

    @api.model
    def _find_credit_policies(self, company, partners):
        """Return the credit policy of customers, whether they have a file or not.

        :param res.company company: the seller.
        :param res.partner partners: commercial partners.
        :return: policy and where it comes from, by id of the partner.
        :rtype: dict(int, tuple(collections.credit.policy, str))
        """
        default = self._get_company_policy(company)
        debtors = self.sudo().search(
            [("company_id", "=", company.id), ("partner_id", "in", partners.ids)]
        )
        words = self.env._("of the customer")
        found = {d.partner_id.id: d._get_credit_policy(words) for d in debtors}
        return {
            partner_id: found.get(partner_id) or default
            for partner_id in (*partners.ids, False)
        }

    @api.model
    def _get_policy_sql(self, debtor, company):
        """Return the credit policy of a debtor, as set-based SQL wants it.

        :param str debtor: alias of ``collections_debtor``, in an outer join too.
        :param SQL company: id of the seller.
        :return: an expression, NULL for none.
        :rtype: SQL
        """
        companies = self.env["res.company"].sudo().search_fetch([])
        return SQL(
            """
            coalesce(
                (SELECT own.id FROM collections_credit_policy own
                  WHERE own.id = %(debtor)s.credit_policy_id AND own.active),
                (SELECT given.id FROM collections_segment s
                   JOIN collections_credit_policy given
                     ON given.id = s.credit_policy_id AND given.active
                  WHERE s.id = %(debtor)s.segment_id AND s.active),
                (SELECT policy_id
                   FROM unnest(%(companies)s::int[], %(policies)s::int[])
                     AS general (company_id, policy_id)
                  WHERE company_id = %(company)s))
            """,
            debtor=SQL.identifier(debtor),
            company=company,
            companies=companies.ids,
            policies=[c._get_dunning_credit_policy().id or None for c in companies],
        )

    def _merge_policy(self, target):
        """Hand to another file of the customer what was agreed in this one.

        :param collections.debtor target: the file that stays, with its own policy.
        """
        if not target.credit_policy_id:
            target.sudo().credit_policy_id = self.credit_policy_id
