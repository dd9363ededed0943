from odoo import Command
from odoo.tests import new_test_user, tagged

from .delivery_common import DeliveryCommon

ANSWER = """From: {sender}
To: {to}
Subject: Re: Reminder
Message-Id: <answer-{number}@durand.example.com>
In-Reply-To: {reference}
References: {reference}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

We paid yesterday, see the receipt.

--cut
Content-Type: application/pdf; name="receipt.pdf"
Content-Disposition: attachment; filename="receipt.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--cut--
"""


@tagged("post_install", "-at_install")
class TestAnswers(DeliveryCommon):
    """Who hears of a notice, and of the answer to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "seller.example.com"}
        )
        cls.follower = new_test_user(
            cls.env,
            login="dunning_follower",
            email="follower@seller.example.com",
            notification_type="email",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.mailbox = self._serve()
        self.notice, _invoice = self._queue_notice()

    def _receive(self, **values):
        """Feed the answer to the mail gateway, as the mail server would."""
        values = {
            "sender": "Compta <compta@durand.example.com>",
            "to": "catchall@seller.example.com",
            "number": 1,
            "reference": self.notice.message_ref,
            **values,
        }
        gateway = self.env["mail.thread"].with_user(self.env.ref("base.user_root"))
        gateway.sudo().message_process(None, ANSWER.format(**values))
        self.env.invalidate_all()

    def test_followers_are_not_told(self):
        """Notices are between us and the customer: followers get nothing."""
        for thread in (self.notice, self.notice.debtor_id, self.customer):
            thread.message_subscribe(self.follower.partner_id.ids)
        self._run_job()
        self.assertEqual(
            [recipients for recipients, _message in self.mailbox.messages],
            [["compta@durand.example.com"]],
        )
        messages = self.notice.message_ids | self.notice.debtor_id.message_ids
        self.assertTrue(messages)
        self.assertFalse(messages.notification_ids)
        self.assertFalse(
            self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
        )

    def test_debtor_file(self):
        """The answer is on the debtor's file, with what came with it."""
        self._run_job()
        self._receive()
        line = self.notice.debtor_id.message_ids[0]
        self.assertIn("We paid yesterday", line.body)
        self.assertIn(self.notice.name, line.body)
        self.assertEqual(line.author_id, self.customer)
        self.assertEqual(line.attachment_ids.mapped("name"), ["receipt.pdf"])
        self.assertFalse(line.notified_partner_ids, "told of the answer once")

    def test_quoted_link(self):
        """Answers quote the message, with its link: what is kept opens nothing."""
        self._run_job()
        url = self.notice.debtor_id._get_portal_url()
        token = url.rpartition("/")[2]
        checked = (
            f"https://gate.example.com/?url=https%3A%2F%2Fx%2Fcollections%2F{token}"
        )
        text = ANSWER.replace("We paid yesterday", f"> {url}\n> {checked}\nWe paid")
        gateway = self.env["mail.thread"].sudo()
        debtor = self.notice.debtor_id
        letter = debtor.sudo().message_post(body="Our letter", message_type="email")
        for number, reference in enumerate(
            (self.notice.message_ref, letter.message_id)
        ):
            gateway.message_process(
                None,
                text.format(
                    sender="Compta <compta@durand.example.com>",
                    to="catchall@seller.example.com",
                    number=number,
                    reference=reference,
                ),
            )
        self.env.invalidate_all()
        kept = (self.notice.message_ids | debtor.message_ids).filtered(
            lambda message: "We paid" in message.body
        )
        self.assertEqual(len(kept), 3)
        for message in kept:
            self.assertNotIn(token, message.body)
            self.assertIn("/collections/***", message.body)

    def test_responsible_today(self):
        """Whoever is responsible now hears of it, not only who was."""
        self._run_job()
        self.notice.debtor_id.responsible_id = self.manager
        self.manager.notification_type = "email"
        self._receive()
        answer = self.notice.message_ids[0]
        self.assertIn(self.manager.partner_id, answer.notified_partner_ids)
        self.assertIn(self.collector.partner_id, answer.notified_partner_ids)
        self.assertIn(
            ["manager@seller.example.com"],
            [recipients for recipients, _message in self.mailbox.messages],
        )

    def test_our_own_word(self):
        """What we write in the chatter of a notice is not an answer of theirs."""
        self._run_job()
        history = self.notice.debtor_id.message_ids
        self.notice.message_post(body="Call them", message_type="comment")
        self.assertEqual(self.notice.debtor_id.message_ids, history)
