from odoo import models
from odoo.tools import SQL

from ..const import PENDING_STATES


class DunningAssessment(models.AbstractModel):
    """What is known of each debtor: procedure, last contact, who can be written to."""

    _inherit = "dunning.assessment"

    def _get_debtor_sql(self, company):
        """Return the query of the debtors: procedure, last contact, recipients.

        ``email_id``, ``office_email_id``, ``letter_id`` and ``office_letter_id`` are
        the first whose address works; empty when none does. ``usual_id`` is who should
        be written to if all were well, ``is_refused`` tells that an e-mail address
        refused a message.

        ``habit_days`` is how late the debtor usually is, where being later than that
        is excused; empty where nothing is.

        The procedure is the debtor's own, else that of his own credit policy, of
        public buyers, of his segment, of its credit policy, of the company: as
        ``collections.debtor._get_procedures`` says.
        """
        default = company._get_dunning_procedure()
        public = company._get_dunning_public_procedure()
        return SQL(
            """
            SELECT office.id AS partner_id,
                   coalesce(own.id, agreed.procedure_id,
                            CASE WHEN d.debtor_type = 'public' THEN %(public)s END,
                            of_segment.id, by_segment.procedure_id, %(default)s)
                       AS procedure_id,
                   d.dunning_mode = 'by_hand' AS by_hand,
                   CASE WHEN segment.is_gentle
                        THEN greatest(0, CASE WHEN d.settled_count > 0
                                              THEN d.late_days_average END)
                    END AS habit_days,
                   contact.last_contact, contact.has_pending,
                   office.id AS office_id, recipient.contact_id, recipient.email_id,
                   recipient.letter_id, recipient.usual_id, recipient.is_refused,
                   coalesce(recipient.office_email_id, recipient.email_id)
                       AS office_email_id,
                   recipient.office_letter_id
              FROM res_partner office
              JOIN (%(recipients)s) recipient ON recipient.partner_id = office.id
         LEFT JOIN collections_debtor d ON d.partner_id = office.id
                                       AND d.company_id = %(company)s
         LEFT JOIN collections_segment segment ON segment.id = d.segment_id
                                              AND segment.active
         LEFT JOIN LATERAL (%(contacts)s) contact ON TRUE
         LEFT JOIN dunning_procedure own ON own.id = d.procedure_id AND own.active
         LEFT JOIN %(policies)s agreed ON agreed.policy_id = d.credit_policy_id
         LEFT JOIN dunning_procedure of_segment ON of_segment.id = segment.procedure_id
                                               AND of_segment.active
         LEFT JOIN %(policies)s by_segment
                ON by_segment.policy_id = segment.credit_policy_id
            """,
            policies=self._get_policies_sql(),
            recipients=self._get_recipients_sql(company),
            contacts=self._get_contacts_sql(),
            public=SQL("%s::int", public.id or None),
            default=SQL("%s::int", default.id or None),
            company=company.id,
        )

    def _get_rungs_sql(self):
        """Return the query of what is known of each procedure (``ladder``).

        ``first_offset`` is that of its first level after the due date,
        ``first_written`` of the first that the customer hears of.
        """
        return SQL(
            """
            SELECT pr.id AS procedure_id, pr.progression,
                   min(day_offset) FILTER (WHERE day_offset > 0) AS first_offset,
                   min(day_offset) FILTER (WHERE day_offset > 0
                                             AND channel <> 'task') AS first_written,
                   min(day_offset) FILTER (WHERE is_formal) AS formal_offset
              FROM dunning_procedure pr
         LEFT JOIN ladder ON ladder.procedure_id = pr.id AND ladder.event IS NULL
          GROUP BY pr.id
            """
        )

    def _get_contacts_sql(self):
        """Return the query of the last contact with a debtor (``d``).

        By debtor, through its index: notices of years don't slow down a run, nor an
        explanation of one invoice.

        A formal notice counts from the day it was drafted, while somebody makes up
        his mind: nobody gets a reminder just before it. Whatever else is on its way,
        or a draft that somebody works on, is a contact to come (``has_pending``).
        Tasks are for ourselves; what a payment plan brings about is no step of dunning.
        """
        return SQL(
            """
            SELECT max(CASE WHEN n.state = 'sent' THEN n.sent_at::date
                            WHEN n.state = 'draft' AND level.is_formal
                            THEN n.create_date::date END) AS last_contact,
                   bool_or(n.state NOT IN ('draft', 'sent')
                           OR n.state = 'draft' AND level.is_formal IS NOT TRUE
                          -- The next run drops the drafts that nobody touched.
                          AND (n.is_edited OR n.run_id IS NULL)) AS has_pending
              FROM dunning_notice n
              JOIN dunning_level level ON level.id = n.level_id
         LEFT JOIN dunning_run r ON r.id = n.run_id
             WHERE n.debtor_id = d.id
               AND n.channel <> 'task'
               AND n.plan_id IS NULL
               AND n.state = ANY(%s)
               AND r.is_simulation IS NOT TRUE
            """,
            ["sent", *PENDING_STATES],
        )

    def _get_recipients_sql(self, company):
        """Return the query of who can be written to, one row for each debtor."""
        ranked = SQL("ORDER BY place, id")
        return SQL(
            """
            SELECT partner_id,
                   (array_agg(id %(ranked)s) FILTER (WHERE is_usable))[1]
                       AS contact_id,
                   (array_agg(id %(ranked)s) FILTER (WHERE is_usable AND by_email))[1]
                       AS email_id,
                   (array_agg(id %(ranked)s) FILTER (WHERE is_usable AND by_letter))[1]
                       AS letter_id,
                   (array_agg(id) FILTER (WHERE id = partner_id AND by_email))[1]
                       AS office_email_id,
                   (array_agg(id) FILTER (WHERE id = partner_id AND by_letter))[1]
                       AS office_letter_id,
                   (array_agg(id ORDER BY place, is_usable DESC, id))[1] AS usual_id,
                   bool_or(is_refused) AS is_refused
              FROM (SELECT c.*,
                           c.email_normalized IS NOT NULL AND refused.email_to IS NULL
                               AS by_email,
                           refused.email_to IS NOT NULL AS is_refused,
                           coalesce(nullif(c.street, ''), nullif(c.street2, ''))
                               IS NOT NULL
                           AND coalesce(nullif(c.zip, ''), nullif(c.city, ''))
                               IS NOT NULL AS by_letter
                      FROM (%(candidates)s) c
                 LEFT JOIN (%(refused)s) refused
                        ON refused.email_to = c.email_normalized) candidate
          GROUP BY partner_id
            """,
            candidates=self.env["res.partner"]._get_dunning_candidates_sql(
                company,
                SQL("IN (SELECT partner_id FROM dunning_claim)"),
            ),
            refused=self._get_refused_sql(),
            ranked=ranked,
        )

    def _get_refused_sql(self):
        """Return the query of the e-mail addresses that refused a message."""
        return SQL("SELECT DISTINCT email_to FROM dunning_notice WHERE email_refused")
