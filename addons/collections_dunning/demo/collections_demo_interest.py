from datetime import timedelta

from odoo import models

# Days ago: somebody decided to dun the debt that was old when dunning began.
OLD_DEBT_DECIDED = 29


class CollectionsDemo(models.AbstractModel):
    """Late interest: what each law makes of it, see ``ledger.UNPAID``."""

    _inherit = "collections.demo"

    def _set_up_interest(self, customers, case, today):
        """Make who bears which interest: a business, public buyers, a consumer.

        Invoices that were paid late, and customers abroad, are in the ledger anyway.
        """
        debtors = self._get_debtors()
        self._pay_in_part(case["two_half_years"], 0.4, today - timedelta(days=90))
        vincent = self.env.ref("collections_dunning.res_users_vincent_demo")
        debtors[customers["mirabelle"]].with_user(vincent).write(
            {
                "charging": "waive",
                "charging_reason": "Livraison incomplète de notre fait",
            }
        )
        for key, days in (("saint_aubin", 0), ("valmont", 50)):
            debtors[customers[key]].write(
                {"debtor_type": "public", "public_payment_days": days}
            )
        for name in ("public_buyer", "public_suspended"):
            invoice = case[name]
            invoice.dunning_deposit_date = invoice.invoice_date + timedelta(days=2)
        suspended = case["public_suspended"]
        suspended.dunning_suspended_on = suspended.invoice_date + timedelta(days=20)

    def _pay_in_part(self, invoice, share, day):
        """Receive a part of an invoice, long after it was due."""
        amount = invoice.currency_id.round(invoice.amount_total * share)
        payment = self.env["account.payment"].create(
            self._prepare_payment_vals(
                invoice.commercial_partner_id, amount, day, memo=invoice.name
            )
        )
        payment.action_post()
        self._get_receivable_lines(invoice | payment.move_id).reconcile()

    def _decide_on_old_debt(self, partner, day):
        """Have the old debt of a customer dunned from the first level on.

        :param date day: of the run that is about to be held.
        """
        holds = self.env["dunning.hold"].search(
            [
                ("debtor_id.partner_id", "=", partner.id),
                ("reason", "=", "old_debt"),
            ]
        )
        holds.date_to = day - timedelta(days=1)
