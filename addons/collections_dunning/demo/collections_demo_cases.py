from datetime import timedelta

from odoo import Command, models

from . import ledger
from .customers import CUSTOMERS

# By the habit of the customer; the others are written to in the standard tone.
TONES = {"punctual": "soft", "silent": "firm"}
DECIDERS = ("Gérant", "Directeur")


class CollectionsDemo(models.AbstractModel):
    """What is not an invoice or its payment."""

    _inherit = "collections.demo"

    def _create_special_cases(self, customers, invoices, today):
        """Make what is not an invoice or its payment, see ``ledger.UNPAID``."""
        case = {plan.case: move for plan, move in invoices if plan.case}
        sent = self.env["account.move"].union(*(move for _plan, move in invoices))
        sent -= case["not_delivered"]
        sent.is_move_sent = True
        for day, moves in sent.grouped("invoice_date").items():
            moves.dunning_sent_on = day
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
        self._keep_from_dunning(customers, case, today)
        self._set_up_interest(customers, case, today)

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
            debtor.tone = TONES.get(customer.habit)
            deciders = debtor.partner_id.child_ids.filtered(
                lambda contact: contact.function in DECIDERS
            )
            deciders.is_dunning_decision_maker = True
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
        """Hold what is disputed, or may not be claimed for now."""
        by_partner = self._get_debtors()

        def prepare(name, reason, date_from, date_to, note, whole=False):
            invoice = case[name]
            item = self._get_receivable_lines(invoice)
            return {
                "debtor_id": by_partner[invoice.commercial_partner_id].id,
                "move_line_id": False if whole else item.id,
                "reason": reason,
                "date_from": today + timedelta(days=date_from),
                "date_to": date_to is not None and today + timedelta(days=date_to),
                "note": note,
            }

        self.env["dunning.hold"].create(
            [
                prepare(
                    *("disputed", "disputed", -9, None, "Two pendants arrived broken")
                ),
                prepare(
                    *("insolvency", "insolvency", -20, None),
                    "Receivership: claim to be filed",
                    whole=True,
                ),
            ]
        )
