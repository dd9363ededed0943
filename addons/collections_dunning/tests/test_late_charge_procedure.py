from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLateChargeProcedure(DunningCommon):
    """Invoices of late interest have a light procedure of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.light = cls.env.ref("collections_dunning.dunning_procedure_charge")
        cls.reminder, cls.decision = cls.light.step_ids.sorted("day_offset")

    @classmethod
    def _create_charge(cls, days_late, amount=40.0, **vals):
        charge = cls._create_invoice(days_late, amount, **vals)
        charge.sudo().is_late_charge = True
        return charge

    def _drafts(self, run):
        return run.notice_ids.filtered(lambda n: n.state == "draft")

    def _end(self, run, days_ago):
        self._send(self._drafts(run), days_ago=days_ago)
        run.sudo().state = "done"

    def test_a_new_company_has_it(self):
        company = self.env["res.company"].sudo().create({"name": "New"})
        self.assertEqual(company.dunning_charge_procedure_id, self.light)
        branch = company.create({"name": "Branch", "parent_id": company.id})
        self.assertFalse(branch.dunning_charge_procedure_id)
        self.assertEqual(branch._get_dunning_charge_procedure(), self.light)

    def test_no_formal_notice_and_no_charges(self):
        self.assertEqual(
            (self.reminder.channel, self.reminder.day_offset), ("email", 15)
        )
        self.assertEqual(
            (self.decision.channel, self.decision.day_offset), ("task", 45)
        )
        self.assertFalse(any(self.light.level_ids.mapped("is_formal")))
        self.assertEqual(set(self.light.level_ids.mapped("charging")), {"none"})

    def test_the_ladder(self):
        """One friendly e-mail, a task, and then a person decides."""
        charge = self._create_charge(14)
        run = self._propose()
        decision = self._decision(charge)
        self.assertEqual(
            (decision.reason, decision.level_id), ("waiting", self.reminder)
        )
        self.assertEqual(decision.next_date, self.today + timedelta(days=1))
        run.action_cancel()
        charge = self._create_charge(60, partner=self.other_customer)
        run = self._propose()
        self.assertEqual(self._drafts(run).level_id, self.reminder)
        self._assert_ties_out(run)
        self._end(run, days_ago=20)
        run = self._propose()
        self.assertEqual(self._drafts(run).level_id, self.decision)
        self.assertEqual(self._drafts(run).channel, "task")
        self._end(run, days_ago=5)
        self._propose()
        self.assertEqual(self._reason(charge), ["exhausted"])

    def test_whatever_the_procedure_of_the_debtor(self):
        charge = self._create_charge(16)
        self._debtor().procedure_id = self._create_procedure(name="Own")
        self._propose()
        self.assertEqual(self._decision(charge).level_id, self.reminder)

    def test_a_message_of_their_own(self):
        """Two messages, one after the other: neither names what is on the other."""
        invoice = self._create_invoice(21)
        charge = self._create_charge(16)
        self.company.dunning_contact_gap = 0
        run = self._propose()
        [notice] = self._drafts(run)
        # The place in the ladder decides: the interest is asked for first.
        self.assertEqual(notice.line_ids.move_id, charge)
        self.assertEqual(notice.level_id, self.reminder)
        self.assertEqual(notice.amount_claimed, 40)
        self.assertEqual(self._reason(invoice), ["waiting"])
        self._assert_ties_out(run)
        self._end(run, days_ago=1)
        [notice] = self._drafts(self._propose())
        self.assertEqual(notice.line_ids.move_id, invoice)
        self.assertEqual(notice.level_id, self.first)

    def test_a_task_of_their_own(self):
        """A task about invoices in the debtor's procedure does not take them in."""
        self.second.write({"channel": "task", "day_offset": 46})
        for invoice in (self._create_invoice(47), self._create_charge(47)):
            notice = self.env["dunning.proposal"]._draft_for_items(
                self._item(invoice),
                self.reminder if invoice.is_late_charge else self.first,
            )
            self._send(notice, days_ago=20)
        run = self._propose()
        self.formal.active = False
        tasks = self._drafts(run).filtered(lambda n: n.channel == "task")
        levels = {task.level_id: task.line_ids.level_id for task in tasks}
        self.assertIn(self.decision, levels)
        for level, line_levels in levels.items():
            self.assertEqual(line_levels, level)

    def test_no_formal_notice_claims_them(self):
        """A formal notice takes in what was reminded of: not their reminders."""
        self.formal.day_offset = 46
        invoice = self._create_invoice(50)
        charge = self._create_charge(17)
        for move, level in ((invoice, self.second), (charge, self.reminder)):
            notice = self.env["dunning.proposal"]._draft_for_items(
                self._item(move), level
            )
            self._send(notice, days_ago=20)
        run = self._propose()
        [notice] = self._drafts(run)
        self.assertEqual(notice.level_id, self.formal)
        self.assertEqual(notice.line_ids.move_id, invoice)
        self.assertEqual(notice.amount_claimed, 100)

    def test_formal_notice_by_hand(self):
        invoice = self._create_invoice(50)
        charge = self._create_charge(50)
        with self.assertRaisesRegex(UserError, "not claimed together"):
            (invoice | charge).action_print_formal_notice()
        with self.assertRaisesRegex(UserError, "No formal notice claims"):
            charge.action_print_formal_notice()

    def test_amounts_count_apart(self):
        self.levels.minimum_amount = 120
        invoice = self._create_invoice(10)
        self._create_charge(16)
        self._propose()
        self.assertEqual(self._reason(invoice), ["below_minimum"])

    def test_what_credits_cover_is_not_on_the_other_message(self):
        self._create_invoice(21, 30, invoice_date=self.today - timedelta(days=90))
        charge = self._create_charge(16)
        self._create_credit_note(70)
        run = self._propose()
        self.assertFalse(self._drafts(run))
        self.assertEqual(self._reason(charge), ["covered_by_credit"])
        other = self._create_invoice(6)
        run.action_propose()
        [notice] = self._drafts(run)
        self.assertEqual(notice.message_kind, "message")
        self.assertNotIn(charge, notice.line_ids.move_id)
        self.assertIn(other, notice.line_ids.move_id)

    def test_progression_per_item(self):
        first = self._create_charge(30)
        self._end(self._propose(), days_ago=20)
        second = self._create_charge(16)
        run = self._propose()
        self.assertEqual(self._decision(first).level_id, self.decision)
        self.assertEqual(self._reason(first), ["waiting"])
        self.assertEqual(self._decision(second).level_id, self.reminder)
        [notice] = self._drafts(run)
        self.assertEqual(
            notice.line_ids.filtered(lambda li: li.kind == "1_item").move_id, second
        )
        self.assertFalse(notice.review_reason)

    def test_no_new_date_after_a_stop(self):
        """The light procedure has no such level: it goes on where it was."""
        self.first.copy({"event": "after_stop", "day_offset": 0})
        charge = self._create_charge(40)
        self._end(self._propose(), days_ago=20)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor().id,
                "reason": "paused",
                "date_from": self.today - timedelta(days=10),
                "date_to": self.today - timedelta(days=2),
            }
        )
        self._propose()
        decision = self._decision(charge)
        self.assertEqual(
            (decision.reason, decision.level_id), ("waiting", self.decision)
        )
        self.assertEqual(decision.next_date, self.today + timedelta(days=45 - 40 + 9))

    def test_rejected_payment_of_both(self):
        """It is told at the level of the debtor's procedure, of the invoice alone."""
        self.first.copy({"event": "rejected", "day_offset": 0})
        invoice = self._create_invoice(3)
        charge = self._create_charge(3)
        self.env["collections.payment.rejection"].with_user(self.collector).create(
            {
                "debtor_id": self._debtor().id,
                "move_line_ids": [Command.set(self._item(invoice | charge).ids)],
                "amount": 140,
                "kind": "cheque",
                "reason": "Insufficient funds",
            }
        )
        notice = self._debtor().notice_ids
        self.assertEqual(notice.level_id.event, "rejected")
        self.assertEqual(notice.line_ids.move_id, invoice)

    def test_a_company_without_their_procedure(self):
        self.company.dunning_charge_procedure_id = False
        charge = self._create_charge(40)
        run = self._propose()
        self.assertEqual(self._reason(charge), ["no_procedure"])
        self.assertFalse(run.notice_ids)
        answer = charge.with_user(self.reader).get_dunning_explanation()
        self.assertIn("invoice of late interest", answer["sentence"])

    def test_quiet_day_writes_nothing(self):
        self._create_charge(5)
        self._create_charge(16)
        run = self._propose()
        self._end(run, days_ago=0)
        self._propose().action_confirm()
        decisions = self.env["dunning.decision"].search([])
        self._propose()
        self.assertEqual(self.env["dunning.decision"].search([]), decisions)
