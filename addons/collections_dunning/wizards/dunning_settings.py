from odoo import api, fields, models

# Settings kept on the company itself, or on the nearest parent that has them.
OWN_FIELDS = (
    "dunning_credit_policy_id",
    "dunning_procedure_id",
    "dunning_public_procedure_id",
    "dunning_charge_procedure_id",
    "dunning_insolvency_procedure_id",
    "dunning_responsible_id",
    "dunning_bank_account_id",
    "dunning_interest_account_id",
    "dunning_compensation_account_id",
)
# Settings that a branch shares with its root company.
ROOT_FIELDS = (
    "dunning_contact_gap",
    "dunning_financing_rate",
    "dunning_gentle_call_amount",
    "dunning_invoice_mentions",
    "dunning_review_amount",
    "dunning_sent_outside",
    "dunning_statement_monthly",
    "dunning_send_window",
    "dunning_send_from",
    "dunning_send_to",
)
# What the app shows and who works with it, for all companies of the database: the
# group that each switches on or off is said in the general settings.
SWITCHES = (
    "group_dunning_proposals",
    "group_dunning_decisions",
    "group_dunning_holds",
    "group_dunning_charges",
    "group_dunning_billing",
)


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
    currency_id = fields.Many2one(related="company_id.currency_id")
    dunning_active = fields.Boolean(related="company_id.dunning_in_force")
    dunning_credit_policy_id = fields.Many2one(
        "collections.credit.policy",
        string="Credit Policy",
        domain="['|', ('company_id', '=', False), "
        "('company_id', 'parent_of', company_id)]",
        help="Of customers that have none of their own, nor one of their segment.",
    )
    dunning_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Default Procedure",
        help="Used for every debtor that has no procedure of its own.",
    )
    dunning_public_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Procedure of Public Buyers",
        help="Used for the public buyers that have no procedure of their own. "
        "Empty: the default one.",
    )
    dunning_charge_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Procedure of Interest Invoices",
        help="Used for every invoice of late interest, whatever the procedure of its "
        "debtor. Empty: nobody is dunned for them.",
    )
    dunning_insolvency_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Procedure of Later Claims",
        help="Used for what a customer in insolvency proceedings owes since the "
        "judgment. Empty: that of the customer.",
    )
    dunning_responsible_id = fields.Many2one(
        "res.users",
        string="Default Collector",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Follows the debtors that have no responsible of their own.",
    )
    dunning_bank_account_id = fields.Many2one(
        "res.partner.bank",
        string="Bank Account on Notices",
        domain="[('partner_id', '=', company_partner_id)]",
        help="Printed on notices, with its QR code. "
        "Empty: the first bank account of the company.",
    )
    dunning_interest_account_id = fields.Many2one(
        "account.account",
        string="Account of Late Interest",
        domain="[('account_type', 'in', ('income', 'income_other')), "
        "('company_ids', 'parent_of', company_id)]",
        help="Where late interest is booked once it is invoiced. "
        "Empty: 763100 of the French chart of accounts.",
    )
    dunning_compensation_account_id = fields.Many2one(
        "account.account",
        string="Account of Compensation",
        domain="[('account_type', 'in', ('income', 'income_other')), "
        "('company_ids', 'parent_of', company_id)]",
        help="Where compensation for recovery costs is booked once it is invoiced. "
        "Empty: 758100 of the French chart of accounts.",
    )
    is_french_law = fields.Boolean(related="company_id.is_french_law")
    dunning_invoice_mentions = fields.Boolean(
        string="Late Payment on Invoices",
        help="Invoices to businesses name the penalties, the compensation for recovery "
        "costs and the discount for early payment (article L441-9 of the French "
        "commercial code).",
    )
    dunning_contact_gap = fields.Integer(
        string="Days between Two Contacts",
        help="Fewest days between any two messages, letters or calls to a customer.",
    )
    dunning_financing_rate = fields.Float(
        string="Financing Rate (%)",
        help="What money costs the company in a year: with it the report on the cost "
        "of late payment is computed.",
    )
    dunning_gentle_call_amount = fields.Monetary(
        string="Late for Once: Call From",
        help="A customer who is later than he usually is, in a segment that treats "
        "that gently, is called only about this amount or more.",
    )
    dunning_review_amount = fields.Monetary(
        string="Look At from",
        help="A notice of this amount or more waits for a person.",
    )
    dunning_sent_outside = fields.Boolean(
        string="Invoices Are Sent outside Odoo",
        help="Otherwise an invoice that was never sent is not dunned.",
    )
    dunning_statement_monthly = fields.Boolean(
        string="Monthly Statements of Account",
        help="On the first working day of the month, each customer that owes something "
        "gets a statement of account by e-mail. A customer's file can say otherwise.",
    )
    dunning_send_window = fields.Boolean(
        string="Sending Hours",
        help="E-mails leave on working days, between these hours, formal notices not "
        "on Fridays. Otherwise as soon as they are queued.",
    )
    dunning_send_from = fields.Float(string="Send From")
    dunning_send_to = fields.Float(string="Send To")
    dunning_test_mode = fields.Boolean(
        string="Test Mode",
        help="Every message goes to the test address, and no level counts.",
    )
    dunning_test_email = fields.Char(
        string="Test Address", help="Receives every message while in test mode."
    )
    group_dunning_proposals = fields.Boolean(
        string="Proposals", help="Menu of the runs, with what they have proposed."
    )
    group_dunning_decisions = fields.Boolean(
        string="Open Items by Decision",
        help="Menu of all open items, with the reason why each is or is not dunned.",
    )
    group_dunning_holds = fields.Boolean(
        string="Holds", help="Menu of everything that keeps an item from being dunned."
    )
    group_dunning_charges = fields.Boolean(
        string="Late Interest to Invoice",
        help="Menu of what was paid late and of the interest that was invoiced.",
    )
    group_dunning_billing = fields.Boolean(
        string="Billing Users Are Collectors",
        help="Whoever makes invoices reviews and sends reminders too.",
    )

    @api.model
    def default_get(self, fields_list):
        """Start from what is in force."""
        company = self.env.company.sudo()
        values = {name: company[name] for name in OWN_FIELDS}
        for name in (*ROOT_FIELDS, "dunning_test_mode", "dunning_test_email"):
            values[name] = company.root_id[name]
        for name, (group, implied) in self._get_switched_groups().items():
            values[name] = implied in group.all_implied_ids
        values = {
            name: value.id if isinstance(value, models.BaseModel) else value
            for name, value in values.items()
            if name in fields_list
        }
        return {**super().default_get(fields_list), **values}

    def action_save(self):
        """Save these settings on the current company.

        :raise AccessError: when the user is no Credit Manager.
        """
        self.ensure_one()
        company = self.env.company
        (company | company.root_id)._check_dunning_settings()
        company.sudo().write({name: self[name].id for name in OWN_FIELDS})
        company.root_id.sudo().write({name: self[name] for name in ROOT_FIELDS})
        self._save_test_mode(company)
        self._save_switches()
        # The menus and the words on test mode are loaded with the page.
        return {"type": "ir.actions.client", "tag": "reload"}

    def _save_test_mode(self, company):
        """Switch test mode on or off, as these settings say."""
        if self.dunning_test_mode:
            company.action_dunning_test_mode_on(self.dunning_test_email or "")
        elif company._is_dunning_test_mode():
            company.action_dunning_test_mode_off()

    def _save_switches(self):
        """Show and hide menus, and make billing users Collectors or not.

        Groups are an administrator's; these few a Credit Manager decides on.
        """
        current = self.default_get(list(SWITCHES))
        for name, (group, implied) in self._get_switched_groups().items():
            if self[name] == current[name]:
                continue
            if self[name]:
                group._apply_group(implied)
            else:
                group._remove_group(implied)

    @api.model
    def _get_switched_groups(self):
        """Return the groups of each switch: who gets it, and what it gives.

        :rtype: dict(str, tuple(res.groups, res.groups))
        """
        switches = self.env["res.config.settings"]._fields
        return {
            name: (
                self.env.ref(
                    getattr(switches[name], "group", "base.group_user")
                ).sudo(),
                self.env.ref(switches[name].implied_group).sudo(),
            )
            for name in SWITCHES
        }

    def action_activate(self):
        """Save, then let automatic notices leave by themselves."""
        action = self.action_save()
        self.env.company.action_dunning_activate()
        return action

    def action_deactivate(self):
        """From now on nothing leaves by itself."""
        self.env.company.action_dunning_deactivate()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
