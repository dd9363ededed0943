from odoo import fields, models


class CollectionsPaymentPlanAccept(models.TransientModel):
    """Dialog that records a payment plan signed on paper."""

    _name = "collections.payment.plan.accept"
    _description = "Accept a Payment Plan"

    plan_id = fields.Many2one(
        "collections.payment.plan", required=True, ondelete="cascade"
    )
    signed_by = fields.Char(required=True, help="Name of who signed for the customer.")
    signed_on = fields.Date(required=True, default=fields.Date.context_today)
    scan = fields.Binary(string="Signed Plan", required=True, attachment=False)
    scan_name = fields.Char()

    def action_accept(self):
        """Put the plan into force.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when it is not proposed any more.
        """
        self.ensure_one()
        self.plan_id.action_accept(
            self.signed_by, self.scan, self.scan_name, self.signed_on
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
