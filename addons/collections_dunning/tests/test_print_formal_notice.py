from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestPrintFormalNotice(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Copies of invoices are tried with the letters.
        cls.formal.attach_invoices = False
        for bundle in cls.env["ir.actions.report"]._get_report_css_bundles():
            bundle.css()

    def _notice(self, invoices):
        return self.env["dunning.notice"].search(
            [
                ("line_ids.move_id", "in", invoices.ids),
                ("level_id.is_formal", "=", True),
            ]
        )

    def _create_reminded(self, days_late, amount=100.0, **vals):
        """Return an invoice of which a reminder was sent three days ago."""
        invoice = self._create_invoice(days_late, amount, **vals)
        self._remind(invoice)
        return invoice

    def _remind(self, invoice, level=None):
        overdue = self._item(invoice).filtered(
            lambda item: item.date_maturity < self.today
        )
        notice = self.env["dunning.proposal"]._draft_for_items(
            overdue, level or self.first
        )
        self._send(notice, days_ago=3)
        return notice

    def _assert_refused(self, invoices, *words):
        with self.assertRaises(UserError) as caught:
            invoices.action_print_formal_notice()
        for word in words:
            self.assertIn(word, str(caught.exception))

    def test_one_invoice(self):
        invoice = self._create_reminded(8, 750)
        action = invoice.action_print_formal_notice()
        notice = self._notice(invoice)
        self.assertEqual(action["type"], "ir.actions.report")
        self.assertEqual(action["context"]["active_ids"], notice.ids)
        self.assertEqual(notice.state, "printed")
        self.assertEqual(notice.level_id, self.formal)
        self.assertEqual(notice.amount_claimed, 750)
        self.assertTrue(notice.pdf_attachment_id.raw.startswith(b"%PDF"))
        self.assertTrue(notice.name)

    def test_again_returns_the_same_one(self):
        invoice = self._create_reminded(60)
        invoice.action_print_formal_notice()
        notice = self._notice(invoice)
        content = notice.pdf_attachment_id.raw
        invoice.action_print_formal_notice()
        notice.action_post()
        action = invoice.action_print_formal_notice()
        self.assertEqual(self._notice(invoice), notice)
        self.assertEqual(action["context"]["active_ids"], notice.ids)
        self.assertEqual(notice.pdf_attachment_id.raw, content)

    def test_several_invoices_of_one_customer(self):
        invoices = self._create_reminded(60, 100) | self._create_reminded(50, 200)
        invoices.action_print_formal_notice()
        notice = self._notice(invoices)
        self.assertEqual(notice.amount_claimed, 300)
        # One of the two: the letter that is about it.
        invoices[0].action_print_formal_notice()
        self.assertEqual(self._notice(invoices), notice)

    def test_other_items_are_not_claimed(self):
        invoice = self._create_reminded(60, 100)
        self._create_reminded(50, 200)
        invoice.action_print_formal_notice()
        self.assertEqual(self._notice(invoice).amount_claimed, 100)

    def test_only_overdue_installments_are_claimed(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half in 10 days, half in 90",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, **days})
                    for days in ({"nb_days": 10}, {"nb_days": 90})
                ],
            }
        )
        invoice = self._create_reminded(
            0, 1000, invoice_payment_term_id=term.id, invoice_date_due=False
        )
        self.assertEqual(len(self._item(invoice)), 2)
        invoice.action_print_formal_notice()
        self.assertEqual(self._notice(invoice).amount_claimed, 500)

    def test_added_to_a_noticed_one_names_that_notice(self):
        first = self._create_reminded(60)
        first.action_print_formal_notice()
        second = self._create_reminded(50)
        self._assert_refused(first | second, first.name, self._notice(first).name)

    def test_pending_reminder_is_named(self):
        invoice = self._create_invoice(8)
        run = self._propose()
        self.assertEqual(run.notice_ids.state, "draft")
        self._assert_refused(invoice, invoice.name, "First", "Draft")

    def test_clear_errors(self):
        paid = self._create_invoice(60)
        self._pay(paid)
        self._assert_refused(paid, paid.name, "paid")
        draft = self._create_invoice(60)
        draft.button_draft()
        self._assert_refused(draft, "not posted")
        not_due = self._create_invoice(-10)
        self._assert_refused(not_due, not_due.name, "not due")
        refund = self._create_credit_note()
        self._assert_refused(refund, "no customer invoice")

    def test_one_customer_only(self):
        invoices = self._create_reminded(60) | self._create_reminded(
            60, partner=self.other_customer
        )
        self._assert_refused(invoices, "one customer")

    def test_one_currency_only(self):
        euro = self.env.ref("base.EUR")
        other = self.env.ref("base.USD") if self.company.currency_id == euro else euro
        other.active = True
        invoices = self._create_reminded(60) | self._create_reminded(
            60, currency_id=other.id
        )
        self._assert_refused(invoices, "one currency")

    def test_one_not_due_among_several_is_named(self):
        invoices = self._create_invoice(60) | self._create_invoice(-3)
        self._assert_refused(invoices, invoices[1].name, "not due")

    def test_held_invoice_is_refused_with_its_reason(self):
        invoice = self._create_reminded(60)
        self.env["collections.debtor"]._ensure_for(self.company, self.customer)
        self.env["dunning.hold"].sudo().create(
            {
                "debtor_id": self._debtor().id,
                "move_line_id": self._item(invoice).id,
                "reason": "disputed",
            }
        )
        self._assert_refused(invoice, invoice.name, "Disputed")

    def test_never_sent_invoice_is_refused(self):
        invoice = self._create_reminded(60)
        self.company.dunning_sent_outside = False
        self._assert_refused(invoice, invoice.name, "not delivered")
        invoice.is_move_sent = True
        invoice.action_print_formal_notice()
        self.assertEqual(self._notice(invoice).state, "printed")

    def test_a_specimen_in_test_mode(self):
        self.company.root_id.write(
            {"dunning_test_mode": True, "dunning_test_email": "me@seller.example.com"}
        )
        invoice = self._create_reminded(60)
        action = invoice.action_print_formal_notice()
        notice = self._notice(invoice)
        self.assertEqual(action["context"]["active_ids"], notice.ids)
        self.assertEqual(notice.state, "draft")
        self.assertFalse(notice.name or notice.pdf_attachment_id)

    def test_never_reminded_is_refused_by_name(self):
        reminded = self._create_reminded(40)
        fresh = self._create_invoice(40)
        for invoices in (fresh, reminded | fresh):
            self._assert_refused(invoices, fresh.name, "reminder")
        self.assertFalse(self._notice(reminded | fresh))
        # A message before the due date is no reminder; a rejected payment is one.
        notice = self._remind(fresh)
        notice.sudo().line_ids.write({"level_id": self.courtesy.id, "day_offset": -5})
        self._assert_refused(fresh, fresh.name, "reminder")
        self.courtesy.event = "rejected"
        notice.sudo().line_ids.write({"day_offset": False})
        fresh.with_user(self.manager).action_print_formal_notice()
        self.assertEqual(self._notice(fresh).state, "printed")

    def test_reminder_that_never_left_is_none(self):
        invoice = self._create_invoice(40)
        self._remind(invoice)._set_state("cancelled")
        self._assert_refused(invoice, invoice.name, "reminder")

    def test_no_reminder_where_the_procedure_begins_with_the_formal_notice(self):
        invoice = self._create_invoice(40)
        (self.first | self.call | self.second).active = False
        invoice.with_user(self.manager).action_print_formal_notice()
        self.assertEqual(self._notice(invoice).state, "printed")

    def test_covered_by_credit(self):
        invoice = self._create_reminded(60, 100)
        self._create_credit_note(100)
        self._assert_refused(invoice, invoice.name, "Covered")

    def test_excluded_from_dunning(self):
        invoice = self._create_reminded(60)
        self._item(invoice).no_followup = True
        self._assert_refused(invoice, invoice.name, "Excluded")

    def test_no_formal_level(self):
        invoice = self._create_invoice(60)
        self.formal.is_formal = False
        self._assert_refused(invoice, self.customer.name, "no formal notice")

    def test_rights(self):
        invoice = self._create_reminded(60)
        with self.assertRaises(AccessError):
            invoice.with_user(self.reader).action_print_formal_notice()
        self._assert_refused(
            invoice.with_user(self.collector), "Credit Manager", "Manager"
        )
        self.assertFalse(self._notice(invoice))
        invoice.with_user(self.manager).action_print_formal_notice()
        notice = self._notice(invoice)
        self.assertEqual(notice.approved_by_id, self.manager)
        # Once it is approved, a Collector prints it again.
        action = invoice.with_user(self.collector).action_print_formal_notice()
        self.assertEqual(action["context"]["active_ids"], notice.ids)

    def test_print_menu(self):
        bindings = self.env["ir.actions.actions"].with_user(self.collector)
        names = [
            action["name"]
            for action in bindings.get_bindings("account.move").get("report", [])
        ]
        self.assertIn("Formal notice", names)
