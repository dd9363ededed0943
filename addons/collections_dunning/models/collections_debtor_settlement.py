from odoo import Command, api, fields, models


class CollectionsDebtor(models.Model):
    """Settlement offers to a customer."""

    _inherit = "collections.debtor"

    settlement_ids = fields.One2many(
        "collections.settlement", "debtor_id", string="Settlement Offers"
    )
    settlement_count = fields.Integer(compute="_compute_settlement_count")

    @api.depends("settlement_ids")
    def _compute_settlement_count(self):
        groups = self.env["collections.settlement"]._read_group(
            [("debtor_id", "in", self.ids)], ["debtor_id"], ["__count"]
        )
        counts = {debtor.id: count for debtor, count in groups}
        for debtor in self:
            debtor.settlement_count = counts.get(debtor.id, 0)

    def action_open_settlements(self):
        """Open the settlement offers of this debtor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_settlement_action"
        )
        context = {"default_debtor_id": self.id}
        return {**action, "domain": [("debtor_id", "=", self.id)], "context": context}

    def action_settlement(self):
        """Open a new settlement offer about what is overdue.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        items = self._get_promise_items()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settlement Offer"),
            "res_model": "collections.settlement",
            "view_mode": "form",
            "context": {
                "default_debtor_id": self.id,
                "default_contact_id": self.contact_id.id,
                "default_responsible_id": self.company_id._get_dunning_collector(
                    self.applied_responsible_id
                ).id,
                "default_item_ids": [Command.set(items.ids)],
                "default_currency_id": (items.currency_id[:1] or self.currency_id).id,
            },
        }
