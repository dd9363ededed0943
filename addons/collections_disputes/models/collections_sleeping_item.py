from odoo import api, models
from odoo.tools import SQL

from ..const import OPEN_STATES


class CollectionsSleepingItem(models.Model):
    _inherit = "collections.sleeping.item"

    _depends = {"dispute.case": ["state"]}

    @api.model
    def _get_living_origins(self):
        """Override: somebody works on an open dispute."""
        return {
            **super()._get_living_origins(),
            "dispute.case": SQL(
                "SELECT FROM dispute_case o WHERE o.id = h.origin_id "
                "AND o.state = ANY(%s)",
                list(OPEN_STATES),
            ),
        }
