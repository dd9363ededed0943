from odoo import models


class DunningNotice(models.Model):
    """Where a payment plan begins: also with the answer to a notice."""

    _inherit = "dunning.notice"

    def action_payment_plan(self):
        """Open a new payment plan of what this notice claims.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when nothing of it is open any more.
        """
        self.ensure_one()
        self._check_collector()
        items = self.line_ids.filtered(lambda line: line.kind == "1_item").move_line_id
        action = items.action_payment_plan()
        origin = "phone" if self.channel == "phone" else "reply"
        action["context"]["default_origin"] = origin
        return action
