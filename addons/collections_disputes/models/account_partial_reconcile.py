from odoo import api, models


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

        One that was made for a case is for that case alone.

        :param dispute.case.line lines: of open cases, about the entries concerned.
        """
        notes = self.credit_move_id.move_id
        # Before any case ends: what ends lists all that has settled it.
        made = (
            self.env["dispute.case"]
            .sudo()
            .search([("credit_note_ids", "in", notes.ids)])
        )
        made_for = {
            note: made.filtered(lambda case, note=note: note in case.credit_note_ids)
            for note in notes
        }
        for partial in self:
            item, note = partial.debit_move_id, partial.credit_move_id.move_id
            if note.reversed_entry_id != item.move_id:
                continue
            lines._get_credited_lines(item, made_for[note])._apply_credit(
                partial.debit_amount_currency
            )

    def unlink(self):
        """What is open again may be held in another way, or credited no more."""
        cases = (self.debit_move_id | self.credit_move_id)._get_open_dispute_lines()
        cases = cases.case_id
        credited = self._get_credited_cases()
        result = super().unlink()
        cases._follow_items()
        credited._tell_taken_back()
        return result

    def _get_credited_cases(self):
        """Return the disputes that ended with one of these credit notes.

        :rtype: dispute.case
        """
        notes = self.credit_move_id.move_id.filtered(
            lambda move: move.move_type == "out_refund"
        )
        cases = self.env["dispute.case"].sudo()
        if not notes:
            return cases
        return cases.search(
            [("state", "=", "resolved"), ("credit_note_ids", "in", notes.ids)]
        )
