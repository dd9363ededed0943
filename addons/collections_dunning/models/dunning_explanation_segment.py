from odoo import models
from odoo.tools import formatLang

from ..const import GENTLE_DAYS


class DunningAssessment(models.AbstractModel):
    """What "Why?" says of who is late for once."""

    _inherit = "dunning.assessment"

    def _get_gentle_note(self, row):
        """Return why an item is treated gently.

        :param dict row: columns of ``dunning_assessed``.
        :return: empty when it is not.
        :rtype: str
        """
        if row["reason"] not in ("waiting", "dunned"):
            return ""
        if not (row["later_days"] or row["is_gentle"]):
            return ""
        if row["habit_days"]:
            return self.env._(
                "The customer usually pays %(habit)s days late: when he is later than "
                "that, levels come %(days)s days later, in the soft tone.",
                habit=formatLang(self.env, row["habit_days"], digits=1),
                days=GENTLE_DAYS,
            )
        return self.env._(
            "The customer usually pays on time: as he is late for once, levels come "
            "%(days)s days later, in the soft tone.",
            days=GENTLE_DAYS,
        )
