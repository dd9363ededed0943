from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestResolution(DisputeCommon):
    """How a case ends by a decision, and what then becomes of the debt."""

    def _credit(self, case, user=None, **vals):
        return self._resolve(case, "credit_note", user or self.accountant, **vals)

    # === CREDIT NOTE === #

    def test_credit_note_of_the_part(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self.assertTrue(self._credit(case))
        note = case.credit_note_ids
        self.assertRecordValues(
            note,
            [
                {
                    "move_type": "out_refund",
                    "state": "posted",
                    "amount_total": 300,
                    "reversed_entry_id": invoice.id,
                }
            ],
        )
        self.assertEqual(invoice.amount_residual, 700)
        self.assertRecordValues(
            case,
            [
                {
                    "state": "resolved",
                    "resolution": "credit_note",
                    "cause_id": self.cause.id,
                    "side": "us",
                    "needs_cause": False,
                    "amount_credited": 300,
                    "amount_disputed": 300,
                    "requested_resolution": False,
                }
            ],
        )
        self.assertTrue(case.date_closed)
        self.assertFalse(self._holds(invoice))
        self.assertFalse(case.activity_ids)
        run = self._propose()
        self.assertEqual(run.notice_ids.amount_claimed, 700)
        self._assert_ties_out(run)

    def test_credit_note_of_the_whole_invoice(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._credit(case, scope="invoice")
        self.assertEqual(case.credit_note_ids.amount_total, 1000)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(case.amount_credited, 300)

    def test_taxes_in_proportion_to_the_cent(self):
        tax = self.company_data["default_tax_sale"]
        low = tax.copy({"name": "5.5 %", "amount": 5.5})
        included = tax.copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        for lines, amount in (
            ([(100, tax)], 0.03),
            ([(100, tax)], 33.33),
            ([(99.99, tax), (33.33, low)], 77.77),
            ([(99.99, tax), (33.33, low), (10, low | tax)], 0.07),
            ([(120, included), (7.77, low)], 55.55),
            ([(1000, tax), (-200, tax)], 123.45),
        ):
            invoice = self._create_taxed(lines)
            case = self._open(invoice, amount)
            self._credit(case)
            note = case.credit_note_ids
            if note.state == "draft":
                note.with_user(self.accountant).action_post()
            self.assertEqual(note.amount_total, amount)
            self.assertAlmostEqual(
                note.amount_tax / amount,
                invoice.amount_tax / invoice.amount_total,
                delta=0.02 / amount,
            )
            self.assertEqual(
                note.invoice_line_ids.account_id, invoice.invoice_line_ids.account_id
            )
            self.assertAlmostEqual(
                invoice.amount_residual, invoice.amount_total - amount, 2
            )

    def _open_at_two_rates(self, amount, product=False):
        """Dispute a part of an invoice of two products, at 20 % and at 5.5 %."""
        taxes = self.env["account.tax"].create(
            [
                {"name": f"VAT {rate} of {product}, {amount}", "amount": rate}
                for rate in (20, 5.5)
            ]
        )
        invoice = self._create_taxed([(1000, taxes[0]), (1000, taxes[1])])
        products = self.env["product.product"].create([{"name": "A"}, {"name": "B"}])
        invoice.button_draft()
        for line, item, tax in zip(
            invoice.invoice_line_ids, products, taxes, strict=True
        ):
            line.product_id = item
            line.write({"price_unit": 1000, "tax_ids": [Command.set(tax.ids)]})
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 2255)
        case = self._open(invoice, amount)
        case.line_ids.product_id = products[product] if product is not False else False
        return case

    def test_taxes_of_the_disputed_product(self):
        for product, tax in ((0, 20), (1, 6.26)):
            case = self._open_at_two_rates(120, product)
            self.assertTrue(self._credit(case))
            note = case.credit_note_ids
            self.assertEqual(len(note.invoice_line_ids.tax_ids), 1)
            self.assertRecordValues(
                note, [{"state": "posted", "amount_total": 120, "amount_tax": tax}]
            )

    def test_several_rates_wait_for_a_person(self):
        """Also when what is disputed is more than the product has cost."""
        for amount, product in ((120, False), (1500, 0)):
            case = self._open_at_two_rates(amount, product)
            self.assertFalse(self._credit(case))
            note = case.credit_note_ids
            self.assertEqual((note.state, note.amount_total), ("draft", amount))
            self.assertEqual(len(note.invoice_line_ids.tax_ids), 2)
            self.assertEqual(case.state, "waiting_us")
            self.assertIn("several taxes", case.draft_reason)
            self.assertIn("several taxes", case.message_ids[0].body)
            self.assertEqual(self._held(case.line_ids.move_id), [amount])
            note.with_user(self.accountant).action_post()
            self.assertEqual((case.state, case.resolution), ("resolved", "credit_note"))

    def test_whole_invoice_at_several_rates_is_posted(self):
        case = self._open_at_two_rates(120)
        self.assertTrue(self._credit(case, scope="invoice"))
        self.assertEqual(case.credit_note_ids.state, "posted")

    def test_each_account_keeps_its_share(self):
        revenue = self.company_data["default_account_revenue"]
        other = revenue.copy({"code": "707999", "name": "Other sales"})
        invoice = self._create_taxed([(600, self.env["account.tax"])] * 2)
        invoice.button_draft()
        invoice.invoice_line_ids[1].write({"account_id": other.id, "price_unit": 400})
        invoice.action_post()
        case = self._open(invoice, 100)
        self._credit(case)
        lines = case.credit_note_ids.invoice_line_ids
        shares = {line.account_id: line.price_subtotal for line in lines}
        self.assertEqual(shares, {revenue: 60, other: 40})

    def test_credit_note_in_foreign_currency(self):
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        invoice = self._create_invoice(10, 1000, currency_id=currency.id)
        case = self._open(invoice, 333.33)
        self._credit(case)
        self.assertEqual(case.credit_note_ids.currency_id, currency)
        self.assertEqual(case.credit_note_ids.amount_total, 333.33)
        self.assertAlmostEqual(self._item(invoice).amount_residual_currency, 666.67)

    def _create_installments(self, **vals):
        """Post an invoice of 1,000 payable in two halves; return its items."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        invoice = self._create_invoice(
            40, 1000, invoice_payment_term_id=term.id, invoice_date_due=False, **vals
        )
        return self._item(invoice).sorted("date_maturity")

    def _open_items(self, amounts):
        """Open a case about items, each by an amount."""
        cases = self.env["dispute.case"].with_user(self.collector)
        return cases.action_open(
            [
                {"move_line_id": item.id, "amount": amount}
                for item, amount in amounts.items()
            ]
        ).with_env(self.env)

    def test_installment_that_is_disputed_is_credited(self):
        first, second = self._create_installments()
        case = self._open_items({second: 300})
        self._credit(case)
        self.assertEqual(first.amount_residual, 500)
        self.assertEqual(second.amount_residual, 200)
        self.assertEqual(case.state, "resolved")

    def test_installment_that_is_disputed_is_credited_by_a_draft(self):
        first, second = self._create_installments()
        case = self._open_items({second: 300})
        self._credit(case, self.collector)
        case.credit_note_ids.with_user(self.accountant).action_post()
        self.assertEqual((first + second).mapped("amount_residual"), [500, 200])
        self.assertEqual(case.state, "resolved")

    def test_each_installment_is_credited_by_what_is_disputed(self):
        items = self._create_installments()
        case = self._open_items({items[0]: 300, items[1]: 200})
        self._credit(case)
        self.assertEqual(items.mapped("amount_residual"), [200, 300])
        self.assertEqual((case.state, case.amount_credited), ("resolved", 500))

    def test_whole_invoice_of_installments(self):
        """What is more than disputed is credited to the other installments."""
        items = self._create_installments()
        case = self._open_items({items[1]: 200})
        self._credit(case, scope="invoice")
        self.assertEqual(items.mapped("amount_residual"), [0, 0])
        self.assertEqual(case.credit_note_ids.payment_state, "paid")
        self.assertEqual(case.credit_note_ids.amount_residual, 0)

    # === OTHER CASES === #

    def test_credit_note_of_one_case_leaves_the_other_one_open(self):
        for user in (self.accountant, self.collector):
            invoice = self._create_invoice(10, 1000)
            other, case = self._open(invoice, 300), self._open(invoice, 400)
            if not self._credit(case, user):
                case.credit_note_ids.with_user(self.accountant).action_post()
            self.assertRecordValues(
                case | other,
                [
                    {"state": "resolved", "amount_disputed": 400, "resolution": done}
                    if done
                    else {"state": "new", "amount_disputed": 300, "resolution": False}
                    for done in ("credit_note", False)
                ],
            )
            self.assertEqual(case.amount_credited, 400)
            self.assertEqual(self._held(invoice), [300])
            self.assertEqual(invoice.amount_residual, 600)
            run = self._propose()
            self.assertEqual(run.notice_ids.amount_claimed, 300)
            self._pay(invoice)
            run.action_cancel()

    def test_credit_note_of_one_case_and_the_other_installment(self):
        first, second = self._create_installments()
        other, case = self._open_items({first: 400}), self._open_items({second: 200})
        self._credit(case)
        self.assertEqual((first + second).mapped("amount_residual"), [500, 300])
        self.assertEqual((case.state, other.state), ("resolved", "new"))
        self.assertEqual((case.amount_disputed, other.amount_disputed), (200, 400))
        self.assertEqual(other.line_ids.hold_id.amount, 400)

    def test_installments_in_foreign_currency(self):
        """Of each installment its disputed amount is credited, in its currency."""
        currency = self.setup_other_currency(
            "GBP", rates=[("2000-01-01", 2.0), (str(self.today), 2.5)]
        )
        for user in (self.accountant, self.collector):
            items = self._create_installments(currency_id=currency.id)
            case = self._open_items({items[0]: 300, items[1]: 200})
            if not self._credit(case, user):
                case.credit_note_ids.with_user(self.accountant).action_post()
            self.assertEqual(items.mapped("amount_residual_currency"), [200, 300])
            self.assertEqual((case.state, case.amount_credited), ("resolved", 500))

    def test_most_that_can_be_disputed_in_foreign_currency(self):
        """Of the currency of the item, not of the company's."""
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 4.0)])
        items = self._create_installments(currency_id=currency.id)
        self.assertEqual(items[0].amount_residual, 125)
        self._open_items({items[0]: 400})
        with self.assertRaises(UserError) as refused:
            self._open_items({items[0]: 100.01})
        self.assertRegex(str(refused.exception), "At most .*100.00")
        self.assertEqual(self._open_items({items[0]: 100}).amount_disputed, 100)

    def test_credit_note_in_the_books_credits_its_item_first(self):
        first, second = self._create_installments()
        other, case = self._open_items({second: 100}), self._open_items({first: 200})
        note = other._reverse(first.move_id)
        note.invoice_line_ids.price_unit = 200
        note.action_post()
        self.assertEqual(first.amount_residual, 300)
        self.assertEqual((case.state, other.state), ("resolved", "new"))

    def test_invoice_of_an_item_is_not_written_by_hand(self):
        """It would aim the credit note at another customer's invoice."""
        invoice = self._create_invoice(10, 1000)
        other = self._create_invoice(10, 5000, self.other_customer)
        case = self._open(invoice, 300)
        for user in (self.collector, self.accountant, self.manager):
            with self.assertRaises(AccessError):
                case.line_ids.with_user(user).write({"move_id": other.id})
        with self.assertRaises(AccessError):
            case.with_user(self.collector).write(
                {"line_ids": [Command.update(case.line_ids.id, {"move_id": other.id})]}
            )
        case.line_ids.sudo().move_id = other
        self._credit(case)
        self.assertEqual(case.credit_note_ids.reversed_entry_id, invoice)
        self.assertEqual(other.amount_residual, 5000)

    def test_several_invoices(self):
        invoices = self._create_invoice(10, 100) | self._create_invoice(10, 200)
        case = self._open(invoices, 50)
        self._credit(case)
        self.assertEqual(case.credit_note_ids.mapped("amount_total"), [50, 50])
        self.assertEqual(case.amount_credited, 100)

    def test_draft_by_right(self):
        """Who may not post makes a draft: what is disputed is held until it is."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self.assertFalse(self._credit(case, self.collector))
        note = case.credit_note_ids
        self.assertEqual((note.state, note.amount_total), ("draft", 300))
        self.assertEqual(case.state, "waiting_us")
        self.assertIn("Somebody who may post it", case.draft_reason)
        self.assertFalse(case.resolution)
        self.assertEqual(self._held(invoice), [300])
        with self.assertRaises(UserError):
            self._resolve(case)
        note.with_user(self.accountant).action_post()
        self.assertRecordValues(
            case,
            [
                {
                    "state": "resolved",
                    "resolution": "credit_note",
                    "cause_id": self.cause.id,
                    "needs_cause": False,
                    "amount_credited": 300,
                    "draft_reason": False,
                }
            ],
        )
        self.assertFalse(self._holds(invoice))

    def test_draft_that_cannot_be_posted(self):
        """Why is said on the case; nothing of what was chosen is lost."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)

        def refuse(moves, soft=True):
            if moves:
                raise UserError(self.env._("The period is closed"))
            return moves

        with patch.object(type(self.env["account.move"]), "_post", refuse):
            self.assertFalse(self._credit(case))
        self.assertIn("The period is closed", case.draft_reason)
        self.assertEqual(case.credit_note_ids.state, "draft")
        self.assertEqual(self._held(invoice), [300])
        case.credit_note_ids.with_user(self.accountant).action_post()
        self.assertEqual((case.state, case.resolution), ("resolved", "credit_note"))

    def test_draft_that_was_thrown_away(self):
        """Deleted or cancelled: the outcome is chosen anew, by the buttons."""
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._credit(case, self.collector)
        case.credit_note_ids.with_user(self.accountant).button_cancel()
        self.assertFalse(case.requested_resolution or case.draft_reason)
        self.assertIn("decide anew", case.message_ids[0].body)
        self._credit(case, self.collector)
        drafts = case.credit_note_ids.filtered(lambda note: note.state == "draft")
        drafts.with_user(self.accountant).unlink()
        self.assertFalse(case.requested_resolution or case.draft_reason)
        self.assertTrue(case.activity_ids)
        self.assertEqual(self._held(invoice), [300])
        self._resolve(case)
        self.assertEqual((case.state, case.resolution), ("rejected", "rejected"))

    def test_goodwill(self):
        case = self._open(self._create_invoice(10, 1000), 300)
        self._resolve(case, "goodwill", user=self.accountant)
        self.assertEqual(case.resolution, "goodwill")
        self.assertEqual(case.credit_note_ids.amount_total, 300)

    def test_corrected_invoice(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._resolve(case, "corrected_invoice", user=self.accountant)
        self.assertEqual(case.credit_note_ids.amount_total, 1000)
        self.assertEqual(case.credit_note_ids.state, "posted")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(
            (case.state, case.resolution), ("resolved", "corrected_invoice")
        )
        draft = self._find_correction()
        self.assertEqual((draft.state, draft.amount_total), ("draft", 1000))

    def test_corrected_invoice_by_right(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._resolve(case, "corrected_invoice")
        self.assertEqual(case.credit_note_ids.state, "draft")
        self.assertEqual(self._held(invoice), [300])
        self.assertTrue(self._find_correction())
        case.credit_note_ids.with_user(self.accountant).action_post()
        self.assertEqual(case.resolution, "corrected_invoice")

    def _find_correction(self):
        return self.env["account.move"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "draft"),
            ]
        )

    def test_entry_that_is_no_invoice(self):
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data[key].id,
                            "partner_id": self.customer.id,
                            "balance": balance,
                        }
                    )
                    for key, balance in (
                        ("default_account_receivable", 100),
                        ("default_account_revenue", -100),
                    )
                ]
            }
        )
        entry.action_post()
        case = self._open(entry, 40)
        with self.assertRaisesRegex(UserError, "no posted invoice"):
            self._credit(case)

    # === THE DEBT STANDS === #

    def test_rejected(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        hold = self._holds(invoice)
        hold.sudo().date_from = self.today - timedelta(days=5)
        case.with_user(self.collector).action_reject(
            "You ordered this", cause_id=self.cause.id, side="customer"
        )
        day = self.today + timedelta(days=8)
        self.assertRecordValues(
            case,
            [
                {
                    "state": "rejected",
                    "resolution": "rejected",
                    "side": "customer",
                    "new_date_to_pay": day,
                }
            ],
        )
        self.assertIn("You ordered this", case.answer)
        self.assertEqual(hold.told_date, day)
        self.assertEqual(hold.date_to, self.today - timedelta(days=1))
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])
        self.assertFalse(run.notice_ids)

    def test_new_date_to_pay(self):
        case = self._open(self._create_invoice(10, 1000), 300)
        day = self.today + timedelta(days=20)
        self._resolve(case, new_date_to_pay=day)
        self.assertEqual(case.new_date_to_pay, day)
        self.assertEqual(case.line_ids.hold_id.told_date, day)

    def test_new_date_is_not_before_the_due_date(self):
        case = self._open(self._create_invoice(-30, 1000), 300)
        self._resolve(case)
        self.assertEqual(case.new_date_to_pay, self.today + timedelta(days=30))

    def test_new_date_that_has_passed(self):
        case = self._open(self._create_invoice(10, 1000), 300)
        with self.assertRaisesRegex(UserError, "has passed"):
            self._resolve(case, new_date_to_pay=self.today - timedelta(days=1))

    def test_new_date_far_away(self):
        """Beyond 60 days only a Credit Manager grants it."""
        self.reason.user_id = self.employee
        for user in (self.collector, self.employee):
            case = self._open(self._create_invoice(10, 1000), 300)
            for day in (61, 9999):
                with self.assertRaisesRegex(UserError, "Credit Manager"):
                    self._resolve(
                        case,
                        "document",
                        user=user,
                        new_date_to_pay=self.today + timedelta(days=day),
                    )
            day = self.today + timedelta(days=60)
            self._resolve(case, "document", user=user, new_date_to_pay=day)
            self.assertEqual(case.new_date_to_pay, day)
        case = self._open(self._create_invoice(10, 1000), 300)
        day = self.today + timedelta(days=90)
        self._resolve(case, user=self.manager, new_date_to_pay=day)
        self.assertEqual(case.new_date_to_pay, day)

    def test_other_ways_in_which_the_debt_stands(self):
        for resolution in ("document", "redone", "withdrawn"):
            case = self._open(self._create_invoice(10, 1000), 300)
            self._resolve(case, resolution, answer=False)
            self.assertEqual((case.state, case.resolution), ("resolved", resolution))
            self.assertEqual(
                case.line_ids.hold_id.told_date, self.today + timedelta(days=8)
            )

    def test_paid_by_hand(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        for paid in (0, 299):
            if paid:
                self._pay(invoice, paid)
            with self.assertRaisesRegex(UserError, "record the payment"):
                self._resolve(case, "paid")
        self._pay(invoice, 1)
        self._resolve(case, "paid")
        self.assertEqual((case.state, case.resolution), ("resolved", "paid"))
        self.assertFalse(case.new_date_to_pay)
        self.assertFalse(self._holds(invoice))

    def test_files_of_other_records_stay_there(self):
        invoice = self._create_invoice(10, 1000)
        files = self.env["ir.attachment"].with_user(self.accountant)
        proof = files.create({"name": "proof.txt", "raw": b"Signed"})
        legal = files.create(
            {
                "name": "legal.txt",
                "raw": b"Legal",
                "res_model": "account.move",
                "res_id": invoice.id,
            }
        )
        others = self.env["ir.attachment"].create(
            {"name": "logo.txt", "raw": b"Logo", "public": True}
        )
        case = self._open(invoice, 300)
        sent = proof | legal | others
        self._resolve(case, "document", self.accountant, attachment_ids=sent.ids)
        self.assertEqual((legal.res_model, legal.res_id), ("account.move", invoice.id))
        self.assertFalse(others.res_id)
        self.assertEqual((proof.res_model, proof.res_id), ("dispute.case", case.id))
        letter = case.message_ids.filtered("attachment_ids")
        self.assertEqual(
            sorted(letter.attachment_ids.mapped("name")),
            ["legal.txt", "logo.txt", "proof.txt"],
        )

    # === WHAT IS MISSING === #

    def test_no_end_without_a_cause(self):
        case = self._open(self._create_invoice(10, 1000), 300)
        with self.assertRaisesRegex(UserError, "whose fault"):
            self._resolve(case, "document", cause_id=False)
        self.assertEqual(case.state, "new")

    def test_no_rejection_without_grounds(self):
        case = self._open(self._create_invoice(10, 1000), 300)
        for answer in (False, "", "<p><br></p>"):
            with self.assertRaisesRegex(UserError, "grounds"):
                self._resolve(case, answer=answer)

    def test_no_end_twice(self):
        case = self._open(self._create_invoice(10, 1000), 300)
        self._resolve(case)
        with self.assertRaisesRegex(UserError, "ended already"):
            self._resolve(case, "paid")

    def test_unknown_outcome(self):
        case = self._open(self._create_invoice(10, 1000), 300)
        with self.assertRaisesRegex(UserError, "no such outcome"):
            self._resolve(case, "given_up")

    def test_no_credit_note_about_nothing(self):
        case = self.env["dispute.case"].create({"partner_id": self.customer.id})
        with self.assertRaisesRegex(UserError, "which invoice"):
            self._credit(case)
        self._resolve(case)
        self.assertEqual(case.state, "rejected")
        self.assertFalse(case.new_date_to_pay)

    # === WHO DECIDES === #

    def _open_for_employee(self):
        self.reason.user_id = self.employee
        return self._open(self._create_invoice(10, 1000), 300)

    def test_owner_without_rights_works_on_his_case(self):
        case = self._open_for_employee().with_user(self.employee)
        self.assertEqual(case.search([]), case)
        self.assertTrue(case.read() and case.line_ids.read())
        case.state = "waiting_us"
        case.answer = "The carrier has a receipt"
        case.message_post(body="See the receipt")
        with Form(
            self.env["dispute.resolve"]
            .with_user(self.employee)
            .with_context(default_case_id=case.id)
        ) as form:
            form.resolution = "document"
            form.cause_id = self.cause
        form.record.action_resolve()
        self.assertEqual(case.resolution, "document")

    def test_owner_without_rights_gives_nothing_away(self):
        case = self._open_for_employee()
        for resolution in ("credit_note", "corrected_invoice", "goodwill", "rejected"):
            with self.assertRaises(AccessError):
                self._resolve(case, resolution, user=self.employee)
        with self.assertRaises(AccessError):
            case.with_user(self.employee).line_ids.write({"amount": 5})
        with self.assertRaises(AccessError):
            case.with_user(self.employee).action_reopen()
        self.assertEqual(case.state, "new")

    def test_others_see_nothing(self):
        case = self._open(self._create_invoice(10, 1000), 300)
        self.assertFalse(self.env["dispute.case"].with_user(self.employee).search([]))
        with self.assertRaises(AccessError):
            case.with_user(self.employee).read(["name"])
        self.assertTrue(case.with_user(self.reader).read())
        with self.assertRaises(AccessError):
            case.with_user(self.reader).state = "review"
        with self.assertRaises(AccessError):
            self._resolve(case, user=self.reader)

    def test_dialog_tells_nothing_about_cases_of_others(self):
        case = self._open(self._create_invoice(10, 1000), 300)
        dialogs = self.env["dispute.resolve"].with_user(self.employee)
        values = {"resolution": "document", "cause_id": self.cause.id, "side": "us"}
        spec = {"case_id": {}, "amount_disputed": {}, "new_date_to_pay": {}}
        mine = dialogs.with_context(default_case_id=case.id)
        for look in (
            lambda: dialogs.create({**values, "case_id": case.id}),
            lambda: mine.create(values),
            lambda: dialogs.onchange({"case_id": case.id}, ["case_id"], spec),
            lambda: mine.onchange({}, [], spec),
        ):
            with self.assertRaises(AccessError):
                look()
        own = self._open_for_employee()
        dialog = dialogs.create({**values, "case_id": own.id})
        with self.assertRaises(AccessError):
            dialog.case_id = case
        self.assertEqual(dialog.amount_disputed, 300)

    def test_contact_is_of_the_customers_company(self):
        case = self._open_for_employee().with_user(self.employee)
        with self.assertRaisesRegex(UserError, "is not of the company"):
            case.contact_id = self.other_customer
        case.contact_id = self.customer

    # === APPROVAL === #

    def test_approval_above_the_limit(self):
        self.company.dispute_approval_amount = 250
        self.company.dispute_manager_id = self.manager
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self.assertFalse(self._credit(case))
        self.assertRecordValues(
            case,
            [
                {
                    "state": "waiting_us",
                    "needs_approval": True,
                    "requested_resolution": "credit_note",
                    "requested_by_id": self.accountant.id,
                    "resolution": False,
                }
            ],
        )
        self.assertFalse(case.credit_note_ids)
        self.assertEqual(self._held(invoice), [300])
        activity = case.activity_ids.filtered(lambda a: a.user_id == self.manager)
        self.assertIn("300.00", activity.summary)
        with self.assertRaises(AccessError):
            case.with_user(self.accountant).action_approve()
        self.manager.group_ids |= self.env.ref("account.group_account_invoice")
        case.with_user(self.manager).action_approve()
        self.assertEqual((case.state, case.resolution), ("resolved", "credit_note"))
        self.assertEqual(case.credit_note_ids.state, "posted")
        self.assertFalse(case.needs_approval)

    def test_refused(self):
        self.company.dispute_approval_amount = 250
        case = self._open(self._create_invoice(10, 1000), 300)
        self._credit(case)
        case.with_user(self.manager).action_refuse()
        self.assertRecordValues(
            case,
            [
                {
                    "state": "review",
                    "needs_approval": False,
                    "requested_resolution": False,
                }
            ],
        )
        self.assertFalse(case.credit_note_ids)
        self.assertIn(self.accountant, case.activity_ids.user_id)
        self._resolve(case)
        self.assertEqual(case.state, "rejected")

    def test_paid_while_it_waits(self):
        self.company.dispute_approval_amount = 250
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300)
        self._credit(case)
        self._pay(invoice)
        self.assertRecordValues(
            case,
            [
                {
                    "state": "resolved",
                    "resolution": "paid",
                    "needs_cause": True,
                    "needs_approval": False,
                    "requested_resolution": False,
                }
            ],
        )
        with self.assertRaises(UserError):
            case.with_user(self.manager).action_approve()

    def test_no_approval(self):
        """Below the limit, of who approves himself, and of what costs nothing."""
        self.company.dispute_approval_amount = 300
        for resolution, amount, user in (
            ("credit_note", 299.99, self.accountant),
            ("credit_note", 900, self.manager),
            ("rejected", 900, self.collector),
        ):
            case = self._open(self._create_invoice(10, 1000), amount)
            self._resolve(case, resolution, user=user)
            self.assertFalse(case.needs_approval)

    def test_approval_from_the_limit_on(self):
        self.company.dispute_approval_amount = 300
        case = self._open(self._create_invoice(10, 1000), 300)
        self._credit(case)
        self.assertTrue(case.needs_approval)

    def test_what_is_to_be_approved_stays_as_it_is(self):
        self.company.dispute_approval_amount = 250
        invoices = self._create_invoice(10, 1000) | self._create_invoice(10, 500)
        case = self._open(invoices, 300)
        self._credit(case)
        lines = case.line_ids.with_user(self.accountant)
        other = self._item(self._create_invoice(10, 700))
        for change in (
            lambda: lines[0].write({"amount": 900}),
            lambda: lines[0].write({"amount": 10}),
            lambda: lines[0].unlink(),
            lambda: case.with_user(self.accountant).action_add_items(
                [{"move_line_id": other.id}]
            ),
        ):
            with self.assertRaisesRegex(UserError, "waits for an approval"):
                change()
        self.assertEqual(case.line_ids.mapped("amount"), [300, 300])
        case.with_user(self.manager).action_refuse()
        lines[0].amount = 900
        self.assertEqual(case.amount_disputed, 1200)

    def test_whole_invoice_counts_for_the_limit(self):
        self.company.dispute_approval_amount = 500
        case = self._open(self._create_invoice(10, 1000), 300)
        self._credit(case, scope="invoice")
        self.assertTrue(case.needs_approval)

    def test_limit_in_the_companys_currency(self):
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        self.company.dispute_approval_amount = 250
        invoice = self._create_invoice(10, 1000, currency_id=currency.id)
        case = self._open(invoice, 400)
        self._credit(case)
        self.assertFalse(case.needs_approval)

    # === DIALOG === #

    def test_dialog(self):
        self.reason.cause_id = self.cause
        case = self._open(self._create_invoice(10, 1000), 300)
        action = case.with_user(self.collector).action_open_resolve()
        wizards = self.env[action["res_model"]].with_user(self.collector)
        with Form(wizards.with_context(**action["context"])) as form:
            self.assertEqual(form.cause_id, self.cause)
            self.assertEqual(form.side, "us")
            self.assertEqual(
                fields.Date.to_date(form.new_date_to_pay),
                self.today + timedelta(days=8),
            )
            form.resolution = "rejected"
            self.assertTrue(form.debt_stands)
            form.answer = "No"
        form.record.action_resolve()
        self.assertEqual(case.state, "rejected")
