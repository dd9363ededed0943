from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_active = fields.Boolean(
        related="company_id.dunning_in_force", readonly=True
    )
    dunning_procedure_id = fields.Many2one(
        related="company_id.dunning_procedure_id", readonly=False
    )
    dunning_credit_policy_id = fields.Many2one(
        related="company_id.dunning_credit_policy_id", readonly=False
    )
    dunning_public_procedure_id = fields.Many2one(
        related="company_id.dunning_public_procedure_id", readonly=False
    )
    dunning_charge_procedure_id = fields.Many2one(
        related="company_id.dunning_charge_procedure_id", readonly=False
    )
    dunning_insolvency_procedure_id = fields.Many2one(
        related="company_id.dunning_insolvency_procedure_id", readonly=False
    )
    dunning_responsible_id = fields.Many2one(
        related="company_id.dunning_responsible_id", readonly=False
    )
    dunning_bank_account_id = fields.Many2one(
        related="company_id.dunning_bank_account_id", readonly=False
    )
    dunning_interest_account_id = fields.Many2one(
        related="company_id.dunning_interest_account_id", readonly=False
    )
    dunning_compensation_account_id = fields.Many2one(
        related="company_id.dunning_compensation_account_id", readonly=False
    )
    is_french_law = fields.Boolean(related="company_id.is_french_law")
    dunning_invoice_mentions = fields.Boolean(
        related="company_id.root_id.dunning_invoice_mentions", readonly=False
    )
    group_dunning_proposals = fields.Boolean(
        string="Proposals",
        implied_group="collections_dunning.collections_dunning_group_proposals",
    )
    group_dunning_decisions = fields.Boolean(
        string="Open Items by Decision",
        implied_group="collections_dunning.collections_dunning_group_decisions",
    )
    group_dunning_holds = fields.Boolean(
        string="Holds",
        implied_group="collections_dunning.collections_dunning_group_holds",
    )
    group_dunning_charges = fields.Boolean(
        string="Late Interest to Invoice",
        implied_group="collections_dunning.collections_dunning_group_charges",
    )
    group_dunning_billing = fields.Boolean(
        string="Billing Users Are Collectors",
        group="account.group_account_invoice",
        implied_group="collections_dunning.collections_dunning_group_collector",
    )

    def action_dunning_activate(self):
        """Activate dunning for this company."""
        self.company_id.action_dunning_activate()

    def action_dunning_deactivate(self):
        """Deactivate dunning for this company."""
        self.company_id.action_dunning_deactivate()
