from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Override: an order paid in part waits for a Credit Manager where it must.

        One that is paid in full asks for no credit.
        """
        refused = self.filtered(
            lambda tx: any(
                order.state in ("draft", "sent") and order._get_credit_refusals()
                for order in tx.sale_order_ids
            )
        )
        refused.sale_order_ids.filtered(
            lambda order: order._is_confirmation_amount_reached()
        )._request_credit_approval()
        return super(
            PaymentTransaction, self - refused
        )._check_amount_and_confirm_order()
