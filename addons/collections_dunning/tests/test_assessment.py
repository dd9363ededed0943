from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from ..const import REASONS
from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestAssessment(DunningCommon):
    def test_every_reason_has_its_test(self):
        tests = self.env["dunning.assessment"]._get_tests()
        self.assertEqual([key for key, _ in REASONS if key != "dunned"], list(tests))

    def test_outcomes_tie_out_to_the_ledger(self):
        self._create_invoice(10)
        self._create_invoice(-3, 70)
        self._create_invoice(40, 55.55, self.other_customer)
        self._create_credit_note(20, self.other_customer)
        paid = self._create_invoice(12, 80)
        self._pay(paid, 30)
        run = self._propose()
        self._assert_ties_out(run)
        self.assertEqual(run.open_item_count, 5)
        self.assertEqual(sum(run.outcome_ids.mapped("item_count")), 5)

    def test_difference_shows_a_missing_outcome(self):
        self._create_invoice(10)
        run = self._propose()
        run.outcome_ids.sudo().unlink()
        run.invalidate_recordset()
        self.assertEqual(run.difference_count, 1)
        self.assertEqual(run.difference_amount, 100)

    def test_levels_step_by_step(self):
        invoice = self._create_invoice(400)
        for level in (self.first, self.second, self.formal):
            run = self._propose()
            self.assertEqual(self._decision(invoice).reason, "dunned")
            notice = run.notice_ids.filtered(lambda n: n.state == "draft")
            self.assertEqual(notice.level_id, level)
            self._send(notice, days_ago=3)
            run.sudo().state = "done"
        self._propose()
        self.assertEqual(self._reason(invoice), ["exhausted"])

    def test_levels_jump(self):
        self.procedure.progression = "jump"
        invoice = self._create_invoice(25)
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, self.second)
        self.assertEqual(self._decision(invoice).level_id, self.second)

    def test_level_waits_for_its_day(self):
        invoice = self._create_invoice(4)
        self._propose()
        decision = self._decision(invoice)
        self.assertEqual(decision.reason, "waiting")
        self.assertEqual(decision.level_id, self.first)
        self.assertEqual(decision.next_date, self.today + timedelta(days=1))

    def test_minimum_days_since_last_notice(self):
        invoice = self._create_invoice(30)
        self.second.minimum_days = 10
        run = self._propose()
        self._send(run.notice_ids, days_ago=4)
        run.sudo().state = "done"
        self._propose()
        decision = self._decision(invoice)
        self.assertEqual(decision.reason, "waiting")
        self.assertEqual(decision.next_date, self.today + timedelta(days=6))

    def test_minimum_amount_skips_a_level_only(self):
        small = self._create_invoice(13, 300)
        large = self._create_invoice(13, 3000, self.other_customer)
        for invoice in (small, large):
            partner = invoice.partner_id
            run = self._propose()
            notice = run.notice_ids.filtered(lambda n: n.partner_id == partner)  # noqa: B023
            self._send(notice, days_ago=2)
            (run.notice_ids - notice).action_cancel()
            run.sudo().state = "done"
        run = self._propose()
        self.assertEqual(self._reason(small), ["waiting"])
        self.assertEqual(self._decision(small).level_id, self.second)
        self.assertEqual(self._reason(large), ["dunned"])
        self.assertEqual(run.notice_ids.channel, "phone")

    def test_below_minimum(self):
        self.levels.minimum_amount = 150
        invoice = self._create_invoice(10)
        self._propose()
        self.assertEqual(self._reason(invoice), ["below_minimum"])
        self._create_invoice(8)
        run = self.env["dunning.run"].search([], limit=1)
        run.action_propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_courtesy_only_when_nothing_is_overdue(self):
        soon = self._create_invoice(-3)
        self._create_invoice(-3, 100, self.other_customer)
        late = self._create_invoice(1, 100, self.other_customer)
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, self.courtesy)
        self.assertEqual(run.notice_ids.partner_id, self.customer)
        self.assertEqual(self._reason(soon), ["dunned"])
        self.assertEqual(self._reason(late), ["waiting"])
        self._assert_ties_out(run)

    def test_excluded_items_are_counted(self):
        excluded = self._create_invoice(10)
        excluded.no_followup = True
        blocked = self._create_invoice(10)
        blocked.action_toggle_block_payment()
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.today - timedelta(days=90),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.customer.id,
                            "debit": 500,
                            "date_maturity": self.today - timedelta(days=60),
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 500,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        run = self._propose()
        self.assertFalse(run.notice_ids)
        for move in (excluded, blocked, entry):
            self.assertEqual(self._reason(move), ["no_followup"])
        self._assert_ties_out(run)

    def test_item_without_customer_or_procedure(self):
        invoice = self._create_invoice(10)
        self.company.dunning_procedure_id = False
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["no_procedure"])
        self._assert_ties_out(run)

    def test_no_recipient(self):
        self.customer.email = False
        invoice = self._create_invoice(10)
        self._propose()
        self.assertEqual(self._reason(invoice), ["no_recipient"])

    def _bounce(self, run):
        """The message of a run's only notice came back."""
        notice = run.notice_ids
        notice.sudo().email_to = notice.recipient_id.email_normalized
        notice._set_state("bounced", email_refused=True)
        run.sudo().state = "done"

    def test_address_that_refused_is_no_recipient(self):
        self.customer.write({"street": False, "zip": False, "city": False})
        invoice = self._create_invoice(10)
        self._bounce(self._propose())
        self._propose()
        self.assertEqual(self._reason(invoice), ["no_recipient"])
        self.customer.email = "new@durand.example.com"
        self.env["dunning.run"].search([], limit=1).action_propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_address_that_refused_gets_a_letter(self):
        self._create_invoice(10)
        self._bounce(self._propose())
        notice = self._propose().notice_ids
        self.assertEqual(notice.channel, "letter")
        self.assertEqual(notice.recipient_id, self.customer)
        self.assertEqual(notice.review_reason, "address_refused")
        self.assertFalse(notice.approved)
        self.assertIn("Durand SARL", notice.recipient_note)

    def test_address_that_refused_is_followed_by_the_next_contact(self):
        contact = self._create_customer(
            "Marie",
            parent_id=self.customer.id,
            is_company=False,
            is_dunning_contact=True,
        )
        self._create_invoice(10)
        run = self._propose()
        self.assertEqual(run.notice_ids.recipient_id, contact)
        self._bounce(run)
        notice = self._propose().notice_ids
        self.assertEqual(notice.channel, "email")
        self.assertEqual(notice.recipient_id, self.customer)
        self.assertEqual(notice.review_reason, "address_refused")
        self.assertIn("Marie", notice.recipient_note)

    def test_archived_contact_is_followed_by_the_next_one(self):
        contact = self._create_customer(
            "Marie",
            parent_id=self.customer.id,
            is_company=False,
            is_dunning_contact=True,
        )
        contact.active = False
        self._create_invoice(10)
        notice = self._propose().notice_ids
        self.assertEqual(notice.recipient_id, self.customer)
        self.assertIn("archived", notice.recipient_note)

    def test_installments_are_separate_items(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half later",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 60}
                    ),
                ],
            }
        )
        invoice = self._create_invoice(
            0,
            200,
            invoice_payment_term_id=term.id,
            invoice_date=self.today - timedelta(days=10),
        )
        run = self._propose()
        self.assertEqual(sorted(self._reason(invoice)), ["dunned", "not_due"])
        self.assertEqual(run.notice_ids.amount_claimed, 100)

    def test_quiet_day_writes_nothing(self):
        self._create_invoice(3)
        self._create_invoice(-20)
        run = self._propose()
        run.action_confirm()
        decisions = self.env["dunning.decision"].search([])
        later = self._propose()
        self.assertEqual(self.env["dunning.decision"].search([]), decisions)
        self.assertFalse(decisions.closed_run_id)
        self.assertEqual(later.difference_count, 0)

    def test_past_run_can_be_read(self):
        invoice = self._create_invoice(3)
        first = self._propose()
        first.action_confirm()
        self._pay(invoice)
        second = self._propose()
        decision = self.env["dunning.decision"].search([("move_id", "=", invoice.id)])
        self.assertEqual(decision.opened_run_id, first)
        self.assertEqual(decision.closed_run_id, second)
        self.assertEqual(
            self.env["dunning.decision"].search(first.action_open_items()["domain"]),
            decision,
        )

    def test_run_before_the_last_is_a_simulation(self):
        paid = self._create_invoice(60, 250)
        self._pay(paid, date=self.today - timedelta(days=2))
        self._propose().action_confirm()
        self.assertFalse(self._decision(paid))
        run = self._propose(date=self.today - timedelta(days=10))
        self.assertTrue(run.is_simulation)
        self.assertEqual(run.notice_ids.amount_claimed, 250)
        self.assertEqual(run.difference_count, 0)
        self.assertFalse(self._decision(paid))
        with self.assertRaisesRegex(Exception, "simulation"):
            run.action_confirm()
        with self.assertRaisesRegex(Exception, "simulation"):
            run.notice_ids.action_send()

    def test_simulation_keeps_nothing_from_being_dunned(self):
        invoice = self._create_invoice(10)
        simulation = self._propose(date=self.today + timedelta(days=1))
        self.assertTrue(simulation.is_simulation)
        self.assertEqual(simulation.notice_ids.amount_claimed, 100)
        self.assertFalse(self._decision(invoice))
        run = self._propose()
        self.assertFalse(run.is_simulation)
        self.assertEqual(self._reason(invoice), ["dunned"])
        self.assertEqual(run.notice_ids.level_id, self.first)
