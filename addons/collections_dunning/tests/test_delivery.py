import re
from unittest.mock import patch

from psycopg2.extras import Json

from odoo import SUPERUSER_ID, Command, fields
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.collections_dunning.models.dunning_notice_delivery import LOCK_KEY

from .common import DunningCommon
from .smtp_server import really_send, smtp_server

MIN_TIME_PER_JOB = "odoo.addons.base.models.ir_cron.MIN_TIME_PER_JOB"
LOGGER = "odoo.addons.collections_dunning.models.dunning_notice_delivery"
SMTP_TIMEOUT = "odoo.addons.base.models.ir_mail_server.SMTP_TIMEOUT"


class DeliveryCommon(DunningCommon):
    """Notices, a mail server of their own, and a real SMTP server behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.mail_server"].search([]).active = False
        cls.mail_server = cls.env["ir.mail_server"].create(
            {"name": "Test", "smtp_host": "127.0.0.1", "smtp_port": 1}
        )
        cls.first.text_ids.write(
            {
                "subject": "Reminder {{ number }}",
                "body": "Hello,\n\nPlease pay {{ total_claimed }}.\n[items]\n"
                "[payment]\nRegards",
            }
        )
        cls.partner_bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
                "acc_holder_name": "Seller SA",
            }
        )
        cls.company.dunning_bank_account_id = cls.partner_bank

    def setUp(self):
        super().setUp()
        self.enterContext(really_send())

    def _serve(self, **options):
        """Start the SMTP server that the mail server of the test stands for."""
        mailbox = self.enterContext(smtp_server(**options))
        self.mail_server.smtp_port = mailbox.port
        return mailbox

    def _queue_notice(self, partner=None, days_late=6, **vals):
        """Return a queued reminder about one new invoice, and the invoice."""
        invoice = self._create_invoice(days_late, partner=partner)
        run = self._propose()
        notice = run.notice_ids.filtered(lambda n: invoice in n.line_ids.move_id)
        self.assertEqual(len(notice), 1)
        if vals:
            notice.write(vals)
        notice.sudo()._queue()
        run.sudo().state = "confirmed"
        return notice, invoice

    def _run_job(self):
        """Run the scheduled job, in a cursor of its own, as the scheduler does."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr, user=SUPERUSER_ID, context={})
            env["dunning.notice"]._cron_send()
        self.env.invalidate_all()

    def _activities(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "dunning.notice"),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("collections_dunning.mail_activity_type_delivery").id,
                ),
            ]
        )


