from odoo import api, models
from odoo.tools import SQL

from ..const import OPEN_STATES


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

    def _get_open_lines_of_credit_note(self):
        """Return what the open cases a credit note was made for dispute.

        :return: of the invoice that it reverses.
        :rtype: dispute.case.line (as superuser)
        """
        lines = self.env["dispute.case.line"].sudo()
        return lines.search(
            [
                ("move_line_id.move_id", "in", self.move_id.reversed_entry_id.ids),
                ("case_id.credit_note_ids", "in", self.move_id.ids),
                ("case_id.state", "in", OPEN_STATES),
            ]
        )

    @api.model
    def _prepare_reconciliation_single_partial(
        self, debit_values, credit_values, shadowed_aml_values=None
    ):
        """A credit note made for a case takes no more of an item than is disputed.

        The limit is in the currency of the item; of what is open in the company's
        currency, the same share: so core books the exchange difference of that share.
        """
        limit = self.env.context.get("dispute_amount")
        left = debit_values["amount_residual_currency"]
        if limit and limit < left:
            residual = debit_values["amount_residual"] * limit / left
            debit_values = {
                **debit_values,
                "amount_residual": debit_values["aml"].company_currency_id.round(
                    residual
                ),
                "amount_residual_currency": limit,
            }
        return super()._prepare_reconciliation_single_partial(
            debit_values, credit_values, shadowed_aml_values
        )

    def _reconcile_post_hook(self, data):
        """What was paid is not disputed any more."""
        result = super()._reconcile_post_hook(data)
        self._get_open_dispute_lines().case_id._follow_items()
        return result

    def _get_disputable(self, except_lines=None):
        """Return what can still be disputed of items: the rest of what is open.

        :param dispute.case.line except_lines: these count as not there.
        :return: in the currency of the item, by its id; negative when more is
            disputed than is open.
        :rtype: dict(int, float)
        """
        lines = self.env["dispute.case.line"].sudo()
        disputed = dict(
            lines._read_group(
                [
                    ("move_line_id", "in", self.ids),
                    ("case_id.state", "in", OPEN_STATES),
                    ("id", "not in", (except_lines or lines).ids),
                ],
                ["move_line_id"],
                ["amount:sum"],
            )
        )
        return {
            item.id: item.currency_id.round(
                item.amount_residual_currency - disputed.get(item, 0.0)
            )
            for item in self.sudo()
        }

    def _lock_debtors(self):
        """Have whoever disputes items of these customers meanwhile begin anew.

        What two people dispute at the same time may be more than what is open: neither
        sees the other's case. A row that both write makes the second one wait, and then
        try again with the first one's case in sight.
        """
        partners = self.sudo().partner_id.commercial_partner_id
        if partners:
            self.env.cr.execute(
                SQL(
                    "UPDATE collections_debtor SET write_date = write_date "
                    "WHERE partner_id = ANY(%s)",
                    partners.ids,
                )
            )
