from odoo import fields, models
from odoo.tools import format_date, formatLang

from ..const import HOLD_REASONS, REASONS


class DunningAssessment(models.AbstractModel):
    _inherit = "dunning.assessment"

    # === WHY? === #

    def _explain(self, move):
        """Return why an invoice is or is not dunned today.

        :param account.move move: the invoice.
        :return: see :meth:`account.move.get_dunning_explanation`.
        :rtype: dict
        """
        lines = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        rows = self._read_assessed(
            move.company_id, fields.Date.context_today(self), lines
        )
        items = [self._explain_item(move, row) for row in rows]
        order = {key: place for place, (key, _label) in enumerate(REASONS)}
        first = max(items, key=lambda item: order[item["reason"]], default=None)
        return {
            **(self._explain_closed(move) if first is None else first),
            "items": items,
            "history": self._explain_history(move),
        }

    def _explain_closed(self, move):
        """Explain an invoice without an open item."""
        if move.state == "posted":
            sentence = self.env._("%(name)s is settled.", name=move.name)
        else:
            sentence = self.env._(
                "%(name)s is not posted: only posted entries are dunned.",
                name=move.display_name,
            )
        return {
            "sentence": sentence,
            "reason": False,
            "reason_label": False,
            "level": False,
            "next_date": False,
        }

    def _explain_item(self, move, row):
        """Explain one row of the assessment.

        :param dict row: columns of ``dunning_assessed``.
        :rtype: dict
        """
        currency = self.env["res.currency"].browse(row["currency_id"])
        level = self.env["dunning.level"].browse(row["level_id"])
        values = {
            **self._get_explanation_values(row, currency, level),
            **self._get_clock_values(move, row),
        }
        labels = dict(
            self.env["dunning.decision"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        reason = row["reason"]
        sentence = self._get_sentence(row, values)
        if values["deposit_note"] and row["residual"] > 0:
            sentence += " " + values["deposit_note"]
        sentence = " ".join(filter(None, [sentence, self._get_gentle_note(row)]))
        return {
            "name": row["move_name"],
            "date_maturity": fields.Date.to_string(row["due"]),
            "amount_residual": float(row["residual"]),
            "amount_claimed": float(row["claim"]) if reason == "dunned" else 0.0,
            "reason": reason,
            "reason_label": labels[reason],
            "level": level.name or False,
            "next_date": fields.Date.to_string(row["next_date"]),
            "sentence": sentence,
            "tests": self._explain_tests(reason, labels, values),
        }

    def _explain_tests(self, reason, labels, values):
        """Return the ordered tests with their result for one item."""
        details = self._get_test_details(values)
        tests = []
        result = "passed"
        for key, _label in REASONS:
            if key == reason:
                result = "refused"
            if key != "dunned":
                tests.append(
                    {
                        "reason": key,
                        "label": labels[key],
                        "result": result,
                        "detail": details.get(key, "") if result == "refused" else "",
                    }
                )
            if result == "refused":
                result = "not_reached"
        return tests

    def _get_explanation_values(self, row, currency, level):
        """Return what the sentences show, in the user's language."""

        def day(value):
            return format_date(self.env, value) if value else ""

        def money(amount):
            return formatLang(self.env, float(amount), currency_obj=currency)

        hold = self.env["dunning.hold"].browse(row["hold_id"])
        return {
            "name": row["move_name"],
            "days": row["days_late"],
            "level": level.name or "",
            "next_date": day(row["next_date"]),
            "last_contact": day(row["last_contact"]),
            "residual": money(row["residual"]),
            "claim": money(row["claim"]),
            "covered": money(row["covered"]),
            "in_process": money(row["in_process"]),
            "until": day(row["held_until"]),
            "note": hold.note or "",
            "is_payment": row["is_payment"],
            "has_pending": row["has_pending"]
            and row["ladder_days"] >= (row["level_offset"] or 0),
            "too_soon": bool(
                row["too_soon_until"] and row["too_soon_until"] > row["assessed_on"]
            ),
        }

    def _get_sentence(self, row, values):
        """Return the sentence that answers "Why?" for one item.

        The day on which that can change is added where it is known.
        """
        reason = row["reason"]
        sentence = self._get_sentences(values).get(reason)
        if reason == "dunned":
            return sentence
        if reason == row["hold_reason"]:
            sentence = self._get_hold_sentence(reason, values)
        if values["next_date"]:
            sentence += " " + self.env._("Next change: %(next_date)s.", **values)
        return sentence

    def _get_hold_sentence(self, reason, values):
        label = dict(
            self.env["dunning.hold"]._fields["reason"]._description_selection(self.env)
        )[reason]
        values = {**values, "reason": label}
        if values["note"]:
            return self.env._(
                "%(name)s is not dunned: it is on hold (%(reason)s: %(note)s).",
                **values,
            )
        return self.env._(
            "%(name)s is not dunned: it is on hold (%(reason)s).", **values
        )

    def _get_waiting_sentence(self, values):
        env = self.env
        if values["too_soon"]:
            return env._(
                "%(name)s waits for the level “%(level)s”: the customer was last "
                "written to on %(last_contact)s.",
                **values,
            )
        if values["has_pending"]:
            return env._(
                "%(name)s waits for the level “%(level)s”: another message to the "
                "customer is on its way.",
                **values,
            )
        return env._(
            "%(name)s is %(days)s days late and waits for the level “%(level)s”.",
            **values,
        )

    def _get_refusal_sentences(self, values):
        """Return the sentence of each reason that an item has by itself."""
        env = self.env
        return {
            "not_delivered": env._(
                "%(name)s is not dunned: the customer was never sent this invoice.",
                **values,
            ),
            "direct_debit": env._(
                "%(name)s is not dunned: we take the money by direct debit.", **values
            ),
            "bill": env._(
                "%(name)s is not dunned: it is a bill of exchange.", **values
            ),
            "retention": env._(
                "%(name)s is not dunned: it is retention money that is not released.",
                **values,
            ),
            "factored": env._(
                "%(name)s is not dunned: it is to be paid to somebody else.", **values
            ),
        }

    def _get_to_allocate_sentence(self, values):
        if values["is_payment"]:
            return self.env._(
                "%(name)s is a payment to the customer: allocate it.", **values
            )
        return self.env._(
            "%(name)s is not dunned: a receipt of this customer has to be allocated "
            "first.",
            **values,
        )

    def _get_sentences(self, values):
        """Return the sentence of each reason that is not a hold.

        :rtype: dict(str, str)
        """
        env = self.env
        return {
            "credit": env._(
                "%(name)s is a credit: it lowers what is claimed.", **values
            ),
            "no_partner": env._(
                "%(name)s is not dunned: it has no customer.", **values
            ),
            "non_trade": env._(
                "%(name)s is not dunned: its account is not a trade receivable.",
                **values,
            ),
            "no_followup": env._("%(name)s is excluded from dunning.", **values),
            **self._get_refusal_sentences(values),
            "payment_in_process": env._(
                "%(name)s is not dunned: a payment of %(in_process)s is on its way.",
                **values,
            ),
            "to_allocate": self._get_to_allocate_sentence(values),
            "covered_by_credit": env._(
                "%(name)s is not dunned: credits or payments of %(covered)s cover it.",
                **values,
            ),
            "not_due": self._get_not_due_sentence(values),
            "waiting": self._get_waiting_sentence(values),
            "notice_pending": env._(
                "%(name)s is on a notice that has not left, or is in doubt.", **values
            ),
            "below_minimum": env._(
                "%(name)s is not dunned: the customer owes less than the levels left "
                "ask for.",
                **values,
            ),
            "no_recipient": env._(
                "%(name)s has reached the level “%(level)s”, but nobody can receive "
                "it: the address is missing or was refused.",
                **values,
            ),
            "no_procedure": self._get_no_procedure_sentence(values),
            "exhausted": env._(
                "%(name)s has been through the whole procedure: somebody has to "
                "decide.",
                **values,
            ),
            "by_hand": env._(
                "%(name)s is not proposed: this customer is dunned by hand.", **values
            ),
            "dunned": env._(
                "%(name)s is dunned: %(claim)s claimed at the level “%(level)s”, "
                "%(days)s days after its due date.",
                **values,
            ),
        }

    def _get_test_details(self, values):
        """Return the figure behind a refused test, by reason.

        :rtype: dict(str, str)
        """
        env = self.env
        until = env._("until %(until)s", **values) if values["until"] else ""
        return {
            **{key: values["note"] or until for key, _label in HOLD_REASONS},
            "payment_in_process": values["in_process"],
            "covered_by_credit": values["covered"],
            "not_due": env._("suspended since %(suspended)s", **values)
            if values["suspended"]
            else env._("due on %(due)s", **values),
            "waiting": env._("%(level)s: from %(next_date)s", **values),
            "no_recipient": values["level"],
        }

    def _explain_history(self, move):
        """Return the notices sent about an invoice, oldest first.

        :rtype: list(dict)
        """
        notices = move._get_dunning_lines().notice_id.filtered(
            lambda notice: notice.state == "sent"
        )
        channels = dict(
            self.env["dunning.notice"]
            ._fields["channel"]
            ._description_selection(self.env)
        )
        return [
            {
                "date": fields.Date.to_string(notice.sent_at),
                "level": notice.level_id.name,
                "channel": channels[notice.channel],
                "notice_id": notice.id,
                "name": notice.name,
            }
            for notice in notices.sorted("sent_at")
        ]
