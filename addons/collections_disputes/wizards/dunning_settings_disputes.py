from odoo import api, fields, models

from ..models.res_company import SHARED

# Kept on the company itself; a branch uses its parents' where it has none.
OWN = ("dispute_manager_id", "dispute_write_off_account_id")


class DunningSettings(models.TransientModel):
    _inherit = "dunning.settings"

    dispute_approval_amount = fields.Monetary(
        string="Approval from",
        help="A Credit Manager approves what is given to the customer from this "
        "amount on. 0: nothing needs an approval.",
    )
    dispute_manager_id = fields.Many2one(
        "res.users",
        string="Escalated To",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Learns of the disputes that were not answered in time; of his own, "
        "another Credit Manager does. Empty: a Credit Manager of the company.",
    )
    dispute_customer_days = fields.Integer(
        string="Wait for the Customer",
        help="Working days in which a customer is to answer us; then the owner of the "
        "dispute asks again.",
    )
    dispute_write_off_limit = fields.Monetary(
        string="Small Difference up to",
        help="Rest of a partial payment that may be written off.",
    )
    dispute_write_off_account_id = fields.Many2one(
        "account.account",
        string="Account of Small Differences",
        domain="[('account_type', 'in', ('expense', 'income_other')), "
        "('company_ids', 'parent_of', company_id)]",
        help="Where the rest of a partial payment is written off.",
    )

    @api.model
    def default_get(self, fields_list):
        """Start from what is in force."""
        company = self.env.company.sudo()
        values = {name: company[name].id for name in OWN}
        values.update((name, company.root_id[name]) for name in SHARED)
        values = {name: values[name] for name in values if name in fields_list}
        return {**super().default_get(fields_list), **values}

    def action_save(self):
        """Save these settings on the current company too."""
        company = self.env.company
        (company | company.root_id)._check_dunning_settings()
        company.sudo().write({name: self[name].id for name in OWN})
        company.root_id.sudo().write({name: self[name] for name in SHARED})
        return super().action_save()
