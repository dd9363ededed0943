from odoo import fields, models

from ..const import ARRANGEMENT_ORIGINS, PLAN_INTEREST, PLAN_INTERVALS, PLAN_STATES


class CollectionsPaymentPlan(models.Model):
    """A written schedule by which a customer pays what is due already.

    Accounting is untouched: due dates stay. While it is respected its items are held;
    what is paid for them is matched to its installments, the oldest first.
    """

    _name = "collections.payment.plan"
    _description = "Payment Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "collections.agreement"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", readonly=True, copy=False, help="Taken when it is proposed."
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "collections.payment.plan",
        string="Replaces",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", store=True, index=True)
    contact_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        help="Who signs for the customer, and gets the code to do so.",
    )
    responsible_id = fields.Many2one("res.users", index="btree_not_null")
    currency_id = fields.Many2one("res.currency", required=True)
    lang = fields.Char(string="Language")
    state = fields.Selection(
        PLAN_STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    origin = fields.Selection(ARRANGEMENT_ORIGINS, required=True, default="phone")
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the plan: balances and interest are those of this day.",
    )
    valid_until = fields.Date(help="Last day to accept it.")
    line_ids = fields.One2many(
        "collections.payment.plan.line", "plan_id", string="Items", copy=True
    )
    installment_ids = fields.One2many(
        "collections.payment.plan.installment", "plan_id", copy=True
    )
    with_charges = fields.Boolean(
        string="With Interest",
        help="Interest and compensation so far are part of the amount; they are "
        "invoiced when the plan is accepted.",
    )
    interest_mode = fields.Selection(
        PLAN_INTEREST,
        string="Further Interest",
        required=True,
        default="kept",
        help="What becomes of the interest that goes on while the plan is respected. "
        "Once it is broken, all interest is due again.",
    )
    amount_principal = fields.Monetary(readonly=True)
    amount_charges = fields.Monetary(string="Interest and Compensation", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True, copy=False)
    amount_remaining = fields.Monetary(string="Remaining", readonly=True, copy=False)
    # How the schedule was made; it may be edited afterwards.
    down_payment = fields.Monetary()
    installment_count = fields.Integer(string="Installments", default=3)
    interval = fields.Selection(PLAN_INTERVALS, required=True, default="month")
    first_date = fields.Date(string="First Installment On")
    rounding = fields.Float(string="Rounded To", default=0.01, digits=(12, 2))
    requires_current = fields.Boolean(
        string="New Invoices Paid on Time",
        help="The plan is late too when a newer invoice is overdue.",
    )
    notice_days = fields.Integer(
        string="Days of Notice",
        default=8,
        help="Days from the first presentation of the formal notice after which the "
        "balance may be declared due at once.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    accepted_on = fields.Date(readonly=True, copy=False)
    accelerated_on = fields.Date(
        readonly=True, copy=False, help="Day the balance was declared due at once."
    )
    ended_on = fields.Date(readonly=True, copy=False)
    note = fields.Text(string="Particular Terms")
