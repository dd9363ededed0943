from odoo import fields, models

from ..const import INSOLVENCY_OUTCOMES


class CollectionsInsolvencyClose(models.TransientModel):
    """Dialog that closes insolvency proceedings."""

    _name = "collections.insolvency.close"
    _description = "Close Insolvency Proceedings"

    insolvency_id = fields.Many2one(
        "collections.insolvency", required=True, ondelete="cascade"
    )
    outcome = fields.Selection(INSOLVENCY_OUTCOMES, required=True)
    closed_on = fields.Date(required=True, default=fields.Date.context_today)

    def action_close(self):
        """Close the proceedings.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when they are closed, or the day is impossible.
        """
        self.ensure_one()
        self.insolvency_id.action_close(self.outcome, self.closed_on)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
