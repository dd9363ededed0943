from odoo import fields, models

from .collections_statement_monthly import WORKING_DAYS


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_statement_monthly = fields.Boolean(
        string="Monthly Statements of Account",
        help="On the first working day of the month, each customer that owes something "
        "gets a statement of account by e-mail. A customer's file can say otherwise.",
    )
    dunning_statement_date = fields.Date(
        readonly=True, help="When the monthly statements were last sent in full."
    )

    def _is_statement_day(self, today):
        """Tell whether the statements of the month are due and not sent yet.

        :param date today: the day asked about.
        :rtype: bool
        """
        self.ensure_one()
        month = today.replace(day=1)
        if self.dunning_statement_date and self.dunning_statement_date >= month:
            return False
        days = self._get_working_days(month, today)
        return today in days and len(days) <= WORKING_DAYS