@tagged("post_install", "-at_install")
class TestDelivery(DeliveryCommon):
    def test_mail_arrives(self):
        """The message of the customer: addresses, figures, both forms."""
        mailbox = self._serve()
        notice, invoice = self._queue_notice()
        self._run_job()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["compta@durand.example.com"])
        self.assertEqual(message["Subject"], f"Reminder {invoice.name}")
        self.assertEqual(message["Message-Id"], notice.message_ref)
        self.assertIn("collector@seller.example.com", message["From"])
        self.assertIn(self.company.name, message["From"])
        self.assertIn("collector@seller.example.com", message["Reply-To"])
        plain = message.get_body(["plain"]).get_content()
        html = message.get_body(["html"]).get_content()
        for content in (plain, re.sub(r"\s*<[^>]+>\s*", " ", html)):
            for expected in (
                "Please pay $100.00.",
                invoice.name,
                "$100.00",
                "Total to pay",
                "Seller SA",
                "FR76 3000 6000 0112 3456 7890 189",
                "RF",
            ):
                self.assertIn(expected, content)

    def test_row_after_sending(self):
        self._serve()
        notice, _invoice = self._queue_notice()
        self._run_job()
        self.assertRecordValues(
            notice,
            [
                {
                    "state": "sent",
                    "email_to": "compta@durand.example.com",
                    "deadline_date": fields.Date.add(self.today, days=8),
                    "error": False,
                    "email_refused": False,
                }
            ],
        )
        self.assertTrue(notice.name)
        self.assertTrue(notice.sent_at)
        self.assertIn("Please pay", notice.body)
        self.assertTrue(notice.line_ids.live)
        self.assertEqual(notice.run_id.state, "done")

    def test_languages(self):
        """Each customer reads the text and the words of its own language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.first.text_ids.with_context(lang="fr_FR").write(
            {"subject": "Rappel {{ number }}", "body": "Réglez {{ total_claimed }}."}
        )
        mailbox = self._serve()
        self.other_customer.lang = "fr_FR"
        self._queue_notice()
        self._queue_notice(partner=self.other_customer)
        self._run_job()
        texts = {
            recipients[0]: (m["Subject"], m.get_body(["plain"]).get_content())
            for recipients, m in mailbox.messages
        }
        english = texts["compta@durand.example.com"]
        french = texts["compta@martin.example.com"]
        self.assertTrue(english[0].startswith("Reminder "))
        self.assertTrue(french[0].startswith("Rappel "))
        self.assertIn("Réglez 100,00", french[1])
        self.assertIn("100,00\xa0$US", french[1])
        self.assertIn("Total à régler\xa0: 100,00", french[1])
        self.assertNotIn("Please", french[1])

    def test_sent_once(self):
        mailbox = self._serve()
        self._queue_notice()
        self._run_job()
        self._run_job()
        self.assertEqual(len(mailbox.messages), 1)

    def test_out_of_time(self):
        """Time is up after the first notice: the rest is another job's."""
        mailbox = self._serve()
        for index in range(3):
            self._queue_notice(partner=self._create_customer(f"Customer{index}"))
        cron = self.env.ref("collections_dunning.ir_cron_dunning_notice_send")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        with patch(MIN_TIME_PER_JOB, 0), self.enter_registry_test_mode():
            cron.with_user(SUPERUSER_ID).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(mailbox.messages), 1)
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(triggers), 1)
        self._run_job()
        self.assertEqual(len(mailbox.messages), 3)

    def test_letters_stay(self):
        mailbox = self._serve()
        notice, _invoice = self._queue_notice(channel="letter")
        self._run_job()
        self.assertEqual(notice.state, "queued")
        self.assertFalse(mailbox.messages)

    def test_second_process_is_refused(self):
        """While one process sends, another one sends nothing."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY])
            self.assertEqual(other.fetchone(), (True,))
            self._run_job()
            self.assertFalse(mailbox.messages)
            self.assertEqual(notice.state, "queued")
            other.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])
        self._run_job()
        self.assertEqual(len(mailbox.messages), 1)

    def test_lock_is_released(self):
        """Also when the job breaks down."""
        self._serve()
        self._queue_notice()
        notice_model = type(self.env["dunning.notice"])
        with (
            patch.object(notice_model, "_send_queue", side_effect=ValueError("broken")),
            self.assertRaisesRegex(ValueError, "broken"),
        ):
            self._run_job()
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY])
            self.assertEqual(other.fetchone(), (True,))
            other.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])

    # === THE LEDGER === #

    def test_paid_meanwhile(self):
        """Paid between confirmation and sending: nothing leaves."""
        mailbox = self._serve()
        notice, invoice = self._queue_notice()
        self._pay(invoice)
        self._run_job()
        self.assertFalse(mailbox.messages)
        self.assertEqual(notice.state, "cancelled")

    def test_part_paid_meanwhile(self):
        """Part paid between confirmation and sending: the rest is claimed."""
        mailbox = self._serve()
        notice, invoice = self._queue_notice()
        self._pay(invoice, amount=60.0)
        self._run_job()
        [(_recipients, message)] = mailbox.messages
        plain = message.get_body(["plain"]).get_content()
        self.assertIn("Please pay $40.00.", plain)
        self.assertNotIn("100.00", plain)
        self.assertEqual(notice.amount_claimed, 40.0)

    def _run_job_with(self, event):
        """Run the job; something happens after the first notice was written.

        :param event: called with an environment, before the notice is claimed.
        """
        notice_model = type(self.env["dunning.notice"])
        original = notice_model._open_session
        happened = []

        def open_session(records, email, work):
            if not happened:
                happened.append(event(records.env))
                records.env.flush_all()
                records.env.invalidate_all()
            return original(records, email, work)

        with patch.object(notice_model, "_open_session", open_session):
            self._run_job()

    def test_paid_after_writing(self):
        """Part paid after the text was written, before it left: written anew."""
        mailbox = self._serve()
        notice, invoice = self._queue_notice()
        item = self._item(invoice)

        def pay(env):
            env.cr.execute(
                "UPDATE account_move_line SET amount_residual_currency = 30,"
                " amount_residual = 30 WHERE id = %s",
                [item.id],
            )

        self._run_job_with(pay)
        [(_recipients, message)] = mailbox.messages
        self.assertIn("$30.00", message.get_body(["plain"]).get_content())
        self.assertEqual(notice.state, "sent")

    def test_receipt_after_writing(self):
        """A receipt that nobody has allocated yet is deducted all the same."""
        mailbox = self._serve()
        self._queue_notice()
        self._run_job_with(lambda env: self._create_credit_note(25.0).id)
        [(_recipients, message)] = mailbox.messages
        self.assertIn("Please pay $75.00.", message.get_body(["plain"]).get_content())

    def test_hold_after_writing(self):
        """The customer promised to pay while its reminder was being sent."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        debtor = notice.debtor_id
        vals = {"debtor_id": debtor.id, "reason": "promise"}
        self._run_job_with(lambda env: env["dunning.hold"].create(vals).id)
        self.assertFalse(mailbox.messages)
        self.assertEqual(notice.state, "cancelled")

    def test_one_that_breaks(self):
        """What nobody foresaw fails one notice and holds up no other."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        self._queue_notice(partner=self.other_customer)
        notice_model = type(self.env["dunning.notice"])
        original = notice_model._prepare_content

        def break_one(records, text):
            if records.id == notice.id:
                raise ZeroDivisionError("unforeseen")
            return original(records, text)

        with (
            patch.object(notice_model, "_prepare_content", break_one),
            mute_logger(LOGGER),
        ):
            self._run_job()
        self.assertEqual(notice.state, "failed")
        self.assertIn("unforeseen", notice.error)
        self.assertEqual(len(mailbox.messages), 1)

    def test_credit_is_deducted(self):
        """Open amounts, then credits as negative lines, then the net total."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        self._create_credit_note(25.0)
        self._run_job()
        [(_recipients, message)] = mailbox.messages
        html = message.get_body(["html"]).get_content()
        amounts = re.findall(r">\s*(\S*\d+\.\d\d)\s*<", html)
        self.assertEqual(amounts, ["$100.00", "-$25.00", "$75.00"])

    # === ERRORS === #

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

    # === COPIES === #

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

    # === WHAT IS KEPT === #

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
        self.assertEqual(message.attachment_ids, notice.eml_attachment_id)
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

    def test_alias_domain(self):
        """Answers and bounces come back to the addresses of the company's domain."""
        self.company.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "seller.example.com"}
        )
        self.mail_server.from_filter = "seller.example.com"
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        self._run_job()
        [(_recipients, message)] = mailbox.messages
        self.assertIn("catchall@seller.example.com", message["Reply-To"])
        self.assertEqual(message["Return-Path"], "bounce@seller.example.com")
        self.assertTrue(notice.message_ref.endswith("@seller.example.com>"))

    def test_foreign_sender(self):
        """A server for another domain: core's notification address is the sender."""
        self.company.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "erp.example.net"}
        )
        self.mail_server.from_filter = "erp.example.net"
        mailbox = self._serve()
        self._queue_notice()
        self._run_job()
        [(_recipients, message)] = mailbox.messages
        self.assertIn("notifications@erp.example.net", message["From"])
        self.assertIn(self.company.name, message["From"])
        self.assertIn("catchall@erp.example.net", message["Reply-To"])


@tagged("post_install", "-at_install")
class TestActivityChannels(DunningCommon):
    def _queue_call(self):
        self._create_invoice(13, amount=2000.0)
        reminder = self._propose()
        self._send(reminder.notice_ids, days_ago=7)
        reminder.action_confirm()
        run = self._propose()
        run.action_confirm()
        return run.notice_ids.filtered(lambda notice: notice.channel == "phone")

    def test_call_is_made(self):
        """The activity that is done is the notice that is sent."""
        notice = self._queue_call()
        self.assertEqual(notice.state, "queued")
        activity = notice.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        activity.with_user(self.collector).action_feedback(feedback="Will pay Monday")
        self.assertEqual(notice.state, "sent")
        self.assertTrue(notice.sent_at)

    def test_another_activity(self):
        """An activity that is not the call does not send it."""
        notice = self._queue_call()
        other = notice.activity_schedule(
            "mail.mail_activity_data_upload_document", user_id=self.collector.id
        )
        other.with_user(self.collector).action_feedback()
        self.assertEqual(notice.state, "queued")
