from odoo import api, models

from ..const import OPEN_STATES


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
