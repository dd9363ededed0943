from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import ACTIVITY_CHANNELS

BATCH_SIZE = 500


class DunningProposal(models.AbstractModel):
    """Drafts notices from an assessment, and holds them against the ledger again."""

    _name = "dunning.proposal"
    _description = "Dunning Proposal"

    # === DRAFTING === #

    @api.model
    def _draft_notices(self, run):
        """Draft one message for each debtor and currency with a dunned item.

        Reads ``dunning_assessed``, made by :meth:`dunning.assessment._assess`. The
        notice has the highest level of its items; each line keeps its item's own.
        Calls and tasks are for ourselves: they don't stand for a message. A formal
        notice may wait for its approval: what it can't claim leaves apart from it.

        :param dunning.run run: the notices belong to it.
        :return: the drafts.
        :rtype: dunning.notice
        """
        groups = self.env.execute_query_dict(self._get_groups_sql(run.company_id))
        return self._create_notices(run.company_id, groups, run)

    @api.model
    def _draft_for_items(self, move_lines, level):
        """Draft a notice by hand about some items of one debtor and currency.

        :param account.move.line move_lines: open overdue items.
        :param dunning.level level: of the notice and of each of these items.
        :return: the draft.
        :rtype: dunning.notice
        :raise UserError: when an item can't be claimed; the message says why.
        """
        company = move_lines.company_id
        partner = move_lines.partner_id.commercial_partner_id
        if len(company) != 1 or len(partner) != 1 or len(move_lines.currency_id) != 1:
            raise UserError(
                self.env._("A notice is about one customer, company and currency.")
            )
        today = fields.Date.context_today(self)
        self.env["dunning.assessment"]._assess(company, today, partner)
        self._check_claimable(move_lines)
        self.env.cr.execute(self._get_by_hand_sql(move_lines, level))
        groups = self.env.execute_query_dict(self._get_groups_sql(company))
        return self._create_notices(company, groups, self.env["dunning.run"])

    def _check_claimable(self, move_lines):
        """Refuse items that nobody may claim, whoever asks.

        :raise UserError: names the first such item and its reason.
        """
        allowed = (
            "waiting",
            "below_minimum",
            "no_recipient",
            "no_procedure",
            "exhausted",
            "dunned",
        )
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT id, reason, move_name FROM dunning_assessed WHERE id = ANY(%s)",
                move_lines.ids,
            )
        )
        reasons = {row["id"]: row["reason"] for row in rows}
        labels = dict(
            self.env["dunning.decision"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        for line in move_lines:
            reason = reasons.get(line.id)
            if reason in allowed:
                continue
            raise UserError(
                self.env._(
                    "%(item)s can't be claimed: %(reason)s.",
                    item=line.move_name,
                    reason=labels[reason] if reason else self.env._("it is settled"),
                )
            )

    def _get_by_hand_sql(self, move_lines, level):
        """Return the statement that puts these items at this level, no others."""
        return SQL(
            """
            UPDATE dunning_assessed
               SET reason = CASE WHEN id = ANY(%(ids)s) THEN 'dunned'
                                 WHEN reason = 'dunned' THEN 'waiting'
                                 ELSE reason END,
                   level_id = CASE WHEN id = ANY(%(ids)s) THEN %(level)s
                                   ELSE level_id END,
                   level_offset = CASE WHEN id = ANY(%(ids)s) THEN %(offset)s
                                       ELSE level_offset END,
                   message_kind = CASE WHEN id <> ALL(%(ids)s) THEN 'message'
                                       WHEN %(is_formal)s THEN 'formal'
                                       ELSE 'message' END,
                   recipient_id = CASE %(role)s WHEN 'office' THEN office_id
                                  ELSE contact_id END
            """,
            ids=move_lines.ids,
            level=level.id,
            offset=level.day_offset,
            is_formal=level.is_formal,
            role=level.recipient_role,
        )

    def _get_groups_sql(self, company):
        """Return the query of the notices to draft, with all their values."""
        return SQL(
            """
            SELECT g.debtor_id, g.currency_id, g.partner_id, g.amount, g.level_id,
                   g.recipient_id, l.channel, l.approval, l.days_to_pay, l.is_formal,
                   d.tone, coalesce(d.responsible_id, c.dunning_responsible_id)
                       AS responsible_id,
                   coalesce(r.lang, p.lang, cp.lang) AS lang,
                   coalesce(g.currency_id <> ANY(credit.currency_ids), FALSE)
                       AS foreign_credit,
                   g.new_procedure,
                   NOT EXISTS (SELECT FROM dunning_notice n
                                 JOIN dunning_level nl ON nl.id = n.level_id
                                WHERE n.debtor_id = g.debtor_id AND n.state = 'sent'
                                  AND nl.is_formal) AS never_formal
              FROM (SELECT debtor_id, currency_id, partner_id, sum(claim) AS amount,
                           (array_agg(level_id ORDER BY level_offset DESC))[1]
                               AS level_id,
                           (array_agg(recipient_id ORDER BY level_offset DESC))[1]
                               AS recipient_id,
                           bool_or(last_offset IS NOT NULL AND NOT EXISTS (
                               SELECT FROM dunning_level known
                                WHERE known.procedure_id = a.procedure_id
                                  AND known.day_offset = a.last_offset)
                           ) AS new_procedure
                      FROM dunning_assessed a
                     WHERE reason = 'dunned'
                  GROUP BY debtor_id, currency_id, partner_id, message_kind) g
         LEFT JOIN (SELECT debtor_id, array_agg(currency_id) AS currency_ids
                      FROM dunning_claim
                     WHERE residual < 0 AND NOT non_trade
                  GROUP BY debtor_id) credit ON credit.debtor_id = g.debtor_id
              JOIN dunning_level l ON l.id = g.level_id
              JOIN collections_debtor d ON d.id = g.debtor_id
              JOIN res_partner p ON p.id = g.partner_id
         LEFT JOIN res_partner r ON r.id = g.recipient_id
              JOIN res_company c ON c.id = %s
              JOIN res_partner cp ON cp.id = c.partner_id
          ORDER BY g.debtor_id, g.currency_id, g.level_id
            """,
            company.id,
        )

    def _create_notices(self, company, groups, run):
        """Create the notices in batches, then all their lines by SQL.

        :param list(dict) groups: rows of :meth:`_get_groups_sql`.
        :rtype: dunning.notice
        """
        date = run.date or fields.Date.context_today(self)
        # Drafts are machine work: no followers, no tracking, no log message.
        notice_model = (
            self.env["dunning.notice"]
            .sudo()
            .with_context(
                tracking_disable=True,
                mail_create_nosubscribe=True,
                mail_create_nolog=True,
            )
        )
        notices = notice_model.browse()
        for start in range(0, len(groups), BATCH_SIZE):
            notices |= notice_model.create(
                [
                    self._prepare_notice_vals(company, group, run, date)
                    for group in groups[start : start + BATCH_SIZE]
                ]
            )
        self._insert_lines(notices)
        return notices.with_env(self.env)

    def _prepare_notice_vals(self, company, group, run, date):
        """Return the values of one draft.

        Override to fill further fields of a notice.

        :param dict group: one row of :meth:`_get_groups_sql`.
        :rtype: dict
        """
        review_reason = self._get_review_reason(group)
        return {
            "company_id": company.id,
            "run_id": run.id,
            "debtor_id": group["debtor_id"],
            "partner_id": group["partner_id"],
            "currency_id": group["currency_id"],
            "level_id": group["level_id"],
            "channel": group["channel"],
            "tone": group["tone"],
            "lang": group["lang"] or self.env.lang or "en_US",
            "recipient_id": group["recipient_id"],
            "responsible_id": group["responsible_id"],
            "amount_claimed": group["amount"],
            "deadline_date": fields.Date.add(date, days=group["days_to_pay"] or 0),
            "review_reason": review_reason,
            "approved": group["approval"] == "automatic" and not review_reason,
        }

    def _get_review_reason(self, group):
        """Return why a person should look at a draft before it leaves.

        :rtype: str or bool
        """
        if group["foreign_credit"]:
            return "foreign_credit"
        if group["new_procedure"]:
            return "new_procedure"
        if group["is_formal"] and group["never_formal"]:
            return "first_formal"
        return False

    def _insert_lines(self, notices):
        """Write the lines of new notices: items, what credits cover, information.

        Those of a simulation are not live: they keep no item from being dunned.

        :param dunning.notice notices: drafts about what is in ``dunning_assessed``.
        """
        if not notices:
            return
        notices.flush_recordset()
        self.env.cr.execute(self._get_insert_items_sql(notices))
        self.env.cr.execute(self._get_insert_credits_sql(notices, "dunning_assessed"))
        self.env.cr.execute(self._get_update_totals_sql(notices))
        notices.invalidate_recordset(["amount_claimed", "amount_total", "line_ids"])

    def _get_insert_items_sql(self, notices):
        return SQL(
            """
            INSERT INTO dunning_notice_line
                   (notice_id, company_id, kind, move_line_id, move_id, move_name,
                    invoice_date, date_maturity, currency_id, amount_residual,
                    amount_held, amount_claimed, amount_interest, amount_compensation,
                    days_late, level_id, day_offset, cycle, live)
            SELECT n.id, n.company_id, k.kind, a.id, a.move_id, a.move_name,
                   a.invoice_date, a.due, a.currency_id, a.residual,
                   CASE k.kind WHEN '4_information' THEN a.held
                        ELSE a.residual - a.claimable END,
                   CASE k.kind WHEN '4_information' THEN 0 ELSE a.claimable END,
                   0, 0, a.days_late,
                   CASE k.kind WHEN '1_item' THEN a.level_id END,
                   CASE k.kind WHEN '1_item' THEN a.level_offset END,
                   a.cycle, r.is_simulation IS NOT TRUE
              FROM (SELECT *, min(id) OVER (PARTITION BY debtor_id, currency_id)
                              AS first_id
                      FROM dunning_notice WHERE id = ANY(%(ids)s)) n
              JOIN dunning_level l ON l.id = n.level_id
         LEFT JOIN dunning_run r ON r.id = n.run_id
              JOIN dunning_assessed a ON a.debtor_id = n.debtor_id
                                     AND a.currency_id = n.currency_id
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN a.reason = 'dunned'
                                AND (n.channel = ANY(%(activities)s),
                                     coalesce(l.is_formal, FALSE))
                                  = (a.message_kind = 'activity',
                                     a.message_kind = 'formal')
                               THEN '1_item'
                               WHEN a.days_late <= 0 THEN NULL
                               WHEN a.reason = 'covered_by_credit'
                               THEN CASE WHEN n.id = n.first_id THEN '2_covered' END
                               WHEN a.reason IN ('dunned', 'waiting', 'exhausted',
                                                 'notice_pending', 'disputed',
                                                 'below_minimum')
                               THEN '4_information' END AS kind) k
             WHERE k.kind IS NOT NULL
          ORDER BY n.id, k.kind, a.due, a.id
            """,
            ids=notices.ids,
            activities=list(ACTIVITY_CHANNELS),
        )

    def _get_insert_credits_sql(self, notices, source):
        """Return the statement that deducts credits: as much as covers the lines.

        A credit is listed with its whole open amount, and deducted for the part that
        falls on items of this notice: the sum of the lines is what is claimed.

        :param str source: temporary table with ``residual`` and ``covered``.
        """
        return SQL(
            """
            INSERT INTO dunning_notice_line
                   (notice_id, company_id, kind, move_line_id, move_id, move_name,
                    invoice_date, date_maturity, currency_id, amount_residual,
                    amount_held, amount_claimed, amount_interest, amount_compensation,
                    days_late, cycle, live)
            SELECT notice_id, company_id, '3_credit', id, move_id, move_name,
                   invoice_date, due, currency_id, residual, 0,
                   -least(-residual, used - before), 0, 0, 0, 0, TRUE
              FROM (SELECT n.id AS notice_id, n.company_id, c.*, used.amount AS used,
                           sum(-c.residual) OVER (
                               PARTITION BY n.id ORDER BY c.due, c.id) + c.residual
                               AS before
                      FROM dunning_notice n
                      JOIN (SELECT l.notice_id, sum(s.covered) AS amount
                              FROM dunning_notice_line l
                              JOIN %(source)s s ON s.id = l.move_line_id
                             WHERE l.notice_id = ANY(%(ids)s)
                               AND l.kind IN ('1_item', '2_covered')
                          GROUP BY l.notice_id) used ON used.notice_id = n.id
                      JOIN %(source)s c ON c.debtor_id = n.debtor_id
                                       AND c.currency_id = n.currency_id
                     WHERE n.id = ANY(%(ids)s) AND c.residual < 0 AND NOT c.non_trade
                   ) credit
             WHERE used > before
            """,
            ids=notices.ids,
            source=SQL.identifier(source),
        )
