from odoo import api, fields, models


class CollectionsPaymentRejection(models.Model):
    """A debit, cheque or bill that came back unpaid.

    Its items are dunned at once, by the procedure's level for it, as long as that was
    not sent since; a mandate keeps them from being dunned no more.
    """

    _name = "collections.payment.rejection"
    _description = "Rejected Payment"
    _order = "date desc, id desc"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    move_line_ids = fields.Many2many(
        "account.move.line",
        "collections_payment_rejection_item_rel",
        "rejection_id",
        "move_line_id",
        string="Items",
        help="The open items that this payment was for.",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [
            ("direct_debit", "Direct Debit"),
            ("cheque", "Cheque"),
            ("bill", "Bill of Exchange"),
            ("other", "Other Payment"),
        ],
        required=True,
        default="direct_debit",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    amount = fields.Monetary(required=True)
    reason = fields.Char(help="What the bank says.")
    payment_id = fields.Many2one("account.payment", index="btree_not_null")

    @api.model
    def _create_for(self, payment, move_lines):
        """Record that a payment came back.

        :param account.payment payment: the payment.
        :param account.move.line move_lines: open items it was for, of one customer.
        :rtype: collections.payment.rejection
        """
        raise NotImplementedError
