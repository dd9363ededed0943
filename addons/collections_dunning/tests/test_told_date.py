from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestToldDate(DunningCommon):
    """A hold whose end was told to the customer, with a new date to pay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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

    def _send_long_ago(self, days_ago):
        """Propose and send what is due, as if it had left so many days ago."""
        run = self._propose()
        self._send(run.notice_ids, days_ago=days_ago)
        run.notice_ids.sudo().queued_on = self.today - timedelta(days=days_ago)
        run.sudo().state = "done"
        return run.notice_ids

    def _tell(self, invoice, told_in=8, since=35, amount=0):
        """Hold an invoice as disputed, and end that with a new date to pay."""
        holds = self.env["dunning.hold"].sudo()
        hold = holds.create(
            {
                "debtor_id": self._debtor().id,
                "move_line_id": self._item(invoice).id,
                "reason": "disputed",
                "amount": amount,
                "date_from": self.today - timedelta(days=since),
            }
        )
        hold._end(self.today + timedelta(days=told_in))
        return hold

    def test_nothing_leaves_before_the_date(self):
        invoice = self._create_invoice(60)
        self._send_long_ago(40)
        hold = self._tell(invoice)
        self.assertEqual(hold.date_to, self.today - timedelta(days=1))
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])
        self.assertFalse(run.notice_ids)
        self.assertEqual(
            self._decision(invoice).next_date, self.today + timedelta(days=9)
        )
        self._assert_ties_out(run)
        run.action_cancel()
        # On the day itself nothing, either.
        hold.told_date = self.today
        self.assertFalse(self._propose().notice_ids)

    def test_then_the_level_after_the_last_one(self):
        """What was told was the message after the stop: there is no second one."""
        invoice = self._create_invoice(60)
        self._send_long_ago(40)
        self._tell(invoice, told_in=-1)
        self.assertEqual(self._propose().notice_ids.level_id, self.second)

    def test_jump_passes_no_level_over(self):
        self.procedure.progression = "jump"
        invoice = self._create_invoice(90, 1000)
        sent = self._send_long_ago(60)
        line = sent.line_ids.sudo()
        line.write({"level_id": self.first.id, "day_offset": self.first.day_offset})
        self._tell(invoice, told_in=-1, since=50, amount=300)
        self.assertEqual(self._propose().notice_ids.level_id, self.call)

    def test_nothing_sent_before(self):
        invoice = self._create_invoice(40)
        hold = self._tell(invoice, told_in=0, since=30)
        self.assertFalse(self._propose().notice_ids)
        hold.told_date = self.today - timedelta(days=1)
        self.env["dunning.run"].search([("state", "=", "proposed")]).action_cancel()
        self.assertEqual(self._propose().notice_ids.level_id, self.first)

    def test_of_a_part(self):
        """The rest waits too: the customer was told a date for this invoice."""
        invoice = self._create_invoice(60, 1000)
        self._send_long_ago(40)
        self._tell(invoice, amount=300)
        self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])

    def test_held_since_today(self):
        invoice = self._create_invoice(60)
        self._send_long_ago(40)
        hold = self._tell(invoice, since=0)
        self.assertEqual(hold.date_to, self.today)
        self.assertEqual(hold.told_date, self.today + timedelta(days=8))

    def test_leaves_drafts_and_what_is_queued(self):
        invoice = self._create_invoice(10, 1000)
        other = self._create_invoice(10, 50)
        draft = self._propose().notice_ids
        self._tell(invoice, amount=300, since=5)
        self.assertEqual(draft.line_ids.move_id, other)
        self.assertEqual(draft.amount_claimed, 50)

    def test_queued_before_the_end(self):
        invoice = self._create_invoice(10, 1000)
        run = self._propose()
        run.action_confirm()
        self._tell(invoice, since=5, amount=300)
        self.env["dunning.proposal"].sudo()._refresh_notices(run.notice_ids)
        self.assertEqual(run.notice_ids.state, "cancelled")

    def test_later_stop_gets_its_message(self):
        invoice = self._create_invoice(80)
        self._send_long_ago(60)
        self._tell(invoice, told_in=-30, since=55)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor().id,
                "reason": "paused",
                "date_from": self.today - timedelta(days=20),
                "date_to": self.today - timedelta(days=1),
            }
        )
        self.assertEqual(self._propose().notice_ids.level_id, self.after_stop)

    def test_is_ended_by_hand_without_a_date(self):
        invoice = self._create_invoice(60)
        self._send_long_ago(40)
        hold = self._tell(invoice, told_in=-20)
        hold.write({"date_to": False, "told_date": False})
        hold.with_user(self.collector).action_end()
        self.assertFalse(hold.told_date)
        self.assertEqual(hold.date_to, fields.Date.subtract(self.today, days=1))
        self.assertEqual(self._propose().notice_ids.level_id, self.after_stop)
