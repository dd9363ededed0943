from odoo import api, fields, models


class CollectionsDebtor(models.Model):
    """What a customer promised. How he keeps his word is among his figures."""

    _inherit = "collections.debtor"

    promise_ids = fields.One2many("collections.promise", "debtor_id", string="Promises")
    promise_total = fields.Integer(
        string="Number of Promises", compute="_compute_promises"
    )
    promise_date = fields.Date(
        string="Promised For",
        compute="_compute_promises",
        help="Next day for which a payment is announced.",
    )

    @api.depends("promise_ids.state")
    def _compute_promises(self):
        groups = self.env["collections.promise"]._read_group(
            [("debtor_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["debtor_id", "state"],
            ["__count", "date:min"],
        )
        for debtor in self:
            mine = {state: rest for found, state, *rest in groups if found == debtor}
            debtor.promise_total = sum(count for count, _date in mine.values())
            debtor.promise_date = mine.get("open", (0, False))[1]

    def _is_promised(self):
        """Tell whether the payment of all that is overdue is announced.

        :rtype: bool
        """
        self.ensure_one()
        if not self.promise_date:
            return False
        promises = self.promise_ids.filtered(
            lambda promise: (
                promise.state == "open" and promise.currency_id == self.currency_id
            )
        )
        left = sum(promises.mapped("amount")) - sum(promises.mapped("amount_paid"))
        return self.currency_id.compare_amounts(left, self.amount_overdue) >= 0

    def action_open_promises(self):
        """Open the promises of this debtor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_promise_action"
        )
        return {**action, "domain": [("debtor_id", "=", self.id)], "context": {}}
