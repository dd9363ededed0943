from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.res_bank import sanitize_account_number
from odoo.addons.base_iban.models.res_partner_bank import validate_iban

# Inline fields of the page and where the company keeps them.
COMPANY_FIELDS = {
    "responsible_id": "dunning_responsible_id",
    "company_email": "email",
    "company_phone": "phone",
}

DETAILS_DONE = (
    "bank_done",
    "sender_done",
    "reply_done",
    "phone_done",
    "signature_done",
)


class DunningFirstRun(models.TransientModel):
    """First block: who writes, what is printed, where answers go."""

    _inherit = "dunning.first.run"

    bank_account_id = fields.Many2one(
        "res.partner.bank",
        compute="_compute_bank_account_id",
        inverse="_inverse_bank_account_id",
        readonly=False,
        domain="[('partner_id', '=', company_partner_id)]",
    )
    has_bank_account = fields.Boolean(compute="_compute_has_bank_account")
    new_iban = fields.Char(
        string="IBAN",
        compute="_compute_new_iban",
        inverse="_inverse_new_iban",
        readonly=False,
    )
    responsible_id = fields.Many2one(
        related="company_id.dunning_responsible_id",
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    company_email = fields.Char(related="company_id.email", readonly=False)
    company_phone = fields.Char(related="company_id.phone", readonly=False)
    responsible_function = fields.Char(
        string="Job Position",
        compute="_compute_signature",
        inverse="_inverse_signature",
        readonly=False,
    )
    responsible_phone = fields.Char(
        string="Direct Line",
        compute="_compute_signature",
        inverse="_inverse_signature",
        readonly=False,
    )
    email_from = fields.Char(string="From", compute="_compute_addresses")
    reply_to = fields.Char(string="Answers To", compute="_compute_addresses")
    has_catchall = fields.Boolean(compute="_compute_addresses")
    bank_done = fields.Boolean(compute="_compute_details_done")
    sender_done = fields.Boolean(compute="_compute_details_done")
    reply_done = fields.Boolean(compute="_compute_details_done")
    phone_done = fields.Boolean(compute="_compute_details_done")
    signature_done = fields.Boolean(compute="_compute_details_done")
    details_done = fields.Boolean(compute="_compute_details_done")

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_bank_account_id(self):
        for page in self:
            page.bank_account_id = page.company_id.sudo()._get_dunning_bank_account()

    def _inverse_bank_account_id(self):
        for page in self:
            page.company_id.sudo().dunning_bank_account_id = page.bank_account_id

    @api.depends("company_id")
    def _compute_has_bank_account(self):
        for page in self:
            account = page.company_id.sudo()._get_dunning_bank_account()
            page.has_bank_account = bool(account)

    def _compute_new_iban(self):
        self.new_iban = False

    def _inverse_new_iban(self):
        for page in self.filtered("new_iban"):
            company = page.company_id.sudo()
            company.dunning_bank_account_id = page._find_or_create_account()

    def _find_or_create_account(self):
        """Return the company's account with the number that was typed in.

        :rtype: res.partner.bank
        :raise ValidationError: when it is a wrong IBAN.
        """
        # Core takes a mistyped IBAN for another kind of account.
        if self.new_iban.strip()[:2].isalpha():
            validate_iban(self.new_iban)
        accounts = self.env["res.partner.bank"].sudo()
        partner = self.company_id.partner_id
        account = accounts.with_context(active_test=False).search(
            [
                ("partner_id", "=", partner.id),
                ("sanitized_acc_number", "=", sanitize_account_number(self.new_iban)),
            ],
            limit=1,
        )
        if account:
            account.active = True
            return account
        return accounts.create({"acc_number": self.new_iban, "partner_id": partner.id})

    @api.depends("responsible_id")
    def _compute_signature(self):
        for page in self:
            partner = page.responsible_id.sudo().partner_id
            page.responsible_function = partner.function
            page.responsible_phone = partner.phone

    def _inverse_signature(self):
        for page in self:
            user = page.responsible_id.sudo()
            if user and page.company_id in user.company_ids:
                user.partner_id.write(
                    {
                        "function": page.responsible_function,
                        "phone": page.responsible_phone,
                    }
                )

    @api.depends("company_email", "responsible_id")
    def _compute_addresses(self):
        for page in self:
            sender = page._make_sample_notice()._prepare_sender()
            page.email_from = sender["email_from"]
            page.reply_to = sender["reply_to"]
            page.has_catchall = bool(page.company_id.sudo().catchall_formatted)

    @api.depends(
        "bank_account_id",
        "new_iban",
        "responsible_id",
        "responsible_function",
        "email_from",
        "reply_to",
        "company_phone",
    )
    def _compute_details_done(self):
        for page in self:
            page.bank_done = bool(page.bank_account_id or page.new_iban)
            page.sender_done = bool(page.email_from)
            page.reply_done = bool(page.reply_to)
            page.phone_done = bool(page.company_phone)
            page.signature_done = bool(
                page.responsible_id and page.responsible_function
            )
            page.details_done = all(page[name] for name in DETAILS_DONE)

    # === CRUD METHODS === #

    def write(self, vals):
        """What belongs to the company is written there; a manager has no other way.

        :raise AccessError: when the user is no Credit Manager, or not of the company.
        """
        company_vals = {
            COMPANY_FIELDS[name]: vals[name] for name in COMPANY_FIELDS.keys() & vals
        }
        if company_vals:
            self.company_id.sudo().write(company_vals)
        others = {k: v for k, v in vals.items() if k not in COMPANY_FIELDS}
        result = super().write(others)
        self.company_id._check_dunning_settings()
        # What the page shows of the company was read before.
        self.invalidate_recordset()
        return result

    # === ACTION METHODS === #

    def action_take_charge(self):
        """Make the current user the collector of whoever has none."""
        self.ensure_one()
        self.responsible_id = self.env.user
        return True

    def action_send_sample(self):
        """Mail the current user a sample of the first reminder.

        :raise UserError: when there is no procedure, or the text can't be written.
        """
        self.ensure_one()
        level = self._get_sample_level()
        if not level:
            raise UserError(self.env._("Choose a procedure first."))
        return self._mail_sample(self._make_sample_notice(level))

    def _mail_sample(self, notice):
        """Send a message to the current user alone, and say where it went.

        :param dunning.notice notice: whose message it is.
        :rtype: dict
        """
        notice._send_sample(self.env.user)
        address = self.env.user.email_normalized
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "A sample was sent to %(address)s.", address=address
                ),
            },
        }

    def _get_sample_level(self):
        """Return the first level that writes to a customer after the due date.

        :rtype: dunning.level
        """
        levels = self.procedure_id.level_ids.filtered(
            lambda level: (
                level.active
                and not level.event
                and level.day_offset > 0
                and level.channel in ("email", "letter")
            )
        )
        return levels.sorted("day_offset")[:1]

    def _make_sample_notice(self, level=None):
        """Return a reminder that is never saved, about an invoice that is not.

        :param dunning.level level: whose text it has; None: nobody reads it.
        :rtype: dunning.notice
        """
        self.ensure_one()
        company = self.company_id
        user = self.env.user
        due = fields.Date.subtract(
            fields.Date.context_today(self), days=level.day_offset if level else 0
        )
        return (
            self.env["dunning.notice"]
            .sudo()
            .new(
                {
                    "company_id": company.id,
                    "partner_id": user.partner_id.id,
                    "recipient_id": user.partner_id.id,
                    "responsible_id": self.responsible_id.id,
                    "currency_id": company.currency_id.id,
                    "level_id": level and level.id,
                    "channel": "email",
                    "tone": "standard",
                    "lang": company.partner_id.lang or self.env.lang or "en_US",
                    "amount_claimed": 1200.0,
                    "line_ids": [Command.create(self._get_sample_line(due))],
                }
            )
        )

    def _get_sample_line(self, due):
        """Return the values of the only item of a sample."""
        return {
            "company_id": self.company_id.id,
            "kind": "1_item",
            "move_name": self.env._("SAMPLE/0001"),
            "invoice_date": fields.Date.subtract(due, days=30),
            "date_maturity": due,
            "currency_id": self.company_id.currency_id.id,
            "amount_residual": 1200.0,
            "amount_claimed": 1200.0,
            "days_late": (fields.Date.context_today(self) - due).days,
        }
