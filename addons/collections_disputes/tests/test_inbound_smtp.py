import smtplib
import xmlrpc.client

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.collections_dunning.tests.smtp_server import smtp_server

from .mail_common import PDF, DisputeMailCommon


@tagged("post_install", "-at_install")
class TestInboundSmtp(DisputeMailCommon, HttpCase):
    """The whole way of a mail: SMTP, then what the mail server feeds to core."""

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc")
    def test_mail_with_its_attachment(self):
        mailbox = self.enterContext(smtp_server())
        source = self._build(
            f"{self.invoice.name}: two boxes are broken.",
            files=[("photo.pdf", PDF)],
        )
        with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=30) as customer:
            customer.sendmail("claire@durand.example.com", [self.alias], source)
        [arrived] = mailbox.sources
        # As core's script for mail servers does.
        self.env.ref("base.user_admin").password = "admin of the test"
        self.xmlrpc_object.execute_kw(
            self.env.cr.dbname,
            self.env.ref("base.user_admin").id,
            "admin of the test",
            "mail.thread",
            "message_process",
            [False, xmlrpc.client.Binary(arrived)],
            {"save_original": False, "strip_attachments": False},
        )
        self.env.invalidate_all()
        case = self.env["dispute.case"].search([("title", "=", "Complaint")])
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.line_ids.move_id, self.invoice)
        self.assertEqual(case.user_id, self.collector)
        mail = case.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(mail.attachment_ids.name, "photo.pdf")
        self.assertEqual(mail.attachment_ids.raw, PDF)
