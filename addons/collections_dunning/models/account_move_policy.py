from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import MANAGER


class AccountMove(models.Model):
    """An invoice may have a credit policy of its own."""

    _inherit = "account.move"

    credit_policy_id = fields.Many2one(
        "collections.credit.policy",
        string="Own Credit Policy",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        groups="account.group_account_readonly,account.group_account_invoice",
        help="Payment terms and procedure of this invoice. Empty: those of the "
        "customer. Credit limit and late interest are always his.",
    )
    applied_credit_policy_id = fields.Many2one(
        "collections.credit.policy",
        string="Credit Policy",
        compute="_compute_applied_credit_policy_id",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    credit_policy_source = fields.Char(
        string="Where the Policy Comes From",
        compute="_compute_applied_credit_policy_id",
        groups="account.group_account_readonly,account.group_account_invoice",
    )

    # === COMPUTE METHODS === #

    @api.depends("credit_policy_id", "partner_id", "company_id", "move_type")
    @api.depends_context("lang")
    def _compute_applied_credit_policy_id(self):
        """The invoice's own, else the customer's, see the customer's file."""
        sales = self.filtered(lambda move: move.is_sale_document(True))
        (self - sales).applied_credit_policy_id = False
        (self - sales).credit_policy_source = False
        debtors = self.env["collections.debtor"]
        for company, moves in sales.grouped("company_id").items():
            found = debtors._find_credit_policies(company, moves.commercial_partner_id)
            for move in moves:
                policy = move.sudo().credit_policy_id.filtered("active")
                source = self.env._("of this invoice")
                if not policy:
                    policy, source = found[move.commercial_partner_id._origin.id]
                move.applied_credit_policy_id = policy
                move.credit_policy_source = policy and source

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        given = any(vals.get("credit_policy_id") for vals in vals_list)
        if given or self.env.context.get("default_credit_policy_id"):
            self._check_may_choose_policy()
        return super().create(vals_list)

    def write(self, vals):
        """Sign nothing away: what was agreed is a Credit Manager's to change.

        :raise AccessError: to give an invoice a policy of its own.
        """
        if "credit_policy_id" in vals and any(
            move.sudo().credit_policy_id.id != (vals["credit_policy_id"] or False)
            for move in self
        ):
            self._check_may_choose_policy()
        return super().write(vals)

    def _check_may_choose_policy(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only a Credit Manager gives an invoice or a customer a credit "
                    "policy of its own."
                )
            )

    # === BUSINESS METHODS === #

    def _get_applied_procedure(self, debtor):
        """Return the procedure that this invoice is dunned by.

        That of invoices of late interest for one of them, else that of what an
        insolvent customer owes since the judgment, else that of the invoice's own
        credit policy, else its customer's. The assessment chooses in this order.

        :param collections.debtor debtor: file of its customer.
        :rtype: dunning.procedure, may be empty
        """
        self.ensure_one()
        move = self.sudo()
        if move.is_late_charge:
            return move.company_id._get_dunning_charge_procedure()
        later = debtor.sudo().insolvency_id._get_later_procedure(move)
        if later:
            return later
        policy = move.credit_policy_id.filtered("active")
        return policy._get_value("procedure_id") or debtor.applied_procedure_id
