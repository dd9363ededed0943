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
        """Override: a customer's payment that came back is told at once.

        Without items that it was for, somebody calls: that is all there is to do.
        """
        items = {
            payment: payment._get_dunning_items()
            for payment in self
            if payment.partner_id
            and payment.payment_type == "inbound"
            and payment.partner_type == "customer"
        }
        result = super().action_reject()
        rejections = self.env["collections.payment.rejection"].sudo()
        for payment, lines in items.items():
            rejections._create_for(payment, lines)
        return result

    def _get_dunning_items(self):
        """Return the receivable items that this customer payment was for.

        Those that it pays in the books: they are open again once it is taken off
        them. Else the open ones of the invoices that it names, or all of these.

        :rtype: account.move.line
        """
        self.ensure_one()
        if self.payment_type != "inbound" or self.partner_type != "customer":
            return self.env["account.move.line"]
        payment = self.sudo()
        paid = payment.move_id.line_ids.matched_debit_ids.debit_move_id
        named = (payment.invoice_ids | payment.reconciled_invoice_ids).line_ids
        paid, named = (
            lines.filtered(
                lambda line: (
                    line.account_type == "asset_receivable"
                    and line.company_id == payment.company_id
                )
            )
            for lines in (paid, named)
        )
        items = paid or named.filtered(lambda line: not line.reconciled) or named
        # A rejection is of one customer: who paid, else the first it was paid for.
        customers = items.grouped(lambda line: line.partner_id.commercial_partner_id)
        payer = payment.partner_id.commercial_partner_id
        return customers.get(payer) or next(iter(customers.values()), items)
