from odoo import fields, models


class CollectionsPaymentProof(models.Model):
    """A customer said of an item that he has paid it already, and showed a proof.

    It pauses the item for some days, once: the row stays when the pause is over. The
    proof itself is in the chatter of the debtor.
    """

    _name = "collections.payment.proof"
    _description = "Proof of Payment"
    _order = "id desc"
    _rec_name = "move_line_id"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    contact_id = fields.Many2one(
        "res.partner", string="Sent By", readonly=True, ondelete="set null"
    )
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null")

    _move_line_uniq = models.UniqueIndex(
        "(move_line_id)", "A proof of payment was sent for this item already."
    )
