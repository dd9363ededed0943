from odoo import api, fields, models

from ..const import PAUSE_DAYS


class CollectionsPauseExtend(models.TransientModel):
    """Dialog that puts the end of a pause off."""

    _name = "collections.pause.extend"
    _description = "Extend a Pause"

    pause_id = fields.Many2one("collections.pause", required=True, ondelete="cascade")
    current_date = fields.Date(related="pause_id.date_to", string="Ends Now On")
    date_to = fields.Date(
        string="New End",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    reason = fields.Char(required=True)

    @api.depends("pause_id")
    def _compute_date_to(self):
        """Propose as many days more as such a pause takes."""
        for dialog in self:
            pause = dialog.pause_id
            days = PAUSE_DAYS.get(pause.reason)
            dialog.date_to = days and fields.Date.add(pause.date_to, days=days)

    def action_extend(self):
        """Extend the pause.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when it is over.
        :raise ValidationError: when the new end is not later, or too far away.
        """
        self.ensure_one()
        self.pause_id.action_extend_until(self.date_to, self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
