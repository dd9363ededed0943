from odoo import Command
from odoo.tests import tagged

from .common import CreditOrderCommon


@tagged("post_install", "-at_install")
class TestExposure(CreditOrderCommon):
    """What is ordered and not invoiced yet is at risk too."""

    def _exposure(self):
        self.env.invalidate_all()
        return self.debtor.exposure, self.debtor.exposure_orders

    def _invoice(self, order, kind="delivered", amount=0):
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": kind,
                "fixed_amount": amount,
            }
        )
        return wizard._create_invoices(order.sudo())

    def test_quotation_is_no_exposure(self):
        order = self._create_order(100)
        self.assertEqual(self._exposure(), (600, 0))
        order.action_confirm()
        self.assertEqual(self._exposure(), (700, 100))
        order._action_cancel()
        self.assertEqual(self._exposure(), (600, 0))

    def test_invoice_takes_the_place_of_the_order(self):
        order = self._create_order(100)
        order.action_confirm()
        invoice = self._invoice(order)
        self.assertEqual(self._exposure(), (700, 100))
        invoice.action_post()
        self.assertEqual(self._exposure(), (700, 0))
        self._pay(invoice)
        self.assertEqual(self._exposure(), (600, 0))

    def test_part_that_is_not_delivered_counts(self):
        """Also where only what is delivered is invoiced: it will be owed."""
        self.product.invoice_policy = "delivery"
        order = self._create_order(100, quantity=3)
        order.action_confirm()
        self.assertEqual(self._exposure(), (900, 300))
        order.sudo().order_line.qty_delivered = 1
        self._invoice(order).action_post()
        self.assertEqual(self._exposure(), (900, 200))
        order.sudo().order_line.qty_delivered = 4
        self.assertEqual(self._exposure(), (1000, 300))

    def test_down_payment_counts_once(self):
        order = self._create_order(300)
        order.action_confirm()
        down_payment = self._invoice(order, "fixed", 120)
        down_payment.action_post()
        self.assertEqual(self._exposure(), (900, 180))
        self._pay(down_payment)
        self.assertEqual(self._exposure(), (780, 180))
        rest = self._invoice(order)
        rest.action_post()
        self.assertEqual(rest.amount_total, 180)
        self.assertEqual(self._exposure(), (780, 0))

    def test_taxes_and_another_currency(self):
        tax = self.env["account.tax"].create(
            {"name": "20 %", "amount": 20, "company_id": self.company.id}
        )
        foreign = self.setup_other_currency("EUR", rates=[("2000-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id}
        )
        order = self._create_order(100, pricelist_id=pricelist.id)
        order.order_line.tax_ids = tax
        order.action_confirm()
        self.assertEqual(order.currency_id, foreign)
        self.assertEqual(self._exposure(), (660, 60))

    def test_of_who_is_invoiced(self):
        payer = self.env["res.partner"].create(
            {"name": "Purchasing", "parent_id": self.customer.id, "type": "invoice"}
        )
        order = self._create_order(
            100, partner_id=self.other_customer.id, partner_invoice_id=payer.id
        )
        order.action_confirm()
        self.assertEqual(self._exposure(), (700, 100))

    def test_orders_of_a_branch_and_of_another_company(self):
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        branch = self.company.child_ids
        other = self.setup_other_company()["company"]
        self.env.user.company_ids += branch
        for company in (branch, other):
            orders = self.env["sale.order"].with_company(company)
            orders.create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "price_unit": 70,
                                "tax_ids": [],
                            }
                        )
                    ],
                }
            ).action_confirm()
        self.assertEqual(self._exposure(), (670, 70))

    def test_invoice_of_an_order_is_not_counted_twice(self):
        """1,000 may be owed: 600 and the order of 400 that is invoiced now."""
        order = self._create_order(400)
        order.action_confirm()
        invoice = self._invoice(order)
        self.assertFalse(invoice.partner_credit_warning)
        invoice.invoice_line_ids.price_unit = 401
        self.assertTrue(invoice.partner_credit_warning)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
