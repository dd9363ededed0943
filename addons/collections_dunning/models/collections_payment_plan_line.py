from odoo import fields, models


class CollectionsPaymentPlanLine(models.Model):
    """One item that a payment plan spreads, as it stood on the day of the plan."""

    _name = "collections.payment.plan.line"
    _description = "Item of a Payment Plan"
    _order = "plan_id, date_maturity, id"

    plan_id = fields.Many2one(
        "collections.payment.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", index="btree_not_null", ondelete="set null"
    )
    # Snapshots: a journal item can be deleted, or re-used for another debt.
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    move_name = fields.Char(string="Number", readonly=True)
    invoice_date = fields.Date(readonly=True)
    date_maturity = fields.Date(string="Due Date", readonly=True)
    amount = fields.Monetary(help="Open amount of the item on the day of the plan.")
    amount_interest = fields.Monetary(string="Interest", readonly=True)
    amount_compensation = fields.Monetary(string="Compensation", readonly=True)
    hold_id = fields.Many2one(
        "dunning.hold",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
