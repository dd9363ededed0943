from odoo import Command, api, models

from . import ledger
from .customers import CUSTOMERS


class CollectionsDemo(models.AbstractModel):
    """The planned invoices and payments."""

    _inherit = "collections.demo"

    def _create_invoices(self, customers, today):
        """Create and post the planned invoices.

        :return: pairs of the plan and the invoice.
        :rtype: list(tuple(ledger.Invoice, account.move))
        """
        plans = ledger.plan_invoices(CUSTOMERS, today)
        currencies = {
            customer.key: self.env.ref(f"base.{customer.currency}")
            for customer in CUSTOMERS
        }
        moves = self.env["account.move"].create(
            [
                self._prepare_invoice_vals(
                    plan, customers[plan.customer], currencies[plan.customer]
                )
                for plan in plans
            ]
        )
        moves.action_post()
        return list(zip(plans, moves, strict=True))

    def _prepare_invoice_vals(self, plan, partner, currency):
        in_french = partner.lang == "fr_FR"
        invoice_address = partner.child_ids.filtered(lambda c: c.type == "invoice")
        return {
            "move_type": "out_invoice",
            "partner_id": (invoice_address or partner).id,
            "currency_id": currency.id,
            "invoice_date": plan.date,
            "invoice_payment_term_id": partner.property_payment_term_id.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": ledger.CATALOGUE[item.product][0 if in_french else 1],
                        "price_unit": ledger.CATALOGUE[item.product][2],
                        "quantity": item.quantity,
                        "tax_ids": self._get_taxes(partner).ids,
                    }
                )
                for item in plan.items
            ],
        }

    def _get_taxes(self, partner):
        """Return the taxes of a sale: none is charged abroad."""
        company = self.env.company
        domestic = partner.country_id == company.account_fiscal_country_id
        return company.account_sale_tax_id if domestic else self.env["account.tax"]

    def _create_payments(self, invoices):
        """Create, post and reconcile the planned payments of these invoices."""
        paid = [
            (move, self._prepare_payments_vals(plan, move))
            for plan, move in invoices
            if plan.payments
        ]
        payments = self.env["account.payment"].create(
            [vals for _move, vals_list in paid for vals in vals_list]
        )
        payments.action_post()
        groups = []
        for move, vals_list in paid:
            mine, payments = payments[: len(vals_list)], payments[len(vals_list) :]
            groups.append(self._get_receivable_lines(move | mine.move_id))
        self.env["account.move.line"]._reconcile_plan(groups)

    def _prepare_payments_vals(self, plan, move):
        vals_list = []
        rest = move.amount_total
        paid_share = 0.0
        for payment in plan.payments:
            paid_share += payment.share
            amount = move.currency_id.round(move.amount_total * payment.share)
            if paid_share > 0.999:
                amount = rest
            rest -= amount
            vals_list.append(
                self._prepare_payment_vals(
                    move.commercial_partner_id,
                    move.currency_id.round(amount),
                    payment.date,
                    currency_id=move.currency_id.id,
                    memo=move.name,
                )
            )
        return vals_list

    def _prepare_payment_vals(self, partner, amount, day, **vals):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.env.company.id), ("type", "=", "bank")], limit=1
        )
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": partner.id,
            "amount": amount,
            "date": day,
            "journal_id": journal.id,
            **vals,
        }

    @api.model
    def _get_receivable_lines(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
