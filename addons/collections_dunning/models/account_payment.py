from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    dunning_rejection_ids = fields.One2many(
        "collections.payment.rejection",
        "payment_id",
        string="Rejections",
        groups="account.group_account_readonly",
    )

    def action_reject(self):
        """Override: a customer's payment that came back is told at once."""
        items = {payment: payment._get_dunning_items() for payment in self}
        result = super().action_reject()
        for payment, lines in items.items():
            if lines:
                self.env["collections.payment.rejection"].sudo()._create_for(
                    payment, lines
                )
        return result

    def _get_dunning_items(self):
        """Return the open receivable items that this customer payment names.

        :rtype: account.move.line
        """
        self.ensure_one()
        if self.payment_type != "inbound" or self.partner_type != "customer":
            return self.env["account.move.line"]
        invoices = (self.invoice_ids | self.reconciled_invoice_ids).sudo()
        return invoices.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
