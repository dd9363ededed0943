from odoo import models
from odoo.tools import SQL

from ..const import PENDING_STATES, STOP_REASONS


class DunningAssessment(models.AbstractModel):
    """What happened to each item before: notices sent or pending, stops."""

    _inherit = "dunning.assessment"

    def _get_history_sql(self, company):
        """Return the query of the last level sent about each item.

        It counts only while the item is the same debt: same customer, entry, due date
        and currency. Another debt on the same journal item begins a new cycle.

        Levels that an event brought about have no place in the ladder: they give no
        ``last_offset``. ``new_date`` is the day to pay that the last one granted, or a
        formal notice: until it has passed, nothing more is sent. ``was_reminded``: the
        customer was written to or called since it was late; a task is for ourselves.
        """
        return SQL(
            """
            SELECT id,
                   coalesce(max(cycle) FILTER (WHERE is_same), max(cycle) + 1) AS cycle,
                   (array_agg(day_offset ORDER BY cycle DESC, day_offset DESC)
                       FILTER (WHERE is_same AND event IS NULL))[1] AS last_offset,
                   array_agg(DISTINCT level_id) FILTER (WHERE is_same) AS level_ids,
                   max(sent_on) FILTER (WHERE is_same AND channel <> 'task')
                       AS last_reminded,
                   coalesce(bool_or(day_offset > 0) FILTER (
                       WHERE is_same AND event IS NULL AND channel <> 'task'), FALSE)
                       AS was_reminded,
                   max(sent_on) FILTER (WHERE is_same AND event IS NULL)
                       AS last_level_on,
                   max(sent_on) FILTER (WHERE is_same AND event = 'rejected')
                       AS rejection_told,
                   max(new_date) FILTER (WHERE is_same) AS new_date
              FROM (SELECT nl.move_line_id AS id, nl.cycle, nl.day_offset, nl.level_id,
                           n.sent_at::date AS sent_on, n.channel,
                           level.event,
                           CASE WHEN level.event IS NOT NULL
                                THEN n.sent_at::date + level.days_to_pay
                                WHEN level.is_formal THEN n.deadline_date END
                               AS new_date,
                           i.move_id = nl.move_id AND i.due = nl.date_maturity
                               AND i.currency_id = nl.currency_id
                               AND i.partner_id = n.partner_id AS is_same
                      FROM dunning_notice_line nl
                      JOIN dunning_notice n ON n.id = nl.notice_id
                                           AND n.state = 'sent'
                      JOIN dunning_level level ON level.id = nl.level_id
                      JOIN dunning_item i ON i.id = nl.move_line_id
                     WHERE nl.live AND nl.level_id IS NOT NULL AND nl.company_id = %s
                   ) sent
          GROUP BY id
            """,
            company.id,
        )

    def _get_stops_sql(self, date):
        """Return the query of the stops that have ended, of each item.

        Of all of the item: while a part was held, the rest was claimed as ever.

        :return: query of ``stopped_until``, the last day of the last one, and
            ``stopped_days``, the late days that don't count. Stops that overlap count
            once.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT id, max(last) AS stopped_until,
                   sum(greatest(last - greatest(first, before + 1) + 1, 0))
                       AS stopped_days
              FROM (SELECT i.id, greatest(h.date_from, i.clock + 1) AS first,
                           h.date_to AS last,
                           max(h.date_to) OVER (
                               PARTITION BY i.id ORDER BY h.date_from, h.id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                               ) AS before
                      FROM dunning_item i
                      JOIN dunning_hold h ON h.debtor_id = i.debtor_id
                                         AND coalesce(h.move_line_id, i.id) = i.id
                     WHERE h.reason = ANY(%(reasons)s)
                       AND h.date_to > i.clock AND h.date_to < %(date)s
                       AND coalesce(h.amount, 0) = 0
                       AND i.residual > 0) stop
          GROUP BY id
            """,
            reasons=list(STOP_REASONS),
            date=date,
        )

    def _get_told_sql(self, date):
        """Return the query of the new dates to pay that ended holds have given.

        Somebody told them to the customer when a dispute ended, of the whole item or a
        part of it.

        :return: query of ``told_date``, the last of them, and ``told_until``, the last
            day of such a hold.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT i.id, max(h.told_date) AS told_date, max(h.date_to) AS told_until
              FROM dunning_item i
              JOIN dunning_hold h ON h.move_line_id = i.id
             WHERE h.told_date IS NOT NULL AND h.date_to <= %s
          GROUP BY i.id
            """,
            date,
        )

    def _get_broken_sql(self, company):
        """Return the query of the promises that were not kept, of each item.

        Whoever broke his word gets one message with a new date, whether he was
        reminded before or not, and whether all of the item was promised or a part.

        :return: query of ``broken_on``, the last day on which the last one was waited
            for.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT i.id, max(least(p.until_date, p.decided_on - 1)) AS broken_on
              FROM dunning_item i
              JOIN collections_promise_item_rel rel ON rel.move_line_id = i.id
              JOIN collections_promise p ON p.id = rel.promise_id
                                        AND p.debtor_id = i.debtor_id
             WHERE p.state IN ('partly', 'broken') AND p.company_id = %s
          GROUP BY i.id
            """,
            company.id,
        )

    def _get_pending_sql(self, company):
        """Return the query of the items on a notice that has not ended."""
        return SQL(
            """
            SELECT DISTINCT nl.move_line_id AS id
              FROM dunning_notice_line nl
              JOIN dunning_notice n ON n.id = nl.notice_id
             WHERE n.company_id = %(company)s
               AND n.state = ANY(%(states)s)
               AND nl.live AND nl.level_id IS NOT NULL
               AND nl.move_line_id IS NOT NULL
            """,
            company=company.id,
            states=list(PENDING_STATES),
        )
