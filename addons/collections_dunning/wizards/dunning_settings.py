from odoo import fields, models


class DunningSettings(models.TransientModel):
    """Settings of the current company, for a Credit Manager.

    The general settings are open to administrators alone.
    """

    _name = "dunning.settings"
    _description = "Dunning Settings"

    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, readonly=True
    )
    company_partner_id = fields.Many2one(related="company_id.partner_id")
    dunning_active = fields.Boolean(related="company_id.dunning_active")
    dunning_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Default Procedure",
        default=lambda self: self.env.company.dunning_procedure_id,
        help="Used for every debtor that has no procedure of its own.",
    )
    dunning_responsible_id = fields.Many2one(
        "res.users",
        string="Default Collector",
        default=lambda self: self.env.company.dunning_responsible_id,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Follows the debtors that have no responsible of their own.",
    )
    dunning_bank_account_id = fields.Many2one(
        "res.partner.bank",
        string="Bank Account on Notices",
        default=lambda self: self.env.company.dunning_bank_account_id,
        domain="[('partner_id', '=', company_partner_id)]",
        help="Printed on notices, with its QR code. "
        "Empty: the first bank account of the company.",
    )

    def action_save(self):
        """Save these settings on the current company.

        :raise AccessError: when the user is no Credit Manager.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_credit_manager()
        self.env.company.sudo().write(
            {
                "dunning_procedure_id": self.dunning_procedure_id.id,
                "dunning_responsible_id": self.dunning_responsible_id.id,
                "dunning_bank_account_id": self.dunning_bank_account_id.id,
            }
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_activate(self):
        """Save, then let automatic notices leave by themselves."""
        self.action_save()
        self.env.company.action_dunning_activate()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_deactivate(self):
        """From now on nothing leaves by itself."""
        self.env.company.action_dunning_deactivate()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
