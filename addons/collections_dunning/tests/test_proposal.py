from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestProposal(DunningCommon):
    # === CREDITS === #

    def test_credit_note_covers_its_invoice(self):
        invoice = self._create_invoice(30, 100)
        older = self._create_invoice(40, 100)
        refund = self._create_credit_note(100, reversed_entry_id=invoice.id)
        # Posting reconciles the two; an accountant can take that back.
        self._item(refund).remove_move_reconcile()
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["covered_by_credit"])
        self.assertEqual(self._reason(older), ["dunned"])
        self.assertEqual(run.notice_ids.amount_claimed, 100)

    def test_unallocated_payment_covers_everything(self):
        invoice = self._create_invoice(30, 100)
        self._receive(100)
        run = self._propose()
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._reason(invoice), ["covered_by_credit"])
        self._assert_ties_out(run)

    def test_receipt_covers_the_oldest_first(self):
        oldest = self._create_invoice(40, 100)
        newer = self._create_invoice(30, 200)
        self._receive(150)
        run = self._propose()
        self.assertEqual(self._reason(oldest), ["covered_by_credit"])
        self.assertEqual(self._reason(newer), ["dunned"])
        notice = run.notice_ids
        self.assertEqual(notice.amount_claimed, 150)
        self.assertEqual(sum(notice.line_ids.mapped("amount_claimed")), 150)
        self.assertEqual(
            notice.line_ids.sorted("kind").mapped(
                lambda line: (line.kind, line.amount_residual, line.amount_claimed)
            ),
            [
                ("1_item", 200, 200),
                ("2_covered", 100, 100),
                ("3_credit", -150, -150),
            ],
        )

    def test_held_item_takes_no_credit(self):
        held = self._create_invoice(40, 100)
        other = self._create_invoice(30, 100)
        self._receive(100)
        self.env["collections.debtor"]._ensure_for(self.company)
        self.env["dunning.hold"].create(
            {"debtor_id": self._debtor().id, "move_line_id": self._item(held).id}
        )
        self._propose()
        self.assertEqual(self._reason(held), ["paused"])
        self.assertEqual(self._reason(other), ["covered_by_credit"])

    def test_excluded_opening_debt_lowers_the_credits(self):
        invoice = self._create_invoice(30, 100)
        self._receive(100)
        receivable = self.company_data["default_account_receivable"]
        revenue = self.company_data["default_account_revenue"]
        entry = self.env["account.move"].create(
            {
                "date": self.today - timedelta(days=300),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.customer.id,
                            "debit": 60,
                        }
                    ),
                    Command.create({"account_id": revenue.id, "credit": 60}),
                ],
            }
        )
        entry.action_post()
        run = self._propose()
        self.assertEqual(self._reason(entry), ["no_followup"])
        self.assertEqual(self._reason(invoice), ["dunned"])
        self.assertEqual(run.notice_ids.amount_claimed, 60)

    def test_credit_in_another_currency_does_not_net(self):
        currency = self.setup_other_currency("EUR")
        self._create_invoice(30, 100)
        self._create_credit_note(500, currency_id=currency.id)
        run = self._propose()
        self.assertEqual(run.notice_ids.amount_claimed, 100)
        self.assertEqual(run.notice_ids.review_reason, "foreign_credit")
        self.assertFalse(run.notice_ids.approved)

    # === GROUPING === #

    def test_one_notice_per_currency(self):
        currency = self.setup_other_currency("EUR")
        self._create_invoice(30, 100)
        self._create_invoice(30, 70, currency_id=currency.id)
        run = self._propose()
        self.assertEqual(len(run.notice_ids), 2)
        foreign = run.notice_ids.filtered(lambda n: n.currency_id == currency)
        self.assertEqual(foreign.amount_claimed, 70)
        self.assertEqual(foreign.line_ids.amount_residual, 70)
        self._assert_ties_out(run)

    def test_items_at_two_levels_make_one_message(self):
        late = self._create_invoice(25, 100)
        run = self._propose()
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        later = self._create_invoice(6, 50)
        run = self._propose()
        notice = run.notice_ids
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.level_id, self.second)
        by_move = {line.move_id: line.level_id for line in notice.line_ids}
        self.assertEqual(by_move, {late: self.second, later: self.first})

    def test_debtor_is_contacted_once(self):
        """A call is due, and a reminder of a new invoice: the call comes first."""
        older = self._create_invoice(13, 3000)
        run = self._propose()
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        newer = self._create_invoice(6, 50)
        run = self._propose()
        self.assertEqual(run.notice_ids.channel, "phone")
        self.assertEqual(run.notice_ids.amount_claimed, 3000)
        self.assertEqual(self._reason(older), ["dunned"])
        self.assertEqual(self._reason(newer), ["waiting"])
        self._assert_ties_out(run)
        self._send(run.notice_ids, days_ago=1)
        run.sudo().state = "done"
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, self.first)
        self.assertEqual(run.notice_ids.amount_claimed, 50)

    def test_task_is_no_contact(self):
        self._create_invoice(30)
        self.first.write({"channel": "task"})
        self.second.minimum_days = 10
        run = self._propose()
        self._send(run.notice_ids)
        run.sudo().state = "done"
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, self.second)

    def test_formal_notice_leaves_out_what_was_never_reminded(self):
        old = self._create_invoice(60, 100)
        for level in (self.first, self.second):
            run = self._propose()
            self.assertEqual(run.notice_ids.level_id, level)
            self._send(run.notice_ids, days_ago=3)
            run.sudo().state = "done"
        young = self._create_invoice(8, 50)
        run = self._propose()
        notice = run.notice_ids.filtered("is_formal")
        self.assertEqual(notice.amount_claimed, 100)
        self.assertEqual(notice.review_reason, "first_formal")
        information = notice.line_ids.filtered(lambda li: li.kind == "4_information")
        self.assertEqual(information.move_id, young)
        self.assertFalse(information.level_id)
        self.assertEqual(run.notice_ids, notice)
        self.assertEqual(self._reason(old), ["dunned"])
        self.assertEqual(self._reason(young), ["waiting"])
        # What the formal notice can't claim does not wait for its approval for ever.
        self._let_formal_notice_wait(notice)
        reminder = self._propose().notice_ids - notice
        self.assertEqual(reminder.level_id, self.first)
        self.assertEqual(reminder.amount_claimed, 50)
        self.assertTrue(reminder.approved)

    def _let_formal_notice_wait(self, notice):
        """A formal notice was drafted yesterday and somebody works on it."""
        notice.sudo().is_edited = True
        notice.run_id.sudo().state = "confirmed"
        yesterday = fields.Datetime.now() - timedelta(days=1)
        self.env.cr.execute(
            "UPDATE dunning_notice SET create_date = %s WHERE id = %s",
            [yesterday, notice.id],
        )

    def test_recipient_is_the_flagged_contact(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Accounts payable",
                "parent_id": self.customer.id,
                "type": "contact",
                "email": "ap@durand.example.com",
                "is_dunning_contact": True,
            }
        )
        self.env["res.partner"].create(
            {
                "name": "Invoices",
                "parent_id": self.customer.id,
                "type": "invoice",
                "email": "invoices@durand.example.com",
            }
        )
        self._create_invoice(10)
        run = self._propose()
        self.assertEqual(run.notice_ids.recipient_id, contact)
        contact.is_dunning_contact = False
        run.action_propose()
        self.assertEqual(run.notice_ids.recipient_id.name, "Invoices")

    def test_stranger_is_refused_as_recipient(self):
        self._create_invoice(10)
        notice = self._propose().notice_ids
        with self.assertRaises(ValidationError):
            notice.recipient_id = self.other_customer
        recipient = self.env["collections.debtor.recipient"].create(
            {
                "debtor_id": notice.debtor_id.id,
                "partner_id": self.other_customer.id,
                "reason": "Administrator",
                "document": "bWFuZGF0ZQ==",
            }
        )
        with self.assertRaises(ValidationError):
            notice.recipient_id = self.other_customer
        recipient.action_approve()
        notice.recipient_id = self.other_customer
        self.assertEqual(notice.recipient_id, self.other_customer)

    # === ONCE, AND ONLY WHEN SENT === #

    def test_double_click_queues_once(self):
        self._create_invoice(10)
        run = self._propose()
        run.action_confirm()
        with self.assertRaises(UserError):
            run.action_confirm()
        self.assertEqual(run.notice_ids.state, "queued")

    def test_second_run_on_a_day_proposes_nothing(self):
        invoice = self._create_invoice(10)
        self._propose().action_confirm()
        run = self._propose()
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._reason(invoice), ["notice_pending"])

    def test_unsent_notices_leave_no_trace(self):
        invoice = self._create_invoice(10)
        for state in ("cancelled", "failed"):
            run = self._propose()
            self.assertEqual(run.notice_ids.level_id, self.first)
            run.notice_ids._set_state(state)
            run.sudo().state = "done"
        self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])
        self.assertFalse(self._item(invoice).dunning_level_id)

    def test_in_doubt_keeps_the_item_for_a_person(self):
        invoice = self._create_invoice(10)
        run = self._propose()
        run.action_confirm()
        run.notice_ids._set_state("in_doubt")
        self._propose()
        self.assertEqual(self._reason(invoice), ["notice_pending"])
        run.notice_ids.action_confirm_not_sent()
        self.env["dunning.run"].search([], limit=1).action_propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_database_refuses_an_item_twice_on_a_level(self):
        self._create_invoice(10)
        notice = self._propose().notice_ids
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UniqueViolation, "live_uniq"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "INSERT INTO dunning_notice_line (notice_id, company_id, kind, "
                "move_line_id, level_id, cycle, live) SELECT notice_id, company_id, "
                "kind, move_line_id, level_id, cycle, live FROM dunning_notice_line "
                "WHERE notice_id = %s",
                [notice.id],
            )

    def test_level_on_journal_item_and_invoice(self):
        invoice = self._create_invoice(10)
        run = self._propose()
        self._send(run.notice_ids)
        item = self._item(invoice)
        self.assertEqual(item.dunning_level_id, self.first)
        self.assertEqual(item.dunning_sent_date, self.today)
        found = self.env["account.move.line"].search(
            [("dunning_level_id", "=", self.first.id)]
        )
        self.assertEqual(found, item)

    def test_changed_due_date_forgets_the_level(self):
        invoice = self._create_invoice(10)
        run = self._propose()
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        self._item(invoice).date_maturity = self.today - timedelta(days=9)
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, self.first)
        sent = self.env["dunning.notice.line"].search(
            [("move_id", "=", invoice.id), ("notice_id.state", "=", "sent")]
        )
        self.assertEqual(sent.ledger_status, "changed")

    # === THE LEDGER MOVES BEFORE SENDING === #

    def test_paid_meanwhile_is_dropped(self):
        invoice = self._create_invoice(10)
        run = self._propose()
        run.action_confirm()
        self._pay(invoice)
        left = self.env["dunning.proposal"].sudo()._refresh_notices(run.notice_ids)
        self.assertFalse(left)
        self.assertEqual(run.notice_ids.state, "cancelled")

    def test_part_paid_meanwhile_is_reduced(self):
        invoice = self._create_invoice(10, 100)
        gone = self._create_invoice(10, 30)
        run = self._propose()
        run.action_confirm()
        self._pay(invoice, 40)
        self._pay(gone)
        left = self.env["dunning.proposal"].sudo()._refresh_notices(run.notice_ids)
        self.assertEqual(left.amount_claimed, 60)
        self.assertEqual(left.line_ids.move_id, invoice)

    def test_receipt_meanwhile_is_deducted(self):
        self._create_invoice(10, 100)
        run = self._propose()
        run.action_confirm()
        self._receive(30)
        left = self.env["dunning.proposal"].sudo()._refresh_notices(run.notice_ids)
        self.assertEqual(left.amount_claimed, 70)
        self.assertEqual(left.amount_total, 70)
        self.assertEqual(sum(left.line_ids.mapped("amount_claimed")), 70)

    def test_held_meanwhile_is_dropped(self):
        invoice = self._create_invoice(10, 100)
        run = self._propose()
        run.action_confirm()
        self.env["dunning.hold"].create(
            {"debtor_id": self._debtor().id, "move_line_id": self._item(invoice).id}
        )
        left = self.env["dunning.proposal"].sudo()._refresh_notices(run.notice_ids)
        self.assertFalse(left)

    def test_reset_invoice_shows_on_the_notice(self):
        invoice = self._create_invoice(10)
        run = self._propose()
        self._send(run.notice_ids)
        line = run.notice_ids.line_ids
        invoice.button_draft()
        self.assertEqual(line.ledger_status, "draft")
        invoice.button_cancel()
        self.assertEqual(line.ledger_status, "cancelled")
        invoice.with_context(force_delete=True).unlink()
        line.invalidate_recordset()
        self.assertEqual(line.ledger_status, "deleted")
        self.assertEqual(line.amount_residual, 100)

    # === PROCEDURE === #

    def test_procedure_changed_in_the_middle(self):
        invoice = self._create_invoice(30)
        run = self._propose()
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        other = self._create_procedure(name="Other")
        other.level_ids.filtered(lambda level: level.day_offset == 5).day_offset = 3
        self._debtor().procedure_id = other
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id.procedure_id, other)
        self.assertEqual(run.notice_ids.level_id.day_offset, 20)
        self.assertEqual(run.notice_ids.review_reason, "new_procedure")
        self.assertEqual(self._reason(invoice), ["dunned"])

    # === HOLDS === #

    def test_partial_hold_claims_the_rest(self):
        invoice = self._create_invoice(10, 100)
        self.env["collections.debtor"]._ensure_for(self.company)
        self.env["dunning.hold"].sudo().create(
            {
                "debtor_id": self._debtor().id,
                "move_line_id": self._item(invoice).id,
                "reason": "disputed",
                "amount": 30,
            }
        )
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])
        self.assertEqual(run.notice_ids.amount_claimed, 70)
        self.assertEqual(run.notice_ids.line_ids.amount_held, 30)

    def test_hold_ends(self):
        invoice = self._create_invoice(10, 100)
        self.env["collections.debtor"]._ensure_for(self.company)
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor().id,
                "reason": "paused",
                "date_from": self.today - timedelta(days=5),
                "date_to": self.today + timedelta(days=2),
            }
        )
        run = self._propose()
        decision = self._decision(invoice)
        self.assertEqual(decision.reason, "paused")
        self.assertEqual(decision.next_date, self.today + timedelta(days=3))
        hold.action_end()
        run.action_propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_rebuild_keeps_worked_on_drafts_and_their_figures_true(self):
        invoice = self._create_invoice(10, 100)
        other = self._create_invoice(10, 30)
        run = self._propose()
        notice = run.notice_ids
        notice.with_user(self.collector).tone = "soft"
        self._pay(invoice, 25)
        self._pay(other)
        run.action_propose()
        self.assertEqual(run.notice_ids, notice)
        self.assertEqual(notice.amount_claimed, 75)
        self.assertEqual(self._reason(invoice), ["notice_pending"])

    def test_removed_line_leaves_the_rest(self):
        self._create_invoice(10, 100)
        other = self._create_invoice(10, 30)
        notice = self._propose().notice_ids
        lines = notice.line_ids.with_user(self.collector)
        lines.filtered(lambda line: line.move_id == other).action_remove()
        self.assertEqual(notice.amount_claimed, 100)
        self.assertEqual(notice.amount_total, 100)
        with self.assertRaises(UserError):
            notice.line_ids.with_user(self.collector).action_remove()

    # === THE SCHEDULED RUN === #

    def test_scheduled_run_only_proposes_until_activated(self):
        self.company.dunning_active = False
        self._create_invoice(10)
        run = self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertEqual(run.state, "proposed")
        self.assertEqual(run.notice_ids.state, "draft")

    def test_scheduled_run_sends_automatic_levels(self):
        self._create_invoice(10)
        formal = self._create_invoice(60, 100, self.other_customer)
        self.procedure.level_ids.filtered(
            lambda level: level in (self.first | self.second)
        ).approval = "automatic"
        for level in (self.first, self.second):
            run = self._propose()
            notice = run.notice_ids.filtered(
                lambda n: n.partner_id == self.other_customer
            )
            self.assertEqual(notice.level_id, level)
            self._send(notice, days_ago=3)
            (run.notice_ids - notice).action_cancel()
            run.sudo().write({"state": "done", "date": self.today - timedelta(days=1)})
        run = self.env["dunning.run"].sudo()._run_company(self.company)
        states = {n.partner_id: n.state for n in run.notice_ids}
        self.assertEqual(
            states, {self.customer: "queued", self.other_customer: "draft"}
        )
        self.assertEqual(len(run.activity_ids), 1)
        self.assertEqual(run.activity_ids.user_id, self.collector)
        self.assertEqual(self._reason(formal), ["dunned"])
        again = self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertFalse(again)

    def test_next_scheduled_run_takes_over_what_waits(self):
        self.company.dunning_active = False
        self._create_invoice(10)
        edited = self._create_invoice(10, 100, self.other_customer)
        run = self.env["dunning.run"].sudo()._run_company(self.company)
        kept = run.notice_ids.filtered(lambda n: n.partner_id == self.other_customer)
        kept.with_user(self.collector).tone = "firm"
        run.sudo().date = self.today - timedelta(days=1)
        later = self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertTrue(kept.exists())
        self.assertEqual(kept.run_id, later)
        self.assertEqual(len(later.notice_ids), 2)
        self.assertEqual(self._reason(edited), ["notice_pending"])
        self.assertNotEqual(run.state, "proposed")
        self.assertEqual(later.difference_count, 0)

    def test_cancelled_proposal_leaves_no_trace(self):
        invoice = self._create_invoice(10)
        run = self._propose()
        run.action_cancel()
        self.assertFalse(self._decision(invoice))
        self.assertEqual(run.notice_ids.state, "cancelled")
        self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_one_proposed_run_per_company(self):
        self._create_invoice(10)
        self._propose()
        with self.assertRaises(UserError):
            self._propose()

    def test_run_of_one_company_leaves_the_other_alone(self):
        other = self.setup_other_company()["company"]
        other.dunning_procedure_id = self.procedure
        self._create_invoice(10)
        self._propose()
        run = (
            self.env["dunning.run"]
            .sudo()
            .with_company(other)
            .create({"company_id": other.id})
        )
        run._propose()
        self.assertEqual(run.open_item_count, 0)
        self.assertFalse(run.notice_ids)

    # === CALLS AND TASKS === #

    def test_call_becomes_an_activity_that_gets_done(self):
        invoice = self._create_invoice(13, 3000)
        run = self._propose()
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        run = self._propose()
        notice = run.notice_ids
        self.assertEqual(notice.channel, "phone")
        run.action_confirm()
        self.assertEqual(notice.activity_ids.user_id, self.collector)
        self.assertEqual(notice.state, "queued")
        notice.with_user(self.collector).action_post()
        self.assertEqual(notice.state, "sent")
        self.assertEqual(fields.Date.to_date(notice.sent_at), self.today)
        self.assertEqual(self._item(invoice).dunning_level_id, self.call)
