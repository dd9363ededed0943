from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, tagged

from .common import DunningCommon

TODAY = date(2026, 11, 20)


@tagged("post_install", "-at_install")
class TestInvoiceCheck(DunningCommon):
    """What may keep an invoice from being paid in time, seen before it is late."""

    @classmethod
    @freeze_time(TODAY)
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.fr")
        cls.term = cls.env["account.payment.term"].create(
            {
                "name": "30 days",
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 30})],
            }
        )

    def setUp(self):
        super().setUp()
        clock = freeze_time(TODAY)
        clock.start()
        self.addCleanup(clock.stop)

    def _draft(self, **vals):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": TODAY,
                "invoice_payment_term_id": self.term.id,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "price_unit": 100, "tax_ids": []})
                ],
                **vals,
            }
        )

    def _due(self, issued, due, partner=None):
        return self._draft(
            invoice_date=issued,
            invoice_payment_term_id=False,
            invoice_date_due=due,
            partner_id=(partner or self.customer).id,
        )

    def _assert_check(self, invoice, *words):
        """The banner says these words, a line for each, and the filter agrees."""
        invoice = invoice.with_user(self.collector)
        lines = (invoice.dunning_check_note or "").splitlines()
        self.assertEqual(len(lines), len(words), lines)
        for line, word in zip(lines, words, strict=True):
            self.assertIn(word, line)
        alerts = invoice.alerts or {}
        self.assertEqual(
            alerts.get("dunning_check", {}).get("message", ""), "\n".join(lines)
        )
        found = invoice.search(
            [("dunning_has_check", "=", True), ("id", "=", invoice.id)]
        )
        self.assertEqual(bool(found), bool(words))
        found = invoice.search(
            [("dunning_has_check", "=", False), ("id", "=", invoice.id)]
        )
        self.assertEqual(bool(found), not words)

    def test_an_invoice_without_fault(self):
        self._assert_check(self._draft())

    def test_a_purchase_order_number_that_the_customer_wants(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        invoice = self._draft(partner_id=contact.id, ref=" ")
        self._assert_check(invoice)
        self.customer.dunning_order_wanted = True
        self.env.invalidate_all()
        self._assert_check(invoice, "purchase order number")
        invoice.ref = "PO 4711"
        self._assert_check(invoice)

    def test_no_payment_term_and_no_due_date(self):
        self._assert_check(self._due(TODAY, TODAY), "due at once")
        self._assert_check(self._due(TODAY, TODAY + timedelta(days=1)))
        at_once = self.env.ref("account.account_payment_term_immediate")
        self._assert_check(self._draft(invoice_payment_term_id=at_once.id))
        person = self._create_customer("Paul Petit", is_company=False)
        self._assert_check(self._due(TODAY, TODAY, person))

    def test_nobody_has_an_address_that_works(self):
        self.customer.email = False
        invoice = self._draft()
        self._assert_check(invoice, "e-mail address")
        contact = self.env["res.partner"].create(
            {
                "name": "Sales",
                "parent_id": self.customer.id,
                "email": "sales@durand.example.com",
            }
        )
        self.env.invalidate_all()
        self._assert_check(invoice, "e-mail address")
        contact.is_dunning_contact = True
        self.env.invalidate_all()
        self._assert_check(invoice)

    def test_an_address_that_refused_a_notice(self):
        overdue = self._create_invoice(10)
        notice = self._propose().notice_ids.filtered(
            lambda notice: overdue in notice.line_ids.move_id
        )
        notice.sudo().write(
            {"email_to": self.customer.email_normalized, "email_refused": True}
        )
        self._assert_check(self._draft(), "e-mail address")

    def test_days_to_pay_over_the_legal_maximum(self):
        issued = date(2026, 10, 15)
        for due, is_lawful in (
            # 60 days from the date of the invoice.
            (date(2026, 12, 14), True),
            # End of month, then 45 days: 31 October + 45.
            (date(2026, 12, 15), True),
            (date(2026, 12, 16), False),
            # 45 days, then end of month: 29 November, so 30 November.
            (date(2026, 11, 30), True),
            (date(2027, 1, 14), False),
        ):
            with self.subTest(due=due):
                words = () if is_lawful else ("legal maximum",)
                self._assert_check(self._due(issued, due), *words)
        # 45 days from 20 November, then end of month: later than 60 days.
        self._assert_check(self._due(TODAY, date(2027, 1, 31)))
        self._assert_check(self._due(TODAY, date(2027, 1, 30)), "legal maximum")

    def test_the_maximum_is_that_of_french_law_between_businesses(self):
        late = TODAY + timedelta(days=90)
        invoice = self._due(TODAY, late)
        self._assert_check(invoice, "legal maximum")
        person = self._create_customer("Paul Petit", is_company=False)
        self._assert_check(self._due(TODAY, late, person))
        self.company.country_id = self.env.ref("base.us")
        self.env.invalidate_all()
        self._assert_check(invoice)

    def test_the_maximum_of_a_public_buyer(self):
        self._create_invoice(10)
        debtor = self._debtor()
        debtor.debtor_type = "public"
        at_31 = self._due(TODAY, TODAY + timedelta(days=31))
        self._assert_check(self._due(TODAY, TODAY + timedelta(days=30)))
        self._assert_check(at_31, "30 days in which this public buyer")
        debtor.public_payment_days = 50
        self.env.invalidate_all()
        self._assert_check(at_31)
        at_51 = self._due(TODAY, TODAY + timedelta(days=51))
        self._assert_check(at_51, "50 days in which this public buyer")

    def test_an_invoice_that_was_not_sent(self):
        self.company.dunning_sent_outside = False
        fresh = self._draft()
        fresh.action_post()
        self._assert_check(fresh)
        invoice = self._create_invoice(-10)
        self._assert_check(invoice, "Not sent")
        invoice.is_move_sent = True
        self._assert_check(invoice)
        # Too late for anything else, but not for this.
        self.customer.dunning_order_wanted = True
        overdue = self._create_invoice(10)
        self._assert_check(overdue, "Not sent")
        self._pay(overdue)
        self._assert_check(overdue)
        self.company.dunning_sent_outside = True
        self.env.invalidate_all()
        self._assert_check(self._create_invoice(-10, ref="PO 1"))

    def test_bills_credit_notes_and_interest_are_not_checked(self):
        self.customer.write({"email": False, "dunning_order_wanted": True})
        for kind in ("in_invoice", "out_refund", "in_refund"):
            self._assert_check(self._draft(move_type=kind))
        invoice = self._draft()
        invoice.sudo().is_late_charge = True
        self._assert_check(invoice)

    def test_seen_before_the_draft_is_saved(self):
        self.customer.dunning_order_wanted = True
        context = {"default_move_type": "out_invoice"}
        form = Form(self.env["account.move"].with_context(**context))
        form.partner_id = self.customer
        form.invoice_payment_term_id = self.term
        self.assertIn("purchase order", form.alerts["dunning_check"]["message"])
        form.ref = "PO 4711"
        self.assertNotIn("dunning_check", form.alerts or {})

    def test_many_invoices_take_as_many_queries_as_one(self):
        self.customer.email = False
        invoices = self._draft() | self._draft() | self._draft()

        def count(moves):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(all(moves.mapped("dunning_has_check")))
            return self.env.cr.sql_log_count - before

        count(invoices)
        self.assertEqual(count(invoices), count(invoices[:1]))
