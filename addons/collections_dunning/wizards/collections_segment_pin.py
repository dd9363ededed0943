from odoo import fields, models
from odoo.exceptions import UserError


class CollectionsSegmentPin(models.TransientModel):
    """Puts customers into a segment by hand, with a reason."""

    _name = "collections.segment.pin"
    _description = "Pin to a Segment"

    debtor_ids = fields.Many2many(
        "collections.debtor", string="Customers", required=True, readonly=True
    )
    segment_id = fields.Many2one("collections.segment", required=True)
    reason = fields.Char(
        required=True, help="Shown on the customer's file, with your name."
    )

    def action_pin(self):
        """Pin the customers: the night leaves them in this segment.

        :raise AccessError: when the user is no Collector, or may not see a customer.
        :raise UserError: when no reason is given, or the segment is of another company.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        self.debtor_ids.check_access("write")
        self.segment_id.check_access("read")
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the customer is pinned."))
        self.debtor_ids._pin_segment(self.segment_id, reason)
        return {"type": "ir.actions.act_window_close"}
