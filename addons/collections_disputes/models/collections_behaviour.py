from odoo import models
from odoo.tools import SQL

from ..const import FOUND_JUSTIFIED


class CollectionsBehaviour(models.AbstractModel):
    """Days of a dispute in which the customer was right are not his."""

    _inherit = "collections.behaviour"

    def _update(self, company, partners=None):
        for model in ("dispute.case", "dispute.case.line"):
            self.env[model].flush_model()
        return super()._update(company, partners)

    def _get_excused_sql(self):
        """Count the late days of an item while it was rightly disputed.

        Of the longest dispute: days of disputes that overlap count once.
        """
        return SQL(
            """
            SELECT coalesce(max(least(right_case.date_closed::date, paid.max_date)
                                - greatest(right_case.date_open::date, item.clock)),
                            0) AS days
              FROM dispute_case_line disputed
              JOIN dispute_case right_case ON right_case.id = disputed.case_id
             WHERE disputed.move_line_id = item.id
               AND right_case.state = 'resolved'
               AND right_case.resolution = ANY(%s)
               AND right_case.date_open::date < paid.max_date
               AND right_case.date_closed::date > item.clock
            """,
            list(FOUND_JUSTIFIED),
        )
