from odoo import api, fields, models

# Settings of each company for itself: a branch knows its customers.
COMPANY_FIELDS = (
    "dunning_promise_grace",
    "dunning_plan_approval_months",
    "dunning_plan_approval_amount",
    "dunning_portal_plan",
    "dunning_portal_plan_months",
    "dunning_portal_plan_down_payment",
    "dunning_portal_plan_accept",
)


class DunningSettings(models.TransientModel):
    """What is granted to customers who can't pay at once."""

    _inherit = "dunning.settings"

    dunning_promise_grace = fields.Integer(
        string="Days of Grace",
        help="Days after the date of a promise or an installment before it counts as "
        "broken: a transfer takes its time.",
    )
    dunning_plan_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Messages of Payment Plans",
        help="The procedure whose levels are the messages about installments. Empty: "
        "nobody is reminded of them.",
    )
    dunning_plan_approval_months = fields.Integer(
        string="Approval from Months",
        help="A Credit Manager approves longer payment plans. 0: of any length.",
    )
    dunning_plan_approval_amount = fields.Monetary(
        string="Approval from Amount",
        help="A Credit Manager approves payment plans of a greater amount. 0: of any.",
    )
    dunning_portal_plan = fields.Boolean(
        string="Customers Ask for Plans",
        help="Customers can ask for a payment plan on their page.",
    )
    dunning_portal_plan_months = fields.Integer(string="Longest Plan (Months)")
    dunning_portal_plan_down_payment = fields.Float(string="Least Down Payment (%)")
    dunning_portal_plan_accept = fields.Boolean(
        string="Accept at Once",
        help="What a customer asks for within these limits is proposed to him at once, "
        "to be signed. Off: the responsible looks at it first.",
    )

    @api.model
    def default_get(self, fields_list):
        company = self.env.company.sudo()
        values = {name: company[name] for name in COMPANY_FIELDS}
        values["dunning_plan_procedure_id"] = company.dunning_plan_procedure_id.id
        values = {name: v for name, v in values.items() if name in fields_list}
        return {**super().default_get(fields_list), **values}

    def action_save(self):
        """Save these settings.

        :raise AccessError: when the user is no Credit Manager.
        """
        action = super().action_save()
        values = {name: self[name] for name in COMPANY_FIELDS}
        values["dunning_plan_procedure_id"] = self.dunning_plan_procedure_id.id
        self.env.company.sudo().write(values)
        return action
