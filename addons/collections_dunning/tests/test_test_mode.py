from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .delivery_common import DeliveryCommon

CUSTOMER = "compta@durand.example.com"
TESTER = "tester@seller.example.com"


@tagged("post_install", "-at_install")
class TestDeliveryTestMode(DeliveryCommon):
    """Every message goes to one address of ours, and no level counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"dunning_test_email": TESTER, "dunning_test_mode": True})

    def _get_receivers(self, mailbox):
        return [recipients for recipients, _message in mailbox.messages]

    def _set_mode_at_first_claim(self, mode):
        """Have somebody switch the mode between the preparation and the claim."""
        notice_model = type(self.env["dunning.notice"])
        open_session = notice_model._open_session
        company = self.company
        done = []

        def switch_and_open(records, *args):
            if not done:
                done.append(True)
                company.with_env(records.env).dunning_test_mode = mode
                records.env.flush_all()
            return open_session(records, *args)

        return patch.object(notice_model, "_open_session", switch_and_open)

    def test_message(self):
        """Only the tester gets it; it says that it is a test, and for whom it was."""
        mailbox = self._serve()
        boss = self.env["res.partner"].create(
            {
                "name": "Boss",
                "parent_id": self.customer.id,
                "email": "boss@durand.example.com",
            }
        )
        self._queue_notice(copy_ids=[Command.set(boss.ids)])
        self._run_job()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, [TESTER])
        self.assertEqual(message["To"], TESTER)
        self.assertFalse(message["Cc"])
        self.assertTrue(message["Subject"].startswith("[Test] Reminder "))
        for kind in ("plain", "html"):
            content = message.get_body([kind]).get_content()
            self.assertIn(f"Durand SARL ({CUSTOMER})", content)
            self.assertIn("Boss (boss@durand.example.com)", content)
            self.assertIn("Please pay $100.00.", content)
        self.assertIn("Draft", message.get_body(["html"]).get_content())

    def test_no_trace(self):
        """Neither number nor level; nobody follows, the debtor's file is as it was."""
        mailbox = self._serve()
        notice, invoice = self._queue_notice()
        history = notice.debtor_id.message_ids
        self._run_job()
        self.assertRecordValues(
            notice, [{"state": "cancelled", "is_test": True, "name": False}]
        )
        self.assertEqual(notice.error, f"Sent as a test to {TESTER}.")
        self.assertEqual(notice.eml_attachment_id.raw, mailbox.sources[0])
        self.assertFalse(notice.line_ids.live)
        self.assertFalse(self._item(invoice).dunning_level_id)
        self.assertEqual(notice.debtor_id.message_ids, history)
        self.assertFalse(notice.message_partner_ids)
        self.assertFalse(
            self.env["mail.message"].search([("message_id", "=", notice.message_ref)])
        )
        self.assertEqual(notice.run_id.state, "done")

    def test_then_for_good(self):
        """After the test mode the customer gets the same level."""
        mailbox = self._serve()
        self._queue_notice()
        self._run_job()
        self.company.dunning_test_mode = False
        notice = self._propose().notice_ids
        self.assertEqual(notice.level_id, self.first)
        notice.sudo()._queue()
        self._run_job()
        self.assertEqual(self._get_receivers(mailbox), [[TESTER], [CUSTOMER]])
        self.assertEqual((notice.state, notice.is_test), ("sent", False))
        self.assertNotIn("Test", mailbox.messages[1][1]["Subject"])

    def test_switched_on_meanwhile(self):
        """Prepared for the customer, and the test mode comes: the tester gets it."""
        mailbox = self._serve()
        self.company.dunning_test_mode = False
        notice, _invoice = self._queue_notice()
        with self._set_mode_at_first_claim(True):
            self._run_job()
        self.assertEqual(self._get_receivers(mailbox), [[TESTER]])
        self.assertEqual((notice.state, notice.is_test), ("cancelled", True))

    def test_switched_off_meanwhile(self):
        """Prepared as a test, and the test mode goes: nobody gets it by mistake.

        Once it is approved anew the customer gets a message of its own.
        """
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        with self._set_mode_at_first_claim(False):
            self._run_job()
        self.assertFalse(mailbox.messages)
        self.assertEqual((notice.state, notice.is_test), ("draft", False))
        notice.with_user(self.collector).action_send()
        self._run_job()
        self.assertEqual(self._get_receivers(mailbox), [[CUSTOMER]])
        [(_recipients, message)] = mailbox.messages
        self.assertNotIn("Test", message["Subject"])
        self.assertNotIn("test", message.get_body(["plain"]).get_content())
        self.assertRecordValues(notice, [{"state": "sent", "is_test": False}])
        self.assertTrue(notice.name)

    def test_address_changed_meanwhile(self):
        mailbox = self._serve()
        self._queue_notice()
        notice_model = type(self.env["dunning.notice"])
        open_session = notice_model._open_session
        company = self.company

        def move_and_open(records, *args):
            company.with_env(records.env).dunning_test_email = "new@seller.example.com"
            records.env.flush_all()
            return open_session(records, *args)

        with patch.object(notice_model, "_open_session", move_and_open):
            self._run_job()
        self.assertEqual(self._get_receivers(mailbox), [["new@seller.example.com"]])

    def test_sending_hours(self):
        """Tests leave at any hour; what is queued for a customer waits for its."""
        mailbox = self._serve()
        self.company.write({"dunning_send_window": True, "dunning_test_mode": False})
        notice, _invoice = self._queue_notice()
        closed = patch.object(
            type(self.company), "_get_next_sending", return_value=None
        )
        with closed:
            self._run_job()
        self.assertFalse(mailbox.messages)
        self.assertEqual(notice.state, "queued")
        self.company.dunning_test_mode = True
        with closed:
            self._run_job()
        self.assertEqual(self._get_receivers(mailbox), [[TESTER]])

    def test_branch(self):
        """A branch is in test mode with its parent."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        notice, _invoice = self._queue_notice()
        self.env.cr.execute(
            "UPDATE dunning_notice SET company_id = %s WHERE id = %s",
            [branch.id, notice.id],
        )
        self.env.invalidate_all()
        self.assertEqual(notice._filter_tests(), notice)
        self.assertEqual(notice._prepare_test_recipients()["email_to"], TESTER)
        before = notice._read_watched()
        self.company.dunning_test_mode = False
        self.env.flush_all()
        self.assertFalse(notice._filter_tests())
        self.assertNotEqual(notice._read_watched(), before)

    def test_tester_refused(self):
        """The test address is wrong: it says nothing against the customer's."""
        mailbox = self._serve()
        mailbox.refusals[TESTER] = "550 5.1.1 No such user"
        notice, _invoice = self._queue_notice()
        self._run_job()
        self.assertRecordValues(
            notice, [{"state": "cancelled", "is_test": True, "email_refused": False}]
        )
        self.assertIn("No such user", notice.error)

    def test_silence(self):
        """Whether a test arrived is no question for anybody."""
        mailbox = self._serve()
        mailbox.answer = "close"
        notice, _invoice = self._queue_notice()
        self._run_job()
        self.assertEqual((notice.state, notice.is_test), ("cancelled", True))
        self.assertFalse(self._activities())

    def test_crash(self):
        """Found on its way after a crash: a test, and no doubt."""
        self._serve()
        notice, _invoice = self._queue_notice()
        notice.sudo().write({"is_test": True, "state": "sending"})
        self._run_job()
        self.assertEqual((notice.state, notice.is_test), ("cancelled", True))
        self.assertFalse(self._activities())

    def test_no_server(self):
        """The queue waits; what was confirmed as a test is never sent for good.

        Once the mode is off a person approves it anew.
        """
        notice, _invoice = self._queue_notice()
        notice.sudo().write({"approved": True, "approved_by_id": self.collector.id})
        self._run_job()
        self.assertEqual(notice.state, "queued")
        self.company.with_user(self.manager).action_dunning_test_mode_off()
        self.assertRecordValues(
            notice, [{"state": "draft", "approved": False, "approved_by_id": False}]
        )
        mailbox = self._serve()
        self._run_job()
        self.assertFalse(mailbox.messages)
        notice.with_user(self.collector).action_send()
        self._run_job()
        self.assertEqual(self._get_receivers(mailbox), [[CUSTOMER]])
        self.assertFalse(notice.is_test)

    def test_call(self):
        """Nobody is asked to call."""
        invoice = self._create_invoice(13, amount=2000)
        notice = self.env["dunning.proposal"]._draft_for_items(
            self._item(invoice), self.call
        )
        notice.sudo()._queue()
        self.assertRecordValues(notice, [{"state": "cancelled", "is_test": True}])
        self.assertFalse(notice.activity_ids)

    def test_letter(self):
        """A queued letter stays queued."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice(channel="letter")
        self._run_job()
        self.assertEqual(notice.state, "queued")
        self.assertFalse(mailbox.messages)
