from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

# Why a late item bears nothing: worth saying to who wants to invoice it.
TELLING = ("missing_rate", "no_regime", "before_formal")


class CollectionsInterestInvoice(models.TransientModel):
    """Shows what late invoices have borne, and invoices what a person leaves ticked."""

    _name = "collections.interest.invoice"
    _description = "Invoice the Charges"

    stop_date = fields.Date(
        string="Interest Up To",
        required=True,
        default=fields.Date.context_today,
        help="Last day of interest; what follows can be invoiced later.",
    )
    line_ids = fields.One2many("collections.interest.invoice.line", "wizard_id")
    summary = fields.Char(string="Total", compute="_compute_summary")
    chargeable_count = fields.Integer(compute="_compute_summary")
    missing_right = fields.Char(compute="_compute_missing_right")

    # === COMPUTE METHODS === #

    @api.depends("line_ids.is_selected", "stop_date")
    def _compute_summary(self):
        for wizard in self:
            lines = wizard._get_chosen_lines()
            totals = {}
            for line in lines:
                amount = line.amount_interest + line.amount_compensation
                totals[line.currency_id] = totals.get(line.currency_id, 0) + amount
            wizard.chargeable_count = len(lines)
            wizard.summary = " + ".join(
                format_amount(self.env, amount, currency)
                for currency, amount in totals.items()
            )

    def _compute_missing_right(self):
        charges = self.env["collections.interest.charge"]
        self.missing_right = charges._get_missing_right()

    def _get_chosen_lines(self):
        return self.line_ids.filtered(lambda line: line.is_selected and not line.note)

    # === CONSTRAINT METHODS === #

    @api.constrains("stop_date")
    def _check_stop_date(self):
        """What has not accrued yet is not owed."""
        today = fields.Date.context_today(self)
        if any(wizard.stop_date > today for wizard in self):
            raise UserError(self.env._("Interest can't be invoiced before it accrues."))

    # === ACTION METHODS === #

    @api.model
    def _open(self, items, stop_date=False):
        """Open the dialog for these items.

        :param account.move.line items: any; only late receivables count.
        :param date stop_date: last day of interest; False: today.
        :rtype: dict
        :raise AccessError: when the user is no Collector, or may not see the items.
        :raise UserError: when there is nothing to invoice, nor to say of any of them.
        """
        self.env["dunning.notice"]._check_collector()
        day = stop_date or fields.Date.context_today(self)
        items.check_access("read")
        items = self.env["collections.interest.charge"]._filter_chargeable(items)
        computed = self.env["collections.interest"]._compute_interest(items, day)
        told = items.filtered(
            lambda item: (
                (found := computed.get(item.id))
                and (found.interest or found.compensation or found.status in TELLING)
            )
        )
        if not told:
            raise UserError(self.env["collections.interest.charge"]._get_nothing_text())
        wizard = self.create({"stop_date": day, "line_ids": self._get_lines(told)})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoice the Charges"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _get_lines(self, items):
        """Return the lines of the dialog: one for each late invoice and customer."""
        by_invoice = items.sorted(
            lambda item: (
                item.partner_id.commercial_partner_id.name or "",
                item.date_maturity or item.date,
                item.id,
            )
        ).grouped(lambda item: (item.partner_id.commercial_partner_id, item.move_id))
        return [
            Command.create(
                {
                    "partner_id": partner.id,
                    "move_id": move.id,
                    "currency_id": own[:1].currency_id.id,
                    "move_line_ids": [Command.set(own.ids)],
                }
            )
            for (partner, move), own in by_invoice.items()
        ]

    def action_invoice(self):
        """Make one draft invoice for each customer, currency and company.

        :return: the action that shows the drafts.
        :rtype: dict
        :raise AccessError: when the user may not invoice charges.
        :raise UserError: when nothing is ticked, or can be invoiced any more.
        """
        self.ensure_one()
        lines = self._get_chosen_lines()
        if not lines:
            raise UserError(self.env._("Tick at least one invoice."))
        charges = self.env["collections.interest.charge"]
        moves = charges._invoice_items(lines.move_line_ids, self.stop_date)
        return moves._get_records_action(name=self.env._("Invoices of Late Interest"))
