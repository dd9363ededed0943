from odoo import api, fields, models
from odoo.tools import format_date


class CollectionsCreditInsurance(models.Model):
    """What a credit insurer covers of a customer: amount, share, days to declare."""

    _name = "collections.credit.insurance"
    _description = "Credit Insurance"
    _inherit = "collections.credit.dated"
    _order = "date_from desc, id desc"
    _rec_name = "policy_number"

    insurer_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="restrict", tracking=True
    )
    policy_number = fields.Char(required=True)
    amount = fields.Monetary(
        string="Approved Amount",
        required=True,
        help="Most that the insurer covers of this customer, in the company's "
        "currency. 0: he has refused or withdrawn the cover.",
    )
    quota = fields.Float(
        string="Covered Share (%)",
        required=True,
        default=90.0,
        digits=(5, 2),
        tracking=True,
        help="What the insurer pays of a loss within the approved amount.",
    )
    date_from = fields.Date(
        required=True, help="Invoices from this day on are covered."
    )
    date_to = fields.Date(
        help="Invoices up to this day are covered, also after it. Empty: no end."
    )
    declare_days = fields.Integer(
        string="Days to Declare",
        help="An unpaid item is declared to the insurer at most so many days after its "
        "due date; later, the cover is lost. 0: nothing has to be declared.",
    )
    document = fields.Binary(help="The insurer's decision.")

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "An approved amount can't be negative."
    )
    _quota_share = models.Constraint(
        "CHECK (quota > 0 AND quota <= 100)",
        "The covered share is more than 0 and at most 100 %.",
    )
    _declare_days_positive = models.Constraint(
        "CHECK (declare_days IS NULL OR declare_days >= 0)",
        "The days to declare can't be negative.",
    )

    @api.depends("insurer_id", "policy_number")
    def _compute_display_name(self):
        for insurance in self:
            parts = (insurance.insurer_id.name, insurance.policy_number)
            insurance.display_name = " ".join(part for part in parts if part)

    def _get_end_summary(self):
        return self.env._(
            "This insurance ends on %(date)s: renew it, or grant less credit",
            date=format_date(self.env, self.date_to),
        )
