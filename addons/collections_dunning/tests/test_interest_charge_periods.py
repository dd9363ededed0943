from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
class TestInterestChargePeriods(ChargeCommon):
    """Which days, and of which item, a charge counts for."""

    def _periods(self, draft):
        charges = self.env["collections.interest.charge"]
        charges = charges.search(
            [("charge_move_id", "=", draft.id), ("date_from", "!=", False)]
        )
        return sorted(
            (str(c.date_from), str(c.date_to), c.days, c.amount_interest)
            for c in charges
        )

    def test_days_between_are_no_part_of_it(self):
        first = self._invoice(self.late, "2025-03-31")
        second = self._invoice(self.late, "2025-05-31")
        first.button_cancel()
        third = self._invoice(self.late)
        self.assertEqual(
            self._periods(third),
            [
                # 1,200 × 13.15 % × 59 / 365
                ("2025-02-01", "2025-03-31", 59, 25.51),
                # 1,200 × (13.15 % × 30 + 12.15 % × 51) / 365; 58.85 together
                ("2025-06-01", "2025-08-20", 81, 33.34),
            ],
        )
        self.assertEqual(third.amount_total, 58.85 + 40)
        # Neither meets the other.
        second.action_post()
        second.button_draft()
        self.assertEqual(self._interest(self.late, "2025-08-20"), ("0.00", "0"))

    def test_a_favour_of_all_of_it_frees_nothing(self):
        draft = self._invoice(self.late)
        draft.invoice_line_ids = [
            Command.create({"name": "Goodwill", "price_unit": -125.22, "tax_ids": []})
        ]
        draft.action_post()
        self.assertEqual(draft.amount_total, 0)
        self.env.invalidate_all()
        self.assertEqual(self._interest(self.late, "2025-08-20"), ("0.00", "0"))

    # === THE ITEM === #

    def test_an_installment_made_anew_keeps_its_days_to_itself(self):
        late = self._create_installments()
        second = self._item(late).sorted("date_maturity")[1]
        charges = self.env["collections.interest.charge"].with_user(self.biller)
        draft = charges._invoice_items(second, date(2025, 8, 20))
        draft.action_post()
        before = [i.interest for i in self._compute(late, "2025-08-20")]
        self._charges(late).sudo().move_line_id = False
        after = [i.interest for i in self._compute(late, "2025-08-20")]
        self.assertEqual(after, before)
        self.assertEqual(after[1], 0)
        self.assertGreater(after[0], 0)
        # Due on no such day any more: it counts for all of the invoice.
        self._charges(late).sudo().date_maturity = "2025-05-05"
        [left, _other] = self._compute(late, "2025-08-20")
        self.assertLess(left.interest, before[0])

    def _create_installments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": 0}),
                    Command.create({"value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        return self._create_due(
            False, invoice_date="2025-01-31", invoice_payment_term_id=term.id
        )

    def test_many_debts_in_one_entry(self):
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2025-01-31",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": partner.id,
                            "debit": 1200,
                            "date_maturity": "2025-01-31",
                        }
                    )
                    for partner in (self.customer, self.other_customer)
                ]
                + [
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 2400,
                        }
                    )
                ],
            }
        )
        entry.action_post()
        items = self._item(entry)
        self._invoice(items)
        self._charges(entry).sudo().unlink()
        charges = self.env["collections.interest.charge"].sudo()
        for item in items:
            charges.create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self._debtor(item.partner_id).id,
                    "move_id": entry.id,
                    "move_line_id": item.id,
                    "charge_move_id": self._create_invoice(5, 40).id,
                    "currency_id": entry.currency_id.id,
                    "amount_compensation": 40,
                }
            )
        rows = self._charges(entry)
        self.assertEqual(len(rows), 2)
        rows._check_not_twice()
        rows.sudo().write({"move_line_id": self._item(entry)[0].id})
        with self.assertRaisesRegex(UserError, "invoiced again"):
            rows._check_not_twice()

    # === PAID LATE === #

    def test_the_day_is_that_of_the_receipt(self):
        """An invoice booked after a lock date was not paid late for that."""
        booked = self._create_due(
            "2025-02-15", invoice_date="2025-02-01", date="2025-08-20"
        )
        self.assertEqual(booked.date, date(2025, 8, 20))
        self._pay(booked, date=date(2025, 2, 10))
        self.assertFalse(booked.dunning_paid_late)
        late = self._create_due("2025-02-15")
        self._pay(late, date=date(2025, 2, 20))
        self.assertTrue(late.dunning_paid_late)
