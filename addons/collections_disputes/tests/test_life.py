from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.collections_dunning.tests.interest_common import InterestCommon

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestLife(DisputeCommon, InterestCommon):
    """The whole life of an invoice of 1,000, of which 300 are disputed.

    Due on the day of the test; the first reminder leaves on day 6, the dispute comes on
    day 10, the second reminder on day 21; we answer on day 25.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second.charging = "claim"
        cls.formal.charging = "claim"
        cls.after_stop = cls.env["dunning.level"].create(
            {
                "name": "After a stop",
                "procedure_id": cls.procedure.id,
                "event": "after_stop",
                "day_offset": 0,
                "minimum_days": 0,
                "days_to_pay": 8,
                "approval": "automatic",
                "text_ids": [Command.create({"subject": "Event", "body": "Event"})],
            }
        )
        # Calls would come in between.
        cls.call.active = False
        cls.invoice = cls._create_invoice(0, 1000)

    def _on(self, day):
        """Work on a day after the due date."""
        return freeze_time(f"{self.today + timedelta(days=day)} 10:00:00")

    def _run_on(self, day):
        with self._on(day):
            self._record_bank_entry()
            run = self._propose(date=self.today + timedelta(days=day))
            self._assert_ties_out(run)
            return run

    def _send_on(self, day):
        run = self._run_on(day)
        with self._on(day):
            self._end(run)
        return run.notice_ids

    def _get_interest(self, invoice, day, deduction=None):
        stop = str(self.today + timedelta(days=day))
        return float(self._interest(invoice, stop, deduction)[0])

    def _dispute_300(self):
        first = self._send_on(6)
        self.assertEqual((first.level_id, first.amount_claimed), (self.first, 1000))
        with self._on(10):
            case = self._open(self.invoice, 300)
        second = self._send_on(21)
        self.assertEqual((second.level_id, second.amount_claimed), (self.second, 700))
        self.assertEqual(second.line_ids.amount_held, 300)
        expected = self._get_interest(self.invoice, 21, "300")
        self.assertGreater(expected, 0)
        self.assertAlmostEqual(second.amount_interest, expected, 2)
        return case

    def test_rejected(self):
        case = self._dispute_300()
        with self._on(25):
            case.with_user(self.collector).action_reject(
                "You ordered it", cause_id=self.cause.id, side="customer"
            )
        self.assertEqual(case.new_date_to_pay, self.today + timedelta(days=33))
        for day in (26, 33):
            run = self._run_on(day)
            self.assertFalse(run.notice_ids)
            self.assertEqual(self._reason(self.invoice), ["waiting"])
            run.action_cancel()
        notice = self._run_on(36).notice_ids
        # Not once more the message after a stop: our answer was that.
        self.assertEqual((notice.level_id, notice.amount_claimed), (self.formal, 1000))
        self.assertAlmostEqual(
            notice.amount_interest, self._get_interest(self.invoice, 36), 2
        )

    def test_justified(self):
        case = self._dispute_300()
        with self._on(25):
            self._resolve(case, "credit_note", user=self.accountant)
        self.assertEqual(self.invoice.amount_residual, 700)
        notice = self._run_on(36).notice_ids
        self.assertEqual((notice.level_id, notice.amount_claimed), (self.formal, 700))
        # As if 700 had been invoiced in the first place.
        right = self._create_invoice(0, 700, self.other_customer)
        expected = self._get_interest(right, 36)
        self.assertAlmostEqual(notice.amount_interest, expected, 2)
        self.assertLess(expected, self._get_interest(self.invoice, 36, "-300"))

    def test_rejected_when_all_was_disputed(self):
        """The days of the dispute are no days late; the ladder goes on after them."""
        self._send_on(6)
        with self._on(10):
            case = self._open(self.invoice)
        run = self._run_on(21)
        self.assertFalse(run.notice_ids)
        run.action_cancel()
        with self._on(25):
            self._resolve(case)
        run = self._run_on(34)
        # 34 days less 15 of the dispute: not yet 20.
        self.assertFalse(run.notice_ids)
        run.action_cancel()
        notice = self._run_on(36).notice_ids
        self.assertEqual((notice.level_id, notice.amount_claimed), (self.second, 1000))

    def test_rejected_before_anything_was_sent(self):
        with self._on(2):
            case = self._open(self.invoice)
        with self._on(8):
            self._resolve(case)
        run = self._run_on(16)
        self.assertFalse(run.notice_ids)
        run.action_cancel()
        notice = self._run_on(17).notice_ids
        self.assertEqual((notice.level_id, notice.amount_claimed), (self.first, 1000))

    def test_rejected_and_nobody_was_told(self):
        """No e-mail address then: dunning itself says once until when to pay."""
        self._send_on(6)
        with self._on(10):
            case = self._open(self.invoice)
        address, self.customer.email = self.customer.email, False
        with self._on(25):
            self._resolve(case)
        self.customer.email = address
        self.assertEqual(case.state, "rejected")
        self.assertFalse(case.new_date_to_pay)
        self.assertFalse(case.line_ids.hold_id.told_date)
        self.assertIn("told no new date to pay", str(case.message_ids.mapped("body")))
        notice = self._run_on(26).notice_ids
        self.assertEqual(
            (notice.level_id, notice.amount_claimed), (self.after_stop, 1000)
        )
