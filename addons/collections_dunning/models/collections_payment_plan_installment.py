from odoo import fields, models

from ..const import INSTALLMENT_STATES


class CollectionsPaymentPlanInstallment(models.Model):
    """One payment of a plan: its date, its amount and what has come of it."""

    _name = "collections.payment.plan.installment"
    _description = "Installment of a Payment Plan"
    _order = "plan_id, date, id"

    plan_id = fields.Many2one(
        "collections.payment.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    is_down_payment = fields.Boolean(string="Down Payment")
    date = fields.Date(required=True, index=True)
    amount = fields.Monetary(required=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True, copy=False)
    paid_on = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        INSTALLMENT_STATES,
        required=True,
        default="coming",
        readonly=True,
        copy=False,
        index=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An installment is greater than zero."
    )
