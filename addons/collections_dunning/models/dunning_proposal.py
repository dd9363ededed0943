from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import ACTIVITY_CHANNELS, LATE_CHARGE_KIND

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
        A debtor may want a message for each invoice address or reference.

        :param dunning.run run: the notices belong to it.
        :return: the drafts.
        :rtype: dunning.notice
        """
        query = self._get_groups_sql(run.company_id, run.date)
        groups = self.env.execute_query_dict(query)
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
        self._check_claimable(move_lines, level)
        self.env.cr.execute(self._get_by_hand_sql(move_lines, level))
        query = self._get_groups_sql(company, today)
        groups = self.env.execute_query_dict(query)
        return self._create_notices(company, groups, self.env["dunning.run"])

    def _check_claimable(self, move_lines, level):
        """Refuse items that nobody may claim, whoever asks.

        A payment that was rejected was due, whatever the date says.

        :raise UserError: names the first such item and its reason.
        """
        allowed = {
            "waiting",
            "below_minimum",
            "no_recipient",
            "no_procedure",
            "exhausted",
            "by_hand",
            "dunned",
        }
        if level.event == "rejected":
            allowed |= {"not_due", "to_allocate"}
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT id, CASE WHEN %s AND has_large_receipt THEN 'to_allocate' "
                "ELSE reason END AS reason, move_name "
                "FROM dunning_assessed WHERE id = ANY(%s)",
                level.is_formal,
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
        kind = "formal" if level.is_formal else level.event or "message"
        # Invoices of late interest never share a message with others.
        charge = SQL("CASE WHEN is_late_charge THEN %s ELSE '' END", LATE_CHARGE_KIND)
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
                   message_kind = %(charge)s ||
                                  CASE WHEN id = ANY(%(ids)s) THEN %(kind)s
                                       ELSE 'message' END,
                   group_key = NULL,
                   by_letter = FALSE,
                   recipient_id = CASE %(role)s
                                  WHEN 'office' THEN office_id
                                  ELSE coalesce(CASE %(channel)s WHEN 'email'
                                                THEN email_id ELSE letter_id END,
                                                contact_id) END
            """,
            ids=move_lines.ids,
            level=level.id,
            offset=None if level.event else level.day_offset,
            charge=charge,
            kind=kind,
            role=level.recipient_role,
            channel=level.channel,
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
        # Read at once what single drafts say of it.
        usual = {g["usual_id"] for g in groups if g["usual_id"] != g["recipient_id"]}
        self.env["res.partner"].browse(usual).fetch(["name", "active"])
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
        review_reason = self._get_review_reason(company, group, date)
        automatic = group["approval"] == "automatic"
        written = group["channel"] not in ACTIVITY_CHANNELS
        return {
            "company_id": company.id,
            "run_id": run.id,
            "debtor_id": group["debtor_id"],
            "partner_id": group["partner_id"],
            "currency_id": group["currency_id"],
            "level_id": group["level_id"],
            "message_kind": group["message_kind"],
            "group_key": group["group_key"],
            "channel": "letter" if group["by_letter"] else group["channel"],
            "charging": group["charging"],
            "tone": group["tone"],
            "lang": group["lang"] or self.env.lang or "en_US",
            "recipient_id": group["recipient_id"],
            "recipient_note": self._get_recipient_note(group),
            "responsible_id": group["responsible_id"],
            "signatory_id": written and group["signatory_id"],
            "amount_claimed": group["amount"],
            "deadline_date": fields.Date.add(date, days=group["days_to_pay"] or 0),
            "review_reason": review_reason,
            "approved": automatic
            and not review_reason
            and group["dunning_mode"] == "automatic",
        }
