import re
from base64 import b64encode

from odoo.exceptions import UserError
from odoo.tests import tagged

from .plan_letter_common import PlanLetterCommon
from .test_statement_sending import StatementSendingCommon


@tagged("post_install", "-at_install")
class TestPlanMail(PlanLetterCommon, StatementSendingCommon):
    """What leaves about a plan, read as it arrived at a mail server."""

    def _send_queue(self):
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()

    def _get_text(self, message):
        part = message.get_body(("plain", "html"))
        return " ".join(part.get_content().split())

    # === OFFER === #

    def test_offer_arrives_with_the_agreement_and_a_link(self):
        mailbox = self._serve()
        plan = self._propose_plan()
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["jeanne@durand.example.com"])
        self.assertIn(plan.name, message["Subject"])
        self.assertNotIn("€", message["Subject"])
        self.assertIn("collector@seller.example.com", message["From"])
        [(name, content)] = self._get_attachments(message).items()
        self.assertEqual(content, plan._get_agreement_pdf())
        self.assertIn("Payment plan agreement", name)
        html = message.get_body(("html",)).get_content()
        [token] = re.findall(r"/collections/([^\"/?<\s]+)", html)[:1]
        found = self.env["collections.debtor"]._find_by_portal_token(token)
        self.assertEqual(found, self.debtor)
        # Who reads the file here can't act as the customer.
        kept = self.debtor.message_ids.filtered("attachment_ids").body
        self.assertIn("/my/collections", kept)
        self.assertNotIn(token, kept)
        self.assertIn("mailed to Jeanne Durand", plan.message_ids[0].body)

    def test_an_approved_outsider_gets_no_link_to_the_whole_account(self):
        lawyer = self.env["res.partner"].create(
            {"name": "Maître Roy", "email": "roy@lawyers.example.com"}
        )
        recipient = self.env["collections.debtor.recipient"].create(
            {
                "debtor_id": self.debtor.id,
                "partner_id": lawyer.id,
                "reason": "Mandate",
                "document": b64encode(b"Mandate"),
            }
        )
        recipient.with_user(self.manager).action_approve()
        mailbox = self._serve()
        self._propose_plan(contact_id=lawyer.id)
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["roy@lawyers.example.com"])
        html = message.get_body(("html",)).get_content()
        self.assertIn("/my/collections", html)
        self.assertNotRegex(html, r"[^y]/collections/")

    def test_offer_in_test_mode_comes_to_us(self):
        mailbox = self._serve()
        self.company.action_dunning_test_mode_on("test@seller.example.com")
        self._propose_plan()
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["test@seller.example.com"])
        self.assertIn("jeanne@durand.example.com", message["Subject"])

    def test_offer_to_nobody_is_said(self):
        mailbox = self._serve()
        (self.contact | self.customer).email = False
        plan = self._create_euro_plan()
        self.assertFalse(plan._send_offer())
        self._send_queue()
        self.assertFalse(mailbox.messages)
        self.assertIn("was mailed to nobody", plan.message_ids[0].body)

    def test_no_stranger_reads_of_a_plan(self):
        plan = self._propose_plan()
        with self.assertRaisesRegex(UserError, "is not of the company"):
            plan.with_user(self.collector).message_post(
                body="Look", partner_ids=self.other_customer.ids
            )
        # A stranger who follows it gets nothing either.
        mailbox = self._serve()
        plan.sudo().message_subscribe(self.other_customer.ids)
        plan.with_user(self.collector).message_post(
            body="Look", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment"
        )
        self._send_queue()
        self.assertEqual(
            [to for to, _message in mailbox.messages], [["jeanne@durand.example.com"]]
        )

    def test_signed_copy_arrives(self):
        plan = self._propose_plan()
        mailbox = self._serve()
        self._accept(plan, signed_ip="203.0.113.7")
        plan._send_agreement()
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["jeanne@durand.example.com"])
        [content] = self._get_attachments(message).values()
        self.assertEqual(content, plan._get_agreement_pdf(signed=True))
        self.assertIn("1,500.00", self._get_text(message))

    # === NOTICES === #

    def _leave(self, notice):
        notice.with_user(self.collector).action_send()
        self._run_job()

    def test_reminder_of_an_installment_arrives(self):
        plan = self._sign_plan()
        mailbox = self._serve()
        notice = self._draft_message(plan, "installment_coming", 0)
        self._leave(notice)
        self.assertEqual(notice.state, "sent", notice.error)
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["jeanne@durand.example.com"])
        text = self._get_text(message)
        self.assertIn(f"payment plan {plan.name}", text)
        self.assertIn("It amounts to €1,500.00.", text)
        self.assertIn("To pay by", text)
        self.assertIn(plan.payment_reference, text)
        self.assertFalse(list(message.iter_attachments()))
        # The customer's file tells of it, no item has a level by it.
        self.assertIn(notice.name, self.debtor.message_ids[0].body)
        self.assertFalse(self.items.dunning_level_id)

    def test_what_is_paid_while_it_waits_does_not_leave(self):
        plan = self._sign_plan()
        mailbox = self._serve()
        gone = self._draft_message(plan, "installment_missed", 0)
        less = self._draft_message(plan, "installment_missed", 1)
        (gone | less).with_user(self.collector).action_send()
        self._pay_items(1700)
        self._run_job()
        self.assertEqual(gone.state, "cancelled")
        self.assertEqual(less.state, "sent")
        [(_recipients, message)] = mailbox.messages
        self.assertIn("of €1,150.00, €950.00 is missing", self._get_text(message))

    def test_what_is_paid_in_the_last_moment_is_written_anew(self):
        plan = self._sign_plan()
        mailbox = self._serve()
        notice = self._draft_message(plan, "installment_missed", 0)
        notice.with_user(self.collector).action_send()
        [email] = notice.sudo()._prepare_batch(
            notice.ids, type("Work", (), {"senders": {}, "folder": "/nowhere"})()
        )
        self._pay_items(200)
        self.env.flush_all()
        self.assertFalse(self.env.execute_query(notice._get_claim_sql(email)))
        self._run_job()
        [(_recipients, message)] = mailbox.messages
        self.assertIn("€1,300.00 is missing", self._get_text(message))
