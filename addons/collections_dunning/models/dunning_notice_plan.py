from odoo import fields, models


class DunningNotice(models.Model):
    """Messages about payment plans: sent as all notices are, claiming no item.

    Their lines list the items of the plan for information; what they ask for is
    what is missing of the installment, or the balance of the plan.
    """

    _inherit = "dunning.notice"

    plan_id = fields.Many2one(
        "collections.payment.plan",
        string="Payment Plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    installment_id = fields.Many2one(
        "collections.payment.plan.installment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
