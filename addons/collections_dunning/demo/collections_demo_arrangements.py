import base64
from datetime import timedelta

from odoo import Command, models

# The customer of each arrangement, see ``customers.CUSTOMERS``.
PLAN_CUSTOMER, SETTLEMENT_CUSTOMER = "auriol", "bluebird"


class CollectionsDemo(models.AbstractModel):
    """What customers announced or signed: promises, a payment plan, an offer."""

    _inherit = "collections.demo"

    def _make_arrangements(self, customers, case, today):
        """Make one arrangement of each kind, as the collector of the company would."""
        camille = self.env.ref("collections_dunning.res_users_camille_demo")
        demo = self.with_user(camille).with_company(self.env.company)
        demo = demo.with_context(lang="fr_FR")
        demo._promise(case["promise"], today + timedelta(days=3))
        self._break(demo._promise(case["promise_not_kept"], today), today)
        demo._spread(customers[PLAN_CUSTOMER], today)
        demo._offer(customers[SETTLEMENT_CUSTOMER], today)

    def _get_debtor(self, partner):
        return self.env["collections.debtor"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "=", partner.commercial_partner_id.id),
            ]
        )

    def _promise(self, invoice, day):
        """Note that the customer announced the payment of an invoice by phone."""
        item = self._get_receivable_lines(invoice)
        return self.env["collections.promise"].create(
            {
                "debtor_id": self._get_debtor(invoice.partner_id).id,
                "currency_id": item.currency_id.id,
                "amount": item.amount_residual_currency,
                "date": day,
                "item_ids": [Command.set(item.ids)],
                "origin": "phone",
                "note": "Virement annoncé au téléphone",
            }
        )

    def _break(self, promise, today):
        """Have a promise lie in the past: its day went by, nothing came."""
        promise = promise.sudo()
        promise.write(
            {
                "date": today - timedelta(days=3),
                "until_date": today - timedelta(days=1),
                "state": "broken",
                "decided_on": today,
            }
        )
        promise._get_holds().write(
            {
                "date_from": today - timedelta(days=16),
                "date_to": today - timedelta(days=1),
            }
        )

    def _spread(self, partner, today):
        """Have a customer sign a plan over all that is overdue, on paper."""
        items = self._get_overdue(partner, today)
        plans = self.env["collections.payment.plan"]
        plan = plans._create_from_items(
            self._get_debtor(partner),
            items,
            down_payment=round(sum(items.mapped("amount_residual")) / 5, 2),
            installment_count=4,
        )
        plan.action_propose()
        plan.action_accept(
            signed_by=partner.name,
            scan=base64.b64encode(plan._get_agreement_pdf()),
            scan_name="Protocole signé.pdf",
        )

    def _offer(self, partner, today):
        """Draft an offer to a customer abroad; a Credit Manager has to approve it."""
        items = self._get_overdue(partner, today)
        self.env["collections.settlement"].create(
            {
                "debtor_id": self._get_debtor(partner).id,
                "currency_id": items.currency_id.id,
                "item_ids": [Command.set(items.ids)],
                "percent": 80.0,
                "date": today + timedelta(days=15),
                "note": "Litige ancien, client à l'étranger",
            }
        )

    def _get_overdue(self, partner, today):
        """Return the overdue items of a customer that nothing holds."""
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id.commercial_partner_id", "=", partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual", ">", 0),
                ("date_maturity", "<", today),
            ]
        )
        held = self._get_debtor(partner).hold_ids.move_line_id
        return items - held
