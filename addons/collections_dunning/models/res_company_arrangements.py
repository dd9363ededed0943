from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """What a company grants to customers who can't pay at once."""

    _inherit = "res.company"

    dunning_promise_grace = fields.Integer(
        string="Days of Grace",
        default=2,
        help="Days after the date of a promise or an installment before it counts as "
        "broken: a transfer takes its time.",
    )
    dunning_plan_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Procedure of Payment Plans",
        help="The messages about installments.",
    )
    dunning_plan_approval_months = fields.Integer(
        string="Approval from Months",
        default=6,
        help="A Credit Manager approves longer payment plans. 0: of any length.",
    )
    dunning_plan_approval_amount = fields.Monetary(
        string="Approval from Amount",
        default=10000.0,
        currency_field="currency_id",
        help="A Credit Manager approves payment plans of a greater amount. 0: of any.",
    )
    dunning_portal_plan = fields.Boolean(
        string="Customers Ask for Plans",
        default=True,
        help="Customers can ask for a payment plan on their page.",
    )
    dunning_portal_plan_months = fields.Integer(
        string="Longest Plan (Months)", default=3
    )
    dunning_portal_plan_down_payment = fields.Float(
        string="Least Down Payment (%)", default=30.0
    )
    dunning_portal_plan_accept = fields.Boolean(
        string="Accept at Once",
        help="What a customer asks for within these limits is proposed to him at once, "
        "to be signed. Off: the responsible looks at it first.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains(
        "dunning_promise_grace",
        "dunning_plan_approval_months",
        "dunning_plan_approval_amount",
        "dunning_portal_plan_months",
        "dunning_portal_plan_down_payment",
    )
    def _check_dunning_arrangements(self):
        """Refuse limits that can't be kept.

        :raise ValidationError: says which.
        """
        for company in self:
            if company.dunning_promise_grace < 0:
                raise ValidationError(
                    self.env._("The days of grace can't be negative.")
                )
            if (
                company.dunning_plan_approval_months < 0
                or company.dunning_plan_approval_amount < 0
                or company.dunning_portal_plan_months < 1
            ):
                raise ValidationError(
                    self.env._("The limits of payment plans can't be negative.")
                )
            if not 0 <= company.dunning_portal_plan_down_payment < 100:
                raise ValidationError(
                    self.env._("The down payment is from 0 to less than 100 %.")
                )
