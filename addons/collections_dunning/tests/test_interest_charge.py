from datetime import date

from odoo import Command
from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.tests import tagged

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
class TestInterestCharge(ChargeCommon):
    """Interest and compensation on an invoice of their own."""

    # === THE INVOICE === #

    def test_one_draft_with_the_accounts_of_the_french_chart(self):
        draft = self._invoice(self.late)
        self.assertRecordValues(
            draft,
            [
                {
                    "move_type": "out_invoice",
                    "state": "draft",
                    "is_late_charge": True,
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "amount_total": 125.22,
                    "amount_tax": 0,
                }
            ],
        )
        # 1,200 × (13.15 % × 150 + 12.15 % × 51) / 365 = 64.85 + 20.37
        self.assertRecordValues(
            draft.invoice_line_ids.sorted("sequence"),
            [
                {
                    "price_subtotal": 85.22,
                    "account_id": self._find_account("763100").id,
                    "tax_ids": [],
                },
                {
                    "price_subtotal": 40,
                    "account_id": self._find_account("758100").id,
                    "tax_ids": [],
                },
            ],
        )
        self.assertEqual(draft.journal_id.type, "sale")
        term = self.env.ref("account.account_payment_term_immediate")
        self.assertEqual(draft.invoice_payment_term_id, term)

    def test_lines_name_invoice_periods_and_rates(self):
        draft = self._invoice(self.late)
        interest, compensation = draft.invoice_line_ids.sorted("sequence")
        for part in (
            self.late.name,
            "02/01/2025 – 06/30/2025",
            "13.15\N{NO-BREAK SPACE}%",
            "150 days",
            "07/01/2025 – 08/20/2025",
            "12.15\N{NO-BREAK SPACE}%",
            "51 days",
        ):
            self.assertIn(part, interest.name)
        self.assertIn(self.late.name, compensation.name)
        self.assertIn("L441-10", draft.narration)
        self.assertIn("D441-5", draft.narration)
        self.assertIn("VAT", draft.narration)

    def test_words_are_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.regime.with_context(lang="fr_FR").legal_basis = "article L441-10, en fait"
        draft = self._invoice(self.late)
        interest = draft.invoice_line_ids.sorted("sequence")[0]
        self.assertIn("01/02/2025", interest.name)
        self.assertIn("13,15\N{NO-BREAK SPACE}%", interest.name)
        self.assertIn("article L441-10, en fait", draft.narration)

    def test_no_tax_of_account_or_position_comes_in(self):
        tax = self.company_data["default_tax_sale"]
        self._find_account("763100").tax_ids = tax
        position = self.env["account.fiscal.position"].create({"name": "Anywhere"})
        self.customer.property_account_position_id = position
        draft = self._invoice(self.late)
        self.assertFalse(draft.invoice_line_ids.tax_ids)
        self.assertFalse(draft.fiscal_position_id)
        draft.fiscal_position_id = position
        draft.action_update_fpos_values()
        self.assertFalse(draft.invoice_line_ids.tax_ids)
        draft.action_post()
        self.assertEqual(draft.amount_total, 125.22)

    def test_one_invoice_per_customer_and_currency(self):
        other = self._create_due("2025-01-31", partner=self.other_customer)
        dollar = self.setup_other_currency("USD")
        foreign = self._create_due("2025-01-31", currency_id=dollar.id)
        second = self._create_due("2025-06-30", 100)
        drafts = self._invoice(self.late | other | foreign | second)
        found = {
            (draft.partner_id, draft.currency_id.name): draft.amount_total
            for draft in drafts
        }
        self.assertEqual(
            found,
            {
                # 85.22 + 40, and 100 × 12.15 % × 51 / 365 + 40
                (self.customer, "EUR"): 166.92,
                (self.other_customer, "EUR"): 125.22,
                # The compensation is due in euros: left out.
                (self.customer, "USD"): 85.22,
            },
        )

    def test_amounts_are_rounded_as_their_currency_is(self):
        yen = self.setup_other_currency("JPY")
        late = self._create_due("2025-01-31", currency_id=yen.id)
        draft = self._invoice(late)
        self.assertEqual(draft.amount_total, 85)
        self.assertEqual(self._charges(late).amount_interest, 85)

    def test_invoices_paid_late_already(self):
        self._pay(self.late, date=date(2025, 3, 2))
        self.assertEqual(self.late.payment_state, "paid")
        draft = self._invoice(self.late)
        # 1,200 × 13.15 % × 30 / 365
        self.assertEqual(draft.amount_total, 12.97 + 40)
        interest = self._charges(self.late).filtered("amount_interest")
        self.assertEqual(interest.date_to, date(2025, 3, 2))
        with self.assertRaisesRegex(UserError, "Nothing can be invoiced"):
            self._open(self.late)

    # === NEVER TWICE === #

    def test_a_second_round_takes_the_days_that_came_after(self):
        first = self._invoice(self.late, "2025-06-30")
        self.assertEqual(first.amount_total, 64.85 + 40)
        second = self._invoice(self.late)
        self.assertEqual(second.amount_total, 20.37)
        self.assertEqual(
            [
                (charge.date_from, charge.date_to, charge.days)
                for charge in self._charges(self.late)
                if charge.amount_interest
            ],
            [
                (date(2025, 7, 1), date(2025, 8, 20), 51),
                (date(2025, 2, 1), date(2025, 6, 30), 150),
            ],
        )
        with self.assertRaisesRegex(UserError, "Nothing can be invoiced"):
            self._open(self.late)

    def test_the_rows_keep_how_it_was_computed(self):
        self._invoice(self.late)
        interest = self._charges(self.late).filtered("amount_interest")
        self.assertEqual(
            [(row["from"], row["to"], row["days"]) for row in interest.segments],
            [("2025-02-01", "2025-06-30", 150), ("2025-07-01", "2025-08-20", 51)],
        )
        total = sum(float(row["amount"]) for row in interest.segments)
        self.assertAlmostEqual(total, interest.amount_interest, delta=0.005)

    def test_what_was_ticked_off_stays_to_be_invoiced(self):
        other = self._create_due("2025-06-30", 100)
        dialog = self._open(self.late | other)
        line = dialog.line_ids.filtered(lambda line: line.move_id == self.late)
        line.is_selected = False
        dialog.action_invoice()
        self.assertFalse(self._charges(self.late))
        self.assertTrue(self._charges(other))
        dialog.line_ids.is_selected = False
        with self.assertRaisesRegex(UserError, "Tick"):
            dialog.action_invoice()

    def test_installments_share_one_compensation(self):
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
        self.assertEqual(len(self._item(late)), 2)
        draft = self._invoice(late)
        charges = self._charges(late)
        self.assertEqual(sum(charges.mapped("amount_compensation")), 40)
        self.assertEqual(len(charges.filtered("amount_interest")), 2)
        self.assertEqual(len(draft.invoice_line_ids), 2)

    def test_a_late_item_made_anew_stays_charged(self):
        self._invoice(self.late)
        self.late.button_draft()
        self._charges(self.late).sudo().move_line_id = False
        self.late.action_post()
        with self.assertRaisesRegex(UserError, "Nothing can be invoiced"):
            self._open(self.late)

    # === WHAT CAN'T BE INVOICED === #

    def test_interest_bears_no_interest(self):
        draft = self._invoice(self.late)
        draft.invoice_date = "2025-08-20"
        draft.action_post()
        [computed] = self._compute(draft, "2026-03-31")
        self.assertEqual(computed.status, "late_charge")
        self.assertEqual((computed.interest, computed.compensation), (0, 0))
        with self.assertRaisesRegex(UserError, "bears none"):
            self._open(draft)

    def test_a_waiver_is_respected_and_explained(self):
        debtor = self._debtor()
        debtor.write({"charging": "waive", "charging_reason": "Agreed with the CEO"})
        dialog = self._open(self.late)
        self.assertIn("Agreed with the CEO", dialog.line_ids.note)
        self.assertEqual(dialog.chargeable_count, 0)
        charges = self.env["collections.interest.charge"].with_user(self.biller)
        with self.assertRaisesRegex(UserError, "Agreed with the CEO"):
            charges._invoice_items(self._item(self.late), date(2025, 8, 20))
        self.assertFalse(self._charges(self.late))

    def test_a_missing_rate_is_named_and_the_others_are_invoiced(self):
        self._publish("ecb", {"2025-01-01": 3.15})
        settled = self._create_due("2025-02-28")
        self._pay(settled, date=date(2025, 3, 30))
        dialog = self._open(self.late | settled)
        notes = {line.move_id: line.note for line in dialog.line_ids}
        self.assertIn("07/01/2025", notes[self.late])
        self.assertFalse(notes[settled])
        dialog.action_invoice()
        self.assertFalse(self._charges(self.late))
        self.assertTrue(self._charges(settled))

    def test_a_dispute_comes_first(self):
        self._hold(self._debtor(), self._item(self.late), "disputed")
        dialog = self._open(self.late)
        self.assertIn("Disputed", dialog.line_ids.note)
        with self.assertRaises(UserError):
            dialog.action_invoice()

    def test_nothing_before_it_accrues(self):
        dialog = self._open(self.late)
        with self.assertRaises(UserError):
            dialog.stop_date = date(2025, 8, 21)

    def test_nothing_late_is_said(self):
        with self.assertRaisesRegex(UserError, "Nothing can be invoiced"):
            self._open(self._create_due("2025-12-31"))
        with self.assertRaisesRegex(UserError, "posted customer invoices"):
            self._open(self.env["account.move"].create({"move_type": "out_invoice"}))

    # === ACCOUNTS === #

    def test_the_settings_come_before_the_chart(self):
        account = self.company_data["default_account_revenue"]
        self.company.dunning_interest_account_id = account
        self.company.dunning_compensation_account_id = account
        draft = self._invoice(self.late)
        # One account: one line.
        self.assertRecordValues(
            draft.invoice_line_ids, [{"account_id": account.id, "price_unit": 125.22}]
        )
        self.assertEqual(len(self._charges(self.late)), 2)

    def test_a_chart_we_do_not_know_needs_the_settings(self):
        data = self._create_foreign_company()
        company = data["company"]
        late = self._create_due(
            "2025-01-31", journal_id=data["default_journal_sale"].id
        )
        self.assertEqual(late.company_id, company)
        self.biller.company_ids |= company
        late = late.with_context(allowed_company_ids=company.ids)
        with self.assertRaisesRegex(UserError, "Account of Late Interest"):
            self._invoice(late)
        manager = self.manager
        manager.write({"company_ids": [Command.link(company.id)]})
        manager.group_ids |= self.env.ref("account.group_account_invoice")
        with self.assertRaisesRegex(RedirectWarning, "Account of Late Interest"):
            self._invoice(late, user=manager)
        account = data["default_account_revenue"]
        company.sudo().dunning_interest_account_id = account
        self.assertEqual(self._invoice(late).invoice_line_ids.account_id, account)

    # === THE DRAFT IN A PERSON'S HANDS === #

    def test_amounts_are_not_changed_but_lines_removed(self):
        other = self._create_due("2025-06-30", 100)
        draft = self._invoice(self.late | other)
        line = draft.invoice_line_ids.sorted("sequence")[0]
        for values in (
            {"price_unit": 10},
            {"quantity": 2},
            {"discount": 5},
            {"tax_ids": [Command.set(self.company_data["default_tax_sale"].ids)]},
        ):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                draft.write({"invoice_line_ids": [Command.update(line.id, values)]})
        draft.write({"invoice_line_ids": [Command.delete(line.id)]})
        self.assertEqual(self._charges(self.late).mapped("amount_compensation"), [40])
        self.assertEqual(len(self._charges(other)), 2)
        self.assertEqual(self._interest(self.late, "2025-08-20"), ("85.22", "0"))

    def test_a_favour_is_a_line_of_its_own(self):
        draft = self._invoice(self.late)
        draft.invoice_line_ids = [
            Command.create({"name": "Goodwill", "price_unit": -25.22, "tax_ids": []})
        ]
        draft.action_post()
        self.assertEqual(draft.amount_total, 100)
        self.assertEqual(self._interest(self.late, "2025-08-20"), ("0.00", "0"))

    def test_it_stays_with_its_customer(self):
        draft = self._invoice(self.late)
        with self.assertRaisesRegex(ValidationError, "Durand"), self.cr.savepoint():
            draft.partner_id = self.other_customer
        with self.assertRaises(ValidationError), self.cr.savepoint():
            draft.action_switch_move_type()

    def _hold(self, debtor, item, reason):
        return (
            self.env["dunning.hold"]
            .sudo()
            .create(
                {
                    "debtor_id": debtor.id,
                    "move_line_id": item.id,
                    "reason": reason,
                    "date_from": date(2025, 8, 1),
                    "note": "Broken on arrival",
                }
            )
        )
