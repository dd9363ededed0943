from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.date_utils import relativedelta

from ..const import (
    BEHAVIOUR_MONTHS,
    GRADE_FACTORS,
    GRADES,
    ON_TIME_DAYS,
    SETTLED_MINIMUM,
)

# Payments of recent months are compared with those of as many months before.
TREND_MONTHS = 6
# Columns of the debtor that the nightly update fills, in the order of the query.
FIGURES = (
    "settled_count",
    "late_days_average",
    "on_time_share",
    "late_days_trend",
    "has_trend",
    "oldest_late_days",
    "notices_per_invoice",
    "promise_count",
    "promise_kept_share",
    "first_invoice_date",
    "sales_amount",
    "grade_parts",
    "grade",
)


class CollectionsBehaviour(models.AbstractModel):
    """How customers pay, computed for all debtors at once from the ledger.

    Late days count from the due date, or from the day the invoice was sent when that
    was later; days of a stop that the customer is not to blame for don't count.
    """

    _name = "collections.behaviour"
    _description = "Payment Behaviour"

    @api.model
    def _cron_update(self):
        """Compute how every debtor pays, and sort them into segments, by company."""
        groups = self.env["collections.debtor"]._read_group([], ["company_id"])
        for (company,) in groups:
            self._update(company)
            self.env["collections.segment"]._sort_customers(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _update(self, company, partners=None):
        """Compute the behaviour of the debtors of one company.

        Rows that stay as they are are not written.

        :param res.company company: whose debtors.
        :param res.partner partners: only these customers; default: all.
        """
        for model in (
            *("account.move", "account.move.line", "account.partial.reconcile"),
            *("collections.debtor", "collections.promise", "dunning.hold"),
            *("dunning.notice", "dunning.notice.line"),
        ):
            self.env[model].flush_model()
        today = fields.Date.context_today(self)
        columns = [SQL.identifier(name) for name in FIGURES]
        self.env.cr.execute(
            SQL(
                """
                WITH computed AS (%(graded)s)
                UPDATE collections_debtor d
                   SET (%(columns)s, behaviour_date) = (%(values)s, %(today)s::date)
                  FROM computed c
                 WHERE c.id = d.id
                   AND (%(current)s) IS DISTINCT FROM (%(values)s)
                """,
                graded=self._get_graded_sql(company, today, partners),
                columns=SQL(", ").join(columns),
                values=SQL(", ").join(SQL("c.%s", column) for column in columns),
                current=SQL(", ").join(SQL("d.%s", column) for column in columns),
                today=today,
            )
        )
        self.env["collections.debtor"].invalidate_model([*FIGURES, "behaviour_date"])

    def _get_graded_sql(self, company, today, partners):
        """Return the query of the figures and the grade, one row for each debtor.

        The grade is 100 points less what each figure takes off, as ``GRADE_FACTORS``
        says; none is given to whom too little is known of.
        """
        parts = [
            SQL(
                "%s, round(least(%s, greatest(0, coalesce(%s, 0)) * %s)::numeric, 1)",
                name,
                most,
                SQL(measure),
                factor,
            )
            for name, measure, factor, most in GRADE_FACTORS
        ]
        grades = [
            SQL("WHEN points >= %s THEN %s", least, grade) for grade, least in GRADES
        ]
        return SQL(
            """
            SELECT points.*,
                   CASE WHEN settled_count < %(minimum)s THEN NULL %(grades)s END
                       AS grade
              FROM (SELECT parted.*,
                           100 - (SELECT sum(value::numeric)
                                    FROM jsonb_each_text(grade_parts)) AS points
                      FROM (SELECT figures.*,
                                   jsonb_build_object(%(parts)s) AS grade_parts
                              FROM (%(figures)s) figures) parted) points
            """,
            minimum=SETTLED_MINIMUM,
            grades=SQL(" ").join(grades),
            parts=SQL(", ").join(parts),
            figures=self._get_figures_sql(company, today, partners),
        )

    def _get_figures_sql(self, company, today, partners):
        """Return the query of the figures, one row for each debtor of the company."""
        recent = today - relativedelta(months=TREND_MONTHS)
        since = today - relativedelta(months=BEHAVIOUR_MONTHS)
        return SQL(
            """
            WITH item AS MATERIALIZED (%(items)s),
            payment AS MATERIALIZED (%(payments)s),
            settled AS (
                SELECT item.debtor_id, item.id, max(payment.late_days) AS late_days
                  FROM item JOIN payment ON payment.item_id = item.id
                 WHERE item.reconciled
              GROUP BY item.debtor_id, item.id
                HAVING max(payment.paid_on) > %(since)s),
            noticed AS (
                SELECT nl.move_line_id AS id, count(DISTINCT n.id) AS notices
                  FROM dunning_notice_line nl
                  JOIN dunning_notice n ON n.id = nl.notice_id AND n.state = 'sent'
                 WHERE nl.kind = '1_item' AND nl.company_id = %(company)s
                   AND nl.days_late > 0
              GROUP BY nl.move_line_id),
            by_invoice AS (
                SELECT debtor_id, count(*) AS settled_count,
                       round(100.0 * count(*) FILTER (WHERE late_days <= %(on_time)s)
                             / count(*), 1) AS on_time_share,
                       round(avg(coalesce(notices, 0)), 2) AS notices_per_invoice
                  FROM settled LEFT JOIN noticed USING (id)
              GROUP BY debtor_id),
            by_amount AS (
                SELECT debtor_id,
                       round(sum(weighted) / sum(amount), 1) AS late_days_average,
                       round(sum(weighted) FILTER (WHERE is_recent)
                             / sum(amount) FILTER (WHERE is_recent)
                             - sum(weighted) FILTER (WHERE NOT is_recent)
                             / sum(amount) FILTER (WHERE NOT is_recent), 1)
                           AS late_days_trend
                  FROM (SELECT debtor_id, amount, amount * late_days AS weighted,
                               paid_on > %(recent)s AS is_recent
                          FROM payment) part
              GROUP BY debtor_id),
            open_items AS (
                SELECT debtor_id, max(%(today)s - clock) AS oldest_late_days
                  FROM item WHERE NOT reconciled AND clock < %(today)s
              GROUP BY debtor_id),
            promised AS (
                SELECT debtor_id, count(*) AS promise_count,
                       round(100.0 * count(*) FILTER (WHERE state = 'kept') / count(*),
                             1) AS promise_kept_share
                  FROM collections_promise
                 WHERE state IN ('kept', 'partly', 'broken')
                   AND decided_on > %(since)s
              GROUP BY debtor_id),
            sales AS (%(sales)s)
            SELECT debtor_id AS id,
                   coalesce(settled_count, 0)::int AS settled_count,
                   coalesce(late_days_average, 0) AS late_days_average,
                   coalesce(on_time_share, 0) AS on_time_share,
                   coalesce(late_days_trend, 0) AS late_days_trend,
                   late_days_trend IS NOT NULL AS has_trend,
                   coalesce(oldest_late_days, 0)::int AS oldest_late_days,
                   coalesce(notices_per_invoice, 0) AS notices_per_invoice,
                   coalesce(promise_count, 0)::int AS promise_count,
                   coalesce(promise_kept_share, 0) AS promise_kept_share,
                   first_invoice_date,
                   coalesce(sales_amount, 0) AS sales_amount
              FROM (SELECT d.id AS debtor_id FROM collections_debtor d
                     WHERE d.company_id = %(company)s AND %(only)s) debtor
         LEFT JOIN by_invoice USING (debtor_id)
         LEFT JOIN by_amount USING (debtor_id)
         LEFT JOIN open_items USING (debtor_id)
         LEFT JOIN promised USING (debtor_id)
         LEFT JOIN sales USING (debtor_id)
            """,
            items=self._get_items_sql(company, today, partners),
            payments=self._get_payments_sql(today),
            company=company.id,
            today=today,
            sales=self._get_sales_sql(company, since, partners),
            since=since,
            recent=recent,
            on_time=ON_TIME_DAYS,
            only=self._get_only_sql(partners),
        )

    @api.model
    def _get_only_sql(self, partners):
        if partners is None:
            return SQL("TRUE")
        return SQL("d.partner_id = ANY(%s)", partners.commercial_partner_id.ids)

    def _get_items_sql(self, company, today, partners):
        """Return the query of the invoices' items that tell how a customer pays.

        ``clock``: the last day on which the item was not late.
        """
        return SQL(
            """
            SELECT l.id, d.id AS debtor_id, l.reconciled IS TRUE AS reconciled,
                   %(clock)s AS due, greatest(%(clock)s, m.dunning_sent_on) AS clock
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_account a ON a.id = l.account_id
              JOIN res_partner p ON p.id = l.partner_id
              JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                       AND d.company_id = l.company_id
             WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
               AND a.account_type = 'asset_receivable' AND l.balance > 0
               AND m.move_type IN ('out_invoice', 'out_receipt')
               AND m.is_late_charge IS NOT TRUE
               AND %(only)s
            """,
            clock=self.env["account.move.line"]._get_clock_sql(today),
            company=company.id,
            only=self._get_only_sql(partners),
        )

    def _get_payments_sql(self, today):
        """Return the query of the payments of these items (``item``), part by part.

        Credit notes are no payments. ``late_days`` is negative for what came early.
        Who paid had his invoice, whenever somebody marked it as sent.
        """
        return SQL(
            """
            SELECT item.debtor_id, item.id AS item_id, paid.amount,
                   paid.max_date AS paid_on,
                   paid.max_date - coalesce(excused.days, 0)
                       - CASE WHEN paid.max_date < item.clock
                              THEN item.due ELSE item.clock END AS late_days
              FROM item
              JOIN account_partial_reconcile paid ON paid.debit_move_id = item.id
              JOIN account_move_line credit ON credit.id = paid.credit_move_id
              JOIN account_move entry ON entry.id = credit.move_id
                                     AND entry.move_type <> 'out_refund'
         LEFT JOIN LATERAL (%(excused)s) excused ON TRUE
             WHERE item.due IS NOT NULL
               AND paid.amount > 0 AND paid.max_date > %(since)s
            """,
            excused=self._get_excused_sql(),
            since=today - relativedelta(months=BEHAVIOUR_MONTHS),
        )

    def _get_excused_sql(self):
        """Return the query of the late days that the customer is not to blame for.

        Of one item (``item``) up to one payment of it (``paid``); a hook for what
        knows who was right.

        :return: query of one row: ``days``.
        :rtype: SQL
        """
        return SQL("SELECT 0 AS days")
