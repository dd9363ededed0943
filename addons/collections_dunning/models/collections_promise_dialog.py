from odoo import api, fields, models


class CollectionsPromise(models.Model):
    """What the dialog shows while a promise is recorded."""

    _inherit = "collections.promise"

    promisable = fields.Monetary(
        string="Can Be Promised",
        compute="_compute_promisable",
        help="What is open of these items, less what is disputed, promised already or "
        "in a payment plan.",
    )

    @api.depends("item_ids", "previous_id")
    def _compute_promisable(self):
        for promise in self:
            items = promise.item_ids._origin
            free = sum(items._get_promisable().values())
            if promise.previous_id.state == "open":
                free += promise.previous_id.sudo()._get_held_amount(items)
            promise.promisable = free

    def _get_held_amount(self, items):
        """Return what this promise holds of some items.

        :param account.move.line items: the items.
        :rtype: float
        """
        self.ensure_one()
        holds = self._get_holds().filtered(
            lambda hold: hold.is_current and hold.move_line_id in items
        )
        return sum(
            hold.amount or hold.move_line_id.amount_residual_currency for hold in holds
        )

    @api.onchange("item_ids")
    def _onchange_item_ids(self):
        """A customer promises all of what is chosen, as a rule."""
        if self.item_ids:
            self.currency_id = self.item_ids.currency_id[:1]
            if not self.previous_id:
                self.amount = self.promisable
