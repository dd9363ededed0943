from odoo import models
from odoo.tools import format_date


class CollectionsDebtor(models.Model):
    """Sentences of the customer's page, in the language of the context."""

    _inherit = "collections.debtor"

    def _describe_portal_promise(self, promise):
        """Return what the customer announced, and what has become of it.

        :param collections.promise promise: one of this customer's.
        :rtype: str
        """
        values = {
            "amount": promise.currency_id.format(promise.amount),
            "date": format_date(self.env, promise.date),
            "paid": promise.currency_id.format(promise.amount_paid),
        }
        if promise.state == "kept":
            return self.env._(
                "You announced %(amount)s for %(date)s: received, thank you.",
                **values,
            )
        if promise.state == "partly":
            return self.env._(
                "You announced %(amount)s for %(date)s: we have received %(paid)s.",
                **values,
            )
        if promise.state == "broken":
            return self.env._(
                "You announced %(amount)s for %(date)s: we have not received it.",
                **values,
            )
        return self.env._("You announced %(amount)s for %(date)s.", **values)

    def _describe_portal_plan(self, plan):
        """Return what is proposed to the customer, until he has signed it.

        :param collections.payment.plan plan: one of this customer's.
        :rtype: str
        """
        if plan.state != "proposed":
            return ""
        values = {
            "count": len(plan.installment_ids),
            "amount": plan.currency_id.format(plan.amount_total),
            "date": plan.valid_until and format_date(self.env, plan.valid_until),
        }
        if not plan.valid_until:
            return self.env._(
                "We propose that you pay %(amount)s in %(count)s payments.", **values
            )
        return self.env._(
            "We propose that you pay %(amount)s in %(count)s payments. "
            "Please sign by %(date)s.",
            **values,
        )

    def _describe_portal_settlement(self, settlement):
        """Return what is offered to the customer.

        :param collections.settlement settlement: one of this customer's.
        :rtype: str
        """
        values = {
            "amount": settlement.currency_id.format(settlement.amount),
            "due": settlement.currency_id.format(settlement.amount_due),
            "date": format_date(self.env, settlement.date),
        }
        if settlement.state == "paid":
            return self.env._(
                "You have paid %(amount)s: this is settled, thank you.", **values
            )
        if settlement.kind == "waiver":
            return self.env._(
                "You pay %(amount)s by %(date)s instead of %(due)s: the rest is "
                "waived.",
                **values,
            )
        return self.env._(
            "You pay %(amount)s by %(date)s instead of %(due)s. After that day the "
            "rest is due again.",
            **values,
        )

    def _describe_portal_transaction(self, transaction):
        """Return what became of a payment that the customer just made.

        :param payment.transaction transaction: of this customer.
        :rtype: str
        """
        amount = transaction.currency_id.format(transaction.amount)
        if transaction.state in ("done", "authorized"):
            return self.env._(
                "Thank you. We have received your payment of %(amount)s (reference "
                "%(reference)s).",
                amount=amount,
                reference=transaction.reference,
            )
        if transaction.state == "pending":
            return self.env._(
                "Thank you. Your payment of %(amount)s is being processed.",
                amount=amount,
            )
        return self.env._("The payment did not succeed: nothing was paid.")
