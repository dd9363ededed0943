from odoo import Command
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestScreens(DunningCommon):
    """What the screens show and their buttons do, with the rights of a Collector."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first_invoice = cls._create_invoice(days_late=8)
        cls.second_invoice = cls._create_invoice(days_late=9, amount=50)

    def _review(self):
        """Return the draft about both invoices as a Collector sees it."""
        return self._propose().notice_ids.with_user(self.collector)

    def _hold(self, source):
        """Fill in the dialog a Pause button opens, and save it."""
        action = source.action_hold()
        return (
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"reason": "agreement", "note": "Cheque in the post"})
        )

    def test_hold_of_an_item_takes_it_off_the_draft(self):
        notice = self._review()
        self.assertEqual(notice.amount_total, 150)
        line = notice.line_ids.filtered(lambda li: li.move_id == self.first_invoice)
        pause = self._hold(line)
        self.assertEqual(pause.item_ids, self._item(self.first_invoice))
        self.assertEqual(pause._get_holds().move_line_id, pause.item_ids)
        self.assertEqual(notice.state, "draft")
        self.assertEqual(notice.line_ids.move_id, self.second_invoice)
        self.assertEqual(notice.amount_total, 50)

    def test_hold_of_a_customer_drops_its_draft(self):
        notice = self._review()
        pause = self._hold(notice)
        self.assertTrue(pause.is_whole)
        self.assertFalse(pause._get_holds().move_line_id)
        self.assertEqual(notice.state, "cancelled")
        self.assertFalse(notice.run_id.other_notice_ids)

    def test_hold_from_an_invoice(self):
        """What is open of it is filled in: one item, or all its installments."""
        self._propose()
        installments = self._create_invoice(
            10, invoice_payment_term_id=self.pay_terms_b.id
        )
        self.assertEqual(len(self._item(installments)), 2)
        for invoice in (self.first_invoice, installments):
            action = invoice.with_user(self.collector).action_dunning_hold()
            self.assertEqual(
                action["context"],
                {
                    "default_debtor_id": self._debtor().id,
                    "default_item_ids": [Command.set(self._item(invoice).ids)],
                },
            )

    def test_blocks_of_a_review(self):
        """Formal notices and those with a reason apart, each notice in one block."""
        run = self._propose()
        formal = run.notice_ids.sudo().copy({"level_id": self.formal.id})
        self.assertEqual(run.review_notice_ids, formal)
        self.assertEqual(run.other_notice_ids, run.notice_ids - formal)

    def test_approve_all_is_offered_while_it_does_something(self):
        self.first.approval = "manual"
        run = self._propose().with_user(self.collector)
        self.assertTrue(run.can_approve_all)
        run.action_approve_all()
        self.assertFalse(run.can_approve_all)

    def test_message_is_shown_as_it_will_arrive(self):
        self.first.text_ids.body = "Please pay {{ total_claimed }}.\n[items]"
        notice = self._review()
        message = html2plaintext(notice.message_html)
        self.assertIn("Please pay $150.00", message)
        self.assertIn(self.first_invoice.name, message)
        self.assertEqual(notice.item_summary, "2 items, up to 9 days late")

    def test_debtor_lists_its_open_items(self):
        self._propose()
        debtor = self._debtor().with_user(self.reader)
        items = self._item(self.second_invoice) | self._item(self.first_invoice)
        self.assertEqual(debtor.open_item_ids, items)

    def test_forms_open_for_whoever_may_look(self):
        """Every field of a form can be read with the rights of who opens it."""
        run = self._propose()
        invoicing = self._create_user("invoicing", "account.group_account_invoice")
        notice = run.notice_ids
        for user in (self.reader, invoicing):
            for record in (notice, notice.debtor_id, self.first_invoice):
                with self.subTest(user=user.login, model=record._name):
                    Form(record.with_user(user))
        Form(run.with_user(self.reader))

    def test_why_in_a_dialog(self):
        self._propose()
        self._hold(self._debtor())
        dialog = (
            self.env["dunning.explain"]
            .with_user(self.reader)
            .create({"move_id": self.first_invoice.id})
        )
        answer = html2plaintext(dialog.answer)
        self.assertIn("is not dunned: it is on hold", answer)
        self.assertIn("Cheque in the post", answer)
        self.assertIn("customer known", answer)
