import json
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from psycopg2.extras import execute_values

from odoo import models
from odoo.tools import SQL

from ..const import ACTIVITY_CHANNELS

CENT = Decimal("0.01")


class DunningProposal(models.AbstractModel):
    """Interest, compensation and fee of unsent notices."""

    _inherit = "dunning.proposal"

    def _update_charges(self, notices, source, date):
        """Compute what notices claim or show beside the principal, line by line.

        The principal that bears interest is what the notice claims: neither what is
        disputed or paid in process, nor what credits cover. A notice with an item
        whose rate is unknown has no charges at all.

        :param dunning.notice notices: unsent ones.
        :param str source: temporary table with ``residual`` and ``claim``.
        :param date date: last day that counts.
        """
        self._apply_waivers(notices)
        written = notices.filtered(
            lambda n: n.charging != "none" and n.channel not in ACTIVITY_CHANNELS
        )
        written_ids = set(written.ids)
        rows = self._read_claimed_lines(notices, source)
        items = self.env["account.move.line"].browse(
            {row["move_line_id"] for row in rows if row["notice_id"] in written_ids}
        )
        deductions = self._get_deductions(rows, source)
        computed = self.env["collections.interest"]._compute_interest(
            items, date, deductions
        )
        by_notice = defaultdict(dict)
        for row in rows:
            by_notice[row["notice_id"]][row["id"]] = computed.get(row["move_line_id"])
        line_values, notice_values, missing = [], [], []
        for notice in notices:
            lines = by_notice[notice.id] if notice.id in written_ids else {}
            status, note = self._get_charges_note(lines.values())
            day = date if lines else None
            if status == "missing_rate":
                lines, day = {}, None
                # Approved without its claim, or with one that is lost now?
                missing.append((notice.id, bool(notice.interest_date)))
            line_values += self._get_charge_lines(lines)
            notice_values.append(self._get_charge_totals(notice, lines, note, day))
        self._write_charges(notices, line_values, notice_values)
        self._review_missing_rates(missing)

    def _apply_waivers(self, notices):
        """Say nothing of charges to whom they were waived since the draft."""
        waived = notices.filtered(
            lambda n: n.charging != "none" and n.debtor_id.charging == "waive"
        )
        if waived:
            self.env.cr.execute(
                SQL(
                    "UPDATE dunning_notice SET charging = 'none' WHERE id = ANY(%s)",
                    waived.ids,
                )
            )
            waived.invalidate_recordset(["charging"])

    # === WHAT IS NOT CLAIMED === #

    def _read_claimed_lines(self, notices, source):
        """Return the claimed items of notices, with what is not asked for of each."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.notice_id, l.move_line_id, s.debtor_id, s.currency_id,
                       (s.held + s.linked_cover)::text AS from_the_start,
                       (s.covered - s.linked_cover)::text AS covered
                  FROM dunning_notice_line l
                  JOIN %s s ON s.id = l.move_line_id
                 WHERE l.notice_id = ANY(%s) AND l.kind = '1_item'
              ORDER BY s.due, s.id
                """,
                SQL.identifier(source),
                notices.ids,
            )
        )

    def _get_deductions(self, rows, source):
        """Return the parts of items that bear no interest, each from its day on.

        What is held or covered by a credit note of the invoice itself never bore any;
        what another credit or a receipt covers bore some until its day. They cover the
        oldest items first, the oldest of them first.

        :param list rows: see :meth:`_read_claimed_lines`, in the order of the items.
        :return: (day or None, Decimal) by item id.
        :rtype: dict(int, list)
        """
        credits = self._read_credits(rows, source)
        result = defaultdict(list)
        for row in rows:
            parts = result[row["move_line_id"]]
            if parts:
                continue  # on two notices, counted once
            parts.append((None, Decimal(row["from_the_start"])))
            wanted = Decimal(row["covered"])
            queue = credits[row["debtor_id"], row["currency_id"]]
            while wanted > 0:
                day, amount = queue.pop() if queue else (None, wanted)
                parts.append((day, min(amount, wanted)))
                if amount > wanted:
                    queue.append((day, amount - wanted))
                wanted -= min(amount, wanted)
        return result

    def _read_credits(self, rows, source):
        """Return receipts and credits of debtors that are allocated to nothing.

        :return: (day, Decimal), the oldest last, by debtor and currency id.
        :rtype: dict(tuple, list)
        """
        credits = defaultdict(list)
        found = self.env.execute_query(
            SQL(
                """
                SELECT debtor_id, currency_id, booked_on, (-residual)::text
                  FROM %s
                 WHERE residual < 0 AND NOT non_trade AND reversed_entry_id IS NULL
                   AND debtor_id = ANY(%s)
              ORDER BY booked_on DESC, id DESC
                """,
                SQL.identifier(source),
                list({row["debtor_id"] for row in rows if Decimal(row["covered"])}),
            )
        )
        for debtor_id, currency_id, day, amount in found:
            credits[debtor_id, currency_id].append((day, Decimal(amount)))
        return credits

    # === TOTALS === #

    def _get_charges_note(self, computed):
        """Return status and explanation of what keeps a notice from charging.

        :rtype: tuple(str, str)
        """
        items = [item for item in computed if item]
        lines = self.env["account.move.line"]
        for status in ("missing_rate", "no_regime", "before_formal", "late"):
            for item in items:
                note = item.status == status and lines._describe_no_interest(item)
                if note:
                    return status, note
        return None, None

    def _get_charge_lines(self, lines):
        return [
            (
                line_id,
                item.interest,
                item.compensation,
                json.dumps([segment.as_row() for segment in item.segments]),
            )
            for line_id, item in lines.items()
            if item
        ]

    def _get_charge_totals(self, notice, lines, note, day):
        """Return one row of totals for :meth:`_write_charges`.

        :param date day: last day that counts; None: the notice is silent on charges.
        """
        items = [item for item in lines.values() if item]
        regime = next((item.regime.id for item in items if item.regime), None)
        interest = sum((item.interest for item in items), Decimal(0))
        compensation = sum((item.compensation for item in items), Decimal(0))
        daily = sum((item.daily for item in items), Decimal(0))
        fee = self._get_fee(notice) if day else Decimal(0)
        return (
            notice.id,
            interest,
            compensation,
            fee,
            daily.quantize(CENT, rounding=ROUND_HALF_UP),
            regime,
            day,
            note or None,
        )

    def _get_fee(self, notice):
        """Return the reminder fee of a notice.

        None in France, nor under French law elsewhere: costs without an enforceable
        title stay with the creditor (article L111-8 of the code of civil enforcement
        procedures).

        :rtype: Decimal
        """
        level = notice.level_id
        if (
            notice.charging != "claim"
            or notice.company_id._is_french_law()
            or notice.debtor_id.applied_regime_id._is_french_law(notice.company_id)
            or notice.currency_id != notice.company_id.currency_id
        ):
            return Decimal(0)
        return Decimal(str(level.fee or 0))

    def _write_charges(self, notices, line_values, notice_values):
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                UPDATE dunning_notice_line
                   SET amount_interest = 0, amount_compensation = 0,
                       interest_segments = NULL
                 WHERE notice_id = ANY(%s)
                   AND (interest_segments IS NOT NULL OR amount_interest <> 0
                        OR amount_compensation <> 0)
                """,
                notices.ids,
            )
        )
        if line_values:
            execute_values(
                cr._obj,
                """
                UPDATE dunning_notice_line l
                   SET amount_interest = v.interest,
                       amount_compensation = v.compensation,
                       interest_segments = v.segments::jsonb
                  FROM (VALUES %s) v (id, interest, compensation, segments)
                 WHERE l.id = v.id
                """,
                line_values,
            )
        execute_values(
            cr._obj,
            """
            UPDATE dunning_notice n
               SET amount_interest = v.interest, amount_compensation = v.compensation,
                   amount_fee = v.fee, daily_interest = v.daily,
                   interest_regime_id = v.regime::int, interest_date = v.day::date,
                   charges_note = v.note
              FROM (VALUES %s) v (id, interest, compensation, fee, daily, regime, day,
                                  note)
             WHERE n.id = v.id
            """,
            notice_values,
        )
        notices.invalidate_recordset()

    def _review_missing_rates(self, missing):
        """Have a person look at notices that can't claim what they should.

        What lost its claim since it was queued, in the first days of a half-year, is a
        draft again; what somebody approved without it leaves.

        :param list missing: pairs of the id of a notice and whether it had its claim
            until now.
        """
        notices = self.env["dunning.notice"]
        lost = notices.browse(
            notice_id for notice_id, had_claim in missing if had_claim
        )
        queued = lost.filtered(lambda n: n.charging == "claim" and n.state == "queued")
        queued._set_state("draft")
        drafts = notices.browse(notice_id for notice_id, _had_claim in missing)
        drafts = drafts.filtered(
            lambda n: (
                n.charging == "claim"
                and n.state == "draft"
                and (n in queued or not n.review_reason)
            )
        )
        drafts.sudo().write({"review_reason": "missing_rate", "approved": False})
