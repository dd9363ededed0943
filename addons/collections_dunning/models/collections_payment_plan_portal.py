from odoo import fields, models


class CollectionsPaymentPlan(models.Model):
    _inherit = "collections.payment.plan"

    def _get_portal_due(self):
        """Return what is due of this plan by today, else its next installment.

        :return: in the currency of the plan.
        :rtype: float
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        unpaid = self.installment_ids.filtered(
            lambda installment: installment.state != "paid"
        ).sorted("date")
        due = unpaid.filtered(lambda installment: installment.date <= today)
        return sum(
            installment.amount - installment.amount_paid
            for installment in due or unpaid[:1]
        )
