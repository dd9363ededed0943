from odoo import fields, models


class AccountPaymentMethodLine(models.Model):
    _inherit = "account.payment.method.line"

    is_direct_debit = fields.Boolean(
        string="Direct Debit",
        help="We take the money from the customer's account ourselves: invoices to be "
        "paid by this method are not dunned until a debit is rejected.",
    )
