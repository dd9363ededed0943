from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
class TestInterestChargeCheck(ChargeCommon):
    """What is booked after the draft was made lowers what may be asked for."""

    def _post_refused(self, draft, *words):
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            draft.with_user(self.biller).action_post()
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual(draft.state, "draft")

    def test_a_receipt_booked_between(self):
        draft = self._invoice(self.late)
        self._pay(self.late, date=date(2025, 3, 1))
        # 1,200 × 13.15 % × 29 / 365 = 12.54, and 40
        self._post_refused(draft, self.late.name, "125.22", "52.54")
        draft.unlink()
        again = self._invoice(self.late)
        self.assertEqual(again.amount_total, 52.54)
        again.action_post()
        self.assertEqual(again.state, "posted")

    def test_a_waiver_between(self):
        draft = self._invoice(self.late)
        self._debtor().write({"charging": "waive", "charging_reason": "Agreed"})
        self._post_refused(draft, "Agreed", "0.00")

    def test_the_late_invoice_cancelled_between(self):
        draft = self._invoice(self.late)
        self.late.button_draft()
        self.late.button_cancel()
        self._post_refused(draft, "125.22", "0.00")

    def test_what_did_not_change_is_posted(self):
        paid = self._create_due("2025-03-31")
        self._pay(paid, date=date(2025, 5, 2))
        draft = self._invoice(self.late | paid)
        interest = draft.invoice_line_ids.sorted("sequence")[0]
        draft.write({"invoice_line_ids": [Command.delete(interest.id)]})
        self._pay(self.late, date=date(2025, 8, 20))
        draft.action_post()
        self.assertEqual(draft.state, "posted")
        # Several at once, of periods that follow each other.
        late = self._create_due("2025-01-31")
        first = self._invoice(late, "2025-05-31")
        second = self._invoice(late)
        (first | second).action_post()
        self.assertEqual(second.state, "posted")

    def test_installments_and_their_compensation(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": 0}),
                    Command.create({"value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        late = self._create_due(
            False, invoice_date="2025-01-31", invoice_payment_term_id=term.id
        )
        draft = self._invoice(late)
        self._charges(late).sudo().move_line_id = False
        self._pay(late, 600, date=date(2025, 8, 20))
        draft.action_post()
        self.assertEqual(draft.state, "posted")

    # === AFTER IT WAS POSTED === #

    def _credit(self, amount):
        """Credit a part of the late invoice, as its price was wrong."""
        credit = self.late._reverse_moves([{"invoice_date": "2025-08-20"}])
        credit.invoice_line_ids = [
            Command.update(credit.invoice_line_ids[0].id, {"price_unit": amount})
        ]
        credit.action_post()
        (self.late | credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()
        return credit

    def test_a_price_credited_asks_for_a_credit_of_interest(self):
        draft = self._invoice(self.late)
        draft.action_post()
        self.assertFalse(draft.activity_ids)
        self._credit(600)
        # Half of 85.22
        self.assertEqual(draft.activity_ids.user_id, self.biller)
        self.assertIn("42.61", draft.activity_ids.summary)

    def test_a_receipt_of_today_changes_nothing(self):
        draft = self._invoice(self.late)
        draft.action_post()
        self._pay(self.late, 500, date=date(2025, 8, 20))
        self.assertFalse(draft.activity_ids)
        self._pay(self.late, date=date(2025, 3, 1))
        self.assertEqual(len(draft.activity_ids), 1)
        self.assertFalse(self.late.activity_ids)
