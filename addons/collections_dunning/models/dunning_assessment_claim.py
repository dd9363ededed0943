from odoo import fields, models
from odoo.tools import SQL

from ..const import HOLD_REASONS


class DunningAssessment(models.AbstractModel):
    _inherit = "dunning.assessment"

    # === FIRST PART: THE OPEN ITEMS === #

    def _get_item_sql(self, company, date, partners):
        """Return the query of the open receivable items of a company.

        :param date date: in the past, the items are as they were on that day:
            what was reconciled later is open again.
        :param res.partner partners: items of these customers; None: of all.
        :rtype: SQL
        """
        is_past = date < fields.Date.context_today(self)
        only = SQL("TRUE")
        if partners is not None:
            only = SQL("p.commercial_partner_id = ANY(%s)", partners.ids)
        return SQL(
            """
            SELECT l.id, l.move_id, m.name AS move_name, m.invoice_date,
                   coalesce(l.date_maturity, l.date) AS due,
                   %(date)s - coalesce(l.date_maturity, l.date) AS days_late,
                   l.currency_id,
                   %(residual)s AS residual,
                   %(residual_company)s AS residual_company,
                   p.commercial_partner_id AS partner_id,
                   d.id AS debtor_id,
                   coalesce(a.non_trade, FALSE) AS non_trade,
                   coalesce(l.no_followup, FALSE) AS no_followup,
                   j.type = 'general' AS general,
                   j.type IN ('bank', 'cash', 'credit') AND m.move_type = 'entry'
                       AS is_payment,
                   m.payment_state IS NOT DISTINCT FROM 'blocked' AS blocked,
                   m.reversed_entry_id
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
              JOIN account_journal j ON j.id = l.journal_id
         LEFT JOIN res_partner p ON p.id = l.partner_id
         LEFT JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                       AND d.company_id = l.company_id
                   %(later)s
             WHERE l.company_id = %(company)s
               AND a.account_type = 'asset_receivable'
               AND l.parent_state = 'posted'
               AND %(is_open)s
               AND %(only)s
            """,
            date=date,
            company=company.id,
            only=only,
            **(self._get_past_sql(date) if is_past else self._get_today_sql()),
        )

    def _get_today_sql(self):
        return {
            "residual": SQL("l.amount_residual_currency"),
            "residual_company": SQL("l.amount_residual"),
            "later": SQL(""),
            "is_open": SQL("l.reconciled IS NOT TRUE"),
        }

    def _get_past_sql(self, date):
        """Return the pieces of the query that undo later reconciliations."""
        return {
            "residual": SQL(
                "(l.amount_residual_currency + coalesce(later.amount_currency, 0))"
            ),
            "residual_company": SQL("(l.amount_residual + coalesce(later.amount, 0))"),
            "later": SQL(
                """
                LEFT JOIN (
                    SELECT line_id, sum(amount) AS amount,
                           sum(amount_currency) AS amount_currency
                      FROM (SELECT debit_move_id AS line_id, amount,
                                   debit_amount_currency AS amount_currency
                              FROM account_partial_reconcile WHERE max_date > %(date)s
                             UNION ALL
                            SELECT credit_move_id, -amount, -credit_amount_currency
                              FROM account_partial_reconcile WHERE max_date > %(date)s
                           ) partial
                  GROUP BY line_id) later ON later.line_id = l.id
                """,
                date=date,
            ),
            "is_open": SQL(
                "l.date <= %s AND (l.reconciled IS NOT TRUE "
                "OR later.amount_currency <> 0 OR later.amount <> 0)",
                date,
            ),
        }

    # === SECOND PART: WHAT CAN BE CLAIMED === #

    def _get_claim_sql(self, company, date):
        """Return the query of what can be claimed of each item.

        Adds to ``dunning_item``:

        - ``held``, ``fully_held``, ``hold_reason``, ``hold_id``, ``held_until``;
        - ``in_process``: payments without an entry and pending transactions;
        - ``claimable``: open amount less both;
        - ``covered``: share of the debtor's credits that falls on the item;
        - ``claim``: what is left; ``claim_company`` in the company's currency.

        A credit note first covers the invoice it reverses; the other credits, less
        the debts of general entries that are excluded from dunning, cover the oldest
        items that are not held.
        """
        return SQL(
            """
            WITH hold AS (%(hold)s),
            named AS (%(named)s),
            unnamed AS (%(unnamed)s),
            in_process AS (
                SELECT id, sum(amount) AS amount
                  FROM (SELECT * FROM named UNION ALL SELECT * FROM unnamed) payment
              GROUP BY id),
            linked AS (%(linked)s),
            net AS (%(net)s),
            pool AS (%(pool)s),
            queue AS (
                SELECT net.id, net.remaining, pool.amount,
                       sum(net.remaining) OVER (
                           PARTITION BY net.partner_id, net.currency_id
                           ORDER BY net.due, net.id) - net.remaining AS before
                  FROM net
                  JOIN pool USING (partner_id, currency_id)
                 WHERE pool.amount > 0 AND net.remaining > 0 AND NOT net.barred)
            SELECT net.*,
                   linked_cover + coalesce(
                       least(queue.remaining, greatest(queue.amount - queue.before, 0)),
                       0) AS covered,
                   claim.claim,
                   round(claim.claim * net.residual_company / nullif(net.residual, 0),
                         2) AS claim_company
              FROM net
         LEFT JOIN queue USING (id)
        CROSS JOIN LATERAL (
                   SELECT net.remaining - coalesce(least(
                              queue.remaining,
                              greatest(queue.amount - queue.before, 0)), 0) AS claim
                   ) claim
            """,
            hold=self._get_hold_sql(date),
            named=self._get_named_payments_sql(company),
            unnamed=self._get_unnamed_payments_sql(company),
            linked=self._get_linked_sql(),
            net=self._get_net_sql(),
            pool=self._get_pool_sql(),
        )

    def _get_hold_sql(self, date):
        """Return the query of the holds in force on each item.

        A hold without an amount holds all of it; several parts add up.
        """
        ranks = SQL(", ").join(
            SQL("(%s, %s)", key, rank) for rank, (key, _) in enumerate(HOLD_REASONS)
        )
        return SQL(
            """
            SELECT i.id,
                   bool_or(coalesce(h.amount, 0) = 0) AS is_full,
                   sum(h.amount) AS amount,
                   (array_agg(h.id ORDER BY r.rank, h.id))[1] AS hold_id,
                   (array_agg(h.reason ORDER BY coalesce(h.amount, 0) <> 0, r.rank)
                       )[1] AS reason,
                   min(h.date_to) AS until
              FROM dunning_item i
              JOIN dunning_hold h ON h.debtor_id = i.debtor_id
                                 AND coalesce(h.move_line_id, i.id) = i.id
              JOIN (VALUES %(ranks)s) r (reason, rank) ON r.reason = h.reason
             WHERE i.residual > 0
               AND h.date_from <= %(date)s
               AND coalesce(h.date_to, %(date)s) >= %(date)s
          GROUP BY i.id
            """,
            ranks=ranks,
            date=date,
        )

    def _get_named_payments_sql(self, company):
        """Return the query of the money on its way to invoices that a payment names.

        Payments that have no entry, and pending online transactions. They cover the
        oldest items first. In another currency they cover everything: nobody is
        dunned for what a person has to look at.
        """
        return SQL(
            """
            SELECT id, sum(least(residual, greatest(amount - before, 0))) AS amount
              FROM (SELECT i.id, i.residual,
                           CASE WHEN payment.currency_id = i.currency_id
                                THEN payment.amount ELSE 1e15 END AS amount,
                           sum(i.residual) OVER (
                               PARTITION BY payment.key ORDER BY i.due, i.id
                               ) - i.residual AS before
                      FROM (SELECT 'p' || p.id AS key, p.amount, p.currency_id,
                                   link.invoice_id AS move_id
                              FROM account_payment p
                              JOIN account_move__account_payment link
                                ON link.payment_id = p.id
                             WHERE p.state = 'in_process' AND p.move_id IS NULL
                               AND p.payment_type = 'inbound'
                               AND p.company_id = %(company)s
                             UNION ALL
                            SELECT 't' || t.id, t.amount, t.currency_id,
                                   link.invoice_id
                              FROM payment_transaction t
                              JOIN account_invoice_transaction_rel link
                                ON link.transaction_id = t.id
                             WHERE t.company_id = %(company)s
                               AND t.payment_id IS NULL
                               AND (t.state IN ('pending', 'authorized')
                                    OR t.state = 'done'
                                   AND t.is_post_processed IS NOT TRUE)
                           ) payment
                      JOIN dunning_item i ON i.move_id = payment.move_id
                     WHERE i.residual > 0) shared
          GROUP BY id
            """,
            company=company.id,
        )

    def _get_unnamed_payments_sql(self, company):
        """Return the query of the money on its way that names no invoice.

        All of a customer's in one currency together cover its oldest items, as far
        as these are neither held nor paid by name.
        """
        return SQL(
            """
            SELECT id, least(room, greatest(amount - before, 0)) AS amount
              FROM (SELECT i.id, part.room, payment.amount,
                           sum(part.room) OVER (
                               PARTITION BY i.partner_id, i.currency_id
                               ORDER BY i.due, i.id) - part.room AS before
                      FROM (SELECT rp.commercial_partner_id AS partner_id,
                                   p.currency_id, sum(p.amount) AS amount
                              FROM account_payment p
                              JOIN res_partner rp ON rp.id = p.partner_id
                             WHERE p.state = 'in_process' AND p.move_id IS NULL
                               AND p.payment_type = 'inbound'
                               AND p.partner_type = 'customer'
                               AND p.company_id = %s
                               AND NOT EXISTS (
                                   SELECT FROM account_move__account_payment link
                                    WHERE link.payment_id = p.id)
                          GROUP BY rp.commercial_partner_id, p.currency_id) payment
                      JOIN dunning_item i USING (partner_id, currency_id)
                 LEFT JOIN hold h ON h.id = i.id
                 LEFT JOIN named ON named.id = i.id
                CROSS JOIN LATERAL (
                           SELECT CASE WHEN h.is_full THEN 0
                                       ELSE greatest(i.residual - coalesce(h.amount, 0)
                                                - coalesce(named.amount, 0), 0)
                                   END AS room) part
                     WHERE i.residual > 0 AND NOT i.non_trade AND NOT i.no_followup
                       AND NOT i.blocked AND NOT i.is_payment) shared
             WHERE amount > before
            """,
            company.id,
        )

    def _get_linked_sql(self):
        """Return the query of what credit notes cover of the invoice they reverse."""
        return SQL(
            """
            SELECT id, least(residual, greatest(amount - before, 0)) AS amount
              FROM (SELECT i.id, i.residual, credit.amount,
                           sum(i.residual) OVER (
                               PARTITION BY i.move_id, i.currency_id
                               ORDER BY i.due, i.id) - i.residual AS before
                      FROM (SELECT reversed_entry_id, currency_id,
                                   -sum(residual) AS amount
                              FROM dunning_item
                             WHERE residual < 0 AND NOT non_trade
                               AND reversed_entry_id IS NOT NULL
                          GROUP BY reversed_entry_id, currency_id) credit
                      JOIN dunning_item i ON i.move_id = credit.reversed_entry_id
                                         AND i.currency_id = credit.currency_id
                     WHERE i.residual > 0) shared
             WHERE amount > before
            """
        )

    def _get_net_sql(self):
        """Return the query of the items with what is left before the pool."""
        return SQL(
            """
            SELECT i.*,
                   coalesce(h.is_full OR h.amount >= i.residual, FALSE) AS fully_held,
                   part.held, part.in_process,
                   h.reason AS hold_reason, h.hold_id,
                   h.until AS held_until,
                   net_part.claimable, net_part.linked_cover,
                   net_part.claimable - net_part.linked_cover AS remaining,
                   i.residual <= 0 OR i.partner_id IS NULL OR i.non_trade
                       OR i.no_followup OR i.blocked OR i.is_payment
                       OR coalesce(h.is_full, FALSE) AS barred
              FROM dunning_item i
         LEFT JOIN hold h USING (id)
         LEFT JOIN in_process USING (id)
         LEFT JOIN linked USING (id)
        CROSS JOIN LATERAL (
                   SELECT least(CASE WHEN h.is_full THEN i.residual
                                     ELSE coalesce(h.amount, 0) END,
                                greatest(i.residual, 0)) AS held) hold_part
        CROSS JOIN LATERAL (
                   SELECT hold_part.held,
                          least(coalesce(in_process.amount, 0),
                                greatest(i.residual, 0) - hold_part.held
                                ) AS in_process) part
        CROSS JOIN LATERAL (
                   SELECT c.claimable,
                          -- What is held of an invoice takes no credit either.
                          least(coalesce(linked.amount, 0), greatest(c.claimable, 0)
                                ) AS linked_cover
                     FROM (SELECT i.residual - part.held - part.in_process
                                  AS claimable) c) net_part
            """
        )

    def _get_pool_sql(self):
        """Return the query of the credits of each debtor and currency.

        All negative items, less what is covered by their link, less what lowers
        them: positive items of general entries that are excluded from dunning, and
        payments to the customer that are allocated to nothing. Never below zero.
        """
        return SQL(
            """
            SELECT partner_id, currency_id, greatest(sum(amount), 0) AS amount
              FROM (SELECT partner_id, currency_id,
                           CASE WHEN residual < 0 OR is_payment
                                  OR no_followup AND general THEN -residual
                                ELSE 0 END - linked_cover AS amount
                      FROM net
                     WHERE partner_id IS NOT NULL AND NOT non_trade) credit
          GROUP BY partner_id, currency_id
            HAVING sum(amount) > 0
            """
        )
