"""Where a promise is recorded: one small dialog that opens from several places."""

from odoo import Command, fields, models
from odoo.exceptions import UserError


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    def action_promise(self):
        """Open the dialog that records a promise to pay what is overdue.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        return self._action_promise(self._get_promise_items())

    def _get_promise_items(self):
        """Return what is overdue of this debtor, in one currency.

        Of several, the items in the company's currency or else those in the first.

        :rtype: account.move.line
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        overdue = self.open_item_ids.filtered(
            lambda item: (
                item.amount_residual_currency > 0
                and (item.date_maturity or today) < today
            )
        )
        return self._keep_one_currency(overdue)

    def _keep_one_currency(self, items):
        domestic = items.filtered(lambda item: item.currency_id == self.currency_id)
        first = items.currency_id[:1]
        return domestic or items.filtered(lambda item: item.currency_id == first)

    def _action_promise(self, items):
        """Return the dialog that records a promise to pay these items.

        :param account.move.line items: open items of this debtor.
        :rtype: dict
        """
        self.ensure_one()
        free = self._keep_one_currency(items)._get_promisable()
        items = items.browse(item.id for item, amount in free.items() if amount)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise to Pay"),
            "res_model": "collections.promise",
            "view_mode": "form",
            "views": [
                [
                    self.env.ref(
                        "collections_dunning.collections_promise_view_dialog"
                    ).id,
                    "form",
                ]
            ],
            "target": "new",
            "context": {
                "default_debtor_id": self.id,
                "default_item_ids": [Command.set(items.ids)],
                "default_currency_id": (items.currency_id or self.currency_id).id,
                "default_amount": sum(free.values()),
                "default_contact_id": self.contact_id.id,
                "default_send_confirmation": bool(self.contact_id.email),
            },
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_dunning_promise(self):
        """Open the dialog that records a promise to pay these invoices.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when they are of several customers, or paid.
        """
        self.env["dunning.notice"]._check_collector()
        return self.line_ids.action_dunning_promise()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_dunning_promise(self):
        """Open the dialog that records a promise to pay these items.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when they are of several customers, or paid.
        """
        self.env["dunning.notice"]._check_collector()
        items = self.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
                and line.amount_residual_currency > 0
            )
        )
        if not items:
            raise UserError(self.env._("There is nothing left to pay here."))
        partners = items.partner_id.commercial_partner_id
        if len(partners) != 1 or len(items.company_id) != 1:
            raise UserError(
                self.env._("A promise is of one customer: choose invoices of one.")
            )
        debtors = self.env["collections.debtor"]
        debtors.sudo()._ensure_for(items.company_id, partners)
        return items._get_dunning_debtor()._action_promise(items)


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def action_promise(self):
        """Open the dialog that records what the customer answered to this notice.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self._check_collector()
        items = self.line_ids.filtered(lambda line: line.kind == "1_item").move_line_id
        action = items.action_dunning_promise()
        action["context"].update(
            default_notice_id=self.id,
            default_origin="phone" if self.channel == "phone" else "reply",
        )
        return action
