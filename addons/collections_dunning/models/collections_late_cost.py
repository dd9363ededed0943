from odoo import api, fields, models
from odoo.tools import SQL, split_every
from odoo.tools.date_utils import relativedelta

from ..const import BEHAVIOUR_MONTHS

# Items whose interest is computed at once.
BATCH_SIZE = 2000


class CollectionsLateCost(models.Model):
    """What late payment costs: one row for each item that is late, or was paid late.

    Made every night. The money that was missing is paid for at the financing rate of
    the company, for each part of the item and each day until it was paid; interest and
    compensation are those that the law or the contract grants and nobody has invoiced.
    """

    _name = "collections.late.cost"
    _description = "Cost of Late Payment"
    _order = "amount_cost desc, id"
    _rec_name = "move_id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    debtor_id = fields.Many2one("collections.debtor", ondelete="set null")
    segment_id = fields.Many2one("collections.segment", ondelete="set null")
    user_id = fields.Many2one("res.users", string="Salesperson", ondelete="set null")
    date_maturity = fields.Date(
        string="Due Date",
        help="Last day on which the item was not late; of a public buyer, counted from "
        "the deposit on its portal.",
    )
    date_paid = fields.Date(
        string="Paid On", help="Day of the last payment; empty while something is open."
    )
    days_late = fields.Integer(
        aggregator="max", help="Until the last payment, or until now."
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount_late = fields.Monetary(
        string="Late Amount", help="What was paid late or is still open."
    )
    financing_rate = fields.Float(
        string="Financing Rate (%)",
        digits=(16, 2),
        aggregator=None,
        help="A year, as the settings say.",
    )
    amount_cost = fields.Monetary(
        string="Financing Cost",
        help="The late amount × the days late × the financing rate / 365, each payment "
        "with its own days.",
    )
    amount_interest = fields.Monetary(
        string="Interest Not Claimed",
        help="Late interest that is owed and was not invoiced.",
    )
    amount_compensation = fields.Monetary(
        string="Compensation Not Claimed",
        help="Compensation for recovery costs that is owed and was not invoiced.",
    )
    is_rate_missing = fields.Boolean(
        string="Interest Not Known",
        help="The rate of a half-year is missing: no interest is shown.",
    )
    date = fields.Date(string="As Of", help="The night in which it was computed.")

    _item_uniq = models.UniqueIndex("(move_line_id)", "One row for each item.")

    # === ACTION METHODS === #

    def action_open_invoice(self):
        """Open the late invoice."""
        self.ensure_one()
        return self.move_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _cron_update(self):
        """Compute the cost of late payment anew, company by company."""
        # Each company has its own ledger, so all of them are wanted.
        companies = self.env["res.company"].search(  # pylint: disable=no-search-all
            [], order="id"
        )
        for company in companies:
            self.with_company(company)._update(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _update(self, company):
        """Compute the rows of one company.

        :param res.company company: whose items.
        """
        for name in (
            *("account.move", "account.move.line", "account.partial.reconcile"),
            *("collections.debtor", "collections.late.cost", "res.partner"),
        ):
            self.env[name].flush_model()
        today = fields.Date.context_today(self)
        self.env.cr.execute(
            SQL("DELETE FROM collections_late_cost WHERE company_id = %s", company.id)
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collections_late_cost (
                    move_line_id, company_id, move_id, partner_id, debtor_id,
                    segment_id, user_id, currency_id, date_maturity, date_paid,
                    days_late, amount_late, financing_rate, amount_cost, date)
                SELECT late.id, late.company_id, late.move_id, late.partner_id,
                       late.debtor_id, late.segment_id, late.invoice_user_id,
                       late.company_currency_id, late.due,
                       CASE WHEN late.reconciled THEN late.last_day END,
                       late.days_late, late.amount_late, %(rate)s,
                       round(late.amount_days * %(rate)s::numeric / 36500, %(places)s),
                       %(today)s
                  FROM (%(late)s) late
                """,
                late=self._get_late_sql(company, today),
                rate=company.root_id.dunning_financing_rate,
                places=company.currency_id.decimal_places,
                today=today,
            )
        )
        # Else each batch would read the whole table, which is believed to be empty.
        self.env.cr.execute("ANALYZE collections_late_cost")
        self.invalidate_model()
        items = self.search([("company_id", "=", company.id)]).move_line_id
        for batch in split_every(BATCH_SIZE, items.ids, items.browse):
            self._update_interest(batch, today)
        self.invalidate_model()

    def _get_late_sql(self, company, today):
        """Return the query of the items that are late, or were in the last months.

        A credit note is no payment: what it takes off was not owed.

        :param date today: what is open is late until then.
        :rtype: SQL
        """
        return SQL(
            """
            WITH item AS MATERIALIZED (
                SELECT l.id, l.company_id, l.company_currency_id, l.move_id,
                       l.reconciled IS TRUE AS reconciled, l.amount_residual,
                       p.commercial_partner_id AS partner_id, m.invoice_user_id,
                       d.id AS debtor_id, d.segment_id, %(clock)s AS due
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_account a ON a.id = l.account_id
                  JOIN res_partner p ON p.id = l.partner_id
             LEFT JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                           AND d.company_id = l.company_id
                 WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
                   AND a.account_type = 'asset_receivable'
                   AND a.non_trade IS NOT TRUE AND l.balance > 0
                   AND m.move_type IN ('out_invoice', 'out_receipt')
                   AND m.is_late_charge IS NOT TRUE),
            part AS (
                SELECT item.id, paid.amount, paid.max_date AS until
                  FROM item
                  JOIN account_partial_reconcile paid ON paid.debit_move_id = item.id
                  JOIN account_move_line credit ON credit.id = paid.credit_move_id
                  JOIN account_move entry ON entry.id = credit.move_id
                                         AND entry.move_type <> 'out_refund'
                 WHERE paid.max_date > item.due
             UNION ALL
                SELECT id, amount_residual, %(today)s
                  FROM item
                 WHERE NOT reconciled AND amount_residual > 0 AND due < %(today)s),
            late AS (
                SELECT id, sum(amount) AS amount_late, max(until) AS last_day,
                       sum(amount * (until - due)) AS amount_days,
                       max(until - due) AS days_late
                  FROM part JOIN item USING (id)
              GROUP BY id
                HAVING max(until) > %(since)s)
            SELECT * FROM late JOIN item USING (id)
            """,
            clock=self.env["account.move.line"]._get_clock_sql(today),
            company=company.id,
            today=today,
            since=today - relativedelta(months=BEHAVIOUR_MONTHS),
        )

    @api.model
    def _update_interest(self, items, today):
        """Write the interest and compensation of items that nobody has invoiced.

        In the currency of the company, at the rate of the item itself.

        :param account.move.line items: late ones.
        :param date today: last day that counts.
        """
        computed = self.env["collections.interest"]._compute_interest(items, today)
        values = [
            SQL(
                "(%s, %s, %s, %s)",
                item_id,
                found.interest,
                found.compensation,
                found.status == "missing_rate",
            )
            for item_id, found in computed.items()
        ]
        if not values:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE collections_late_cost cost
                   SET amount_interest = round(
                           found.interest * l.balance / l.amount_currency, %(places)s),
                       amount_compensation = round(
                           found.compensation * l.balance / l.amount_currency,
                           %(places)s),
                       is_rate_missing = found.is_missing
                  FROM (VALUES %(values)s)
                       found (id, interest, compensation, is_missing)
                  JOIN account_move_line l ON l.id = found.id
                 WHERE cost.move_line_id = found.id
                """,
                values=SQL(", ").join(values),
                places=items.company_id.currency_id.decimal_places,
            )
        )
