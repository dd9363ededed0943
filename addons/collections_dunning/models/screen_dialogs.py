"""The dialogs that open from several places: hold this, rejected, and why?"""

from odoo import Command, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_dunning_explain(self):
        """Open the dialog that says why this invoice is or is not dunned."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why?"),
            "res_model": "dunning.explain",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def action_dunning_hold(self):
        """Open the dialog that pauses this invoice: all that is open of it.

        :raise UserError: when nothing is.
        """
        self.ensure_one()
        items = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        if not items:
            raise UserError(self.env._("Nothing of this invoice is open."))
        return items.action_dunning_hold()

    def action_dunning_rejection(self):
        """Open the dialog that records the payment of this invoice as rejected.

        Usually the books say that it is paid: then all its installments are meant.
        """
        self.ensure_one()
        items = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        items = items.filtered(lambda line: not line.reconciled) or items
        action = items[:1]._get_dunning_debtor().action_payment_rejected()
        action["context"]["default_move_line_ids"] = [Command.set(items.ids)]
        return action

    def action_dunning_send_invoices(self):
        """Open core's dialog that sends these invoices, whose customers await them."""
        if len(self) == 1:
            return self.action_invoice_sent()
        return self.action_send_and_print()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_dunning_hold(self):
        """Open the dialog that pauses these items of one customer, or a part of one.

        :raise UserError: when they are of several.
        """
        debtor = self._get_dunning_debtor()
        if len(debtor) != 1:
            raise UserError(self.env._("Choose items of one customer."))
        action = debtor.action_hold()
        action["context"]["default_item_ids"] = [Command.set(self.ids)]
        return action

    def _get_dunning_debtor(self):
        """Return the file of this item's customer.

        :rtype: collections.debtor
        """
        return self.env["collections.debtor"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "in", self.partner_id.commercial_partner_id.ids),
            ]
        )

    def action_dunning_send_invoices(self):
        """Open core's dialog that sends the invoices of these items not sent yet.

        :raise UserError: when all of them were sent.
        """
        unsent = self.filtered(lambda line: line.dunning_reason == "not_delivered")
        if not unsent:
            raise UserError(self.env._("These invoices were sent already."))
        return unsent.move_id.action_dunning_send_invoices()


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def action_dunning_rejection(self):
        """Open the dialog that records this payment as rejected."""
        self.ensure_one()
        debtor = self.env["collections.debtor"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.commercial_partner_id.id),
            ]
        )
        action = debtor.action_payment_rejected()
        rejections = self.env["collections.payment.rejection"]
        action["context"].update(
            default_payment_id=self.id,
            default_kind=rejections._get_kind(self),
            default_amount=self.amount,
            default_currency_id=self.currency_id.id,
            default_move_line_ids=[Command.set(self._get_dunning_items().ids)],
        )
        return action


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    def action_payment_rejected(self):
        """Open the dialog that records a payment of this customer as rejected."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Rejected"),
            "res_model": "collections.payment.rejection",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_id": self.id},
        }


class DunningHold(models.Model):
    _inherit = "dunning.hold"

    # The dialog offers the items of this customer.
    partner_id = fields.Many2one(related="debtor_id.partner_id")


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def action_hold(self):
        """Open the dialog that pauses the customer of this notice."""
        self.ensure_one()
        return self.debtor_id.action_hold()


class DunningNoticeLine(models.Model):
    _inherit = "dunning.notice.line"

    def action_hold(self):
        """Open the dialog that pauses the item of this line."""
        self.ensure_one()
        return self.move_line_id.action_dunning_hold()
