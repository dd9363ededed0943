from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestReasons(DunningCommon):
    """Whom not to dun: each reason fails without its test of the assessment."""

    def _assert_reason(self, invoice, reason):
        """The invoice gets this reason, and the run still adds up."""
        self.env["dunning.run"].search([("state", "=", "proposed")]).action_cancel()
        run = self._propose()
        self.assertEqual(self._reason(invoice), [reason])
        self._assert_ties_out(run)
        self.assertEqual(run.notice_ids.line_ids.move_id & invoice, self.no_entry)
        explanation = invoice.get_dunning_explanation()
        self.assertEqual(explanation["reason"], reason)
        self.assertIn(invoice.name, explanation["sentence"])
        return run

    @property
    def no_entry(self):
        return self.env["account.move"]

    # === NOT DELIVERED === #

    def test_invoice_never_sent(self):
        self.company.dunning_sent_outside = False
        invoice = self._create_invoice(10)
        self._assert_reason(invoice, "not_delivered")
        invoice.is_move_sent = True
        self._propose_again()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_invoice_that_failed_to_be_sent(self):
        self.company.dunning_sent_outside = False
        invoice = self._create_invoice(10)
        invoice.is_move_sent = True
        failure = self._notify(invoice, "bounce")
        self._assert_reason(invoice, "not_delivered")
        self._notify(invoice, "sent")
        self._propose_again()
        self.assertEqual(self._reason(invoice), ["dunned"])
        self._notify(invoice, "exception")
        self._propose_again()
        self.assertEqual(self._reason(invoice), ["not_delivered"])
        self.assertEqual(failure.notification_status, "bounce")

    def _notify(self, invoice, status):
        """The invoice was e-mailed to the customer, with this result."""
        message = self.env["mail.message"].create(
            {"model": "account.move", "res_id": invoice.id, "body": "Invoice"}
        )
        return self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "res_partner_id": self.customer.id,
                "notification_type": "email",
                "notification_status": status,
            }
        )

    def test_opening_balance_needs_no_sending(self):
        self.company.dunning_sent_outside = False
        account = self._item(self._create_invoice(-30)).account_id
        entry = self.env["account.move"].create(
            {
                "date": self.today - timedelta(days=10),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "debit": 100,
                            "date_maturity": self.today - timedelta(days=10),
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 100,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        self._item(entry).no_followup = False
        self._propose()
        self.assertEqual(self._reason(entry), ["dunned"])

    # === MONEY WE TAKE OR HOLD === #

    def _propose_again(self):
        self.env["dunning.run"].search([("state", "=", "proposed")]).action_propose()

    def test_mandate(self):
        invoice = self._create_invoice(10)
        self._debtor().pays_by_direct_debit = True
        self._assert_reason(invoice, "direct_debit")

    def test_debit_method_of_the_invoice(self):
        invoice = self._create_invoice(10)
        other = self._create_invoice(10)
        method = self.company_data[
            "default_journal_bank"
        ].inbound_payment_method_line_ids[:1]
        method.is_direct_debit = True
        invoice.preferred_payment_method_line_id = method
        self._propose()
        self.assertEqual(self._reason(invoice), ["direct_debit"])
        self.assertEqual(self._reason(other), ["dunned"])

    def _reject(self, invoice, day=None):
        return self.env["collections.payment.rejection"].create(
            {
                "debtor_id": self._debtor().id,
                "move_line_ids": [Command.set(self._item(invoice).ids)],
                "date": day or self.today,
                "amount": 100,
            }
        )

    def test_rejected_debit_is_dunned_although_there_is_a_mandate(self):
        invoice = self._create_invoice(10)
        other = self._create_invoice(10)
        self._debtor().pays_by_direct_debit = True
        self._reject(invoice)
        self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])
        self.assertEqual(self._reason(other), ["direct_debit"])

    def _move_to_account(self, code, name):
        """Return an invoice on an account of a French chart."""
        self.company.account_fiscal_country_id = self.env.ref("base.fr")
        account = self.env["account.account"].create(
            {
                "code": code,
                "name": name,
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        invoice = self._create_invoice(10)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET account_id = %s WHERE id = %s",
            [account.id, self._item(invoice).id],
        )
        self.env.invalidate_all()
        return invoice

    def test_debit_that_the_bank_took_back_is_a_debt(self):
        """Booked as a bank debit on the receivable account, and said to be rejected."""
        account = self._item(self._create_invoice(-30)).account_id
        journal = self.company_data["default_journal_bank"]
        lines = [
            {"account_id": account.id, "partner_id": self.customer.id, "debit": 100},
            {"account_id": journal.default_account_id.id, "credit": 100},
        ]
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": self.today - timedelta(days=20),
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        entry.action_post()
        self._propose()
        self.assertEqual(self._reason(entry), ["to_allocate"])
        self._cancel_runs()
        self._reject(entry)
        self._propose()
        self.assertNotEqual(self._reason(entry), ["to_allocate"])

    def test_bill_of_exchange(self):
        invoice = self._move_to_account("413000", "Effets à recevoir")
        self._assert_reason(invoice, "bill")

    def test_account_413_means_nothing_elsewhere(self):
        invoice = self._move_to_account("413000", "Local customers")
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_retention_money_until_it_is_released(self):
        invoice = self._move_to_account("411700", "Retenues de garantie")
        self._assert_reason(invoice, "retention")
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor().id,
                "move_line_id": self._item(invoice).id,
                "reason": "retention",
                "date_from": self.today - timedelta(days=300),
                "date_to": self.today,
            }
        )
        self._assert_reason(invoice, "retention")
        hold.date_to = self.today - timedelta(days=1)
        self._propose_again()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_retention_of_a_part_of_an_invoice(self):
        invoice = self._create_invoice(10)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor().id,
                "move_line_id": self._item(invoice).id,
                "reason": "retention",
                "amount": 5,
                "date_to": self.today + timedelta(days=300),
            }
        )
        run = self._propose()
        self.assertEqual(run.notice_ids.amount_claimed, 95)

    def test_factored_invoice_is_paid_to_somebody_else(self):
        factor = self.env["res.partner"].create({"name": "Factor SA"})
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "FR7612345", "partner_id": factor.id}
        )
        invoice = self._create_invoice(10)
        invoice.partner_bank_id = bank
        self._assert_reason(invoice, "factored")

    def test_factored_debtor(self):
        invoice = self._create_invoice(10)
        self.env["dunning.hold"].create(
            {"debtor_id": self._debtor().id, "reason": "factored"}
        )
        self._assert_reason(invoice, "factored")

    def test_insolvency_stops_everything(self):
        invoice = self._create_invoice(10)
        self.env["dunning.hold"].create(
            {"debtor_id": self._debtor().id, "reason": "insolvency"}
        )
        self._assert_reason(invoice, "insolvency")

    # === MONEY ON ITS WAY === #

    def _pay_without_entry(self, invoice, day):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": invoice.partner_id.id,
                "amount": invoice.amount_residual,
                "date": day,
                "journal_id": self.company_data["default_journal_bank"].id,
                "invoice_ids": [Command.set(invoice.ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        self.assertEqual(payment.state, "in_process")
        return payment

    def test_payment_in_process_ends_after_five_working_days(self):
        with freeze_time("2026-03-18 10:00:00"):  # a Wednesday
            invoice = self._create_invoice(10 + self._days_since("2026-03-18"))
            self._pay_without_entry(invoice, date(2026, 3, 11))
            self._propose(date=date(2026, 3, 18))
            self.assertEqual(self._reason(invoice), ["payment_in_process"])
            self.assertEqual(self._decision(invoice).next_date, date(2026, 3, 19))
        with freeze_time("2026-03-19 10:00:00"):
            self._cancel_runs()
            run = self._propose(date=date(2026, 3, 19))
            self.assertEqual(self._reason(invoice), ["dunned"])
            labels = [kind for kind, _user, _count in run._find_tasks()]
            self.assertIn("payments", labels)

    def _days_since(self, day):
        return (self.today - date.fromisoformat(day)).days

    def _cancel_runs(self):
        self.env["dunning.run"].search([("state", "=", "proposed")]).action_cancel()

    def test_receipt_to_allocate_stops_for_five_working_days(self):
        with freeze_time("2026-03-18 10:00:00"):
            invoice = self._create_invoice(10 + self._days_since("2026-03-18"))
            self._receive(11, date=date(2026, 3, 11))
            run = self._propose(date=date(2026, 3, 18))
            self.assertEqual(self._reason(invoice), ["to_allocate"])
            self.assertEqual(self._decision(invoice).next_date, date(2026, 3, 19))
            self.assertEqual(run.to_allocate_count, 1)
            self._assert_ties_out(run)
        with freeze_time("2026-03-19 10:00:00"):
            self._cancel_runs()
            self._propose(date=date(2026, 3, 19))
            self.assertEqual(self._reason(invoice), ["dunned"])

    def test_small_receipt_stops_nothing(self):
        invoice = self._create_invoice(10)
        self._receive(10, date=self.today)
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])
        self.assertEqual(run.notice_ids.amount_claimed, 90)

    def test_formal_notice_waits_for_an_old_receipt_too(self):
        invoice = self._create_invoice(60)
        for level in (self.first, self.second):
            run = self._propose()
            self.assertEqual(run.notice_ids.level_id, level)
            self._send(run.notice_ids, days_ago=3)
            run.sudo().state = "done"
        self._receive(20)
        self._propose()
        self.assertEqual(self._reason(invoice), ["to_allocate"])
        with self.assertRaisesRegex(UserError, "allocate"):
            invoice.action_print_formal_notice()

    def test_formal_notice_is_taken_back_when_a_receipt_comes(self):
        self._create_invoice(60)
        for _level in (self.first, self.second):
            run = self._propose()
            self._send(run.notice_ids, days_ago=3)
            run.sudo().state = "done"
        notice = self._propose().notice_ids
        self.assertTrue(notice.is_formal)
        notice.action_send()
        self.assertEqual(notice.state, "queued")
        self._receive(20, date=self.today)
        self.env["dunning.proposal"].sudo()._refresh_notices(notice.sudo())
        self.assertEqual(notice.state, "draft")
        self.assertFalse(notice.approved)
        self.assertEqual(notice.review_reason, "recent_receipt")

    # === BY HAND === #

    def test_customer_dunned_by_hand(self):
        invoice = self._create_invoice(10)
        self._debtor().dunning_mode = "by_hand"
        self._assert_reason(invoice, "by_hand")

    def test_customer_dunned_with_approval(self):
        self._create_invoice(10)
        self._debtor().dunning_mode = "approval"
        notice = self._propose().notice_ids
        self.assertEqual(notice.level_id.approval, "automatic")
        self.assertFalse(notice.approved)

    # === OLD DEBT === #

    def test_old_debt_is_put_aside(self):
        self.company.dunning_start_date = False
        old = self._create_invoice(91)
        late = self._create_invoice(90)
        run = self._propose()
        self.assertEqual(self._reason(old), ["old_debt"])
        self.assertEqual(self._reason(late), ["dunned"])
        self.assertEqual(self.company.dunning_start_date, self.today)
        self._assert_ties_out(run)

    def test_start_moves_until_dunning_is_activated(self):
        self.company.dunning_start_date = self.today - timedelta(days=200)
        self.company.dunning_active = False
        invoice = self._create_invoice(225)
        self._propose()
        self.assertEqual(self.company.dunning_start_date, self.today)
        self.company.dunning_active = True
        self._propose_again()
        self.assertEqual(self._reason(invoice), ["old_debt"])

    def test_simulation_puts_nothing_aside(self):
        self.company.dunning_start_date = False
        late = self._create_invoice(10)
        old = self._create_invoice(100)
        simulation = self._propose(date=self.today + timedelta(days=200))
        self.assertTrue(simulation.is_simulation)
        outcomes = simulation.outcome_ids.filtered(lambda o: o.reason == "old_debt")
        self.assertEqual(outcomes.item_count, 2)
        self.assertFalse(self._debtor().hold_ids)
        self.assertFalse(self.company.dunning_start_date)
        self._propose()
        self.assertEqual(self._reason(late), ["dunned"])
        self.assertEqual(self._reason(old), ["old_debt"])

    def test_run_of_a_past_day_moves_the_start_no_earlier(self):
        self.company.dunning_start_date = False
        old = self._create_invoice(120)
        self._propose(date=self.today - timedelta(days=100)).action_cancel()
        self._propose()
        self.assertEqual(self._reason(old), ["old_debt"])

    def test_old_debt_that_was_released_stays_released(self):
        self.company.dunning_start_date = False
        old = self._create_invoice(400)
        self._propose()
        hold = self._debtor().hold_ids
        self.assertEqual(hold.reason, "old_debt")
        hold.action_end()
        self._propose_again()
        self.assertEqual(self._reason(old), ["dunned"])
        notice = self.env["dunning.notice"].search([("state", "=", "draft")])
        self.assertEqual(notice.level_id, self.first)

    def test_debt_that_grows_old_while_it_is_dunned_is_none(self):
        self.company.dunning_start_date = self.today - timedelta(days=10)
        invoice = self._create_invoice(95)
        self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_what_was_late_at_the_start_enters_at_the_first_level(self):
        self.procedure.progression = "jump"
        self.company.dunning_start_date = self.today - timedelta(days=10)
        self._create_invoice(25)
        notice = self._propose().notice_ids
        self.assertEqual(notice.level_id, self.first)
        self.company.dunning_start_date = self.today - timedelta(days=30)
        self._propose_again()
        notice = self.env["dunning.notice"].search([("state", "=", "draft")])
        self.assertEqual(notice.level_id, self.second)
