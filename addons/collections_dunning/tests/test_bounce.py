import smtplib

from odoo.tests import tagged

from odoo.addons.collections_dunning.tools import delivery_status

from .delivery_common import DeliveryCommon
from .smtp_server import smtp_server

REPORT = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-Id: <{number}.report@mx.example.net>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net. Your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--cut
Content-Type: message/rfc822

{source}
--cut--
"""

ANSWER = """From: Compta <compta@durand.example.com>
To: {to}
Subject: Re: Reminder
Message-Id: <answer@durand.example.com>
In-Reply-To: {reference}
References: {reference}
Content-Type: text/plain; charset=utf-8

We paid yesterday.
"""


@tagged("post_install", "-at_install")
class TestBounce(DeliveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "seller.example.com"})
        cls.company.alias_domain_id = domain

    def setUp(self):
        super().setUp()
        self.mailbox = self._serve()
        self.notice, self.invoice = self._queue_notice()
        self._run_job()
        self.assertEqual(self.notice.state, "sent")
        self.assertEqual(self._item(self.invoice).dunning_level_id, self.first)

    def _receive(self, template, **values):
        """Feed a message to the mail gateway, as the mail server would."""
        values = {
            "to": "bounce@seller.example.com",
            "number": 1,
            "address": "compta@durand.example.com",
            "action": "failed",
            "status": "5.1.1",
            "diagnostic": "550 5.1.1 No such user here",
            "source": self.mailbox.sources[0].decode().replace("\r\n", "\n"),
            "reference": self.notice.message_ref,
            **values,
        }
        self.env["mail.thread"].with_user(
            self.env.ref("base.user_root")
        ).sudo().message_process(None, template.format(**values))
        self.env.invalidate_all()

    def test_returned(self):
        """The notice comes back: the level falls back, somebody is told."""
        self._receive(REPORT)
        self.assertRecordValues(
            self.notice, [{"state": "bounced", "email_refused": True}]
        )
        self.assertIn("No such user here", self.notice.error)
        self.assertFalse(self.notice.line_ids.live)
        self.assertFalse(self._item(self.invoice).dunning_level_id)
        activity = self._activities()
        self.assertEqual(activity.res_id, self.notice.id)
        self.assertEqual(activity.user_id, self.collector)

    def test_returned_without_alias(self):
        """Found by the Message-ID of the returned message, wherever it came."""
        self._receive(REPORT, to="collector@seller.example.com")
        self.assertEqual(self.notice.state, "bounced")

    def test_no_recipient_afterwards(self):
        """The next run writes to the same bad address no more: a letter goes."""
        self._receive(REPORT)
        run = self._propose()
        [notice] = run.notice_ids
        self.assertEqual((notice.channel, notice.level_id), ("letter", self.first))
        self.assertIn("refused a message", notice.recipient_note)
        run.action_cancel()
        self.customer.write({"street": False, "zip": False, "city": False})
        run = self._propose()
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._reason(self.invoice), ["no_recipient"])
        run.action_cancel()
        self.customer.email = "right@durand.example.com"
        self.assertEqual(self._propose().notice_ids.recipient_id, self.customer)

    def test_over_smtp(self):
        """Sent, returned by the customer's server over SMTP; the next contact is next.

        Each hop is a server of its own; what ours receives goes to the gateway, byte
        by byte, as core's mail gate hands it over.
        """
        boss = self.env["res.partner"].create(
            {
                "name": "Boss",
                "parent_id": self.other_customer.id,
                "type": "invoice",
                "email": "boss@martin.example.com",
                "is_dunning_contact": True,
            }
        )
        invoice = self._create_invoice(6, partner=self.other_customer)
        notice = self._send_to(boss)
        [report] = self._return_over_smtp(notice)
        gateway = self.env["mail.thread"].with_user(self.env.ref("base.user_root"))
        gateway.sudo().message_process(None, report)
        self.env.invalidate_all()
        self.assertRecordValues(notice, [{"state": "bounced", "email_refused": True}])
        self.assertIn("No such user here", notice.error)
        self.assertFalse(self._item(invoice).dunning_level_id)
        following = self._propose().notice_ids
        self.assertIn(invoice, following.line_ids.move_id)
        self.assertEqual(following.level_id, self.first)
        self.assertEqual(
            (following.channel, following.recipient_id), ("email", self.other_customer)
        )
        self.assertIn("Boss", following.recipient_note)
        self.assertFalse(following.approved, "a person looks at the new recipient")

    def _send_to(self, contact):
        """Return the notice that was proposed and sent to a contact."""
        notice = self._propose().notice_ids
        self.assertEqual(notice.recipient_id, contact)
        notice.sudo()._queue()
        notice.run_id.sudo().state = "confirmed"
        self._run_job()
        self.assertEqual(notice.state, "sent")
        return notice

    def _return_over_smtp(self, notice):
        """Have the customer's server return a notice; return what ours received."""
        [source] = [
            source
            for source in self.mailbox.sources
            if notice.message_ref.encode() in source
        ]
        text = REPORT.format(
            to="bounce@seller.example.com",
            number=7,
            address=notice.email_to,
            action="failed",
            status="5.1.1",
            diagnostic="550 5.1.1 No such user here",
            source=source.decode().replace("\r\n", "\n"),
        )
        with (
            smtp_server() as ours,
            smtplib.SMTP("127.0.0.1", ours.port, timeout=10) as server,
        ):
            lines = text.replace("\n", "\r\n")
            server.sendmail("", ["bounce@seller.example.com"], lines.encode())
            return ours.sources

    def test_returned_for_now(self):
        """Given up after days of trying: the address may be good."""
        self._receive(REPORT, status="4.4.7", diagnostic="Delivery time expired")
        self.assertRecordValues(
            self.notice, [{"state": "bounced", "email_refused": False}]
        )

    def test_delayed(self):
        """A server that keeps trying has returned nothing."""
        self._receive(REPORT, action="delayed", status="4.4.1", diagnostic="No answer")
        self.assertEqual(self.notice.state, "sent")

    def test_copy_returned(self):
        self._receive(REPORT, address="boss@durand.example.com")
        self.assertEqual(self.notice.state, "sent")
        self.assertIn("boss@durand.example.com", self.notice.error)

    def test_returned_twice(self):
        self._receive(REPORT)
        self._receive(REPORT, number=2)
        self.assertEqual(self.notice.state, "bounced")
        self.assertEqual(len(self._activities()), 1)

    def test_stranger_is_ignored(self):
        """A returned message that is not ours changes nothing."""
        source = "Message-Id: <other@example.com>\nSubject: Hello\n\nText"
        self._receive(REPORT, source=source)
        self.assertEqual(self.notice.state, "sent")

    def test_doubt_is_settled(self):
        """In doubt, and it came back: it did leave, and did not arrive."""
        self.notice.sudo()._set_state("in_doubt")
        self._receive(REPORT)
        self.assertEqual(self.notice.state, "bounced")

    def test_answer(self):
        """The customer's answer is in the notice's chatter, its follower is told."""
        self._receive(ANSWER, to="catchall@seller.example.com")
        answer = self.notice.message_ids[0]
        self.assertIn("We paid yesterday.", answer.body)
        self.assertEqual(answer.author_id, self.customer)
        self.assertIn(self.collector.partner_id, answer.notified_partner_ids)
        self.assertEqual(self.notice.state, "sent")


@tagged("post_install", "-at_install")
class TestDeliveryStatus(DeliveryCommon):
    def _read(self, text):
        import email
        import email.policy

        message = email.message_from_string(text, policy=email.policy.SMTP)
        return delivery_status.read(message)

    def test_without_report(self):
        """Old servers return the message with a sentence: it is taken at its word."""
        status = self._read("Subject: failure notice\n\nI'm sorry, it didn't work.")
        self.assertEqual(status, (True, True, "failure notice"))

    def test_status_in_the_diagnostic(self):
        report = REPORT.format(
            to="b@example.com",
            number=1,
            address="a@example.com",
            action="failed",
            status="",
            diagnostic="452 4.2.2\n over quota",
            source="Subject: x\n\ny",
        )
        status = self._read(report)
        self.assertFalse(status.is_permanent)
        self.assertEqual(status.diagnostic, "smtp; 452 4.2.2 over quota")
