import re
from unittest.mock import patch

from odoo.tests import tagged

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryLedger(DeliveryCommon):
    """What is sent is what the ledger says at that moment."""

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

    def test_paid_while_copies_are_printed(self):
        """Another transaction's payment shows in the next one only: there is one."""
        mailbox = self._serve()
        _notice, invoice = self._queue_notice()
        item = self._item(invoice)
        notice_model = type(self.env["dunning.notice"])
        commit = notice_model._commit
        booked, seen = [], []

        def commit_and_see(records):
            result = commit(records)
            if booked and not seen:
                seen.append(True)
                records.env.cr.execute(
                    "UPDATE account_move_line SET amount_residual_currency = 30,"
                    " amount_residual = 30 WHERE id = %s",
                    [item.id],
                )
            return result

        with (
            patch.object(
                notice_model, "_attach_invoices", lambda *args: booked.append(True)
            ),
            patch.object(notice_model, "_commit", commit_and_see),
        ):
            self._run_job()
        [(_recipients, message)] = mailbox.messages
        self.assertIn("$30.00", message.get_body(["plain"]).get_content())

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
