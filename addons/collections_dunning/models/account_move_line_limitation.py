import operator as comparison

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .account_move_line import LEDGER_GROUPS

COMPARISONS = {
    "<": comparison.lt,
    "<=": comparison.le,
    ">": comparison.gt,
    ">=": comparison.ge,
}


class AccountMoveLine(models.Model):
    """When a claim is time-barred, by the law of its debtor's interest regime."""

    _inherit = "account.move.line"

    dunning_limitation_date = fields.Date(
        string="Time-Barred On",
        compute="_compute_dunning_limitation_date",
        search="_search_dunning_limitation_date",
        groups=LEDGER_GROUPS,
        help="From this day on the claim can't be enforced any more: counted from the "
        "delivery or the invoice, whichever came first. What interrupts it (the debtor "
        "acknowledges the debt, a claim in court) is not known here; reminders and "
        "formal notices don't.",
    )

    def _compute_dunning_limitation_date(self):
        days = self._get_limitation_dates()
        for line in self:
            line.dunning_limitation_date = days.get(line._origin.id)

    @api.model
    def _search_dunning_limitation_date(self, operator, value):
        """Search open items by the day on which they are time-barred.

        Nothing is time-barred before the shortest limitation has passed: only items
        as old as that are looked at.
        """
        if operator in COMPARISONS and value:
            value = fields.Date.to_date(value)
            test = COMPARISONS[operator]
        elif operator == "in":
            test = None
        else:
            return NotImplemented
        oldest = None
        if operator in ("<", "<="):
            oldest = value - relativedelta(years=self._get_shortest_limitation())
        items = self.browse(self._get_open_ids(oldest))
        known = items._get_limitation_dates()
        if test:
            found = [item_id for item_id, day in known.items() if test(day, value)]
            return [("id", "in", found)]
        days = {fields.Date.to_date(day) for day in value if day}
        found = [item_id for item_id, day in known.items() if day in days]
        if False not in value:
            return [("id", "in", found)]
        return ["|", ("id", "in", found), ("id", "not in", list(known))]

    def _get_shortest_limitation(self):
        """Return the fewest years after which a claim can be time-barred."""
        regimes = self.env["collections.interest.regime"].sudo()
        regimes = regimes.with_context(active_test=False)
        years = regimes._read_group(
            [("limitation_years", ">", 0)], [], ["limitation_years:min"]
        )
        return years[0][0] or 0

    def _get_open_ids(self, born_by=None):
        """Return the open receivable items of the companies at work.

        :param date born_by: only what was delivered or invoiced by this day.
        :rtype: list(int)
        """
        self.flush_model()
        self.env["account.move"].flush_model()
        only = SQL("TRUE")
        if born_by:
            only = SQL("%s <= %s", self._get_birth_sql(), born_by)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_account a ON a.id = l.account_id
                   AND a.account_type = 'asset_receivable'
                 WHERE l.company_id = ANY(%s) AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE AND l.amount_residual > 0 AND %s
                """,
                self.env.companies.ids,
                only,
            )
        )
        return [item_id for (item_id,) in rows]

    def _get_birth_sql(self):
        """Return the day from which the limitation of an item (``l``, ``m``) counts.

        From the performance of the service, not from the invoice; but a debt with a
        term does not prescribe before it: the earliest day warns in time (articles
        2224 and 2233 of the French civil code).
        """
        return SQL("least(m.delivery_date, coalesce(m.invoice_date, l.date))")

    def _get_limitation_dates(self):
        """Return the day on which each open item is time-barred, where that is known.

        :return: by item id; nothing of credits, settled items and debtors under a
            regime that states no limitation.
        :rtype: dict(int, date)
        """
        for model in ("account.move", "account.move.line", "collections.debtor"):
            self.env[model].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.company_id, p.commercial_partner_id AS partner_id,
                       d.id AS debtor_id, %s AS birth
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_account a ON a.id = l.account_id
                   AND a.account_type = 'asset_receivable'
             LEFT JOIN res_partner p ON p.id = l.partner_id
             LEFT JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                           AND d.company_id = l.company_id
                 WHERE l.id = ANY(%s) AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE AND l.amount_residual > 0
                """,
                self._get_birth_sql(),
                list(self._origin.ids),
            )
        )
        regimes = self.env["collections.interest"]._get_regimes(rows)
        days = {
            row["id"]: regimes[row["id"]]._get_limitation(row["birth"]) for row in rows
        }
        return {item_id: day for item_id, day in days.items() if day}
