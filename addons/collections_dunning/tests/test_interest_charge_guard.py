from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
class TestInterestChargeGuard(ChargeCommon):
    """What nobody may make of an invoice of interest, nor make one of."""

    def test_a_charge_invoice_is_not_duplicated(self):
        draft = self._invoice(self.late)
        with self.assertRaisesRegex(UserError, "anew"):
            draft.with_user(self.biller).copy()
        draft.action_post()
        wizard = self.env["account.move.reversal"].with_user(self.biller)
        wizard = wizard.with_context(active_model="account.move", active_ids=draft.ids)
        with self.assertRaisesRegex(UserError, "anew"), self.cr.savepoint():
            wizard.create({"journal_id": draft.journal_id.id}).modify_moves()
        wizard.create({"journal_id": draft.journal_id.id}).refund_moves()
        credit = draft.reversal_move_ids
        self.assertTrue(credit.is_late_charge)
        with self.assertRaisesRegex(UserError, "anew"):
            credit.copy()
        self.assertFalse(self.late.copy().is_late_charge)

    def test_nobody_says_what_is_interest(self):
        moves = self.env["account.move"].with_user(self.biller)
        vals = {"move_type": "out_invoice", "partner_id": self.customer.id}
        with self.assertRaises(AccessError):
            moves.create({**vals, "is_late_charge": True})
        with self.assertRaises(AccessError):
            moves.with_context(default_is_late_charge=True).create(vals)
        with self.assertRaises(AccessError):
            self.late.with_user(self.biller).is_late_charge = True
        self.assertEqual(self._interest(self.late, "2025-08-20"), ("85.22", "40.0"))

    def _invoice_by_call(self, items):
        """Invoice items that a call from outside chose."""
        dialog = self.env["collections.interest.invoice"].with_user(self.biller)
        dialog = dialog.create(
            {
                "stop_date": "2025-08-20",
                "line_ids": [
                    Command.create(
                        {
                            "move_line_ids": [Command.set(items.ids)],
                            "move_id": items.move_id.id,
                            "partner_id": self.customer.id,
                            "currency_id": items.currency_id.id,
                        }
                    )
                ],
            }
        )
        return dialog.action_invoice()

    def test_only_posted_receivables_are_invoiced(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2025-01-31",
                "invoice_date_due": "2025-01-31",
                "invoice_line_ids": [
                    Command.create({"name": "Paper", "price_unit": 5000, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        draft = self.late.copy({"invoice_date": "2025-01-31"})
        for items in (bill.invoice_line_ids, self._item(draft)):
            with self.assertRaisesRegex(UserError, "Nothing can be invoiced"):
                self._invoice_by_call(items)
        self._invoice_by_call(self._item(self.late))
        self.assertTrue(self._charges(self.late))

    # === WHAT HOLDS TODAY === #

    def test_a_dispute_of_today_counts_whatever_the_last_day(self):
        self._hold_today("disputed")
        dialog = self._open(self.late)
        dialog.stop_date = date(2025, 8, 9)
        self.assertIn("Disputed", dialog.line_ids.note)
        with self.assertRaises(UserError):
            dialog.action_invoice()
        self.assertFalse(self._charges(self.late))

    def _hold_today(self, reason):
        return (
            self.env["dunning.hold"]
            .sudo()
            .create(
                {
                    "debtor_id": self._debtor().id,
                    "move_line_id": self._item(self.late).id,
                    "reason": reason,
                    "date_from": date(2025, 8, 10),
                    "note": "Broken on arrival",
                }
            )
        )

    # === WHO OWES IT === #

    def test_paid_late_by_who_owes_nothing(self):
        """A consumer owes interest from a formal notice on; elsewhere nobody knows."""
        business = self._create_due("2025-03-31")
        consumer = self._create_customer("Paul Petit", is_company=False)
        private = self._create_due("2025-03-31", partner=consumer)
        self._create_regime(
            name="Consumers",
            debtor_type="consumer",
            starts="formal_notice",
            compensation_currency_id=False,
            tier_ids=[],
        )
        self._pay(business, date=date(2025, 5, 2))
        self._pay(private, date=date(2025, 5, 2))
        moves = self.env["account.move"]
        self.assertEqual(moves.search([("dunning_paid_late", "=", True)]), business)
        self.assertTrue(business.dunning_paid_late)
        self.assertFalse(private.dunning_paid_late)
        self.assertNotIn(business, moves.search([("dunning_paid_late", "!=", True)]))
        self._debtor().debtor_type = "consumer"
        self.env.invalidate_all()
        self.assertFalse(business.dunning_paid_late)

    def test_words_name_the_day_of_the_public_buyers_clock(self):
        self._debtor().debtor_type = "public"
        self.late.dunning_deposit_date = "2025-03-02"
        draft = self._invoice(self.late)
        text = draft.invoice_line_ids.sorted("sequence")[0].name
        # 30 days from the deposit
        self.assertIn("due on 04/01/2025", text)
        self.assertIn("04/02/2025 – ", text)
