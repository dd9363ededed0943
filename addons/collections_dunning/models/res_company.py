from odoo import api, fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_active = fields.Boolean(
        string="Dunning Activated",
        help="Until a Credit Manager activates dunning, the scheduled run only "
        "proposes: nothing leaves by itself.",
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
    dunning_test_email = fields.Char(string="Test Address")

    def action_dunning_activate(self):
        """Let the notices of automatic levels leave by themselves.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when a company has no procedure.
        """
        self._check_dunning_settings()
        for company in self:
            if not company._get_dunning_procedure():
                raise UserError(
                    self.env._(
                        "Choose the default procedure of %(company)s first.",
                        company=company.name,
                    )
                )
        today = fields.Date.context_today(self)
        for company in self.sudo().filtered(lambda company: not company.dunning_active):
            company.write({"dunning_active": True, "dunning_activated_on": today})

    def action_dunning_deactivate(self):
        """From now on nothing leaves by itself; what no person released stops too.

        :raise AccessError: when the user is no Credit Manager.
        """
        self._check_dunning_settings()
        self.sudo().dunning_active = False
        queued = (
            self.env["dunning.notice"]
            .sudo()
            .search(
                [
                    ("company_id", "child_of", self.ids),
                    ("state", "=", "queued"),
                    ("channel", "=", "email"),
                    ("approved_by_id", "=", False),
                    ("run_id.confirmed_by_id", "=", False),
                ]
            )
        )
        queued._set_state("draft")

    def _check_dunning_settings(self):
        """Refuse who may not decide for these companies.

        :raise AccessError: when the user is no Credit Manager, or not of the company.
        """
        self.env["dunning.notice"]._check_credit_manager()
        self.check_access("read")

    def write(self, vals):
        """Only a Credit Manager, by the button, lets notices leave by themselves."""
        if "dunning_active" in vals:
            self._check_dunning_settings()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        """A new company starts with the installed procedure, a branch with none."""
        if any(vals.get("dunning_active") for vals in vals_list):
            self._check_dunning_settings()
        companies = super().create(vals_list)
        bare = companies.filtered(
            lambda company: not company.parent_id and not company.dunning_procedure_id
        )
        bare.dunning_procedure_id = self.env["dunning.procedure"].sudo()._get_first()
        return companies

    def _get_dunning_lineage(self):
        """Return this company and its parents, itself first.

        A branch uses what its nearest parent has configured.
        """
        self.ensure_one()
        return (self | self.parent_ids).sorted("parent_path", reverse=True)

    def _is_dunning_active(self):
        """Tell whether notices may leave by themselves, here or for the parent.

        :rtype: bool
        """
        return any(company.dunning_active for company in self._get_dunning_lineage())

    def _get_dunning_procedure(self):
        """Return the default procedure of this company.

        :rtype: dunning.procedure
        """
        return self._get_dunning_lineage().dunning_procedure_id.filtered("active")[:1]

    def _get_dunning_bank_account(self):
        """Return the bank account to print on the notices of this company.

        :rtype: res.partner.bank (empty when the company has none)
        """
        lineage = self._get_dunning_lineage()
        return lineage.dunning_bank_account_id[:1] or lineage.partner_id.bank_ids[:1]
