from odoo import models

from ..const import OPEN_STATES


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

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Credit notes made for disputes credit what is disputed, the rest after it.

        Core begins with the oldest installment.
        """
        for credit_note in reverse_moves.with_context(
            move_reverse_cancel=move_reverse_cancel
        ):
            credit_note._credit_disputed_items()
        return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)

    def _credit_disputed_items(self):
        """Reconcile this credit note with what the case it was made for disputes."""
        self.ensure_one()
        lines = self.line_ids._get_open_lines_of_credit_note()
        # Now: what a case disputes changes with each of them.
        amounts = [(line.move_line_id, line.amount) for line in lines]
        for item, amount in amounts:
            item = item.with_env(self.env)
            credit = self.line_ids.filtered(
                lambda line, item=item: (
                    line.account_id == item.account_id and not line.reconciled
                )
            )
            if credit and not item.reconciled:
                pair = credit[0] | item
                pair.with_context(dispute_amount=amount).reconcile()

    def button_draft(self):
        """Nothing is owed of a draft: nothing is held."""
        result = super().button_draft()
        self._get_disputes()._follow_items()
        return result

    def button_cancel(self):
        """What is owed no more is not disputed any more."""
        result = super().button_cancel()
        self._get_disputes()._follow_items()
        self._get_decided_disputes()._forget_outcome()
        return result

    def unlink(self):
        cases, decided = self._get_disputes(), self._get_decided_disputes()
        result = super().unlink()
        cases._follow_items()
        decided._forget_outcome()
        return result

    def _get_decided_disputes(self):
        """Return the open cases that wait for one of these credit notes to be posted.

        :rtype: dispute.case (as superuser)
        """
        cases = self.env["dispute.case"].sudo()
        return cases.search(
            [
                ("credit_note_ids", "in", self.ids),
                ("state", "in", OPEN_STATES),
                ("requested_resolution", "!=", False),
            ]
        )
