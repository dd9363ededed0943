from datetime import timedelta

from odoo import fields, models

from odoo.addons.collections_dunning.const import BEHAVIOUR_MONTHS

from ..const import FOUND_JUSTIFIED


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    closed_dispute_count = fields.Integer(
        string="Disputes Closed", compute="_compute_dispute_behaviour"
    )
    justified_share = fields.Float(
        string="Disputes Found Justified (%)",
        digits=(16, 1),
        compute="_compute_dispute_behaviour",
        help="Of the disputes closed in the last 12 months, those in which the "
        "customer was right.",
    )

    def _compute_dispute_behaviour(self):
        since = fields.Datetime.now() - timedelta(days=BEHAVIOUR_MONTHS * 365 // 12)
        groups = self.env["dispute.case"]._read_group(
            [
                ("debtor_id", "in", self.ids),
                ("state", "in", ("resolved", "rejected")),
                ("date_closed", ">=", since),
            ],
            ["debtor_id", "resolution"],
            ["__count"],
        )
        closed, justified = {}, {}
        for debtor, resolution, count in groups:
            closed[debtor.id] = closed.get(debtor.id, 0) + count
            if resolution in FOUND_JUSTIFIED:
                justified[debtor.id] = justified.get(debtor.id, 0) + count
        for debtor in self:
            debtor.closed_dispute_count = total = closed.get(debtor.id, 0)
            right = justified.get(debtor.id, 0)
            debtor.justified_share = 100 * right / total if total else 0
