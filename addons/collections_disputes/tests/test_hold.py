from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestHold(DisputeCommon):
    """Only what is disputed is not dunned, and only as long as it is."""

    def test_part_is_held_and_the_rest_claimed(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        hold = self._holds(invoice)
        self.assertRecordValues(
            hold,
            [
                {
                    "debtor_id": self._debtor().id,
                    "reason": "disputed",
                    "amount": 300,
                    "date_from": self.today,
                    "origin_model": "dispute.case",
                    "origin_id": case.id,
                    "user_id": self.collector.id,
                }
            ],
        )
        run = self._propose()
        self.assertEqual(run.notice_ids.amount_claimed, 700)
        self.assertEqual(run.notice_ids.line_ids.amount_held, 300)
        self._assert_ties_out(run)

    def test_whole_is_held(self):
        invoice = self._create_invoice(10, 1000)
        self._open(invoice)
        self.assertEqual(self._held(invoice), [0])
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["disputed"])
        self.assertFalse(run.notice_ids)
        self._assert_ties_out(run)

    def test_does_not_sleep_while_somebody_works_on_it(self):
        """Disputed money has an owner: it is no money that everybody forgot."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice)
        asleep = self.env["collections.sleeping.item"].with_user(self.reader)
        domain = [("move_id", "=", invoice.id)]
        self.assertFalse(asleep.search(domain))
        case.sudo().state = "rejected"
        self.assertEqual(asleep.search(domain).cause, "hold")

    def test_drafts_are_brought_up_to_date(self):
        invoice = self._create_invoice(10, 1000)
        notice = self._propose().notice_ids
        case = self._open(invoice, 300)
        self.assertEqual(notice.amount_claimed, 700)
        case.line_ids.with_user(self.collector).amount = 1000
        self.assertEqual(notice.state, "cancelled")

    def test_changed_amount_is_another_hold(self):
        """What was held until yesterday stays to be read."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        former = self._holds(invoice)
        former.sudo().date_from = self.today - timedelta(days=5)
        case.line_ids.with_user(self.collector).amount = 400
        self.assertEqual(former.date_to, self.today - timedelta(days=1))
        self.assertEqual(former.amount, 300)
        self.assertEqual(self._held(invoice), [400])
        self.assertEqual(case.line_ids.hold_id, self._holds(invoice))
        self.assertEqual(case.line_ids.amount_opened, 300)

    def test_changed_on_the_same_day(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        former = self._holds(invoice)
        case.line_ids.with_user(self.collector).amount = 400
        self.assertFalse(former.exists())
        self.assertEqual(self._held(invoice), [400])

    def test_item_removed(self):
        invoice, other = self._create_invoice(10, 100), self._create_invoice(10, 200)
        case = self._open(invoice | other)
        line = case.line_ids.filtered(lambda li: li.move_id == invoice)
        line.with_user(self.collector).unlink()
        self.assertFalse(self._holds(invoice))
        self.assertTrue(self._holds(other))

    def test_case_deleted(self):
        invoice = self._create_invoice(10, 100)
        case = self._open(invoice)
        hold = self._holds(invoice)
        hold.sudo().date_from = self.today - timedelta(days=5)
        case.with_user(self.manager).unlink()
        self.assertEqual(hold.date_to, self.today - timedelta(days=1))

    def test_hold_of_an_open_dispute_is_left_alone(self):
        invoice = self._create_invoice(10, 100)
        case = self._open(invoice)
        hold = self._holds(invoice).with_user(self.manager)
        for change in (
            hold.action_end,
            hold.unlink,
            lambda: hold.write({"date_to": self.today}),
            lambda: hold.write({"amount": 5}),
        ):
            with self.assertRaises(UserError) as refused:
                change()
            self.assertIn(case.name, str(refused.exception))

    def test_item_is_not_exchanged(self):
        case = self._open(self._create_invoice(10, 100))
        other = self._create_invoice(10, 200)
        with self.assertRaises(UserError):
            case.line_ids.with_user(self.collector).move_line_id = self._item(other)

    def test_ended_case_is_left_alone(self):
        case = self._open(self._create_invoice(10, 100))
        line = case.line_ids.with_user(self.collector)
        self._resolve(case)
        for change in (line.unlink, lambda: line.write({"amount": 5})):
            with self.assertRaises(UserError) as refused:
                change()
            self.assertIn("reopen", str(refused.exception))

    def test_reopened(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._resolve(case)
        # What was held since today is held until tonight.
        self.assertFalse(self._holds(invoice))
        case.with_user(self.collector).action_reopen()
        self.assertEqual((case.state, case.resolution), ("review", False))
        self.assertEqual(self._held(invoice), [300])
        self.assertFalse(case.date_closed)

    def test_no_context_lifts_the_limit(self):
        """A caller from outside may send any context."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        lines = case.line_ids.with_user(self.collector)
        with self.assertRaisesRegex(UserError, "At most"):
            lines.with_context(dispute_settled=True).amount = 1001
        lines.with_context(dispute_settled=True).amount = 400
        self.assertEqual(self._held(invoice), [400])

    def test_not_reopened_when_it_was_credited(self):
        """What was credited is not disputed again of the rest."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._resolve(case, "credit_note", user=self.accountant)
        self.assertEqual(invoice.amount_residual, 700)
        with self.assertRaisesRegex(UserError, "Nothing of it is open"):
            case.with_user(self.collector).action_reopen()

    def test_reopened_when_its_credit_note_was_undone(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._resolve(case, "credit_note", user=self.accountant)
        self._item(case.credit_note_ids).remove_move_reconcile()
        case.with_user(self.collector).action_reopen()
        self.assertEqual(case.amount_disputed, 300)
        self.assertEqual(self._held(invoice), [300])

    def test_reopened_when_one_of_two_was_credited(self):
        first, second = self._create_invoice(10, 1000), self._create_invoice(10, 500)
        case = self._open(first | second, 300)
        self._resolve(case, "credit_note", user=self.accountant)
        credits = self._item(second).matched_credit_ids.credit_move_id
        credits.remove_move_reconcile()
        case.with_user(self.collector).action_reopen()
        self.assertFalse(self._held(first))
        self.assertEqual(self._held(second), [300])

    def test_reopened_when_others_dispute_the_same(self):
        """Two cases never dispute more than is open; the former end is forgotten."""
        invoice = self._create_invoice(10, 1000)
        first = self._open(invoice, 800)
        self._resolve(first)
        second = self._open(invoice, 700)
        first.with_user(self.collector).action_reopen()
        self.assertRecordValues(
            first,
            [
                {
                    "state": "review",
                    "amount_disputed": 300,
                    "answer": False,
                    "cause_id": False,
                    "side": False,
                    "amount_credited": 0,
                }
            ],
        )
        self.assertEqual(second.amount_disputed, 700)
        self.assertEqual(sorted(self._held(invoice)), [300, 700])

    def test_not_reopened_when_others_dispute_all_of_it(self):
        invoice = self._create_invoice(10, 1000)
        first = self._open(invoice, 800)
        self._resolve(first)
        self._open(invoice)
        with self.assertRaises(UserError):
            first.with_user(self.collector).action_reopen()
        self.assertEqual(first.state, "rejected")

    def test_reopened_when_it_is_paid(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._resolve(case)
        self._pay(invoice)
        with self.assertRaises(UserError):
            case.with_user(self.collector).action_reopen()
        self.assertEqual(case.state, "rejected")

    def test_ties_out_in_every_state(self):
        cases = {}
        states = ("new", "review", "waiting_customer", "waiting_us")
        for state in states:
            cases[state] = self._open(self._create_invoice(10, 1000), 300)
            cases[state].with_user(self.collector).state = state
        whole = self._open(self._create_invoice(10, 500))
        rejected = self._open(self._create_invoice(10, 600), 200)
        self._resolve(rejected)
        credited = self._open(self._create_invoice(10, 700), 200)
        self._resolve(credited, "credit_note", user=self.accountant)
        drafted = self._open(self._create_invoice(10, 800), 200)
        self._resolve(drafted, "credit_note")
        run = self._propose()
        self._assert_ties_out(run)
        self.assertEqual(self._reason(whole.line_ids.move_id), ["disputed"])
        self.assertEqual(self._reason(rejected.line_ids.move_id), ["waiting"])
        self.assertEqual(
            run.notice_ids.amount_claimed, 4 * 700 + (700 - 200) + (800 - 200)
        )
