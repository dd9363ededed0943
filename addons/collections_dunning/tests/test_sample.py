import io

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestSample(DeliveryCommon):
    """The message of a draft, sent to one of us."""

    def _propose_notice(self, **vals):
        self._create_invoice(6)
        notice = self._propose().notice_ids
        notice.sudo().write(vals)
        return notice

    def _get_trace(self, notice):
        notice.invalidate_recordset()
        debtor = notice.debtor_id
        records = (notice, debtor, notice.line_ids.move_id)
        return (
            notice.read()[0],
            [record.message_ids.ids for record in records],
            notice.activity_ids.ids,
        )

    def test_sample(self):
        """The very message arrives at the user's address, marked, without a trace."""
        mailbox = self._serve()
        notice = self._propose_notice()
        before = self._get_trace(notice)
        notice.with_user(self.collector)._send_sample(self.manager)
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["manager@seller.example.com"])
        self.assertTrue(message["Subject"].startswith("[Sample] Reminder "))
        self.assertNotIn("durand", f"{message['To']}{message['Cc']}")
        for kind in ("plain", "html"):
            content = message.get_body([kind]).get_content()
            self.assertIn("Sample", content)
            self.assertIn("Durand SARL (compta@durand.example.com)", content)
            self.assertIn("Please pay $100.00.", content)
        self.assertEqual(self._get_trace(notice), before)
        self.assertFalse(notice.name)

    def test_letter(self):
        """The sample of a letter holds its pages."""
        mailbox = self._serve()
        notice = self._propose_notice(channel="letter")
        notice._send_sample(self.manager)
        [(_recipients, message)] = mailbox.messages
        [attachment] = message.iter_attachments()
        pages = PdfFileReader(io.BytesIO(attachment.get_content())).pages
        text = "".join(page.extract_text() for page in pages)
        self.assertIn("Durand SARL", text)
        self.assertFalse(notice.name)

    def test_no_address(self):
        notice = self._propose_notice()
        self.manager.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            notice._send_sample(self.manager)

    def test_no_server(self):
        """Nobody answers: the user is told, nothing else happens."""
        notice = self._propose_notice()
        with self.assertRaisesRegex(UserError, "can't be sent"):
            notice._send_sample(self.manager)
        self.assertEqual(notice.state, "draft")
