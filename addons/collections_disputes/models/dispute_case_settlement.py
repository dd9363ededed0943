"""Cases that end, or shrink, because what they are about is settled."""

from odoo import Command, api, fields, models

from ..const import OPEN_STATES

# Cases that one nightly turn looks at before it commits.
BATCH = 200


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    # === BUSINESS METHODS === #

    def _close(self, resolution, tell=True, attachment_ids=(), **values):
        """End these cases: nothing is held any more.

        :param str resolution: see ``const.RESOLUTIONS``.
        :param bool tell: whether the customer is told, as when somebody has decided.
        :param list(int) attachment_ids: sent along with our answer.
        :param values: more values of the case.
        """
        state = "rejected" if resolution == "rejected" else "resolved"
        for case in self.sudo():
            case.write(
                {
                    "state": state,
                    "resolution": resolution,
                    "date_closed": fields.Datetime.now(),
                    "requested_resolution": False,
                    "request_values": False,
                    "needs_approval": False,
                    "reminded": False,
                    **values,
                }
            )
            case.line_ids.hold_id._end(case.new_date_to_pay)
            case.activity_ids.unlink()
        self._on_closed()
        if tell:
            files = self.env["ir.attachment"].sudo().browse(attachment_ids)
            self.sudo()._send_outcome(files)

    def _follow_items(self):
        """Bring open cases up to date with the ledger.

        What is disputed is never more than what is open: it is cut, and a case of
        which nothing is open any more ends. An invoice that is a draft again is
        waited for.
        """
        for case in self.sudo().filtered(lambda c: c.state in OPEN_STATES):
            lines = case.line_ids
            lines._find_again()
            waiting = lines.filtered(lambda line: line.move_id.state == "draft")
            left = {line: line._get_left() for line in lines - waiting}
            if lines and not any(line.amount and left.get(line, 1) for line in lines):
                case._close_settled()
                continue
            for line in lines - waiting:
                if left[line] < line.amount:
                    line._set_amount(left[line])
            lines._hold()

    def _close_settled(self):
        """End a case of which nothing is open any more, as the ledger says why.

        What nobody has said the cause of is to be qualified.
        """
        self.ensure_one()
        for line in self.line_ids.filtered(lambda line: not line.amount):
            # An end is about all that was disputed, whatever was settled first.
            line.with_context(dispute_settled=True).amount = line.amount_opened
        resolution, credit_notes = self._get_settlement()
        resolution = self.requested_resolution or resolution
        values = self.request_values or {}
        known = {
            name: values[name] for name in ("cause_id", "side") if values.get(name)
        }
        if values.get("answer"):
            known["answer"] = values["answer"]
        credit_notes |= self.credit_note_ids
        self._message_log(body=self._get_settled_text(resolution))
        self._close(
            resolution,
            tell=bool(values),
            attachment_ids=values.get("attachment_ids") or (),
            **known,
            credit_note_ids=[Command.set(credit_notes.ids)],
            amount_credited=self._get_credited(credit_notes),
            needs_cause=not (
                (known.get("cause_id") or self.cause_id)
                and (known.get("side") or self.side)
            ),
        )

    def _get_settlement(self):
        """Return how the items of this case were settled last.

        :return: the resolution, and the credit notes that did it.
        :rtype: tuple(str, account.move)
        """
        items = self.line_ids.move_line_id
        partials = items.matched_credit_ids.sorted("id")
        credits = partials.credit_move_id.move_id.filtered(
            lambda move: move.move_type == "out_refund"
        )
        last = partials[-1:].credit_move_id.move_id
        if not last:
            return "corrected_invoice", credits
        if last.move_type == "out_refund":
            return "credit_note", credits
        money = last.origin_payment_id or last.statement_line_id
        if not money and last.journal_id.type == "general":
            return "goodwill", credits
        return "paid", credits.browse()

    def _get_credited(self, credit_notes):
        """Return what posted credit notes give, in the currency of the case."""
        posted = credit_notes.filtered(
            lambda move: move.state == "posted" and move.currency_id == self.currency_id
        )
        return min(sum(posted.mapped("amount_total")), self.amount_disputed)

    def _get_settled_text(self, resolution):
        """Return what the chatter says of a case that ended by itself."""
        texts = {
            "paid": self.env._("What was disputed was paid."),
            "credit_note": self.env._("What was disputed was credited."),
            "goodwill": self.env._("What was disputed was written off."),
            "corrected_invoice": self.env._("The invoice was cancelled."),
        }
        return texts.get(resolution, self.env._("Nothing of it is open any more."))

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_follow(self):
        """Look at all open cases each night: what no event told is found here."""
        lines = self.env["dispute.case.line"].search(
            [("case_id.state", "in", OPEN_STATES)]
        )
        left = lines.move_line_id._get_disputable()
        cases = lines.filtered(lambda line: line._has_moved(left)).case_id
        self.env["ir.cron"]._commit_progress(remaining=len(cases))
        for start in range(0, len(cases), BATCH):
            batch = cases[start : start + BATCH]
            batch._follow_items()
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    def _find_again(self):
        """Find the items whose entry was posted anew, and what they are now."""
        for line in self:
            item = line.move_line_id
            if not item and line.move_id.state == "posted":
                items = line.move_id.line_ids.filtered(
                    lambda item: item.account_type == "asset_receivable"
                )
                same_day = items.filtered(
                    lambda item, line=line: item.date_maturity == line.date_maturity
                )
                item = (same_day or items)[:1]
            if item and item.parent_state == "posted":
                snapshot = line._get_snapshot(item)
                now = {name: line[name] for name in ("move_name", "date_maturity")}
                if line.move_line_id != item or any(
                    snapshot[name] != value for name, value in now.items()
                ):
                    line.write(snapshot)

    def _has_moved(self, left):
        """Tell whether the ledger has moved under what this line disputes.

        :param dict left: see ``account.move.line._get_disputable``.
        :rtype: bool
        """
        self.ensure_one()
        item, hold = self.move_line_id, self.hold_id
        return (
            item.parent_state != "posted"
            or self.currency_id.compare_amounts(left[item.id], 0) < 0
            or bool(self.amount) != bool(hold and not hold.date_to)
        )

    def _get_left(self):
        """Return what is open of the item for this line.

        What cases that were opened earlier dispute of it comes first.

        :rtype: float
        """
        self.ensure_one()
        residual = self._get_residual()
        if not residual:
            return 0.0
        earlier = self.search(
            [
                ("move_line_id", "=", self.move_line_id.id),
                ("case_id.state", "in", OPEN_STATES),
                ("id", "<", self.id),
            ]
        )
        left = self.currency_id.round(residual - sum(earlier.mapped("amount")))
        return max(left, 0.0)

    def _set_amount(self, amount):
        """Lower the disputed amount to what is left of it."""
        self.ensure_one()
        before = self.amount
        self.with_context(dispute_settled=True).amount = amount
        self._log_amount(before)

    def _apply_credit(self, amount):
        """Lower what is disputed by a credit note of the invoice.

        :param float amount: credited, in the currency of the items.
        """
        for line in self:
            used = min(line.amount, amount)
            if line.currency_id.is_zero(used):
                continue
            amount -= used
            left = line.currency_id.round(line.amount - used)
            case = line.case_id
            others = case.line_ids - line
            if left or any(other.amount for other in others):
                line._set_amount(left)
            else:
                case._close_settled()


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """A credit note of a disputed invoice credits first what is disputed."""
        partials = super().create(vals_list)
        debits = partials.debit_move_id
        lines = debits._get_open_dispute_lines() if debits else None
        if lines:
            partials._credit_disputes(lines)
        return partials

    def _credit_disputes(self, lines):
        """Lower what is disputed of invoices by the credit notes that reverse them.

        :param dispute.case.line lines: of open cases, about the entries concerned.
        """
        for partial in self:
            invoice = partial.debit_move_id.move_id
            if partial.credit_move_id.move_id.reversed_entry_id != invoice:
                continue
            own = lines.filtered(
                lambda line, invoice=invoice: (
                    line.move_id == invoice and line.case_id.state in OPEN_STATES
                )
            )
            # The item that was credited, then the other installments.
            own.sorted(
                lambda line, item=partial.debit_move_id: (
                    line.move_line_id != item,
                    line.id,
                )
            )._apply_credit(partial.debit_amount_currency)

    def unlink(self):
        """What is open again may be held in another way."""
        cases = (self.debit_move_id | self.credit_move_id)._get_open_dispute_lines()
        cases = cases.case_id
        result = super().unlink()
        cases._follow_items()
        return result


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_open_dispute_lines(self):
        """Return what open cases dispute of the entries of these items.

        :rtype: dispute.case.line (as superuser: whoever books need not see disputes)
        """
        lines = self.env["dispute.case.line"].sudo()
        return lines.search(
            [
                ("move_id", "in", self.move_id.ids),
                ("case_id.state", "in", OPEN_STATES),
            ]
        )

    def _reconcile_post_hook(self, data):
        """What was paid is not disputed any more."""
        super()._reconcile_post_hook(data)
        self._get_open_dispute_lines().case_id._follow_items()


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_disputes(self):
        """Return the open cases about these entries.

        :rtype: dispute.case (as superuser)
        """
        return self.line_ids._get_open_dispute_lines().case_id

    def _post(self, soft=True):
        """An invoice that was corrected is disputed as it is now."""
        posted = super()._post(soft)
        posted._get_disputes()._follow_items()
        return posted

    def button_draft(self):
        """Nothing is owed of a draft: nothing is held."""
        result = super().button_draft()
        self._get_disputes()._follow_items()
        return result

    def button_cancel(self):
        """What is owed no more is not disputed any more."""
        result = super().button_cancel()
        self._get_disputes()._follow_items()
        return result

    def unlink(self):
        cases = self._get_disputes()
        result = super().unlink()
        cases._follow_items()
        return result
