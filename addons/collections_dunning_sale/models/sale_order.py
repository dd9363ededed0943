from contextlib import contextmanager

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

# What may have a confirmed order claim more, or from somebody else.
WATCHED = {"partner_id", "partner_invoice_id", "pricelist_id", "currency_id"}


class SaleOrder(models.Model):
    """Nothing is confirmed past the credit rule, whoever writes it.

    The rule is asked once the order is written: what is confirmed then is part of the
    exposure, so orders confirmed together count together.
    """

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._apply_credit_rule()
        return orders

    def write(self, vals):
        confirmed = self.filtered(lambda order: order.state == "sale")
        watched = self if WATCHED & vals.keys() else self.browse()
        with watched._watch_credit():
            result = super().write(vals)
        if vals.get("state") == "sale":
            (self - confirmed)._apply_credit_rule()
        if vals.get("state") in ("sale", "cancel"):
            asked = self.sudo().filtered("credit_requested_on")
            if asked:
                asked._close_credit_request("")
        return result

    def _validate_order(self):
        """Override: what a customer signs waits for a Credit Manager where it must."""
        refused = self.filtered(lambda order: order._get_credit_refusals())
        refused._request_credit_approval()
        passed = self - refused
        return super(SaleOrder, passed)._validate_order() if passed else None

    @contextmanager
    def _watch_credit(self):
        """Have the credit rule look at confirmed orders that a person makes grow."""
        confirmed = self.filtered(lambda order: order.state == "sale")
        watched = self.browse() if self.env.su else confirmed
        before = {order: order._get_credit_claim() for order in watched}
        yield
        grown = self.browse()
        for order, (partner, amount) in before.items():
            now_partner, now_amount = order._get_credit_claim()
            currency = order.company_id.currency_id
            if (
                now_partner != partner
                or currency.compare_amounts(now_amount, amount) > 0
            ):
                grown |= order
        grown._apply_credit_rule()

    def _get_credit_claim(self):
        """Return who owes this order, and how much in the company's currency.

        :rtype: tuple(res.partner, float)
        """
        rate = self.currency_rate or 1.0
        return self._get_credit_partner(), self.amount_total / rate

    def _apply_credit_rule(self):
        """Note what the rule has against orders that have just been confirmed.

        :raise UserError: when somebody has to approve or release one.
        """
        for order in self:
            findings = order._get_credit_findings()
            refusals = order._get_credit_refusals(findings)
            if refusals:
                raise UserError(order._get_refusal_message(refusals))
            if findings:
                approval = order._get_credit_approval(findings)
                words = [finding["text"] for finding in findings]
                words += [approval._get_words()] if approval else []
                order.sudo()._message_log(body=Markup("<br/>").join(words))

    def _get_refusal_message(self, refusals):
        if refusals[0]["action"] == "block":
            head = self.env._(
                "%(order)s can't be confirmed unless a Credit Manager releases it.",
                order=self.name,
            )
        else:
            head = self.env._(
                "%(order)s can't be confirmed unless a Credit Manager approves it: ask "
                "for approval on the quotation. What comes on top of a confirmed order "
                "needs a quotation of its own.",
                order=self.name,
            )
        return "\n".join([head, *(refusal["text"] for refusal in refusals)])
