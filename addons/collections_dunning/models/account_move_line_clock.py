from odoo import models
from odoo.tools import SQL


class AccountMoveLine(models.Model):
    """Whose days to pay run by a clock of their own."""

    _inherit = "account.move.line"

    def _filter_late(self, date):
        """Return the items among these that are late, by their own clock.

        :param date date: as of this day.
        :rtype: account.move.line
        """
        for model in ("account.move", "account.move.line", "collections.debtor"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
             LEFT JOIN res_partner p ON p.id = l.partner_id
             LEFT JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                           AND d.company_id = l.company_id
                 WHERE l.id = ANY(%s) AND %s < %s
                """,
                self.ids,
                self._get_clock_sql(date),
                date,
            )
        )
        late_ids = {item_id for (item_id,) in rows}
        return self.filtered(lambda line: line.id in late_ids)
