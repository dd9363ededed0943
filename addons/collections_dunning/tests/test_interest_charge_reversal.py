from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
class TestInterestChargeReversal(ChargeCommon):
    """Days are free again once nobody is asked to pay for them."""

    ALL = ("85.22", "40.0")
    NONE = ("0.00", "0")

    def setUp(self):
        super().setUp()
        self.draft = self._invoice(self.late)
        self.assertEqual(self._left(), self.NONE)

    def _left(self):
        self.env.invalidate_all()
        interest, compensation = self._interest(self.late, "2025-08-20")
        return interest, compensation

    def test_cancelled(self):
        self.draft.button_cancel()
        self.assertEqual(self._left(), self.ALL)
        self.assertFalse(any(self._charges(self.late).mapped("is_live")))

    def test_deleted(self):
        self.draft.unlink()
        self.assertEqual(self._left(), self.ALL)
        self.assertFalse(self._charges(self.late))

    def test_reset_to_draft_keeps(self):
        self.draft.action_post()
        self.draft.button_draft()
        self.assertEqual(self._left(), self.NONE)

    def test_credited_in_full(self):
        self.draft.action_post()
        credit = self.draft._reverse_moves([{"invoice_date": "2025-08-20"}])
        self.assertTrue(credit.is_late_charge)
        self.assertEqual(self._left(), self.NONE, "a draft credit note frees nothing")
        credit.action_post()
        self.assertEqual(self._left(), self.ALL)

    def test_credited_in_part(self):
        self.draft.action_post()
        credit = self.draft._reverse_moves([{"invoice_date": "2025-08-20"}])
        credit.invoice_line_ids = [
            Command.update(credit.invoice_line_ids[0].id, {"price_unit": 10})
        ]
        credit.action_post()
        self.assertEqual(self._left(), self.NONE)

    def test_settled_by_a_credit_note_for_goods(self):
        """Core calls it reversed: it was paid all the same."""
        self.draft.action_post()
        credit = self._create_credit_note(125.22)
        (self.draft | credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(self.draft.payment_state, "reversed")
        self.assertEqual(self._left(), self.NONE)

    def test_an_earlier_period_is_free_again_alone(self):
        self.draft.button_cancel()
        early = self._invoice(self.late, "2025-06-30")
        self._invoice(self.late)
        early.button_cancel()
        self.assertEqual(self._left(), ("64.85", "40.0"))
        again = self._invoice(self.late)
        self.assertEqual(again.amount_total, 104.85)
        self.assertEqual(self._left(), self.NONE)

    def test_what_was_invoiced_again_does_not_come_back(self):
        self.draft.button_cancel()
        again = self._invoice(self.late, "2025-03-31")
        with self.assertRaisesRegex(UserError, "invoiced again"), self.cr.savepoint():
            self.draft.button_draft()
        again.button_cancel()
        self.draft.button_draft()
        self.assertEqual(self._left(), self.NONE)

    def test_a_credit_note_taken_back_does_not_bring_back_days(self):
        self.draft.action_post()
        credit = self.draft._reverse_moves([{"invoice_date": "2025-08-20"}])
        credit.action_post()
        self._invoice(self.late)
        with self.assertRaisesRegex(UserError, "invoiced again"), self.cr.savepoint():
            credit.button_draft()

    # === PAID LATE === #

    def test_paid_late_is_found_until_its_days_are_invoiced(self):
        moves = self.env["account.move"]
        domain = [("dunning_paid_late", "=", True)]
        settled = self._create_due("2025-03-31")
        in_time = self._create_due("2025-03-31")
        credited = self._create_due("2025-03-31")
        self._pay(in_time, date=date(2025, 3, 31))
        self.assertFalse(moves.search(domain))
        self._pay(settled, date=date(2025, 5, 2))
        credited._reverse_moves([{"invoice_date": "2025-05-02"}], cancel=True)
        self.assertEqual(moves.search(domain), settled)
        self.assertTrue(settled.dunning_paid_late)
        self.assertFalse(in_time.dunning_paid_late)
        charge = self._invoice(settled, "2025-04-30")
        self.assertEqual(moves.search(domain), settled, "two days are left")
        self._invoice(settled)
        self.assertFalse(moves.search(domain))
        charge.button_cancel()
        self._debtor().write({"charging": "waive", "charging_reason": "Agreed"})
        self.assertFalse(moves.search(domain))

    def test_a_customer_has_all_of_it(self):
        settled = self._create_due("2025-03-31")
        self._pay(settled, date=date(2025, 5, 2))
        late = self._create_due("2025-05-31")
        self._create_due("2025-05-31", partner=self.other_customer)
        dialog = self._open(self._debtor(), method="action_invoice_charges")
        self.assertEqual(dialog.line_ids.move_id, settled | late)

    def test_a_notice_is_invoiced_up_to_its_day(self):
        self.draft.unlink()
        notice = self.env["dunning.proposal"].sudo()
        notice = notice._draft_for_items(self._item(self.late), self.second)
        self._send(notice)
        notice.sudo().interest_date = date(2025, 6, 30)
        dialog = self._open(notice, method="action_invoice_charges")
        self.assertEqual(dialog.stop_date, date(2025, 6, 30))
        self.assertEqual(dialog.line_ids.amount_interest, 64.85)

    # === WHERE IT IS SEEN === #

    def test_smart_buttons(self):
        self.assertEqual(self.late.dunning_charge_count, 1)
        self.assertEqual(self.draft.dunning_charge_count, 1)
        charges = self._charges(self.late)
        for move in (self.late, self.draft):
            action = move.with_user(self.reader).action_open_dunning_charges()
            self.assertEqual(charges.search(action["domain"]), charges)
        debtor = self._debtor().with_user(self.reader)
        self.assertEqual(debtor.charge_count, 1)
        self.assertEqual(
            charges.search(debtor.action_open_charges()["domain"]), charges
        )

    def test_days_sales_outstanding(self):
        company = self.company
        partner = self.customer.with_company(company)
        partner.invalidate_recordset()
        before = partner.days_sales_outstanding
        self.assertGreater(before, 0)
        self.draft.invoice_date = "2025-08-20"
        self.draft.action_post()
        partner.invalidate_recordset()
        self.assertAlmostEqual(partner.credit, 1325.22)
        self.assertAlmostEqual(partner.days_sales_outstanding, before)
        stranger = self._create_customer("Pays nothing")
        self.assertEqual(stranger.days_sales_outstanding, 0)

    def test_a_merged_customer_keeps_what_was_invoiced(self):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        charges = self._charges(self.late)
        self._create_due("2025-05-31", partner=self.other_customer)
        wizard._merge((self.other_customer | self.customer).ids, self.other_customer)
        self.env.invalidate_all()
        self.assertEqual(charges.debtor_id.partner_id, self.other_customer)
        self.assertEqual(self._left(), self.NONE)
