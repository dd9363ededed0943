from odoo import fields, models


class DisputeOpenLine(models.TransientModel):
    """One item that may be disputed, whole or in part."""

    _name = "dispute.open.line"
    _description = "Item to Dispute"

    wizard_id = fields.Many2one("dispute.open", required=True, ondelete="cascade")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, ondelete="cascade"
    )
    # By the user's own rights: any item can be named here.
    move_name = fields.Char(
        related="move_line_id.move_id.name", string="Invoice", related_sudo=False
    )
    date_maturity = fields.Date(
        related="move_line_id.date_maturity", related_sudo=False
    )
    currency_id = fields.Many2one(
        related="move_line_id.currency_id", related_sudo=False
    )
    amount_residual = fields.Monetary(
        related="move_line_id.amount_residual_currency",
        string="Open",
        related_sudo=False,
    )
    amount = fields.Monetary(string="Disputed", required=True)
    product_id = fields.Many2one("product.product", help="What it is about.")
    product_ids = fields.Many2many(
        "product.product", compute="_compute_product_ids", string="Products"
    )

    def _compute_product_ids(self):
        for line in self:
            line.product_ids = line.move_line_id.move_id.invoice_line_ids.product_id
