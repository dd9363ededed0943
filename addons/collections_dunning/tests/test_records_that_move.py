from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestRecordsThatMove(DunningCommon):
    """What changes between the drafting and the sending of a notice, and beside it."""

    def _refresh(self, notices):
        return self.env["dunning.proposal"].sudo()._refresh_notices(notices)

    def _queue(self):
        run = self._propose()
        run.action_confirm()
        return run.notice_ids

    def _assert_lines_add_up(self, notice):
        total = sum(notice.line_ids.mapped("amount_claimed"))
        self.assertAlmostEqual(notice.amount_claimed, total, 2)

    # === CREDITS AND MONEY ON ITS WAY === #

    def test_credit_that_disappears_is_not_claimed_twice(self):
        covered = self._create_invoice(40, 300)
        self._create_invoice(30, 400)
        credit = self._create_credit_note(300)
        notice = self._queue()
        self.assertEqual(notice.amount_claimed, 400)
        credit.button_draft()
        credit.button_cancel()
        self._refresh(notice)
        self.assertEqual(notice.amount_claimed, 400)
        self._assert_lines_add_up(notice)
        kinds = {line.move_id: line.kind for line in notice.line_ids}
        self.assertEqual(kinds[covered], "4_information")
        self._send(notice, days_ago=1)
        line = self._propose().notice_ids.line_ids.filtered(
            lambda line: line.move_id == covered
        )
        self.assertEqual(line.level_id, self.first)
        self.assertEqual(line.amount_claimed, 300)

    def test_linked_credit_beside_a_partial_hold(self):
        for amount, disputed, credit, other, expected in (
            (100, 80, 40, 200, 180),
            (300, 250, 350, 400, 100),
        ):
            partner = self._create_customer(f"Customer {amount}")
            invoice = self._create_invoice(30, amount, partner)
            self._create_invoice(20, other, partner)
            refund = self._create_credit_note(
                credit, partner, reversed_entry_id=invoice.id
            )
            self._item(refund).remove_move_reconcile()
            self.env["dunning.hold"].sudo().create(
                {
                    "debtor_id": self._debtor(partner).id,
                    "move_line_id": self._item(invoice).id,
                    "reason": "disputed",
                    "amount": disputed,
                }
            )
            run = self._propose()
            notice = run.notice_ids.filtered(lambda n: n.partner_id == partner)  # noqa: B023
            self.assertEqual(notice.amount_claimed, expected)
            self._assert_lines_add_up(notice)
            self._refresh(notice)
            self.assertEqual(notice.amount_claimed, expected)
            self._assert_lines_add_up(notice)
            run.action_cancel()

    def _create_payment_without_entry(self, amount, invoice=None):
        """As the accountant app leaves a payment until its bank line is there."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
                "invoice_ids": [Command.set((invoice or self.env["account.move"]).ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.state = "in_process"
        self.assertFalse(payment.move_id)
        return payment

    def test_payment_without_an_entry_lowers_the_claim(self):
        invoice = self._create_invoice(30, 100)
        self._create_payment_without_entry(40)
        notice = self._queue()
        self.assertEqual(notice.amount_claimed, 60)
        self._refresh(notice)
        self.assertEqual(notice.amount_claimed, 60)
        self._assert_lines_add_up(notice)
        self.assertEqual(notice.line_ids.amount_held, 40)
        self.assertEqual(notice.line_ids.move_id, invoice)

    def test_payment_without_an_entry_for_an_invoice(self):
        older = self._create_invoice(40, 100)
        named = self._create_invoice(30, 100)
        self._create_payment_without_entry(100, named)
        self._propose()
        self.assertEqual(self._reason(named), ["payment_in_process"])
        self.assertEqual(self._reason(older), ["dunned"])

    def test_payments_without_an_entry_add_up(self):
        first = self._create_invoice(40, 100)
        second = self._create_invoice(30, 100)
        held = self._create_invoice(50, 100)
        self.env["dunning.hold"].create(
            {"debtor_id": self._debtor().id, "move_line_id": self._item(held).id}
        )
        self._create_payment_without_entry(100)
        self._create_payment_without_entry(100)
        run = self._propose()
        self.assertEqual(self._reason(first), ["payment_in_process"])
        self.assertEqual(self._reason(second), ["payment_in_process"])
        self.assertFalse(run.notice_ids)

    def test_payment_to_the_customer_is_no_debt(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 80,
                "date": self.today - timedelta(days=20),
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        invoice = self._create_invoice(30, 100)
        self._create_credit_note(80)
        run = self._propose()
        self.assertEqual(self._reason(payment.move_id), ["to_allocate"])
        # What was paid back lowers the credits: the invoice is owed in full.
        self.assertEqual(run.notice_ids.amount_claimed, 100)
        self.assertEqual(run.notice_ids.line_ids.move_id, invoice)
        self._assert_ties_out(run)

    # === ANOTHER CUSTOMER, CURRENCY, CONTACT === #

    def test_invoice_moved_to_another_customer(self):
        self._create_invoice(30, 50)
        moved = self._create_invoice(30, 100)
        self._create_invoice(30, 70, self.other_customer)
        notices = self._queue()
        moved.button_draft()
        moved.partner_id = self.other_customer
        moved.action_post()
        self._refresh(notices)
        claimed = {n.partner_id: n.amount_claimed for n in notices}
        self.assertEqual(claimed, {self.customer: 50, self.other_customer: 70})

    def test_invoice_in_another_currency(self):
        currency = self.setup_other_currency("EUR")
        self._create_invoice(30, 50)
        changed = self._create_invoice(30, 100)
        notice = self._queue()
        changed.button_draft()
        changed.currency_id = currency
        changed.action_post()
        self._refresh(notice)
        self.assertEqual(notice.amount_claimed, 50)

    def test_deleted_contact_holds_up_nobody(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Anna",
                "parent_id": self.customer.id,
                "email": "anna@durand.example.com",
                "is_dunning_contact": True,
            }
        )
        self._create_invoice(10)
        self._create_invoice(10, 70, self.other_customer)
        run = self._propose()
        approved = run.notice_ids.filtered(lambda n: n.recipient_id == contact)
        approved.tone = "firm"
        contact.unlink()
        run.sudo().date = self.today - timedelta(days=1)
        later = self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertEqual(approved.run_id, later)
        self.assertEqual(approved.state, "draft")
        self.assertEqual(approved.review_reason, "no_recipient")
        self.assertFalse(approved.approved)
        self.assertEqual((later.notice_ids - approved).state, "queued")

    def test_contact_of_another_company_is_not_written_to(self):
        other = self.setup_other_company()["company"]
        self.env["res.partner"].sudo().create(
            {
                "name": "Contact of the other company",
                "parent_id": self.customer.id,
                "company_id": other.id,
                "email": "elsewhere@durand.example.com",
                "is_dunning_contact": True,
            }
        )
        self._create_invoice(10)
        self.assertEqual(self._propose().notice_ids.recipient_id, self.customer)

    # === TIME === #

    def test_new_invoices_do_not_hold_up_old_ones(self):
        """A customer that is invoiced every four days climbs the ladder too."""
        self.levels.minimum_days = 6
        self.first.minimum_days = 4
        oldest = self._create_invoice(4, 500)
        level_by_day = {}
        for day in range(1, 40):
            # The ledger grows older by a day.
            self.env.cr.execute(
                "UPDATE account_move_line SET date_maturity = date_maturity - 1 "
                "WHERE company_id = %(company)s AND date_maturity IS NOT NULL; "
                "UPDATE dunning_notice_line SET date_maturity = date_maturity - 1 "
                "WHERE company_id = %(company)s; "
                "UPDATE dunning_notice SET sent_at = sent_at - interval '1 day' "
                "WHERE company_id = %(company)s",
                {"company": self.company.id},
            )
            self.env.invalidate_all()
            if day % 4 == 0:
                self._create_invoice(4, 500)
            run = self._propose()
            notices = run.notice_ids
            self._send(notices)
            for line in notices.line_ids.filtered(lambda li: li.move_id == oldest):
                if line.level_id:
                    level_by_day[line.level_id] = line.days_late
            run.sudo().state = "done"
        self.assertEqual(level_by_day[self.first], 5)
        self.assertLessEqual(level_by_day[self.second], 25)
        self.assertLessEqual(level_by_day[self.formal], 40)

    def test_level_moved_up_after_it_was_sent_is_not_sent_again(self):
        invoice = self._create_invoice(10)
        run = self._propose()
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        self.first.day_offset = 6
        run = self._propose()
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._reason(invoice), ["waiting"])

    def test_numbered_draft_does_not_stop_the_night(self):
        self._create_invoice(10)
        run = self.env["dunning.run"].sudo()._run_company(self.company)
        numbered = run.notice_ids
        numbered._assign_names()
        self.company.with_user(self.manager).action_dunning_deactivate()
        run.date = self.today - timedelta(days=1)
        later = self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertEqual(numbered.state, "cancelled")
        self.assertEqual(later.notice_ids.state, "draft")

    def test_formal_notice_waits_for_its_approval(self):
        """What is sent to the debtor meanwhile does not make it vanish."""
        self.levels.minimum_days = 5
        self._create_invoice(60, 100)
        for level in (self.first, self.second):
            run = self._propose()
            self.assertEqual(run.notice_ids.level_id, level)
            self._send(run.notice_ids, days_ago=10)
            run.sudo().write({"state": "done", "date": self.today - timedelta(days=2)})
        self._create_invoice(8, 50)
        run = self.env["dunning.run"].sudo()._run_company(self.company)
        formal = run.notice_ids.filtered("is_formal")
        self.assertEqual(formal.state, "draft")
        self._send(run.notice_ids - formal)
        run.date = self.today - timedelta(days=1)
        later = self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertEqual(formal.run_id, later)
        self.assertEqual(formal.state, "draft")

    def test_cancelled_call_comes_back(self):
        self._create_invoice(13, 3000)
        run = self._propose()
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        run = self._propose()
        run.action_confirm()
        call = run.notice_ids
        call.activity_ids.unlink()
        self.env["dunning.run"].sudo().search(
            [("company_id", "=", self.company.id)]
        ).date = self.today - timedelta(days=1)
        self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertEqual(call.state, "queued")
        self.assertEqual(len(call.activity_ids), 1)

    def test_printed_letter_left_lying_is_a_task(self):
        self.first.channel = "letter"
        self._create_invoice(10)
        run = self._propose()
        run.action_confirm()
        notice = run.notice_ids
        notice._set_state(
            "printed", printed_at=fields.Datetime.now() - timedelta(days=5)
        )
        run.sudo().date = self.today - timedelta(days=1)
        later = self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertIn("printed letters", later.activity_ids.summary)
        self.assertEqual(later.activity_ids.user_id, self.collector)

    # === BUTTONS === #

    def test_retry_of_an_overtaken_notice_is_refused(self):
        invoice = self._create_invoice(30)
        run = self._propose()
        failed = run.notice_ids
        failed._set_state("failed")
        run.sudo().state = "done"
        run = self._propose()
        self._send(run.notice_ids)
        with self.assertRaisesRegex(UserError, invoice.name):
            failed.with_user(self.collector).action_retry()

    def test_address_that_works_again(self):
        invoice = self._create_invoice(10)
        run = self._propose()
        run.notice_ids.sudo().email_to = self.customer.email_normalized
        run.notice_ids._set_state("bounced", email_refused=True)
        run.sudo().state = "done"
        run.notice_ids.with_user(self.collector).action_release_address()
        self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_deactivation_stops_what_no_person_released(self):
        self._create_invoice(10)
        run = self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertEqual(run.notice_ids.state, "queued")
        self.company.with_user(self.manager).action_dunning_deactivate()
        self.assertEqual(run.notice_ids.state, "draft")

    def test_only_a_credit_manager_activates(self):
        admin = self._create_user("admin", "base.group_erp_manager")
        self.company.sudo().dunning_active = False
        with self.assertRaises(AccessError):
            self.company.with_user(admin).dunning_active = True
        self.company.with_user(self.manager).action_dunning_activate()
        self.assertTrue(self.company.dunning_active)

    def test_formal_notices_are_numbered_by_company(self):
        other = self.setup_other_company()["company"]
        names = {}
        for company in (self.company, other, self.company):
            debtor = (
                self.env["collections.debtor"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", company.id),
                        ("partner_id", "=", self.customer.id),
                    ]
                )
            ) or self.env["collections.debtor"].sudo().create(
                {"company_id": company.id, "partner_id": self.customer.id}
            )
            notice = (
                self.env["dunning.notice"]
                .sudo()
                .create(
                    {
                        "company_id": company.id,
                        "debtor_id": debtor.id,
                        "partner_id": self.customer.id,
                        "currency_id": company.currency_id.id,
                        "level_id": self.formal.id,
                        "channel": "registered_letter",
                        "lang": "en_US",
                    }
                )
            )
            notice._assign_names()
            names.setdefault(company, []).append(int(notice.name.split("/")[-1]))
        self.assertEqual(names, {self.company: [1, 2], other: [1]})

    def test_numbered_notice_is_not_deleted(self):
        """A formal notice that was dropped keeps its number: the series has no gap."""
        self._create_invoice(10)
        notice = self._propose().notice_ids
        notice._assign_names()
        notice._set_state("cancelled")
        with self.assertRaises(UserError):
            notice.sudo().unlink()

    def test_hold_is_logged_on_the_file(self):
        self._create_invoice(10)
        hold = (
            self.env["dunning.hold"]
            .with_user(self.collector)
            .create(
                {
                    "debtor_id": self._debtor().id,
                    "reason": "insolvency",
                    "note": "Judgment of the day",
                }
            )
        )
        hold.unlink()
        log = " ".join(self._debtor().message_ids.mapped("body"))
        self.assertIn("Held", log)
        self.assertIn("Judgment of the day", log)
        self.assertIn("Hold removed", log)

    def test_item_of_a_deleted_installment_leaves_no_false_hold(self):
        invoice = self._create_invoice(10)
        self.env["dunning.hold"].create(
            {"debtor_id": self._debtor().id, "move_line_id": self._item(invoice).id}
        )
        invoice.button_draft()
        invoice.invoice_line_ids = [
            Command.create({"name": "More", "price_unit": 5, "tax_ids": []})
        ]
        invoice.action_post()
        self._propose()
        self.assertEqual(self._reason(invoice), ["paused"])
