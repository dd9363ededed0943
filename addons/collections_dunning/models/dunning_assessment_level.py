from odoo import models
from odoo.tools import SQL

from ..const import GENTLE_DAYS, LATE_CHARGE_KIND, LETTER_CHANNELS


class DunningAssessment(models.AbstractModel):
    _inherit = "dunning.assessment"

    # === THIRD PART: LEVEL AND REASON === #

    def _get_assessed_sql(self, company, date):
        """Return the query of the level, next date and reason of each item.

        ``message_kind`` tells the items of one debtor apart that don't share a
        message: what an event brought about; a formal notice, which claims what was
        reminded of before; a call; a task for ourselves; and the others. Invoices of
        late interest never share one with what they were charged for. A debtor is
        contacted once: of what is due, the first kind in this order leaves now (a call
        and a reminder by their place in the ladder), the others wait.

        :rtype: SQL
        """
        return SQL(
            """
            WITH ladder AS MATERIALIZED (SELECT * FROM dunning_level WHERE active),
            rungs AS MATERIALIZED (%(rungs)s),
            history AS (%(history)s),
            stops AS (%(stops)s),
            told AS (%(told)s),
            broken AS (%(broken)s),
            pending AS (%(pending)s),
            debtor AS (%(debtor)s),
            leveled AS (%(leveled)s),
            decided AS (SELECT *, %(reason)s AS first_reason FROM leveled),
            kinds AS (
                SELECT *,
                       CASE WHEN is_late_charge THEN %(charge)s ELSE '' END ||
                       CASE WHEN channel = 'task' THEN 'task'
                            WHEN event IS NOT NULL THEN event
                            WHEN channel = 'phone' THEN 'call'
                            WHEN (is_formal
                                  OR was_reminded AND level_offset < formal_offset)
                             AND bool_or(first_reason = 'dunned' AND is_formal) OVER (
                                 PARTITION BY partner_id, currency_id, is_late_charge
                                 ) THEN 'formal'
                            ELSE 'message' END AS message_kind
                  FROM decided),
            ranked AS (
                SELECT *,
                       CASE replace(message_kind, %(charge)s, '')
                                         WHEN 'rejected' THEN 1100000
                                         WHEN 'after_stop' THEN 1000000
                                         WHEN 'formal' THEN 900000
                                         WHEN 'task' THEN NULL
                            ELSE max(level_offset) FILTER (
                                WHERE first_reason = 'dunned') OVER (
                                PARTITION BY partner_id, message_kind)
                        END AS kind_rank
                  FROM kinds),
            chosen AS (
                SELECT *,
                       CASE WHEN first_reason = 'dunned' AND kind_rank < max(kind_rank)
                                 FILTER (WHERE first_reason = 'dunned') OVER (
                                 PARTITION BY partner_id)
                            THEN 'waiting' ELSE first_reason END AS reason
                  FROM ranked)
            SELECT chosen.*, %(next_date)s AS next_date
              FROM chosen
            """,
            rungs=self._get_rungs_sql(),
            charge=LATE_CHARGE_KIND,
            history=self._get_history_sql(company),
            stops=self._get_stops_sql(date),
            told=self._get_told_sql(date),
            broken=self._get_broken_sql(company),
            pending=self._get_pending_sql(company),
            debtor=self._get_debtor_sql(company),
            leveled=self._get_leveled_sql(company, date),
            reason=self._get_reason_sql(),
            next_date=self._get_next_date_sql(),
        )

    def _get_leveled_sql(self, company, date):
        """Return the query of the items with the level they have reached or wait for.

        The amounts of a debtor that decide a level's minimum are those of all its
        claimable items in the currency, overdue ones apart from the others.

        The days a level wants since the last notice count for the same item. The
        company's days between two contacts count for the debtor, whatever they are
        about: when one may leave, all that is due joins it. A rejected payment is told
        at once. Days of a stop are not counted as late (``ladder_days``), nor those by
        which a level comes later to whom is late for once (``later_days``); whose item
        is later than he usually is, is treated gently (``is_gentle``).

        An invoice of late interest follows the procedure of such invoices, whatever
        the debtor's, and counts apart. One with a procedure of its own follows that.
        """
        return SQL(
            """
            SELECT i.*, %(date)s::date AS assessed_on,
                   i.days_late - past.stopped_days - coalesce(level.later_days, 0)
                       AS ladder_days,
                   past.stopped_days, coalesce(level.later_days, 0) AS later_days,
                   d.habit_days,
                   coalesce(i.days_late > d.habit_days AND NOT i.is_late_charge
                            AND NOT i.is_later, FALSE) AS is_gentle,
                   pr.procedure_id, pr.formal_offset, d.last_contact, d.has_pending,
                   d.contact_id,
                   d.office_id, d.usual_id, d.by_hand, d.email_id, d.letter_id,
                   d.office_letter_id, d.is_refused,
                   history.last_offset,
                   coalesce(history.cycle, 0) + (
                       level.event IS NOT NULL AND level.id = ANY(history.level_ids)
                       )::int AS cycle,
                   coalesce(history.was_reminded, FALSE) AS was_reminded,
                   pending.id IS NOT NULL AS pending,
                   overdue.has_overdue,
                   level.id AS level_id, level.event,
                   level.day_offset AS level_offset, level.channel,
                   coalesce(level.is_formal, FALSE) AS is_formal,
                   coalesce(level.has_levels, FALSE) AS has_levels,
                   level.recipient_id, level.by_letter,
                   CASE WHEN level.event = 'rejected' THEN NULL
                        ELSE greatest(
                            CASE WHEN level.channel <> 'task'
                                 THEN d.last_contact + %(gap)s::int END,
                            history.last_reminded + level.minimum_days,
                            history.new_date + 1,
                            told.told_date + 1) END AS too_soon_until
              FROM (SELECT *,
                           coalesce(sum(claim_company) FILTER (
                               WHERE claim > 0 AND NOT barred AND NOT fully_held
                           ) OVER (PARTITION BY partner_id, currency_id, days_late > 0,
                                                is_late_charge),
                           0) AS group_amount
                      FROM dunning_claim) i
         LEFT JOIN debtor d USING (partner_id)
         LEFT JOIN rungs pr ON pr.procedure_id = CASE WHEN i.is_late_charge
                                                      THEN %(charge)s
                                                      ELSE coalesce(
                                                          i.own_procedure_id,
                                                          d.procedure_id) END
         LEFT JOIN history USING (id)
         LEFT JOIN stops USING (id)
         LEFT JOIN told USING (id)
         LEFT JOIN broken USING (id)
         LEFT JOIN pending USING (id)
         LEFT JOIN (SELECT partner_id, TRUE AS has_overdue
                      FROM dunning_claim
                     WHERE days_late > 0 AND residual > 0 AND (claim > 0 OR held > 0)
                       AND NOT no_followup AND NOT blocked AND NOT non_trade
                       AND NOT is_payment
                  GROUP BY partner_id) overdue USING (partner_id)
        CROSS JOIN LATERAL (
                   SELECT coalesce(stops.stopped_days, 0)::int AS stopped_days,
                          CASE WHEN i.rejected_on >= coalesce(
                                    history.rejection_told + 1, i.rejected_on)
                               THEN 'rejected'
                               WHEN history.last_offset > 0
                                AND history.last_reminded <= stops.stopped_until
                                AND coalesce(told.told_date < stops.stopped_until, TRUE)
                               THEN 'after_stop'
                               WHEN coalesce(
                                    history.last_reminded <= broken.broken_on, TRUE)
                                AND coalesce(told.told_date < broken.broken_on, TRUE)
                                AND broken.broken_on IS NOT NULL
                               THEN 'after_stop' END AS event) past
         LEFT JOIN LATERAL (%(level)s) level ON TRUE
            """,
            date=date,
            gap=company.root_id.dunning_contact_gap,
            charge=SQL("%s::int", company._get_dunning_charge_procedure().id or None),
            level=self._get_level_sql(company, date),
        )

    def _get_level_sql(self, company, date):
        """Return the query of the level of one item (``i``) of one debtor (``d``).

        Of the levels of its procedure (``pr``).

        First what an event brought about, where the procedure has a level for it.
        Step by step: the smallest offset above the last one sent. Jump: the greatest
        one that the days late have reached, else the next; but what was late when
        dunning began enters at the first level, and after a stop no level is passed
        over. A level at or before the due date is
        for items that are not late, and the other way round. A formal notice needs an
        earlier reminder, unless the procedure begins with it; so does the call or task
        that comes after it.

        Whoever is late for once, later than he usually is, gets a level some days
        later, and a call from an amount of the company on. What matters is how late he
        is when the level comes: so the day on which it comes never moves. What he owes
        since a judgment of insolvency waits for nobody: his habit was another one's.

        One row: without an id when the levels left all want a greater amount.
        """
        return SQL(
            """
            SELECT CASE WHEN c.enough THEN c.id END AS id, c.event, c.channel,
                   CASE WHEN c.enough THEN c.day_offset END AS day_offset,
                   CASE WHEN c.enough THEN c.is_formal END AS is_formal,
                   CASE WHEN c.enough THEN c.minimum_days END AS minimum_days,
                   CASE WHEN c.enough THEN c.later_days END AS later_days,
                   CASE WHEN c.enough THEN coalesce(c.recipient_id, c.letter_id) END
                       AS recipient_id,
                   c.recipient_id IS NULL AND c.letter_id IS NOT NULL AS by_letter,
                   TRUE AS has_levels
              FROM (SELECT l.id, l.event, l.channel, l.is_formal, l.minimum_days,
                           CASE WHEN l.event IS NULL THEN l.day_offset END
                               AS day_offset,
                           gentle.later_days,
                           greatest(l.minimum_amount, CASE
                               WHEN gentle.later_days > 0 AND l.channel = 'phone'
                               THEN %(call_amount)s END, 0) <= i.group_amount AS enough,
                           CASE WHEN l.event IS NOT NULL THEN -2000000
                                WHEN pr.progression = 'jump'
                                 AND l.day_offset <= i.days_late - past.stopped_days
                                                     - gentle.later_days
                                 AND (history.last_offset IS NOT NULL
                                      OR i.clock >= %(start)s)
                                 AND coalesce(
                                     history.last_level_on > greatest(
                                         stops.stopped_until, told.told_until),
                                     greatest(stops.stopped_until, told.told_until)
                                     IS NULL)
                                THEN -1000000 - l.day_offset
                                ELSE l.day_offset END AS rank,
                           %(recipient)s AS recipient_id,
                           -- Every e-mail address refused: a letter instead.
                           CASE WHEN l.channel = 'email' AND d.is_refused
                                THEN d.letter_id END AS letter_id
                      FROM ladder l
                CROSS JOIN LATERAL (
                           SELECT CASE WHEN l.event IS NULL AND NOT i.is_late_charge
                                        AND NOT i.is_later
                                        AND l.day_offset > d.habit_days
                                       THEN %(gentle_days)s ELSE 0
                                   END AS later_days) gentle
                     WHERE i.claim > 0 AND NOT i.barred AND NOT i.fully_held
                       AND l.procedure_id = pr.procedure_id
                       AND (l.event = past.event AND (
                                l.event = 'rejected' OR i.days_late > 0)
                            OR l.event IS NULL AND %(is_next)s)) c
          ORDER BY c.enough DESC, c.rank
             LIMIT 1
            """,
            recipient=self._get_recipient_sql(),
            is_next=self._get_is_next_sql(),
            start=company.dunning_start_date or date,
            call_amount=company.root_id.dunning_gentle_call_amount,
            gentle_days=GENTLE_DAYS,
        )

    def _get_is_next_sql(self):
        """Return whether a level of the ladder (``l``) may come next for an item."""
        return SQL(
            """
            (l.day_offset > 0) = (i.days_late > 0)
            AND l.day_offset > coalesce(history.last_offset, -1000000)
            -- A level that was moved up after it was sent was sent.
            AND l.id <> ALL(coalesce(history.level_ids, '{}'))
            AND (history.was_reminded
                 OR l.day_offset IN (pr.first_offset, pr.first_written)
                 OR l.is_formal IS NOT TRUE
                AND (l.channel NOT IN ('phone', 'task')
                     OR pr.formal_offset IS NULL
                     OR l.day_offset < pr.formal_offset))
            """
        )

    def _get_recipient_sql(self):
        """Return who gets a level (``l``) of a debtor (``d``); NULL when nobody can.

        A call or a task needs no address: a person finds the number. An invoice
        address whose notices are apart is written to itself, where that works.
        """
        return SQL(
            """
            CASE WHEN l.channel IN ('phone', 'task')
                 THEN CASE l.recipient_role WHEN 'office' THEN d.office_id
                      ELSE d.contact_id END
                 WHEN l.channel = ANY(%(letters)s)
                 THEN CASE l.recipient_role WHEN 'office' THEN d.office_letter_id
                      ELSE d.letter_id END
                 WHEN l.recipient_role = 'office' THEN d.office_email_id
                 WHEN i.address_id IS NOT NULL
                 THEN coalesce((SELECT address.id FROM res_partner address
                                 WHERE address.id = i.address_id AND address.active
                                   AND address.email_normalized IS NOT NULL
                                   AND address.email_normalized NOT IN (%(refused)s)),
                               d.email_id)
                 ELSE d.email_id
             END
            """,
            letters=list(LETTER_CHANNELS),
            refused=self._get_refused_sql(),
        )

    def _get_next_date_sql(self):
        """Return the first day on which the decision can change by itself.

        Never a date that moves with the day of the run: a quiet day writes nothing.
        """
        return SQL(
            """
            CASE WHEN reason = hold_reason THEN held_until + 1
                 WHEN reason = 'payment_in_process' THEN in_process_until + 1
                 WHEN reason = 'to_allocate' THEN receipt_until + 1
                 WHEN reason = 'not_due' AND NOT coalesce(has_overdue, FALSE)
                  AND level_offset IS NOT NULL THEN clock + level_offset
                 WHEN reason = 'not_due' THEN clock + 1
                 WHEN reason = 'waiting'
                 THEN nullif(greatest(clock + stopped_days + later_days
                                          + level_offset,
                                      too_soon_until, assessed_on), assessed_on)
             END
            """
        )
