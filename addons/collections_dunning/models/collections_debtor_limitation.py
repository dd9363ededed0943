from odoo import fields, models
from odoo.tools import SQL


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    limitation_date = fields.Date(
        string="First Time-Barred On",
        compute="_compute_limitation_date",
        help="First day on which an open item can't be enforced any more, unless the "
        "limitation was interrupted.",
    )

    def _compute_limitation_date(self):
        lines = self.env["account.move.line"]
        by_item = dict(self._query_open_items())
        days = lines.browse(by_item)._get_limitation_dates()
        first = {}
        for item_id, day in days.items():
            debtor_id = by_item[item_id]
            first[debtor_id] = min(day, first.get(debtor_id, day))
        for debtor in self:
            debtor.limitation_date = first.get(debtor._origin.id)

    def _query_open_items(self):
        """Return the ids of the open items of these debtors, with the debtor's.

        :rtype: list(tuple(int, int))
        """
        self.env["account.move.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT l.id, d.id
                  FROM collections_debtor d
                  JOIN res_partner p ON p.commercial_partner_id = d.partner_id
                  JOIN account_move_line l
                    ON l.partner_id = p.id AND l.company_id = d.company_id
                 WHERE d.id = ANY(%s) AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE AND l.amount_residual > 0
                """,
                list(self._origin.ids),
            )
        )
