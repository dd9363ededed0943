from odoo import models
from odoo.tools import SQL

from ..const import ACTIVITY_CHANNELS, LETTER_CHANNELS, PENDING_STATES


class DunningAssessment(models.AbstractModel):
    _inherit = "dunning.assessment"

    # === THIRD PART: LEVEL AND REASON === #

    def _get_assessed_sql(self, company, date):
        """Return the query of the level, next date and reason of each item.

        ``message_kind`` tells the items of one debtor and currency apart that don't
        share a message: those of a call or task; those of a formal notice, which
        claims what was reminded of before; and the others.

        :rtype: SQL
        """
        return SQL(
            """
            WITH ladder AS MATERIALIZED (SELECT * FROM dunning_level WHERE active),
            history AS (%(history)s),
            pending AS (%(pending)s),
            debtor AS (%(debtor)s),
            leveled AS (%(leveled)s),
            decided AS (SELECT *, %(reason)s AS reason FROM leveled),
            grouped AS (
                SELECT *,
                       CASE WHEN is_activity THEN 'activity'
                            WHEN (is_formal
                                  OR was_reminded AND level_offset < formal_offset)
                             AND bool_or(reason = 'dunned' AND is_formal) OVER (
                                 PARTITION BY partner_id, currency_id) THEN 'formal'
                            ELSE 'message' END AS message_kind
                  FROM decided)
            SELECT grouped.*, %(next_date)s AS next_date
              FROM grouped
            """,
            history=self._get_history_sql(company),
            pending=self._get_pending_sql(company),
            debtor=self._get_debtor_sql(company),
            leveled=self._get_leveled_sql(date),
            reason=self._get_reason_sql(),
            next_date=self._get_next_date_sql(),
        )

    def _get_history_sql(self, company):
        """Return the query of the last level sent about each item.

        It counts only while the item is the same debt: same customer, entry, due date
        and currency.
        Another debt on the same journal item begins a new cycle.
        """
        return SQL(
            """
            SELECT id,
                   coalesce(max(cycle) FILTER (WHERE is_same), max(cycle) + 1) AS cycle,
                   (array_agg(day_offset ORDER BY cycle DESC, day_offset DESC)
                       FILTER (WHERE is_same))[1] AS last_offset,
                   array_agg(DISTINCT level_id) FILTER (WHERE is_same) AS level_ids,
                   max(sent_on) FILTER (WHERE is_same AND channel <> 'task')
                       AS last_reminded
              FROM (SELECT nl.move_line_id AS id, nl.cycle, nl.day_offset, nl.level_id,
                           n.sent_at::date AS sent_on, n.channel,
                           i.move_id = nl.move_id AND i.due = nl.date_maturity
                               AND i.currency_id = nl.currency_id
                               AND i.partner_id = n.partner_id AS is_same
                      FROM dunning_notice_line nl
                      JOIN dunning_notice n ON n.id = nl.notice_id
                                           AND n.state = 'sent'
                      JOIN dunning_item i ON i.id = nl.move_line_id
                     WHERE nl.live AND nl.level_id IS NOT NULL AND nl.company_id = %s
                   ) sent
          GROUP BY id
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

    def _get_debtor_sql(self, company):
        """Return the query of the debtors: procedure, last contact, recipients.

        ``email_id`` and ``office_email_id`` are empty where no address works; so are
        ``letter_id`` and ``office_letter_id`` where none is complete.
        """
        default = company._get_dunning_procedure()
        return SQL(
            """
            SELECT office.id AS partner_id, pr.id AS procedure_id, pr.progression,
                   (SELECT max(n.sent_at)::date FROM dunning_notice n
                     WHERE n.debtor_id = d.id AND n.state = 'sent'
                       AND n.channel <> 'task') AS last_contact,
                   rungs.first_offset, rungs.formal_offset, rungs.spacing,
                   contact.id AS contact_id, office.id AS office_id,
                   %(contact_email)s AS email_id, %(office_email)s AS office_email_id,
                   %(contact_letter)s AS letter_id,
                   %(office_letter)s AS office_letter_id
              FROM res_partner office
         LEFT JOIN collections_debtor d ON d.partner_id = office.id
                                       AND d.company_id = %(company)s
         LEFT JOIN (%(contacts)s) flagged ON flagged.partner_id = office.id
              JOIN res_partner contact
                ON contact.id = coalesce(flagged.contact_id, office.id)
         LEFT JOIN dunning_procedure own ON own.id = d.procedure_id AND own.active
         LEFT JOIN dunning_procedure pr ON pr.id = coalesce(own.id, %(default)s)
         LEFT JOIN (SELECT procedure_id, min(minimum_days) AS spacing,
                           min(day_offset) FILTER (WHERE day_offset > 0)
                               AS first_offset,
                           min(day_offset) FILTER (WHERE is_formal) AS formal_offset
                      FROM ladder GROUP BY procedure_id
                   ) rungs ON rungs.procedure_id = pr.id
             WHERE office.id IN (SELECT partner_id FROM dunning_claim)
            """,
            contact_email=self._get_email_sql("contact"),
            office_email=self._get_email_sql("office"),
            contact_letter=self._get_letter_sql("contact"),
            office_letter=self._get_letter_sql("office"),
            contacts=self.env["res.partner"]._get_dunning_contact_sql(company),
            default=default.id or None,
            company=company.id,
        )

    def _get_email_sql(self, alias):
        """Return the partner's id where it has an address that refused nothing."""
        return SQL(
            """
            CASE WHEN %(email)s IS NOT NULL AND NOT EXISTS (
                SELECT FROM dunning_notice refused
                 WHERE refused.email_refused AND refused.email_to = %(email)s)
            THEN %(id)s END
            """,
            email=SQL.identifier(alias, "email_normalized"),
            id=SQL.identifier(alias, "id"),
        )

    def _get_letter_sql(self, alias):
        """Return the partner's id where a letter would reach it."""
        return SQL(
            """
            CASE WHEN coalesce(nullif(%s, ''), nullif(%s, '')) IS NOT NULL
                  AND coalesce(nullif(%s, ''), nullif(%s, '')) IS NOT NULL
            THEN %s END
            """,
            SQL.identifier(alias, "street"),
            SQL.identifier(alias, "street2"),
            SQL.identifier(alias, "zip"),
            SQL.identifier(alias, "city"),
            SQL.identifier(alias, "id"),
        )

    def _get_leveled_sql(self, date):
        """Return the query of the items with the level they have reached or wait for.

        The amounts of a debtor that decide a level's minimum are those of all its
        claimable items in the currency, overdue ones apart from the others.

        The days a level wants since the last notice count for the same item. Those
        that all levels want space the messages to a debtor, whatever they are about:
        when one may leave, all that is due joins it, so that a new invoice never
        holds up an old one.
        """
        return SQL(
            """
            SELECT i.*, %(date)s::date AS assessed_on,
                   d.procedure_id, d.formal_offset, d.last_contact, d.contact_id,
                   d.office_id,
                   history.last_offset, coalesce(history.cycle, 0) AS cycle,
                   coalesce(history.last_offset > 0, FALSE) AS was_reminded,
                   pending.id IS NOT NULL AS pending,
                   overdue.has_overdue,
                   level.id AS level_id, level.day_offset AS level_offset,
                   coalesce(level.is_formal, FALSE) AS is_formal,
                   coalesce(level.is_activity, FALSE) AS is_activity,
                   coalesce(level.has_levels, FALSE) AS has_levels,
                   level.recipient_id,
                   greatest(d.last_contact + d.spacing,
                            history.last_reminded + level.minimum_days
                            ) AS too_soon_until
              FROM (SELECT *,
                           coalesce(sum(claim_company) FILTER (
                               WHERE claim > 0 AND NOT barred AND NOT fully_held
                           ) OVER (PARTITION BY partner_id, currency_id, days_late > 0),
                           0) AS group_amount
                      FROM dunning_claim) i
         LEFT JOIN debtor d USING (partner_id)
         LEFT JOIN history USING (id)
         LEFT JOIN pending USING (id)
         LEFT JOIN (SELECT partner_id, TRUE AS has_overdue
                      FROM dunning_claim
                     WHERE days_late > 0 AND residual > 0 AND (claim > 0 OR held > 0)
                       AND NOT no_followup AND NOT blocked AND NOT non_trade
                       AND NOT is_payment
                  GROUP BY partner_id) overdue USING (partner_id)
         LEFT JOIN LATERAL (%(level)s) level ON TRUE
            """,
            date=date,
            level=self._get_level_sql(),
        )

    def _get_level_sql(self):
        """Return the query of the level of one item (``i``) of one debtor (``d``).

        Step by step: the smallest offset above the last one sent. Jump: the greatest
        one that the days late have reached, else the next. A level at or before the
        due date is for items that are not late, and the other way round. A formal
        notice needs an earlier reminder, unless the procedure begins with it; so
        does the call or task that comes after it.

        One row: without an id when the levels left all want a greater amount.
        """
        return SQL(
            """
            SELECT CASE WHEN c.enough THEN c.id END AS id,
                   CASE WHEN c.enough THEN c.day_offset END AS day_offset,
                   CASE WHEN c.enough THEN c.is_formal END AS is_formal,
                   c.is_activity,
                   CASE WHEN c.enough THEN c.minimum_days END AS minimum_days,
                   CASE WHEN c.enough THEN c.recipient_id END AS recipient_id,
                   TRUE AS has_levels
              FROM (SELECT l.id, l.day_offset, l.is_formal, l.minimum_days,
                           l.channel = ANY(%(activities)s) AS is_activity,
                           coalesce(l.minimum_amount, 0) <= i.group_amount AS enough,
                           CASE WHEN d.progression = 'jump'
                                 AND l.day_offset <= i.days_late
                                THEN -1000000 - l.day_offset
                                ELSE l.day_offset END AS rank,
                           %(recipient)s AS recipient_id
                      FROM ladder l
                     WHERE i.claim > 0 AND NOT i.barred AND NOT i.fully_held
                       AND l.procedure_id = d.procedure_id
                       AND (l.day_offset > 0) = (i.days_late > 0)
                       AND l.day_offset > coalesce(history.last_offset, -1000000)
                       -- A level that was moved up after it was sent was sent.
                       AND l.id <> ALL(coalesce(history.level_ids, '{}'))
                       AND (history.last_offset > 0
                            OR l.day_offset = d.first_offset
                            OR l.is_formal IS NOT TRUE
                           AND (l.channel <> ALL(%(activities)s)
                                OR d.formal_offset IS NULL
                                OR l.day_offset < d.formal_offset))) c
          ORDER BY c.enough DESC, c.rank
             LIMIT 1
            """,
            recipient=self._get_recipient_sql(),
            activities=list(ACTIVITY_CHANNELS),
        )

    def _get_recipient_sql(self):
        """Return who gets a level (``l``) of a debtor (``d``); NULL when nobody can.

        A call or a task needs no address: a person finds the number.
        """
        return SQL(
            """
            CASE WHEN l.channel = ANY(%(activities)s)
                 THEN CASE l.recipient_role WHEN 'office' THEN d.office_id
                      ELSE d.contact_id END
                 WHEN l.channel = ANY(%(letters)s)
                 THEN CASE l.recipient_role WHEN 'office' THEN d.office_letter_id
                      ELSE d.letter_id END
                 ELSE CASE l.recipient_role WHEN 'office' THEN d.office_email_id
                      ELSE d.email_id END
             END
            """,
            activities=list(ACTIVITY_CHANNELS),
            letters=list(LETTER_CHANNELS),
        )

    def _get_next_date_sql(self):
        """Return the first day on which the decision can change by itself.

        Never a date that moves with the day of the run: a quiet day writes nothing.
        """
        return SQL(
            """
            CASE WHEN reason = hold_reason THEN held_until + 1
                 WHEN reason = 'not_due' AND NOT coalesce(has_overdue, FALSE)
                  AND level_offset IS NOT NULL THEN due + level_offset
                 WHEN reason = 'not_due' THEN due + 1
                 WHEN reason = 'waiting'
                 THEN greatest(due + level_offset, too_soon_until)
             END
            """
        )
