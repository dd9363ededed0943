import re
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, fields
from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.collections_dunning.models.dunning_notice_delivery import LOCK_KEY

from .delivery_common import DeliveryCommon

MIN_TIME_PER_JOB = "odoo.addons.base.models.ir_cron.MIN_TIME_PER_JOB"


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

    def test_formal_numbers_in_use(self):
        """Somebody prints formal notices: those by e-mail wait for their number."""
        mailbox = self._serve()
        self.first.is_formal = True
        notice, _invoice = self._queue_notice()
        notice_model = type(self.env["dunning.notice"])
        original = notice_model._assign_names

        def assign_names(records):
            if records.filtered("is_formal"):
                raise LockNotAvailable()
            return original(records)

        with patch.object(notice_model, "_assign_names", assign_names):
            self._run_job()
        self.assertEqual(notice.state, "queued")
        self.assertFalse(mailbox.messages)
        self._run_job()
        self.assertEqual(notice.state, "sent")
        self.assertTrue(notice.name.startswith("MED/"))

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
