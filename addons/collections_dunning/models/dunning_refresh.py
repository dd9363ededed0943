from odoo import api, fields, models
from odoo.tools import SQL


class DunningProposal(models.AbstractModel):
    _inherit = "dunning.proposal"

    # === HOLDING NOTICES AGAINST THE LEDGER === #

    @api.model
    def _refresh_notices(self, notices):
        """Bring the amounts of unsent notices up to date with the ledger.

        Items paid, held or excluded meanwhile leave the notice; those paid in part
        are claimed for the rest; credits that came in are deducted. A notice with
        nothing left to claim is cancelled. A formal notice waits while a receipt is
        to be allocated: a queued one becomes a draft again.

        :param dunning.notice notices: drafts and queued notices.
        :return: the notices that still claim something and may go on.
        :rtype: dunning.notice
        """
        today = fields.Date.context_today(self)
        back = notices.browse()
        queued = notices.filtered(lambda n: n.state == "queued")
        for company, own in notices.grouped("company_id").items():
            self.env["dunning.assessment"]._assess_claims(
                company, today, own.partner_id
            )
            self._refresh_lines(own)
            back |= self._take_back_formal(own)
        # Also those whose interest can't be computed any more.
        back |= queued.filtered(lambda n: n.state == "draft")
        empty = notices.filtered(lambda n: n.amount_claimed <= 0)
        if empty:
            empty._set_state(
                "cancelled", error=self.env._("Settled or held before it was sent.")
            )
            empty.activity_ids.sudo().unlink()
        return notices - empty - back

    def _take_back_formal(self, notices):
        """Have a person look at formal notices while a receipt is to be allocated.

        :return: those that were queued, and are drafts now.
        :rtype: dunning.notice
        """
        formal = notices.filtered("is_formal")
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT debtor_id FROM dunning_claim "
                "WHERE has_large_receipt AND debtor_id = ANY(%s)",
                formal.debtor_id.ids,
            )
        )
        debtor_ids = {debtor_id for (debtor_id,) in rows}
        return self._take_back(formal.filtered(lambda n: n.debtor_id.id in debtor_ids))

    def _take_back(self, notices):
        """Have a person look at these notices: a receipt is to be allocated first.

        :return: those that were queued, and are drafts now.
        :rtype: dunning.notice
        """
        notices.sudo().write(
            {
                "approved": False,
                "approved_by_id": False,
                "review_reason": "recent_receipt",
                "error": self.env._("A receipt of this customer is to be allocated."),
            }
        )
        queued = notices.filtered(lambda n: n.state == "queued")
        queued._set_state("draft")
        return queued

    def _refresh_lines(self, notices):
        cr = self.env.cr
        cr.execute(self._get_drop_lines_sql(notices))
        cr.execute(self._get_update_lines_sql(notices))
        cr.execute(self._get_insert_credits_sql(notices, "dunning_claim"))
        today = fields.Date.context_today(self)
        self._update_charges(notices, "dunning_claim", today)
        cr.execute(self._get_update_totals_sql(notices))
        notices.invalidate_recordset(["amount_claimed", "amount_total", "line_ids"])
        self.env["dunning.notice.line"].invalidate_model()

    def _get_drop_lines_sql(self, notices):
        """Return the statement that drops what can't be claimed any more.

        Credits are all dropped: they are deducted anew from what is left. So is what
        is late no more: the invoice of a public buyer was deposited later than it
        seemed, or suspended.
        """
        told = self._get_told_holds(notices)
        told_at_once = notices.level_id.filtered(lambda lv: lv.event == "rejected")
        return SQL(
            """
            DELETE FROM dunning_notice_line l
                  USING dunning_notice n
                  WHERE n.id = l.notice_id AND n.id = ANY(%s)
                    AND (l.kind = '3_credit' OR NOT EXISTS (
                        SELECT FROM dunning_claim c
                         WHERE c.id = l.move_line_id AND c.move_id = l.move_id
                           AND c.due = l.date_maturity AND c.residual > 0
                           AND c.partner_id = n.partner_id
                           AND c.currency_id = n.currency_id
                           AND c.clock IS NOT NULL
                           AND NOT (c.days_late <= 0
                                    AND coalesce(l.day_offset, 0) > 0)
                           AND (l.kind IN ('4_information', '5_coming')
                                OR NOT c.barred AND NOT c.fully_held
                                   AND c.claimable > 0
                                   AND (l.level_id = ANY(%s) OR c.id <> ALL(%s)))))
            """,
            notices.ids,
            told_at_once.ids,
            told.move_line_id.ids,
        )

    def _get_told_holds(self, notices):
        """Return the ended holds of what may not be claimed yet.

        The customer was told a new date to pay, and it has not passed.

        :rtype: dunning.hold
        """
        today = fields.Date.context_today(self)
        return self.env["dunning.hold"].search(
            [
                ("debtor_id", "in", notices.debtor_id.ids),
                ("told_date", ">=", today),
                ("date_to", "<=", today),
            ]
        )

    def _get_update_lines_sql(self, notices):
        """Return the statement that brings the lines up to date.

        An item that credits cover now is claimed no more. One that they covered and
        don't any more is no claim of this notice either, whose text does not count
        it: it is listed for information until its own notice.
        """
        return SQL(
            """
            UPDATE dunning_notice_line l
               SET kind = now.kind, amount_residual = c.residual,
                   amount_held = now.held, amount_claimed = now.claimed,
                   days_late = c.days_late, clock_date = c.clock,
                   level_id = CASE WHEN now.kind = '1_item' THEN l.level_id END
              FROM dunning_claim c
        CROSS JOIN LATERAL (
                   SELECT old.id, new.kind,
                          CASE WHEN new.kind IN ('4_information', '5_coming')
                               THEN c.held ELSE c.residual - c.claimable END AS held,
                          CASE WHEN new.kind IN ('4_information', '5_coming')
                               THEN 0 ELSE c.claimable END AS claimed
                     FROM dunning_notice_line old
               CROSS JOIN LATERAL (
                          SELECT CASE WHEN old.kind = '1_item' AND c.claim <= 0
                                      THEN '2_covered'
                                      WHEN old.kind = '2_covered' AND c.claim > 0
                                        OR old.kind = '5_coming' AND c.days_late > 0
                                      THEN '4_information'
                                      ELSE old.kind END AS kind) new
                    WHERE old.notice_id = ANY(%s) AND old.move_line_id = c.id) now
             WHERE l.id = now.id
               AND (l.amount_residual, l.amount_held, l.amount_claimed, l.days_late,
                    l.clock_date, l.kind)
                   IS DISTINCT FROM
                   (c.residual, now.held, now.claimed, c.days_late, c.clock, now.kind)
            """,
            notices.ids,
        )

    def _get_update_totals_sql(self, notices):
        return SQL(
            """
            UPDATE dunning_notice n
               SET amount_claimed = total.amount, amount_total = total.with_charges
              FROM (SELECT claimed.*,
                           amount + CASE WHEN charging = 'claim'
                               THEN coalesce(amount_interest, 0)
                                    + coalesce(amount_compensation, 0)
                                    + coalesce(amount_fee, 0)
                               ELSE 0 END AS with_charges
                      FROM (SELECT n.*, claim.amount
                              FROM dunning_notice n
                         LEFT JOIN LATERAL (
                                   SELECT CASE WHEN bool_or(l.kind = '1_item')
                                               THEN coalesce(sum(l.amount_claimed), 0)
                                               ELSE 0 END AS amount
                                     FROM dunning_notice_line l
                                    WHERE l.notice_id = n.id) claim ON TRUE
                             WHERE n.id = ANY(%s)) claimed) total
             WHERE total.id = n.id
               AND (n.amount_claimed, n.amount_total)
                   IS DISTINCT FROM (total.amount, total.with_charges)
            """,
            notices.ids,
        )
