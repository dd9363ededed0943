from odoo import fields, models


class DisputeCaseLine(models.Model):
    """The disputed amount of one journal item."""

    _name = "dispute.case.line"
    _description = "Disputed Item"
    _order = "case_id, date_maturity, id"
    _rec_name = "move_name"
    _check_company_auto = True

    case_id = fields.Many2one(
        "dispute.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    state = fields.Selection(related="case_id.state")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    # Snapshots: an invoice can be reset, or its item re-used for another debt.
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    move_name = fields.Char(string="Number", readonly=True)
    date_maturity = fields.Date(string="Due Date", readonly=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount = fields.Monetary(
        string="Disputed",
        required=True,
        help="Never more than what is open, less what other open cases dispute.",
    )
    amount_opened = fields.Monetary(
        string="Disputed at First",
        readonly=True,
        copy=False,
        help="Before payments and credit notes have lowered it.",
    )
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", help="What it is about."
    )
    hold_id = fields.Many2one(
        "dunning.hold", index="btree_not_null", readonly=True, ondelete="set null"
    )

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The disputed amount can't be negative."
    )
