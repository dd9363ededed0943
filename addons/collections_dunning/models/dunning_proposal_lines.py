from odoo import fields, models
from odoo.tools import SQL

from ..const import LATE_CHARGE_KIND

# A reminder also tells what falls due so soon.
COMING_DAYS = 10


class DunningProposal(models.AbstractModel):
    """The lines of a notice, all written by a few statements."""

    _inherit = "dunning.proposal"

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
        for run, own in notices.grouped("run_id").items():
            date = run.date or fields.Date.context_today(self)
            self._update_charges(own, "dunning_assessed", date)
        self.env.cr.execute(self._get_update_totals_sql(notices))
        notices.invalidate_recordset(["amount_claimed", "amount_total", "line_ids"])

    def _get_insert_items_sql(self, notices):
        return SQL(
            """
            INSERT INTO dunning_notice_line
                   (notice_id, company_id, kind, move_line_id, move_id, move_name,
                    invoice_date, date_maturity, clock_date, currency_id,
                    amount_residual, amount_held, amount_claimed, amount_interest,
                    amount_compensation, days_late, level_id, day_offset, cycle, live)
            SELECT n.id, n.company_id, k.kind, a.id, a.move_id, a.move_name,
                   a.invoice_date, a.due, a.clock, a.currency_id, a.residual,
                   CASE WHEN k.kind IN ('4_information', '5_coming') THEN a.held
                        ELSE a.residual - a.claimable END,
                   CASE WHEN k.kind IN ('4_information', '5_coming') THEN 0
                        ELSE a.claimable END,
                   0, 0, a.days_late,
                   CASE k.kind WHEN '1_item' THEN a.level_id END,
                   CASE k.kind WHEN '1_item' THEN a.level_offset END,
                   a.cycle, r.is_simulation IS NOT TRUE
              FROM (SELECT *, min(id) OVER (PARTITION BY debtor_id, currency_id,
                                                    group_key, is_late_charge
                                            ) AS first_id
                      FROM (SELECT *, starts_with(message_kind, %(charge)s)
                                      AS is_late_charge
                              FROM dunning_notice WHERE id = ANY(%(ids)s)) drafted) n
         LEFT JOIN dunning_run r ON r.id = n.run_id
              JOIN dunning_assessed a ON a.debtor_id = n.debtor_id
                                     AND a.currency_id = n.currency_id
                                     AND a.group_key IS NOT DISTINCT FROM n.group_key
                                     AND a.is_late_charge = n.is_late_charge
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN a.reason = 'dunned'
                                AND a.message_kind = n.message_kind
                               THEN '1_item'
                               WHEN a.days_late <= 0
                               THEN CASE WHEN a.reason = 'not_due' AND a.has_overdue
                                          AND a.days_late >= -%(coming_days)s
                                          AND n.message_kind <> 'formal'
                                         THEN '5_coming' END
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
            coming_days=COMING_DAYS,
            charge=LATE_CHARGE_KIND,
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
                       AND NOT c.is_prior
                   ) credit
             WHERE used > before
            """,
            ids=notices.ids,
            source=SQL.identifier(source),
        )
