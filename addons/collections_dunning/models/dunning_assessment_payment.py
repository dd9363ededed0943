from bisect import bisect_right
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..const import WORKING_DAYS


class DunningAssessment(models.AbstractModel):
    """Money on its way: payments without an entry, pending online transactions."""

    _inherit = "dunning.assessment"

    def _get_grace_sql(self, company, date):
        """Return the days whose payments still count, and until when.

        :param date date: day of the assessment.
        :return: query of ``day`` and ``until``, five working days later.
        :rtype: SQL
        """
        return SQL(
            "SELECT * FROM unnest(%s::date[], %s::date[]) grace (day, until)",
            *map(list, zip(*self._get_graces(company, date), strict=True)),
        )

    def _get_graces(self, company, date):
        """Return the days whose payments count on a day, each with its last such day.

        :rtype: list(tuple)
        """
        reach = timedelta(days=30)
        working = company._get_working_days(date - reach, date + 2 * reach)
        graces = []
        day = date + reach
        while day > date - reach:
            place = bisect_right(working, day) + WORKING_DAYS - 1
            # A calendar without working days: a week.
            until = working[place] if place < len(working) else day + timedelta(days=7)
            if until < date:
                break
            graces.append((day, until))
            day -= timedelta(days=1)
        return graces

    def _get_named_payments_sql(self, company):
        """Return the query of the money on its way to invoices that a payment names.

        Payments that have no entry, and pending online transactions. They cover the
        oldest items first. In another currency they cover everything: nobody is
        dunned for what a person has to look at.
        """
        return SQL(
            """
            SELECT id, sum(least(residual, greatest(amount - before, 0))) AS amount,
                   min(until) AS until
              FROM (SELECT i.id, i.residual, payment.until,
                           CASE WHEN payment.currency_id = i.currency_id
                                THEN payment.amount ELSE 1e15 END AS amount,
                           sum(i.residual) OVER (
                               PARTITION BY payment.key ORDER BY i.due, i.id
                               ) - i.residual AS before
                      FROM (SELECT 'p' || p.id AS key, p.amount, p.currency_id,
                                   link.invoice_id AS move_id, grace.until
                              FROM account_payment p
                              JOIN grace ON grace.day = p.date
                              JOIN account_move__account_payment link
                                ON link.payment_id = p.id
                             WHERE p.state = 'in_process' AND p.move_id IS NULL
                               AND p.payment_type = 'inbound'
                               AND p.company_id = %(company)s
                             UNION ALL
                            SELECT 't' || t.id, t.amount, t.currency_id,
                                   link.invoice_id, grace.until
                              FROM payment_transaction t
                              JOIN grace ON grace.day = coalesce(
                                   t.last_state_change, t.create_date)::date
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
            SELECT id, least(room, greatest(amount - before, 0)) AS amount, until
              FROM (SELECT i.id, part.room, payment.amount, payment.until,
                           sum(part.room) OVER (
                               PARTITION BY i.partner_id, i.currency_id
                               ORDER BY i.due, i.id) - part.room AS before
                      FROM (SELECT rp.commercial_partner_id AS partner_id,
                                   p.currency_id, sum(p.amount) AS amount,
                                   min(grace.until) AS until
                              FROM account_payment p
                              JOIN grace ON grace.day = p.date
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

    def _get_receipts_sql(self):
        """Return the query of the customers with receipts to allocate.

        A receipt above a tenth of what is overdue keeps the customer from being
        dunned, for five working days; from a formal notice, until it is allocated.

        :return: query of ``partner_id``, ``fresh_until`` (empty: none is fresh) and
            ``is_large``.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT receipt.partner_id,
                   CASE WHEN receipt.fresh > overdue.amount / 10 THEN receipt.until
                    END AS fresh_until,
                   receipt.amount > overdue.amount / 10 AS is_large
              FROM (SELECT partner_id, -sum(residual_company) AS amount,
                           -sum(residual_company) FILTER (
                               WHERE grace.day IS NOT NULL) AS fresh,
                           max(grace.until) AS until
                      FROM dunning_item
                 LEFT JOIN grace ON grace.day = booked_on
                     WHERE is_payment AND residual < 0 AND NOT non_trade
                       AND NOT is_prior
                  GROUP BY partner_id) receipt
              JOIN (SELECT partner_id,
                           sum(claimable * residual_company / nullif(residual, 0))
                               AS amount
                      FROM net
                     WHERE days_late > 0 AND NOT barred AND claimable > 0
                  GROUP BY partner_id) overdue USING (partner_id)
            """
        )

    def _count_stale_payments(self, company, date):
        """Count the customers' payments that were on their way for too long.

        They count no more: somebody has to find out what became of them.

        :rtype: int
        """
        first = min(day for day, _until in self._get_graces(company, date))
        payments = self.env["account.payment"].search_count(
            [
                ("company_id", "=", company.id),
                ("state", "=", "in_process"),
                ("move_id", "=", False),
                ("payment_type", "=", "inbound"),
                ("partner_type", "=", "customer"),
                ("date", "<", first),
            ]
        )
        transactions = self.env["payment.transaction"].search_count(
            [
                ("company_id", "=", company.id),
                ("payment_id", "=", False),
                ("state", "in", ("pending", "authorized")),
                ("invoice_ids.payment_state", "in", ("not_paid", "partial")),
                ("last_state_change", "<", first),
            ]
        )
        return payments + transactions
