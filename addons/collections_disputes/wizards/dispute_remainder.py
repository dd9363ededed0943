from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class DisputeRemainder(models.TransientModel):
    """What the rest of an invoice is, after the customer has paid a part of it."""

    _name = "dispute.remainder"
    _description = "Rest after a Partial Payment"

    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="move_id.company_id")
    partner_id = fields.Many2one(related="move_id.commercial_partner_id")
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_total = fields.Monetary(related="move_id.amount_total")
    amount_residual = fields.Monetary(related="move_id.amount_residual", string="Rest")
    limit = fields.Monetary(
        compute="_compute_limit", currency_field="company_currency_id"
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    meaning = fields.Selection(
        [
            ("due", "Still Due"),
            ("dispute", "Disputed"),
            ("write_off", "Small Difference to Write Off"),
        ],
        string="The Rest Is",
        required=True,
        default="due",
    )
    note = fields.Char(string="Why")

    @api.depends("company_id")
    def _compute_limit(self):
        for wizard in self:
            wizard.limit = wizard.company_id._get_dispute_setting(
                "dispute_write_off_limit"
            )

    def action_apply(self):
        """Do what the rest means: claim it, dispute it, or write it off.

        :return: the action to go on with.
        :raise AccessError: when the user is no Collector.
        :raise UserError: when the rest is too much to be written off.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        self.move_id.check_access("read")
        if self.meaning == "dispute":
            return self.move_id.action_dispute()
        if self.meaning == "write_off":
            return self._write_off()
        self.move_id.sudo()._message_log(
            body=self.env._(
                "The rest is still due. %(why)s", why=self.note or ""
            ).strip()
        )
        return {"type": "ir.actions.act_window_close"}

    def _write_off(self):
        """Book the rest as a small difference; posted by right, else a draft.

        :rtype: dict
        :raise UserError: above the company's limit, or without an account.
        """
        items = self.move_id._get_open_receivables()
        company = self.company_id.sudo()
        amount = sum(items.mapped("amount_residual"))
        if company.currency_id.compare_amounts(amount, self.limit) > 0:
            raise UserError(
                self.env._(
                    "At most %(limit)s may be written off as a small difference.",
                    limit=formatLang(
                        self.env, self.limit, currency_obj=company.currency_id
                    ),
                )
            )
        if not items or any(items._get_disputable()[i.id] <= 0 for i in items):
            raise UserError(self.env._("Nothing is left to be written off."))
        entry = self.env["account.move"].sudo().create(self._get_entry_values(items))
        if self.env.user.has_group("account.group_account_invoice"):
            entry.action_post()
            receivable = entry.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            (items.sudo() | receivable).reconcile()
        self.move_id.sudo()._message_log(
            body=self.env._(
                "Small difference written off: %(entry)s", entry=entry._get_html_link()
            )
        )
        if entry.state == "draft":
            return entry.sudo(False)._get_records_action()
        return {"type": "ir.actions.act_window_close"}

    def _get_entry_values(self, items):
        """Return the values of the entry that writes these items off.

        :param account.move.line items: all of an invoice.
        :rtype: dict
        :raise UserError: when the company has no account or journal for it.
        """
        company = self.company_id.sudo()
        account = company._get_dispute_setting("dispute_write_off_account_id")
        journals = self.env["account.journal"].sudo()
        own = journals._check_company_domain(company)
        journal = journals.search([*own, ("type", "=", "general")], limit=1)
        if not account or not journal:
            raise UserError(
                self.env._("Choose the account of small differences in the settings.")
            )
        label = self.env._("Small difference on %(invoice)s", invoice=self.move_id.name)
        label = f"{label}: {self.note}" if self.note else label
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "company_id": company.id,
            "ref": label,
            "line_ids": [
                Command.create(self._get_entry_line(items, sign, own_account, label))
                for sign, own_account in ((1, account), (-1, items.account_id[:1]))
            ],
        }

    def _get_entry_line(self, items, sign, account, label):
        """Return the values of one side of the entry.

        :param int sign: 1 for the difference, −1 for the receivable.
        :rtype: dict
        """
        return {
            "name": label,
            "account_id": account.id,
            "partner_id": self.move_id.commercial_partner_id.id,
            "currency_id": self.currency_id.id,
            "balance": sign * sum(items.mapped("amount_residual")),
            "amount_currency": sign * sum(items.mapped("amount_residual_currency")),
        }
