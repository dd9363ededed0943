from odoo import api, fields, models
from odoo.tools import SQL

# Figures by which debtors can be sorted, and their column in the query.
SORTABLE_BALANCES = {
    "amount_overdue": "overdue",
    "amount_not_due": "not_due",
    "amount_credit": "credit",
    "open_item_count": "item_count",
    "oldest_days_late": "days_late",
}


class CollectionsDebtor(models.Model):
    """What a debtor owes, read from the ledger in one query for all of them."""

    _inherit = "collections.debtor"

    @api.depends("partner_id", "company_id")
    def _compute_balances(self):
        balances = {row["id"]: row for row in self._query_balances()}
        for debtor in self:
            row = balances.get(debtor.id, {})
            debtor.open_item_count = row.get("item_count", 0)
            debtor.amount_overdue = row.get("overdue", 0.0)
            debtor.amount_not_due = row.get("not_due", 0.0)
            debtor.amount_credit = row.get("credit", 0.0)
            debtor.oldest_days_late = row.get("days_late", 0)

    def _query_balances(self):
        """Return what these debtors owe today, in company currency, one row each.

        :rtype: list(dict)
        """
        if not self.ids:
            return []
        today = fields.Date.context_today(self)
        where = SQL("d.id = ANY(%s)", self.ids)
        return self.env.execute_query_dict(self._get_balances_sql(today, where))

    @api.model
    def _get_balances_sql(self, today, where):
        """Return the query of the open items of debtors, grouped by debtor.

        :param date today: day as of which items are overdue.
        :param SQL where: condition on ``d`` (debtor).
        """
        self.env["account.move.line"].flush_model()
        return SQL(
            """
            SELECT d.id,
                   count(*) AS item_count,
                   coalesce(sum(l.amount_residual) FILTER (
                       WHERE l.amount_residual > 0 AND l.date_maturity < %(today)s
                   ), 0) AS overdue,
                   coalesce(sum(l.amount_residual) FILTER (
                       WHERE l.amount_residual > 0 AND l.date_maturity >= %(today)s
                   ), 0) AS not_due,
                   coalesce(sum(l.amount_residual) FILTER (
                       WHERE l.amount_residual < 0
                   ), 0) AS credit,
                   coalesce(greatest(%(today)s - min(l.date_maturity) FILTER (
                       WHERE l.amount_residual > 0
                   ), 0), 0) AS days_late
              FROM collections_debtor d
              JOIN res_partner p ON p.commercial_partner_id = d.partner_id
              JOIN account_move_line l
                ON l.partner_id = p.id AND l.company_id = d.company_id
              JOIN account_account a ON a.id = l.account_id
             WHERE l.parent_state = 'posted'
               AND a.account_type = 'asset_receivable'
               AND l.reconciled IS NOT TRUE
               AND %(where)s
          GROUP BY d.id
            """,
            today=today,
            where=where,
        )

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Override to sort by figures that are not stored."""
        column = SORTABLE_BALANCES.get(field_name)
        if not column:
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        balance = query.make_alias(alias, "balance")
        today = fields.Date.context_today(self)
        query.add_join(
            "LEFT JOIN",
            balance,
            SQL("(%s)", self._get_balances_sql(today, SQL("TRUE"))),
            SQL("%s = %s", SQL.identifier(balance, "id"), SQL.identifier(alias, "id")),
        )
        figure = SQL("coalesce(%s, 0)", SQL.identifier(balance, column))
        return SQL("%s %s %s", figure, direction, nulls)

    def _search_amount_overdue(self, operator, value):
        if operator not in (">", ">=", "<", "<=", "=", "!="):
            return NotImplemented
        today = fields.Date.context_today(self)
        query = SQL(
            "SELECT d.id FROM collections_debtor d LEFT JOIN (%s) b ON b.id = d.id "
            "WHERE coalesce(b.overdue, 0) %s %s",
            self._get_balances_sql(today, SQL("TRUE")),
            SQL(operator),
            value,
        )
        rows = self.env.execute_query(query)
        return [("id", "in", [row[0] for row in rows])]
