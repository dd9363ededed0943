from datetime import timedelta

from odoo import Command, models

from . import ledger
from .customers import CUSTOMERS

# By the habit of the customer; the others are written to in the standard tone.
TONES = {"punctual": "soft", "silent": "firm"}


class CollectionsDemo(models.AbstractModel):
    """What is not an invoice or its payment."""

    _inherit = "collections.demo"

    def _create_special_cases(self, customers, invoices, today):
        """Make what is not an invoice or its payment, see ``ledger.UNPAID``."""
        case = {plan.case: move for plan, move in invoices if plan.case}
        part = self._create_credit_note(
            case["part_credited"], 0.25, today - timedelta(days=20)
        )
        self._get_receivable_lines(case["part_credited"] | part).reconcile()
        self._create_credit_note(case["covered"], 1.2, today - timedelta(days=12))
        self._create_unallocated_payment(customers["rousseau"], today)
        self._create_opening_balance(customers["azur_conseil"], today)
        self._get_receivable_lines(case["excluded"]).no_followup = True
        self._set_up_debtors(customers)
        self._hold(case, today)

    def _create_credit_note(self, invoice, share, day):
        """Create and post a credit note over a share of an invoice."""
        credit_note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "currency_id": invoice.currency_id.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": invoice.invoice_line_ids[0].name,
                            "price_unit": invoice.currency_id.round(
                                invoice.amount_untaxed * share
                            ),
                            "tax_ids": invoice.invoice_line_ids[0].tax_ids.ids,
                        }
                    )
                ],
            }
        )
        credit_note.action_post()
        return credit_note

    def _create_unallocated_payment(self, partner, today):
        payment = self.env["account.payment"].create(
            self._prepare_payment_vals(
                partner, 1500.0, today - timedelta(days=6), memo="VIR SEPA"
            )
        )
        payment.action_post()

    def _create_opening_balance(self, partner, today):
        """Post the balance that a former system left, as a general entry."""
        company = self.env.company
        counterpart = self.env["account.account"].search(
            [
                ("company_ids", "in", company.ids),
                ("account_type", "in", ("equity", "equity_unaffected")),
            ],
            limit=1,
        )
        day = today - timedelta(days=ledger.OLDEST + 5)
        partner = partner.with_company(company)
        lines = [
            (partner.property_account_receivable_id, 2340.0),
            (counterpart, -2340.0),
        ]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "ref": "À-nouveaux",
                "line_ids": [
                    Command.create(
                        {
                            "name": "À-nouveaux",
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in lines
                ],
            }
        )
        entry.action_post()

    def _set_up_debtors(self, customers):
        """Share the debtors out, and set the tone each of them is written to in."""
        vincent = self.env.ref("collections_dunning.res_users_vincent_demo")
        debtors = self._get_debtors()
        for customer in CUSTOMERS:
            debtor = debtors.get(customers[customer.key])
            if not debtor:
                continue
            debtor.tone = TONES.get(customer.habit, "standard")
            if customer.country != "fr":
                debtor.responsible_id = vincent

    def _get_debtors(self):
        """Return the debtor of each customer that owes something."""
        company = self.env.company
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(company)
        return {
            debtor.partner_id: debtor
            for debtor in debtors.search([("company_id", "=", company.id)])
        }

    def _hold(self, case, today):
        """Hold a disputed invoice, and a customer that asked for time."""
        by_partner = self._get_debtors()
        disputed = by_partner[case["disputed"].commercial_partner_id]
        paused = by_partner[case["paused"].commercial_partner_id]
        self.env["dunning.hold"].create(
            [
                {
                    "debtor_id": disputed.id,
                    "move_line_id": self._get_receivable_lines(case["disputed"]).id,
                    "reason": "disputed",
                    "date_from": today - timedelta(days=9),
                    "note": "Two pendants arrived broken",
                },
                {
                    "debtor_id": paused.id,
                    "reason": "paused",
                    "date_from": today - timedelta(days=3),
                    "date_to": today + timedelta(days=18),
                    "note": "New bookkeeper, back after the handover",
                },
            ]
        )
