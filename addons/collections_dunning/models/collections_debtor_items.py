from odoo import fields, models


class CollectionsDebtor(models.Model):
    """The open items on the debtor's screen."""

    _inherit = "collections.debtor"

    open_item_ids = fields.Many2many(
        "account.move.line", compute="_compute_open_item_ids", string="Open Items"
    )

    def _compute_open_item_ids(self):
        for debtor in self:
            debtor.open_item_ids = self.env["account.move.line"].search(
                debtor.action_open_items()["domain"], order="date_maturity, id"
            )
