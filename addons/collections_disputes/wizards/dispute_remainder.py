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
    # By the user's own rights: any invoice can be named here.
    company_id = fields.Many2one(related="move_id.company_id", related_sudo=False)
    partner_id = fields.Many2one(
        related="move_id.commercial_partner_id", related_sudo=False
    )
    currency_id = fields.Many2one(related="move_id.currency_id", related_sudo=False)
    amount_total = fields.Monetary(related="move_id.amount_total", related_sudo=False)
    amount_rest = fields.Monetary(
        string="Rest",
        compute="_compute_amount_rest",
        help="What is open and not disputed.",
    )
    amount_disputed = fields.Monetary(
        string="Disputed Besides", compute="_compute_amount_rest"
    )
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

    @api.depends("move_id")
    def _compute_amount_rest(self):
        for wizard in self:
            items = wizard.move_id._get_open_receivables()
            open_amount = sum(items.mapped("amount_residual_currency"))
            wizard.amount_rest = sum(wizard._get_rests().values())
            wizard.amount_disputed = open_amount - wizard.amount_rest

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
        move = self.move_id.sudo()
        move.dispute_rest_due = self.amount_rest
        move._message_log(
            body=self.env._(
                "The rest is still due. %(why)s", why=self.note or ""
            ).strip()
        )
        return {"type": "ir.actions.act_window_close"}

    def _get_rests(self):
        """Return what is open and not disputed of each item of the invoice.

        :return: in the currency of the items; only what is more than nothing.
        :rtype: dict(account.move.line, float)
        """
        items = self.move_id._get_open_receivables()
        left = items._get_disputable()
        return {
            item: left[item.id]
            for item in items.sorted("date_maturity")
            if item.currency_id.compare_amounts(left[item.id], 0) > 0
        }

    def _write_off(self):
        """Book the rest as a small difference; posted by right, else a draft.

        What is disputed stays so, and is no part of it.

        :rtype: dict
        :raise UserError: above the company's limit, or without an account.
        """
        company = self.company_id.sudo()
        rests = self._get_rests()
        balances = {item: self._get_balance(item, rest) for item, rest in rests.items()}
        if company.currency_id.compare_amounts(sum(balances.values()), self.limit) > 0:
            raise UserError(
                self.env._(
                    "At most %(limit)s may be written off as a small difference.",
                    limit=formatLang(
                        self.env, self.limit, currency_obj=company.currency_id
                    ),
                )
            )
        if not rests:
            raise UserError(self.env._("Nothing is left to be written off."))
        values = self._get_entry_values(rests, balances)
        entry = self.env["account.move"].sudo().create(values)
        if self.env.user.has_group("account.group_account_invoice"):
            entry.action_post()
            receivable = entry.line_ids.filtered(lambda line: line.balance < 0)
            for item, line in zip(rests, receivable.sorted("id"), strict=True):
                (item.sudo() | line).reconcile()
        self.move_id.sudo()._message_log(
            body=self.env._(
                "Small difference written off: %(entry)s", entry=entry._get_html_link()
            )
        )
        if entry.state == "draft":
            return entry.sudo(False)._get_records_action()
        return {"type": "ir.actions.act_window_close"}

    def _get_balance(self, item, rest):
        """Return the share of a rest in what is open in the company's currency.

        :param account.move.line item: of the invoice.
        :param float rest: in the currency of the item.
        :rtype: float
        """
        share = rest / item.amount_residual_currency
        return item.company_currency_id.round(item.amount_residual * share)

    def _get_entry_values(self, rests, balances):
        """Return the values of the entry that writes off what is left of items.

        :param dict rests: see :meth:`_get_rests`.
        :param dict balances: the same in the company's currency.
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
        total = (account, sum(balances.values()), sum(rests.values()))
        credits = [
            (item.account_id, -balances[item], -rest) for item, rest in rests.items()
        ]
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "company_id": company.id,
            "ref": label,
            "line_ids": [
                Command.create(self._get_entry_line(label, *line))
                for line in [total, *credits]
            ],
        }

    def _get_entry_line(self, label, account, balance, amount):
        """Return the values of one line of the entry.

        :param str label: what it is about.
        :param account.account account: of the difference, or the receivable.
        :param float balance: in the company's currency.
        :param float amount: in the currency of the invoice.
        :rtype: dict
        """
        return {
            "name": label,
            "account_id": account.id,
            "partner_id": self.move_id.commercial_partner_id.id,
            "currency_id": self.currency_id.id,
            "balance": balance,
            "amount_currency": amount,
        }
