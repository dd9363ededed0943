from odoo import fields, models

from ..const import DEPARTMENTS, SIDES


class DisputeReason(models.Model):
    """What a customer objects to, who can answer it and how soon."""

    _name = "dispute.reason"
    _description = "Dispute Reason"
    _order = "sequence, name, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    expected_side = fields.Selection(
        SIDES, string="Fault Expected", help="Whose fault it mostly turns out to be."
    )
    department = fields.Selection(DEPARTMENTS, required=True, default="billing")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        help="Works on such cases. Empty: who is responsible for the customer.",
    )
    acknowledge_days = fields.Integer(
        string="Acknowledge Within",
        default=1,
        help="Working days of the company's calendar.",
    )
    answer_days = fields.Integer(
        string="Answer Within",
        default=5,
        help="Working days of the company's calendar.",
    )
    afnor_code = fields.Char(
        string="E-Invoicing Code",
        help="Reason code of the French lifecycle of electronic invoices.",
    )
    lifecycle_statuses = fields.Char(
        string="E-Invoicing Statuses",
        help="Statuses of the French lifecycle that may carry this reason: 206 partly "
        "approved, 207 in dispute, 208 suspended, 210 refused, 213 rejected.",
    )
    cause_id = fields.Many2one(
        "dispute.cause",
        string="Usual Root Cause",
        index="btree_not_null",
        help="Proposed at the end of a case.",
    )

    _days_positive = models.Constraint(
        "CHECK (acknowledge_days >= 0 AND answer_days >= acknowledge_days)",
        "The days to answer can't be fewer than those to acknowledge.",
    )
