from odoo import fields, models


class CollectionsPauseExtend(models.TransientModel):
    """Dialog that puts the end of a pause off."""

    _name = "collections.pause.extend"
    _description = "Extend a Pause"

    pause_id = fields.Many2one("collections.pause", required=True, ondelete="cascade")
    current_date = fields.Date(related="pause_id.date_to", string="Ends Now On")
    date_to = fields.Date(string="New End", required=True)
    reason = fields.Char(required=True)

    def action_extend(self):
        """Extend the pause.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when it is over.
        :raise ValidationError: when the new end is not later, or too far away.
        """
        self.ensure_one()
        self.pause_id.action_extend_until(self.date_to, self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
