from odoo import api, fields, models


class CollectionsDebtor(models.Model):
    """What a customer promised, and how he keeps his word."""

    _inherit = "collections.debtor"

    promise_ids = fields.One2many("collections.promise", "debtor_id", string="Promises")
    promise_count = fields.Integer(compute="_compute_promises")
    promise_date = fields.Date(
        string="Promised For",
        compute="_compute_promises",
        help="Next day for which a payment is announced.",
    )
    promise_kept_rate = fields.Float(
        string="Promises Kept (%)",
        compute="_compute_promises",
        digits=(5, 1),
        help="Of the promises that were decided; one partly kept was not kept.",
    )
    promise_decided_count = fields.Integer(compute="_compute_promises")

    @api.depends("promise_ids.state")
    def _compute_promises(self):
        groups = self.env["collections.promise"]._read_group(
            [("debtor_id", "in", self.ids)],
            ["debtor_id", "state"],
            ["__count", "date:min"],
        )
        found = {(debtor.id, state): rest for debtor, state, *rest in groups}
        for debtor in self:
            counts = {
                state: found.get((debtor.id, state), (0, False))[0]
                for state in ("open", "kept", "partly", "broken")
            }
            decided = counts["kept"] + counts["partly"] + counts["broken"]
            debtor.promise_count = decided + counts["open"]
            debtor.promise_date = found.get((debtor.id, "open"), (0, False))[1]
            debtor.promise_decided_count = decided
            debtor.promise_kept_rate = 100 * counts["kept"] / decided if decided else 0

    def action_open_promises(self):
        """Open the promises of this debtor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_promise_action"
        )
        return {**action, "domain": [("debtor_id", "=", self.id)], "context": {}}
