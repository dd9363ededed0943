"""What is left of a disputed item once the ledger has moved."""

from odoo import models

from ..const import OPEN_STATES


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
            or (bool(self.amount) and not self._is_same_debt())
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
        if not residual or not self._is_same_debt():
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

    def _get_uncredited(self):
        """Return what was disputed in the end and no credit note of the case gave.

        :return: in the currency of the item; all, once the credit note was undone.
        :rtype: float
        """
        self.ensure_one()
        credit_notes = self.case_id.credit_note_ids
        partials = self.move_line_id.matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.move_id in credit_notes
        )
        credited = sum(partials.mapped("debit_amount_currency"))
        return max(self.currency_id.round(self.amount - credited), 0.0)

    def _set_amount(self, amount):
        """Lower the disputed amount to what is left of it."""
        self.ensure_one()
        before = self.amount
        self.with_context(dispute_settled=True).amount = amount
        self._log_amount(before)

    def _get_credited_lines(self, item, cases):
        """Return which of these lines a credit note of an invoice is about, in order.

        :param account.move.line item: what was credited: first what is disputed of it,
            then of the other installments.
        :param dispute.case cases: what the credit note was made for; when nothing is
            known, all open cases.
        """
        lines = self.filtered(
            lambda line: (
                line.move_id == item.move_id
                and line.case_id.state in OPEN_STATES
                and (not cases or line.case_id in cases)
            )
        )
        return lines.sorted(lambda line: (line.move_line_id != item, line.id))

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
