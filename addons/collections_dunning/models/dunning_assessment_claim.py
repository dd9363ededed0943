from odoo import models
from odoo.tools import SQL

from ..const import HOLD_REASONS


class DunningAssessment(models.AbstractModel):
    _inherit = "dunning.assessment"

    # === SECOND PART: WHAT CAN BE CLAIMED === #

    def _get_claim_sql(self, company, date):
        """Return the query of what can be claimed of each item.

        Adds to ``dunning_item``:

        - ``held``, ``fully_held``, ``hold_reason``, ``hold_id``, ``held_until``;
        - ``in_process``, ``in_process_until``: payments without an entry and pending
          transactions, and how long they count;
        - ``claimable``: open amount less both;
        - ``covered``: share of the debtor's credits that falls on the item;
        - ``claim``: what is left; ``claim_company`` in the company's currency;
        - ``receipt_until``, ``has_large_receipt``: receipts to allocate first.

        A credit note first covers the invoice it reverses; the other credits, less
        the debts of general entries that are excluded from dunning, cover the oldest
        items that are not held.
        """
        return SQL(
            """
            WITH grace AS MATERIALIZED (%(grace)s),
            hold AS (%(hold)s),
            named AS (%(named)s),
            unnamed AS (%(unnamed)s),
            in_process AS (
                SELECT id, sum(amount) AS amount, min(until) AS until
                  FROM (SELECT * FROM named UNION ALL SELECT * FROM unnamed) payment
              GROUP BY id),
            linked AS (%(linked)s),
            net AS (%(net)s),
            pool AS (%(pool)s),
            receipts AS (%(receipts)s),
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
                         2) AS claim_company,
                   receipts.fresh_until AS receipt_until,
                   coalesce(receipts.is_large, FALSE) AS has_large_receipt
              FROM net
         LEFT JOIN queue USING (id)
         LEFT JOIN receipts ON receipts.partner_id = net.partner_id
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
            grace=self._get_grace_sql(company, date),
            receipts=self._get_receipts_sql(),
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

    def _get_linked_sql(self):
        """Return the query of what credit notes cover of the invoice they reverse.

        On the same side of a judgment of insolvency: a credit of before it lowers what
        is declared, not what is claimed of an item on both sides.
        """
        return SQL(
            """
            SELECT id, least(residual, greatest(amount - before, 0)) AS amount
              FROM (SELECT i.id, i.residual, credit.amount,
                           sum(i.residual) OVER (
                               PARTITION BY i.move_id, i.currency_id
                               ORDER BY i.due, i.id) - i.residual AS before
                      FROM (SELECT reversed_entry_id, currency_id, is_prior,
                                   -sum(residual) AS amount
                              FROM dunning_item
                             WHERE residual < 0 AND NOT non_trade
                               AND reversed_entry_id IS NOT NULL
                          GROUP BY reversed_entry_id, currency_id, is_prior) credit
                      JOIN dunning_item i ON i.move_id = credit.reversed_entry_id
                                         AND i.currency_id = credit.currency_id
                                         AND i.is_prior = credit.is_prior
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
                   part.held, part.in_process, in_process.until AS in_process_until,
                   h.reason AS hold_reason, h.hold_id,
                   h.until AS held_until,
                   net_part.claimable, net_part.linked_cover,
                   net_part.claimable - net_part.linked_cover AS remaining,
                   i.residual <= 0 OR i.partner_id IS NULL OR i.non_trade
                       OR i.no_followup OR i.blocked OR i.is_payment
                       OR i.refusal IS NOT NULL OR coalesce(h.is_full, FALSE)
                       OR i.clock IS NULL AS barred
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

        Nothing nets across the judgment of insolvency proceedings: what was born before
        it covers no later claim (article L622-7 of the French commercial code).
        """
        return SQL(
            """
            SELECT partner_id, currency_id, greatest(sum(amount), 0) AS amount
              FROM (SELECT partner_id, currency_id,
                           CASE WHEN residual < 0 OR is_payment
                                  OR no_followup AND general THEN -residual
                                ELSE 0 END - linked_cover AS amount
                      FROM net
                     WHERE partner_id IS NOT NULL AND NOT non_trade
                       AND NOT is_prior) credit
          GROUP BY partner_id, currency_id
            HAVING sum(amount) > 0
            """
        )
