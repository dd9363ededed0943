import datetime
from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse

from ..const import ACTIVITY_CHANNELS
from ..tools import creditor_reference
from ..tools.text_writer import TextWriter


class DunningNotice(models.Model):
    """What the texts of a notice can show: plain values, no record."""

    _inherit = "dunning.notice"

    def _get_text_values(self):
        """Return what texts can show of these notices: plain values, no record.

        The fields are those of ``text_fields.TEXT_FIELDS``. Made for batches: the
        number of queries does not grow with the notices.

        :return: values by field name, by notice id.
        :rtype: dict(int, dict)
        """
        self = self.sudo()
        today = fields.Date.context_today(self)
        previous = self._get_previous_notices()
        consequences = self.level_id._get_stored_consequences()
        disputed = self._get_disputed_amounts(today)
        rejections = self._get_rejections()
        promises = self._get_broken_promises()
        bases = self._get_legal_bases()
        union = self.env.ref("base.europe").country_ids.mapped("code")
        rates = {}
        self.line_ids.move_id.fetch(["move_type"])  # of all notices at once
        result = {}
        for notice in self:
            write = TextWriter(babel_locale_parse(notice.lang), notice.currency_id.name)
            result[notice.id] = {
                **notice._get_sender_values(),
                **notice._get_recipient_values(),
                **notice._get_item_values(write, today),
                **notice._get_amount_values(
                    write, disputed.get((notice.debtor_id.id, notice.currency_id.id))
                ),
                **notice._get_deadline_values(write, today),
                **notice._get_history_values(write, previous[notice.id]),
                **notice._get_rejection_values(write.locale, rejections[notice.id]),
                **promises[notice.id]._get_text_values(write),
                **notice._get_payment_values(),
                **notice._get_level_values(),
                **notice._get_law_values(union),
                **notice._get_charge_values(write, bases, rates),
                **notice._get_plan_values(write),
                "consequence": notice._get_consequence(consequences),
            }
        return result

    def _get_sender_values(self):
        company = self.company_id
        user = self._get_signatory() or company.dunning_responsible_id
        partner = user.partner_id
        return {
            "company_name": company.name,
            "company_phone": company.phone or "",
            "company_email": company.email or "",
            "user_name": user.name or "",
            "user_title": partner.function or "",
            "user_phone": partner.phone or "",
            "user_email": partner.email or "",
        }

    def _get_recipient_values(self):
        recipient = self.recipient_id
        named = recipient and not recipient.is_company
        return {
            "partner_name": self.partner_id.name or "",
            "partner_ref": self.partner_id.ref or "",
            "contact_name": (recipient.name or "") if named else "",
        }

    def _get_item_values(self, write, today):
        items = self._get_claimed_items()
        first = items[:1]
        count = len(set(items.mapped("move_name")))
        invoice = items.filtered(lambda item: item.move_name == first.move_name)
        due = first and first._get_due_date()
        late = (today - due).days if due else 0
        return {
            "one": count == 1,
            "many": count > 1,
            "count": count,
            "number": first.move_name or "",
            "invoice_date": write.date(first.invoice_date),
            "due_date": write.date(due),
            "residual": write.amount(sum(invoice.mapped("amount_residual"))),
            "max_days_late": max(late, 0),
        }

    def _get_claimed_items(self):
        """Return the lines that are claimed, the oldest debt first."""
        return self.line_ids.filtered(lambda line: line.kind == "1_item").sorted(
            lambda line: (
                line._get_due_date() or datetime.date.max,
                line.move_name or "",
            )
        )

    def _get_amount_values(self, write, disputed):
        sums = defaultdict(float)
        for line in self.line_ids:
            # Of a credit, what is deducted here.
            is_credit = line.kind == "3_credit"
            sums[line.kind] += (
                line.amount_claimed if is_credit else line.amount_residual
            )
        credits = abs(sums["3_credit"])
        overdue = sums["1_item"] + sums["2_covered"]
        return {
            "total_claimed": write.amount(self.amount_total),
            "total_principal": write.amount(self.amount_claimed),
            "total_overdue": write.amount(overdue),
            "total_credits": write.amount(credits),
            "has_credits": bool(credits),
            "disputed": bool(disputed),
            "total_disputed": write.amount(disputed or 0.0),
        }

    def _get_deadline_values(self, write, today):
        days = self._get_days_to_pay()
        return {
            "statement_date": write.date(today),
            "deadline_date": write.date(self._get_deadline_date()),
            "deadline_days": days,
            "deadline_days_words": write.words(days),
        }

    def _get_deadline_date(self):
        """Return the last day to pay, counted from today: the day of the sending.

        :rtype: date
        """
        self.ensure_one()
        return fields.Date.add(
            fields.Date.context_today(self), days=self._get_days_to_pay()
        )

    def _get_days_to_pay(self):
        """Return the days granted to pay: those of the level.

        :rtype: int
        """
        self.ensure_one()
        return self.level_id.days_to_pay

    def _get_history_values(self, write, previous):
        days = sorted({day for day, _name, _formal in previous})
        formal = max(
            ((day, name) for day, name, formal in previous if formal), default=None
        )
        return {
            "previous": bool(days),
            "previous_count": len(days),
            "previous_date": write.date(days[-1]) if days else "",
            "previous_dates": write.dates(days),
            "formal_notice_date": write.date(formal[0]) if formal else "",
            "formal_notice_number": formal[1] if formal else "",
        }

    def _get_rejection_values(self, locale, rejection):
        if not rejection:
            return dict.fromkeys(
                ("rejection_date", "rejection_amount", "rejection_kind"), ""
            )
        # A payment may be in another currency than what it was for.
        write = TextWriter(locale, rejection.currency_id.name)
        rejection = rejection.with_context(lang=self.lang)
        kinds = dict(rejection._fields["kind"]._description_selection(rejection.env))
        kinds["other"] = ""
        return {
            "rejection_date": write.date(rejection.date),
            "rejection_amount": write.amount(rejection.amount),
            "rejection_kind": kinds[rejection.kind],
        }

    def _get_payment_values(self):
        account = self.company_id._get_dunning_bank_account()
        number = account.sanitized_acc_number or ""
        return {
            "account_holder": account.acc_holder_name or account.partner_id.name or "",
            "iban": " ".join(number[i : i + 4] for i in range(0, len(number), 4)),
            "bic": account.bank_bic or "",
            "payment_reference": creditor_reference.format_printed(
                self._get_payment_reference()
            ),
            "portal_link": self._get_portal_address(),
        }

    def _get_level_values(self):
        level = self.level_id
        later = level.procedure_id.level_ids.filtered(
            lambda other: (
                other.active
                and not other.event
                and other.day_offset > level.day_offset
                and other.channel not in ACTIVITY_CHANNELS
            )
        )
        invoices = self._get_claimed_items().move_id.filtered(
            lambda move: move.is_sale_document()
        )
        return {
            "attached": level.attach_invoices and bool(invoices),
            "last": not later,
        }

    def _get_consequence(self, consequences):
        """Return the consequence that the level announces, in the notice's language.

        :param dict consequences: see ``dunning.level._get_stored_consequences``.
        :return: an empty text when the level announces none; None when it does, but
            not in this language.
        :rtype: str
        """
        stored = consequences.get(self.level_id.id or self.level_id._origin.id) or {}
        return stored.get(self.lang) or (None if any(stored.values()) else "")

    def _get_previous_notices(self):
        """Return what reminded the debtors before of the items of these notices.

        Written notices that were sent, after the due date, about the same debt: an
        item whose entry or due date changed since is another debt.

        :return: by notice id, a list of (day sent, number, is formal).
        :rtype: dict(int, list)
        """
        claimed = self.line_ids.filtered(lambda line: line.kind == "1_item")
        items = claimed.move_line_id
        self.env["dunning.notice"].flush_model(["state", "sent_at", "name"])
        self.env["account.move.line"].flush_model(["date_maturity"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT line.move_line_id, notice.id, notice.sent_at,
                       coalesce(notice.name, ''), level.is_formal
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                  JOIN dunning_level level ON level.id = notice.level_id
                  JOIN account_move_line item
                    ON item.id = line.move_line_id
                   AND item.move_id = line.move_id
                   AND item.date_maturity = line.date_maturity
                 WHERE line.move_line_id = ANY(%(items)s)
                   AND line.kind = '1_item'
                   AND line.day_offset > 0
                   AND notice.state = 'sent'
                   AND notice.channel <> ALL(%(channels)s)
                """,
                items=items.ids,
                channels=list(ACTIVITY_CHANNELS),
            )
        )
        by_item = defaultdict(set)
        for item_id, notice_id, sent_at, name, formal in rows:
            day = fields.Datetime.context_timestamp(self, sent_at).date()
            by_item[item_id].add((notice_id, day, name, formal))
        return {
            notice.id: [
                found[1:]
                for found in set().union(
                    *(
                        by_item[item_id]
                        for item_id in (notice.line_ids & claimed).move_line_id.ids
                    )
                )
                if found[0] != notice.id
            ]
            for notice in self
        }

    def _get_rejections(self):
        """Return the last payment that came back for what these notices claim.

        :return: by notice id; an empty recordset where none did.
        :rtype: dict(int, collections.payment.rejection)
        """
        rejections = self.env["collections.payment.rejection"].search(
            [("move_line_ids", "in", self.line_ids.move_line_id.ids)]
        )
        latest = {
            item: rejection
            for rejection in reversed(rejections)
            for item in rejection.move_line_ids
        }
        result = {}
        for notice in self:
            items = notice._get_claimed_items().move_line_id
            found = rejections.browse(latest[i].id for i in items if i in latest)
            result[notice.id] = found.sorted(lambda r: (r.date, r.id))[-1:]
        return result

    def _get_disputed_amounts(self, today):
        """Return what these debtors dispute, by (debtor id, currency id).

        :param date today: day on which the disputes are open.
        :rtype: dict(tuple, float)
        """
        self.env["dunning.hold"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT hold.debtor_id, item.currency_id,
                       sum(least(coalesce(nullif(hold.amount, 0),
                                          item.amount_residual_currency),
                                 item.amount_residual_currency))
                  FROM dunning_hold hold
                  JOIN account_move_line item ON item.id = hold.move_line_id
                 WHERE hold.debtor_id = ANY(%(debtors)s)
                   AND hold.reason = 'disputed'
                   AND hold.date_from <= %(today)s
                   AND (hold.date_to IS NULL OR hold.date_to >= %(today)s)
                   AND item.parent_state = 'posted'
                   AND item.amount_residual_currency > 0
              GROUP BY hold.debtor_id, item.currency_id
                """,
                debtors=self.debtor_id.ids,
                today=today,
            )
        )
        return {
            (debtor_id, currency_id): total for debtor_id, currency_id, total in rows
        }
