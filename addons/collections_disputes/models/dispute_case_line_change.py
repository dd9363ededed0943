"""Invoices that were corrected during a dispute: another customer, another currency."""

from odoo import models


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    def _is_same_debt(self):
        """Tell whether the item is still a debt this case can be about.

        :return: False when it was posted anew for another customer, or in another
            currency.
        :rtype: bool
        """
        self.ensure_one()
        item = self.move_line_id
        if item.parent_state != "posted":
            return True
        return item.currency_id == self.currency_id and self._is_same_customer()

    def _is_same_customer(self):
        customer = self.move_line_id.partner_id.commercial_partner_id
        return customer == self.case_id.partner_id.commercial_partner_id

    def _follow_corrections(self):
        """Let go what is no debt of this customer any more; follow its currency.

        Only a person knows how much is disputed in another currency: all of it is held
        until the owner has said so.
        """
        for case in self.case_id:
            changed = (case.line_ids & self).filtered(
                lambda line: line.amount and not line._is_same_debt()
            )
            currencies = case.line_ids.move_line_id.currency_id
            is_followed = (
                changed == case.line_ids
                and len(currencies) == 1
                and all(line._is_same_customer() for line in changed)
            )
            if is_followed:
                changed._follow_currency(currencies)
            else:
                changed._let_go()

    def _let_go(self):
        """End what is disputed of items that are another customer's now, and say so."""
        for line in self:
            item = line.move_line_id
            texts = {
                "item": line.move_name,
                "customer": item.partner_id.display_name,
                "currency": item.currency_id.name,
            }
            if line._is_same_customer():
                text = self.env._(
                    "%(item)s was posted anew in %(currency)s: it is not disputed here "
                    "any more. Open a dispute of its own if it still is.",
                    **texts,
                )
            else:
                text = self.env._(
                    "%(item)s was posted anew for %(customer)s: it is not disputed "
                    "here any more.",
                    **texts,
                )
            line.with_context(dispute_settled=True).amount = 0
            line.case_id._message_log(body=text)
            if line._is_same_customer():
                line.case_id._call_owner(text)

    def _follow_currency(self, currency):
        """Dispute all of items that were posted anew in another currency.

        :param res.currency currency: of all items of the case.
        """
        case = self.case_id
        case.currency_id = currency
        for line in self:
            amount = max(
                line.move_line_id._get_disputable(line)[line.move_line_id.id], 0
            )
            line.with_context(dispute_settled=True).write(
                {"amount": amount, "amount_opened": amount}
            )
        text = self.env._(
            "%(items)s: posted anew in %(currency)s. All of it is held: say how much "
            "is disputed.",
            items=", ".join(self.mapped("move_name")),
            currency=currency.name,
        )
        case._message_log(body=text)
        case._call_owner(text)
