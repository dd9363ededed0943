from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

# What decides whether and when something leaves: whatever rights on companies a user
# has, only a Credit Manager changes it.
GUARDED = {
    "dunning_active",
    "dunning_activated_on",
    "dunning_procedure_id",
    "dunning_credit_policy_id",
    "dunning_public_procedure_id",
    "dunning_charge_procedure_id",
    "dunning_insolvency_procedure_id",
    "dunning_responsible_id",
    "dunning_bank_account_id",
    "dunning_interest_account_id",
    "dunning_compensation_account_id",
    "dunning_invoice_mentions",
    "dunning_statement_monthly",
    "dunning_start_date",
    "dunning_contact_gap",
    "dunning_financing_rate",
    "dunning_gentle_call_amount",
    "dunning_sent_outside",
    "dunning_review_amount",
    "dunning_send_window",
    "dunning_send_from",
    "dunning_send_to",
    "dunning_test_mode",
    "dunning_test_email",
    "dunning_promise_grace",
    "dunning_plan_procedure_id",
    "dunning_plan_approval_months",
    "dunning_plan_approval_amount",
    "dunning_portal_plan",
    "dunning_portal_plan_months",
    "dunning_portal_plan_down_payment",
    "dunning_portal_plan_accept",
}


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_active = fields.Boolean(
        string="Dunning Activated",
        help="Until a Credit Manager activates dunning, the scheduled run only "
        "proposes: nothing leaves by itself.",
    )
    dunning_in_force = fields.Boolean(
        compute="_compute_dunning_in_force",
        compute_sudo=True,
        recursive=True,
    )
    dunning_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Default Procedure",
        help="Used for every debtor that has no procedure of its own.",
    )
    dunning_responsible_id = fields.Many2one(
        "res.users",
        string="Default Collector",
        help="Follows the debtors that have no responsible of their own.",
    )
    dunning_bank_account_id = fields.Many2one(
        "res.partner.bank",
        string="Bank Account on Notices",
        domain="[('partner_id', '=', partner_id)]",
        help="Printed on notices, with its QR code. "
        "Empty: the first bank account of the company.",
    )

    dunning_activated_on = fields.Date(
        readonly=True,
        help="For 14 days from here on, every notice waits for approval.",
    )
    dunning_start_date = fields.Date(
        string="Dunned Since",
        help="Day of the first run. What was late by more than 90 days then is put "
        "aside, to be decided; what was late already begins at the first level.",
    )
    dunning_contact_gap = fields.Integer(
        string="Days between Two Contacts",
        default=7,
        help="Fewest days between any two messages, letters or calls to a customer.",
    )
    dunning_sent_outside = fields.Boolean(
        string="Invoices Are Sent outside Odoo",
        help="Otherwise an invoice that was never sent is not dunned.",
    )
    dunning_review_amount = fields.Monetary(
        string="Look At from",
        default=10000,
        help="A notice of this amount or more waits for a person.",
    )
    dunning_send_window = fields.Boolean(
        string="Sending Hours",
        default=True,
        help="E-mails leave on working days, between these hours, formal notices not "
        "on Fridays. Otherwise as soon as they are queued.",
    )
    dunning_send_from = fields.Float(string="Send From", default=9.0)
    dunning_send_to = fields.Float(string="Send To", default=11.5)
    dunning_test_mode = fields.Boolean(
        string="Test Mode",
        help="Every message goes to the test address, and no level counts.",
    )
    dunning_test_email = fields.Char(
        string="Test Address", help="Receives every message while in test mode."
    )
    dunning_first_run_skipped = fields.Boolean(
        string="First Steps Skipped",
        help="The app no longer opens on the first steps.",
    )
    dunning_dry_run_id = fields.Many2one(
        "dunning.run",
        string="Last Dry Run",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # === COMPUTE METHODS === #

    @api.depends("dunning_active", "parent_id.dunning_in_force")
    def _compute_dunning_in_force(self):
        """What the screens of a branch show is its root's: see the activation."""
        for company in self:
            parent = company.parent_id
            company.dunning_in_force = (
                parent.dunning_in_force if parent else company.dunning_active
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("dunning_test_mode", "dunning_test_email")
    def _check_dunning_test_email(self):
        for company in self:
            if company.dunning_test_mode and not email_normalize(
                company.dunning_test_email
            ):
                raise ValidationError(
                    self.env._("Test mode needs one valid e-mail address.")
                )

    @api.constrains("dunning_send_from", "dunning_send_to")
    def _check_dunning_sending_hours(self):
        for company in self:
            if not 0 <= company.dunning_send_from < company.dunning_send_to <= 24:
                raise ValidationError(
                    self.env._("Sending hours must begin before they end.")
                )

    @api.constrains("dunning_contact_gap")
    def _check_dunning_contact_gap(self):
        if any(company.dunning_contact_gap < 0 for company in self):
            raise ValidationError(
                self.env._("The days between two contacts can't be negative.")
            )

    # === ACTION METHODS === #

    def action_dunning_activate(self):
        """Let the notices of automatic levels leave by themselves.

        A branch goes with its root: one switch for all of them, as for test mode.

        :raise AccessError: when the user is no Credit Manager of the root.
        :raise UserError: when a company has no procedure.
        """
        roots = self.root_id
        roots._check_dunning_settings()
        for company in self:
            if not company._get_dunning_procedure():
                raise UserError(
                    self.env._(
                        "Choose the default procedure of %(company)s first.",
                        company=company.name,
                    )
                )
        today = fields.Date.context_today(self)
        for root in roots.sudo().filtered(lambda root: not root.dunning_active):
            root.write({"dunning_active": True, "dunning_activated_on": today})

    def action_dunning_deactivate(self):
        """From now on nothing leaves by itself; what no person released stops too.

        In the root and all its branches, see :meth:`action_dunning_activate`.

        :raise AccessError: when the user is no Credit Manager of the root.
        """
        roots = self.root_id
        roots._check_dunning_settings()
        roots.sudo().dunning_active = False
        queued = (
            self.env["dunning.notice"]
            .sudo()
            .search(
                [
                    ("company_id", "child_of", roots.ids),
                    ("state", "=", "queued"),
                    ("channel", "=", "email"),
                    ("approved_by_id", "=", False),
                    ("run_id.confirmed_by_id", "=", False),
                ]
            )
        )
        queued._set_state("draft")

    # === RIGHTS === #

    def _check_dunning_settings(self):
        """Refuse who may not decide for these companies.

        :raise AccessError: when the user is no Credit Manager, or not of the company.
        """
        self.env["dunning.notice"]._check_credit_manager()
        # Also of a company that is not switched on at present: a branch's root.
        mine = self.env.user.company_ids.ids
        self.with_context(allowed_company_ids=mine).check_access("read")

    def write(self, vals):
        """Only a Credit Manager decides what leaves, and when."""
        if GUARDED & vals.keys():
            self._check_dunning_settings()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        """A new company starts with the installed procedure, a branch with none."""
        if any(GUARDED & vals.keys() for vals in vals_list):
            self._check_dunning_settings()
        companies = super().create(vals_list)
        bare = companies.filtered(
            lambda company: not company.parent_id and not company.dunning_procedure_id
        )
        bare.sudo().dunning_procedure_id = (
            self.env["dunning.procedure"].sudo()._get_first()
        )
        return companies

    # === WHAT IS IN FORCE === #

    def _is_dunning_first_run(self):
        """Tell whether the app opens on the first steps.

        :rtype: bool
        """
        self.ensure_one()
        skipped = self.sudo().root_id.dunning_first_run_skipped
        return not skipped and not self.sudo()._is_dunning_active()

    def _get_dunning_lineage(self):
        """Return this company and its parents, itself first.

        A branch uses what its nearest parent has configured.
        """
        self.ensure_one()
        return (self | self.parent_ids).sorted("parent_path", reverse=True)

    def _is_dunning_active(self):
        """Tell whether notices may leave by themselves: the root company decides.

        :rtype: bool
        """
        self.ensure_one()
        return self.dunning_in_force

    def _get_dunning_procedure(self):
        """Return the procedure of debtors that nothing else gives one.

        That of the company's credit policy, else the default one.

        :rtype: dunning.procedure
        """
        agreed = self._get_dunning_credit_policy()._get_value("procedure_id")
        lineage = self._get_dunning_lineage()
        return agreed or lineage.dunning_procedure_id.filtered("active")[:1]

    def _get_dunning_bank_account(self):
        """Return the bank account to print on the notices of this company.

        :rtype: res.partner.bank (empty when the company has none)
        """
        lineage = self._get_dunning_lineage()
        # One that was deleted is archived: customers must not pay there any more.
        chosen = lineage.dunning_bank_account_id.filtered("active")
        return chosen[:1] or lineage.partner_id.bank_ids[:1]
