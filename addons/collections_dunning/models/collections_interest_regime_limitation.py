from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import models


class CollectionsInterestRegime(models.Model):
    """How long a claim can be enforced."""

    _inherit = "collections.interest.regime"

    def _get_limitation(self, birth):
        """Return the day on which a claim is time-barred under this regime.

        :param date birth: of the claim.
        :return: False when the regime states none, or there is no regime.
        :rtype: date or bool
        """
        if not self.limitation_years:
            return False
        if self.limitation_start == "year_end":
            return date(birth.year + 1 + self.limitation_years, 1, 1)
        return birth + relativedelta(years=self.limitation_years)
