from unittest.mock import patch

from psycopg2.extras import Json

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .delivery_common import DeliveryCommon

LOGGER = "odoo.addons.collections_dunning.models.dunning_notice_delivery"
SMTP_TIMEOUT = "odoo.addons.base.models.ir_mail_server.SMTP_TIMEOUT"


@tagged("post_install", "-at_install")
class TestDeliveryErrors(DeliveryCommon):
    """What the answers of mail servers, and their silence, make of a notice."""

    def test_recipient_refused(self):
        mailbox = self._serve()
        mailbox.refusals["compta@durand.example.com"] = "550 5.1.1 No such user"
        notice, _invoice = self._queue_notice()
        other, _invoice = self._queue_notice(partner=self.other_customer)
        self._run_job()
        self.assertEqual(notice.state, "failed")
        self.assertTrue(notice.email_refused)
        self.assertIn("No such user", notice.error)
        self.assertEqual(notice.line_ids.mapped("live"), [False])
        self.assertEqual(other.state, "sent", "one bad address holds nobody up")

    def test_message_refused(self):
        mailbox = self._serve()
        mailbox.answer = "554 5.7.1 Looks like spam"
        notice, _invoice = self._queue_notice()
        self._run_job()
        self.assertEqual(notice.state, "failed")
        self.assertFalse(notice.email_refused)
        self.assertIn("Looks like spam", notice.error)
        self.assertEqual(notice.run_id.state, "done", "nothing is on its way")

    def test_relay_refused(self):
        """The server's policy says nothing against the address."""
        mailbox = self._serve()
        mailbox.refusals["compta@durand.example.com"] = "550 5.7.1 Relaying denied"
        notice, _invoice = self._queue_notice()
        self._run_job()
        self.assertEqual(notice.state, "failed")
        self.assertFalse(notice.email_refused)

    def test_no_server(self):
        """Nobody answers: the queue waits, one task tells."""
        notice, _invoice = self._queue_notice()
        other, _invoice = self._queue_notice(partner=self.other_customer)
        self._run_job()
        self._run_job()
        self.assertEqual((notice | other).mapped("state"), ["queued", "queued"])
        self.assertEqual(len(self._activities()), 1)
        mailbox = self._serve()
        self._run_job()
        self.assertEqual(len(mailbox.messages), 2)
        self.assertFalse(self._activities(), "the task goes with its reason")

    def test_no_sender(self):
        """Nobody to send from: the queue waits, it is no fault of the notices."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        self.collector.email = False
        self.company.email = False
        self._run_job()
        self.assertEqual(notice.state, "queued")
        self.assertEqual(len(self._activities()), 1)
        self.company.email = "office@seller.example.com"
        self._run_job()
        [(_recipients, message)] = mailbox.messages
        self.assertIn("office@seller.example.com", message["From"])

    def test_authentication_refused(self):
        mailbox = self._serve(password="right")
        self.mail_server.write({"smtp_user": "us", "smtp_pass": "wrong"})
        notice, _invoice = self._queue_notice()
        self._run_job()
        self.assertEqual(notice.state, "queued")
        self.assertEqual(len(self._activities()), 1)
        self.assertFalse(mailbox.messages)
        self.mail_server.smtp_pass = "right"
        self._run_job()
        self.assertEqual(notice.state, "sent")

    def test_authentication_missing(self):
        self._serve(password="right")
        notice, _invoice = self._queue_notice()
        self._run_job()
        self.assertEqual(notice.state, "queued")
        self.assertIn("Authentication required", notice.error)

    def test_put_off(self):
        """A full mailbox waits, the others do not; in the end it counts as failed."""
        mailbox = self._serve()
        mailbox.refusals["compta@durand.example.com"] = "452 4.2.2 Mailbox full"
        notice, _invoice = self._queue_notice()
        other, _invoice = self._queue_notice(partner=self.other_customer)
        self._run_job()
        self.assertEqual(notice.state, "queued")
        self.assertIn("Mailbox full", notice.error)
        self.assertEqual(other.state, "sent")
        notice.sudo().postponed_since = fields.Datetime.subtract(
            fields.Datetime.now(), days=3
        )
        self._run_job()
        self.assertEqual(notice.state, "failed")
        self.assertFalse(notice.email_refused)

    def test_server_puts_everything_off(self):
        """Three in a row: it is the server, the rest of the queue waits."""
        mailbox = self._serve()
        mailbox.answer = "451 4.3.0 Try again later"
        asked = []
        mailbox.on_data = asked.append
        notices = self.env["dunning.notice"]
        for index in range(5):
            partner = self._create_customer(f"Customer{index}")
            notices |= self._queue_notice(partner=partner)[0]
        self._run_job()
        self.assertEqual(set(notices.mapped("state")), {"queued"})
        self.assertEqual(len(asked), 3)
        self.assertEqual(len(self._activities()), 1)

    def test_connection_closed_after_data(self):
        mailbox = self._serve()
        mailbox.answer = "close"
        notice, _invoice = self._queue_notice()
        other, _invoice = self._queue_notice(partner=self.other_customer)
        self._run_job()
        self.assertEqual(notice.state, "in_doubt")
        self.assertTrue(notice.line_ids.live, "a doubt keeps the item waiting")
        self.assertEqual(other.state, "queued", "the batch stops")
        self.assertEqual(self._activities().res_id, notice.id)
        mailbox.answer = "250 OK"
        self._run_job()
        self.assertEqual(notice.state, "in_doubt", "never sent again by itself")
        self.assertEqual(other.state, "sent")

    def test_silence_after_data(self):
        mailbox = self._serve()
        mailbox.answer = "hang"
        notice, _invoice = self._queue_notice()
        with patch(SMTP_TIMEOUT, 1):
            self._run_job()
        self.assertEqual(notice.state, "in_doubt")
        self.assertIn("timed out", notice.error)

    def test_left_by_a_crash(self):
        """A row found sending when the job starts becomes in doubt."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        notice._set_state("sending")
        self._run_job()
        self.assertEqual(notice.state, "in_doubt")
        self.assertTrue(notice.error)
        self.assertFalse(mailbox.messages)
        self.assertEqual(self._activities().user_id, self.collector)
        notice.with_user(self.collector).action_confirm_sent()
        self._run_job()
        self.assertFalse(self._activities())

    def test_session_is_renewed(self):
        """A server that ends the session after some messages gets a new one."""
        mailbox = self._serve()
        mailbox.max_per_session = 2
        for index in range(5):
            self._queue_notice(partner=self._create_customer(f"Customer{index}"))
        self._run_job()
        self.assertEqual(len(mailbox.messages), 5)
        self.assertEqual(mailbox.session_count, 3)

    def test_text_is_broken(self):
        """A broken text makes the notice failed; nothing leaves."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        # As an older version, or an import, may have left it.
        self.env.cr.execute(
            "UPDATE dunning_level_text SET body = %s WHERE id = ANY(%s)",
            [Json({"en_US": "Hello {{ nobody }}"}), self.first.text_ids.ids],
        )
        self.env.invalidate_all()
        self._run_job()
        self.assertEqual(notice.state, "failed")
        self.assertIn("nobody", notice.error)
        self.assertFalse(mailbox.messages)

    def test_address_is_gone(self):
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        self.customer.email = "nobody"
        self._run_job()
        self.assertEqual(notice.state, "failed")
        self.assertIn("Durand SARL", notice.error)
        self.assertFalse(mailbox.messages)

    def test_one_that_breaks(self):
        """What nobody foresaw fails one notice and holds up no other."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        self._queue_notice(partner=self.other_customer)
        notice_model = type(self.env["dunning.notice"])
        original = notice_model._prepare_content

        def break_one(records, *args):
            if records.id == notice.id:
                raise ZeroDivisionError("unforeseen")
            return original(records, *args)

        with (
            patch.object(notice_model, "_prepare_content", break_one),
            mute_logger(LOGGER),
        ):
            self._run_job()
        self.assertEqual(notice.state, "failed")
        self.assertIn("unforeseen", notice.error)
        self.assertEqual(len(mailbox.messages), 1)
