from odoo import fields, models
from odoo.tools import SQL

from ..const import REVIEW_REASONS

# A receipt of the last days may belong to what is about to be claimed.
RECEIPT_DAYS = 10


class DunningProposal(models.AbstractModel):
    """The notices to draft, and what a person should look at in them."""

    _inherit = "dunning.proposal"

    def _get_groups_sql(self, company, date):
        """Return the query of the notices to draft, with all their values.

        :param date date: day of the proposal.
        :rtype: SQL
        """
        return SQL(
            """
            WITH sent AS (
                SELECT DISTINCT ON (n.debtor_id) n.debtor_id, n.tone,
                       bool_or(level.is_formal) OVER debtor AS was_formal,
                       array_remove(array_agg(n.recipient_id) OVER debtor, NULL)
                           AS recipient_ids
                  FROM dunning_notice n
                  JOIN dunning_level level ON level.id = n.level_id
                 WHERE n.debtor_id IN (SELECT debtor_id FROM dunning_assessed
                                        WHERE reason = 'dunned')
                   AND n.state = 'sent' AND n.channel NOT IN ('phone', 'task')
                WINDOW debtor AS (PARTITION BY n.debtor_id)
              ORDER BY n.debtor_id, n.sent_at DESC, n.id DESC)
            SELECT g.*, l.channel, l.approval, l.days_to_pay, l.is_formal, l.event,
                   l.day_offset, l.recipient_role,
                   CASE WHEN l.charging = 'none' OR d.charging = 'waive' THEN 'none'
                        ELSE coalesce(d.charging, l.charging) END AS charging,
                   applied.tone, d.debtor_type, d.dunning_mode, d.is_strategic,
                   coalesce(d.responsible_id, (%(of_segment)s),
                            c.dunning_responsible_id) AS responsible_id,
                   coalesce(r.lang, p.lang, cp.lang) AS lang,
                   coalesce(g.currency_id <> ANY(credit.currency_ids), FALSE)
                       AS foreign_credit,
                   coalesce(g.currency_id = ANY(credit.currency_ids), FALSE)
                       AS open_credit,
                   receipt.partner_id IS NOT NULL AS recent_receipt,
                   sent.was_formal IS NOT TRUE AS never_formal,
                   sent.recipient_ids IS NOT NULL
                       AND g.recipient_id <> ALL(sent.recipient_ids) AS new_recipient,
                   array_position(%(tones)s, applied.tone::text)
                       > array_position(%(tones)s, sent.tone::text) AS firmer_tone
              FROM (%(groups)s) g
         LEFT JOIN (SELECT debtor_id, array_agg(currency_id) AS currency_ids
                      FROM dunning_claim
                     WHERE residual < 0 AND NOT non_trade AND NOT is_prior
                  GROUP BY debtor_id) credit ON credit.debtor_id = g.debtor_id
         LEFT JOIN (%(receipts)s) receipt ON receipt.partner_id = g.partner_id
         LEFT JOIN sent ON sent.debtor_id = g.debtor_id
              JOIN dunning_level l ON l.id = g.level_id
              JOIN collections_debtor d ON d.id = g.debtor_id
         LEFT JOIN collections_segment segment ON segment.id = d.segment_id
                                              AND segment.active
        CROSS JOIN LATERAL (
                   SELECT coalesce(d.tone, CASE WHEN g.is_gentle THEN 'soft' END,
                                   segment.tone, 'standard') AS tone) applied
              JOIN res_partner p ON p.id = g.partner_id
         LEFT JOIN res_partner r ON r.id = g.recipient_id
              JOIN res_company c ON c.id = %(company)s
              JOIN res_partner cp ON cp.id = c.partner_id
          ORDER BY g.debtor_id, g.currency_id, g.level_id
            """,
            company=company.id,
            groups=self._get_grouped_items_sql(date),
            receipts=self._get_recent_receipts_sql(company, date),
            of_segment=self.env["collections.segment"]._get_responsible_sql("d"),
            tones=["soft", "standard", "firm"],
        )

    def _get_grouped_items_sql(self, date):
        """Return the query of the dunned items, grouped as they share a message."""
        return SQL(
            """
            SELECT debtor_id, currency_id, partner_id, message_kind, group_key,
                   sum(claim) AS amount, sum(claim_company) AS amount_company,
                   (array_agg(level_id ORDER BY level_offset DESC, event DESC))[1]
                       AS level_id,
                   (array_agg(recipient_id ORDER BY level_offset DESC, event DESC))[1]
                       AS recipient_id,
                   bool_or(by_letter) AS by_letter,
                   min(usual_id) AS usual_id,
                   bool_or(EXISTS (
                       SELECT FROM account_move m
                        WHERE m.id = a.move_id AND m.move_type = 'out_invoice'
                          AND m.dunning_deposit_date IS NULL)) AS no_deposit,
                   bool_or(is_refused) AS is_refused,
                   bool_or(a.id IN (%(resumed)s)) AS after_pause,
                   bool_or(is_gentle) AS is_gentle,
                   (array_agg(seller_id ORDER BY claim DESC, a.id) FILTER (
                       WHERE seller_id IS NOT NULL))[1] AS signatory_id,
                   bool_or(last_offset IS NOT NULL AND NOT EXISTS (
                       SELECT FROM dunning_level known
                        WHERE known.procedure_id = a.procedure_id
                          AND known.day_offset = a.last_offset)
                   ) AS new_procedure
              FROM dunning_assessed a
         LEFT JOIN LATERAL (%(seller)s) seller ON a.is_gentle
             WHERE reason = 'dunned'
          GROUP BY debtor_id, currency_id, partner_id, message_kind, group_key
            """,
            seller=self._get_seller_sql(),
            resumed=self._get_resumed_sql(date),
        )

    def _get_resumed_sql(self, date):
        """Return the query of the items whose next notice a person approves.

        A pause of theirs has ended that says so, and nothing was sent about them since.
        A call or a letter counts; a task is for ourselves.
        """
        return SQL(
            """
            SELECT a.id
              FROM (SELECT p.id, p.debtor_id, p.is_whole,
                           coalesce(p.ended_on, p.date_to + 1) AS resumed_on
                      FROM collections_pause p
                     WHERE p.after_end = 'approve'
                       -- One that was called off before it began held nothing.
                       AND coalesce(p.ended_on >= p.date_from, TRUE)) p
              JOIN dunning_assessed a ON a.debtor_id = p.debtor_id
             WHERE p.resumed_on <= %(date)s
               AND (p.is_whole OR EXISTS (
                    SELECT FROM collections_pause_item_rel rel
                     WHERE rel.pause_id = p.id AND rel.move_line_id = a.id))
               AND a.reason = 'dunned'
               AND NOT EXISTS (
                   SELECT FROM dunning_notice n
                    WHERE n.debtor_id = p.debtor_id AND n.state = 'sent'
                      AND n.channel <> 'task' AND n.sent_at::date >= p.resumed_on
                      AND (p.is_whole OR EXISTS (
                           SELECT FROM dunning_notice_line nl
                            WHERE nl.notice_id = n.id AND nl.live
                              AND nl.move_line_id = a.id)))
            """,
            date=date,
        )

    def _get_seller_sql(self):
        """Return the query of the salesperson who may sign about an item (``a``).

        A colleague of the invoice's company, who has not left.
        """
        return SQL(
            """
            SELECT person.id AS seller_id
              FROM account_move invoice
              JOIN res_users person ON person.id = invoice.invoice_user_id
                                   AND person.active AND NOT person.share
              JOIN res_company_users_rel works ON works.user_id = person.id
                                              AND works.cid = invoice.company_id
             WHERE invoice.id = a.move_id
            """
        )

    def _get_recent_receipts_sql(self, company, date):
        """Return the query of the customers that paid something lately."""
        return SQL(
            """
            SELECT DISTINCT p.commercial_partner_id AS partner_id
              FROM account_move_line l
              JOIN account_journal j ON j.id = l.journal_id
              JOIN account_account a ON a.id = l.account_id
              JOIN res_partner p ON p.id = l.partner_id
             WHERE l.company_id = %s AND l.parent_state = 'posted'
               AND l.date BETWEEN %s AND %s AND l.balance < 0
               AND j.type IN ('bank', 'cash', 'credit')
               AND a.account_type = 'asset_receivable'
            """,
            company.id,
            self._get_receipt_days(date)[0],
            date,
        )

    def _get_receipt_days(self, date):
        """Return the first and the last day of a receipt that counts as recent."""
        return fields.Date.subtract(date, days=RECEIPT_DAYS), date

    def _get_review_reason(self, company, group, date):
        """Return why a person should look at a draft before it leaves.

        :param dict group: one row of :meth:`_get_groups_sql`.
        :param date date: day of the proposal.
        :return: the gravest of ``const.REVIEW_REASONS``.
        :rtype: str or bool
        """
        root = company.root_id
        reminds = group["event"] or group["day_offset"] > 0
        written = group["channel"] not in ("phone", "task")
        found = {
            "first_formal": group["is_formal"] and group["never_formal"],
            "late_for_once": group["is_formal"] and group["is_gentle"],
            "foreign_credit": group["foreign_credit"],
            "recent_receipt": reminds and group["recent_receipt"],
            "open_credit": reminds and group["open_credit"],
            "after_pause": group["channel"] != "task" and group["after_pause"],
            "new_procedure": group["new_procedure"],
            "address_refused": written and group["is_refused"],
            "new_recipient": written
            and group["recipient_role"] == "contact"
            and group["new_recipient"],
            "missing_deposit": group["charging"] == "claim"
            and group["debtor_type"] == "public"
            and group["no_deposit"],
            "firmer_tone": written and group["firmer_tone"],
            "strategic": group["is_strategic"],
            "large_amount": root.dunning_review_amount
            and group["amount_company"] >= root.dunning_review_amount,
            "slow_period": group["is_formal"] and company._is_slow_period(date),
        }
        return next((key for key, _label in REVIEW_REASONS if found.get(key)), False)

    def _get_recipient_note(self, group):
        """Return why a draft goes to somebody else than usual, if it does.

        :rtype: str or bool
        """
        usual = self.env["res.partner"].browse(group["usual_id"])
        by_role = group["recipient_role"] == "office" or group["group_key"]
        if group["channel"] in ("phone", "task") or by_role and not group["by_letter"]:
            return False
        if group["by_letter"]:
            return self.env._(
                "By letter: the e-mail address of %(name)s refused a message.",
                name=usual.name,
            )
        if group["recipient_id"] == usual.id:
            return False
        if not usual.active:
            return self.env._("Instead of %(name)s, who is archived.", name=usual.name)
        return self.env._(
            "Instead of %(name)s, whose address is missing or refused a message.",
            name=usual.name,
        )
