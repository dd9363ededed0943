from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryRecords(DeliveryCommon):
    """Copies, and what is kept of a notice that was sent."""

    def _queue_with_copy(self):
        boss = self.env["res.partner"].create(
            {
                "name": "Boss",
                "parent_id": self.customer.id,
                "email": "boss@durand.example.com",
            }
        )
        return self._queue_notice(copy_ids=[Command.set(boss.ids)])[0]

    def test_copy(self):
        mailbox = self._serve()
        notice = self._queue_with_copy()
        self._run_job()
        self.assertEqual(
            [recipients for recipients, _message in mailbox.messages],
            [["compta@durand.example.com"], ["boss@durand.example.com"]],
        )
        for _recipients, message in mailbox.messages:
            self.assertIn("boss@durand.example.com", message["Cc"])
            self.assertEqual(message["Message-Id"], notice.message_ref)
        self.assertEqual(notice.state, "sent")
        self.assertFalse(notice.error)

    def test_copy_refused(self):
        """The copy's refusal is reported, the notice is sent."""
        mailbox = self._serve()
        mailbox.refusals["boss@durand.example.com"] = "550 5.1.1 Gone"
        notice = self._queue_with_copy()
        self._run_job()
        self.assertEqual(notice.state, "sent")
        self.assertIn("boss@durand.example.com", notice.error)
        self.assertIn("Gone", notice.error)

    def test_main_recipient_refused(self):
        """Then the copy gets nothing either: nobody reads a notice that never was."""
        mailbox = self._serve()
        mailbox.refusals["compta@durand.example.com"] = "550 5.1.1 Gone"
        notice = self._queue_with_copy()
        self._run_job()
        self.assertEqual(notice.state, "failed")
        self.assertFalse(mailbox.messages)

    def test_records(self):
        mailbox = self._serve()
        self.first.activity_type_id = self.env.ref("mail.mail_activity_data_call")
        notice, _invoice = self._queue_notice()
        self._run_job()
        self.assertEqual(notice.eml_attachment_id.raw, mailbox.sources[0])
        message = self.env["mail.message"].search(
            [("message_id", "=", notice.message_ref)]
        )
        self.assertEqual((message.model, message.res_id), (notice._name, notice.id))
        self.assertFalse(message.attachment_ids, "readers download them")
        self.assertEqual(len(notice.activity_ids), 1)
        self.assertIn(self.collector.partner_id, notice.message_partner_ids)
        line = notice.debtor_id.message_ids[:1]
        self.assertIn("compta@durand.example.com", line.body)
        self.assertFalse(
            self.env["mail.mail"].search([("mail_message_id", "=", message.id)]),
            "nothing that core's queue could send again",
        )

    def test_records_are_repaired(self):
        """Stopped between sending and recording: the next start records it."""
        mailbox = self._serve()
        self.first.activity_type_id = self.env.ref("mail.mail_activity_data_call")
        notice, _invoice = self._queue_notice()
        notice_model = type(self.env["dunning.notice"])
        with patch.object(notice_model, "_record_sent", lambda *args: None):
            self._run_job()
        self.assertEqual(notice.state, "sent")
        self.assertFalse(notice.eml_attachment_id)
        self._run_job()
        self._run_job()
        self.assertEqual(len(mailbox.messages), 1)
        self.assertIn(b"Please pay", notice.eml_attachment_id.raw)
        self.assertIn(notice.message_ref.encode(), notice.eml_attachment_id.raw)
        self.assertEqual(
            self.env["mail.message"].search_count(
                [("message_id", "=", notice.message_ref)]
            ),
            1,
        )
        self.assertEqual(len(notice.activity_ids), 1)
