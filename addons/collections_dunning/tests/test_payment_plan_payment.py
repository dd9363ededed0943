from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPaymentPlanPayment(PlanCommon):
    """What the ledger makes of a plan in force: 3 × 250 after 250 down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._skip_documents()

    def setUp(self):
        super().setUp()
        self.plan = self._create_accepted(down_payment=250)
        self.down, self.one, self.two, self.three = self.plan.installment_ids

    def _states(self):
        return self.plan.installment_ids.mapped("state")

    def _paid(self):
        return self.plan.installment_ids.mapped("amount_paid")

    def _on(self, day):
        """Look at the plan on a day, as the nightly job does."""
        with freeze_time(f"{day} 03:00:00"):
            self._watch(self.plan)

    # === PAYMENTS === #

    def test_in_time(self):
        self._pay(self.invoice, 250)
        self._watch(self.plan)
        self.assertEqual(self._states(), ["paid", "coming", "coming", "coming"])
        self.assertEqual(self.down.paid_on, self.today)
        self.assertEqual(self.plan.amount_paid, 250)
        self.assertEqual(self.plan.amount_remaining, 750)
        self.assertEqual(self.plan.next_date, self.one.date)
        self._on(self.one.date)
        self.assertEqual(self.plan.state, "accepted")

    def test_one_sum_early_pays_several(self):
        self._pay(self.invoice)  # 600
        self._watch(self.plan)
        self.assertEqual(self._paid(), [250, 250, 100, 0])
        self.assertEqual(self._states(), ["paid", "paid", "partly", "coming"])

    def test_split_over_items_and_days(self):
        self._pay(self.invoice, 100, date=self.today)
        self._pay(self.second_invoice, 200, date=self._day(3))
        self._watch(self.plan)
        self.assertEqual(self._paid(), [250, 50, 0, 0])
        self.assertEqual(self.down.paid_on, self._day(3))

    def test_late_and_then_respected_again(self):
        # Days of grace: a transfer takes its time.
        self.company.dunning_promise_grace = 2
        self._on(self.down.date + timedelta(days=2))
        self.assertEqual(self._states()[0], "coming")
        self.assertEqual(self.plan.state, "accepted")
        self._on(self.down.date + timedelta(days=3))
        self.assertEqual(self._states()[0], "missed")
        self.assertEqual(self.plan.state, "late")
        # Late: its items are held all the same.
        self.assertTrue(all(self.plan.line_ids.hold_id.mapped("is_current")))
        self._pay(self.invoice, 250)
        self._on(self.down.date + timedelta(days=4))
        self.assertEqual(self._states()[0], "paid")
        self.assertEqual(self.plan.state, "accepted")

    def test_payment_taken_back(self):
        self._pay(self.invoice, 250)
        self._watch(self.plan)
        self._item(self.invoice).remove_move_reconcile()
        self._watch(self.plan)
        self.assertEqual(self.plan.amount_paid, 0)
        self.assertEqual(self._states()[0], "coming")
        self.assertFalse(self.down.paid_on)

    def test_paid_by_another_child_company(self):
        sister = self._create_customer("Durand Logistique", parent_id=self.customer.id)
        payment = self._receive(600, partner=sister)
        lines = payment.move_id.line_ids | self.invoice.line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self._watch(self.plan)
        self.assertEqual(self.plan.amount_paid, 600)

    def test_what_was_paid_before_does_not_count(self):
        invoice = self._create_invoice(20, amount=300)
        self._pay(invoice, 100)
        plan = self._create_accepted(invoices=invoice)
        self._watch(plan)
        self.assertEqual(plan.amount_total, 200)
        self.assertEqual(plan.amount_paid, 0)
        self._pay(invoice, 50)
        self._watch(plan)
        self.assertEqual(plan.amount_paid, 50)

    def test_payment_of_something_else_does_not_count(self):
        other = self._create_invoice(5, amount=500)
        self._pay(other)
        self._watch(self.plan)
        self.assertEqual(self.plan.amount_paid, 0)

    def test_ledger_is_read_without_writing(self):
        self._pay(self.invoice, 250)
        matches = self.plan._get_matches()
        self.assertEqual(matches[self.down.id].covered, 250)
        self.assertEqual(self.plan.amount_paid, 0)

    def test_payment_wakes_the_job(self):
        cron = self.env.ref("collections_dunning.ir_cron_payment_plan")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self._pay(self._create_invoice(5))
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before)
        self._pay(self.invoice, 250)
        self.assertGreater(triggers.search_count([("cron_id", "=", cron.id)]), before)

    def test_due_dates_stay(self):
        before = self._item(self.invoice).date_maturity
        self._pay(self.invoice, 250)
        self._watch(self.plan)
        self.assertEqual(self._item(self.invoice).date_maturity, before)
        self.assertFalse(self.invoice.no_followup)

    # === COMPLETED === #

    def test_paid_in_full(self):
        self._pay(self.invoice)
        self._pay(self.second_invoice)
        self._watch(self.plan)
        self.assertEqual(self.plan.state, "completed")
        self.assertEqual(self.plan.amount_remaining, 0)
        self.assertEqual(self.plan.ended_on, self.today)
        self.assertFalse(self.plan.line_ids.hold_id.filtered("is_current"))

    def test_no_receipt_once_a_payment_came_back(self):
        self._pay(self.invoice)
        self._pay(self.second_invoice)
        self._watch(self.plan)
        receipt = self.plan.sudo().notice_ids
        self.assertEqual(receipt.state, "draft")
        self._item(self.invoice).remove_move_reconcile()
        self.env["dunning.proposal"]._refresh_notices(receipt)
        self.assertEqual(receipt.state, "cancelled")

    # === MONEY THAT IS NOT ALLOCATED === #

    def test_unallocated_receipt_asks_once_and_is_no_payment(self):
        day = self.down.date + timedelta(days=4)
        self._receive(250, date=day)
        self._on(day)
        self._on(day + timedelta(days=1))
        self.assertEqual(self.plan.amount_paid, 0)
        self.assertEqual(self._states()[0], "missed")
        self.assertEqual(self.plan.state, "accepted")
        activity = self.plan.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn("allocate", activity.summary)
        self.assertEqual(activity.user_id, self.collector)
        # Nobody has allocated it for more than five working days.
        self._on(day + timedelta(days=9))
        self.assertEqual(self.plan.state, "late")

    def test_early_receipt_counts_from_the_installment_on(self):
        self._receive(250, date=self.down.date - timedelta(days=8))
        self._on(self.down.date + timedelta(days=4))
        self.assertEqual(self.plan.state, "accepted")
        self._on(self.down.date + timedelta(days=14))
        self.assertEqual(self.plan.state, "late")

    def test_receipt_of_the_group_counts(self):
        group = self.env["res.partner"].create({"name": "Group", "is_company": True})
        self.customer.write({"is_company": True, "parent_id": group.id})
        sister = self._create_customer("Sister", is_company=True, parent_id=group.id)
        self._receive(250, partner=sister, date=self.down.date)
        self._on(self.down.date + timedelta(days=4))
        self.assertEqual(self.plan.state, "accepted")

    def test_smaller_receipt_does_not_keep_it_from_being_late(self):
        day = self.down.date + timedelta(days=4)
        self._receive(100, date=day)
        self._on(day)
        self.assertEqual(self.plan.state, "late")

    # === CREDIT === #

    def test_credit_note_shortens_the_plan_and_proposes_a_version(self):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create(
                {"reason": "Goods returned", "journal_id": self.invoice.journal_id.id}
            )
        )
        refund = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        refund.invoice_line_ids.price_unit = 150
        refund.action_post()
        lines = (refund | self.invoice).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self._watch(self.plan)
        self._watch(self.plan)
        # Not a payment: nobody is ahead of the schedule because of it.
        self.assertEqual(self._paid(), [0, 0, 0, 150])
        version = self.plan.next_ids
        self.assertEqual(len(version), 1)
        self.assertEqual(version.state, "draft")
        self.assertEqual(version.version, 2)
        self.assertEqual(version.amount_total, 850)
        self.assertEqual(len(self.plan.activity_ids), 1)
        self.assertEqual(self.plan.state, "accepted")

    def test_cancelled_invoice_is_owed_no_more(self):
        self.second_invoice.button_draft()
        self.second_invoice.button_cancel()
        self._watch(self.plan)
        self.assertEqual(self._paid(), [0, 0, 150, 250])
        self.assertIn("not in the ledger", self.plan.activity_ids.mapped("summary")[0])

    def test_item_made_anew_is_found_again(self):
        """Another payment term and back: the installments of the invoice are new."""
        item = self._item(self.invoice)
        self.plan.line_ids.filtered(
            lambda line: line.move_line_id == item
        ).sudo().move_line_id = False
        self._watch(self.plan)
        line = self.plan.line_ids.filtered(lambda line: line.move_id == self.invoice)
        self.assertEqual(line.move_line_id, item)
        self.assertTrue(line.hold_id.is_current)

    def test_invoice_is_a_draft_for_a_while(self):
        """To be corrected: nobody owes less, and nobody has paid."""
        self._pay(self.invoice, 250)
        self._watch(self.plan)
        (self.invoice | self.second_invoice).button_draft()
        self._on(self.one.date + timedelta(days=4))
        self.assertEqual(self.plan.state, "accepted")
        self.assertEqual(self._paid(), [250, 0, 0, 0])
        self.assertFalse(
            self.plan.sudo().notice_ids.filtered(lambda n: n.state != "cancelled")
        )
        (self.invoice | self.second_invoice).action_post()
        self._watch(self.plan)
        items = self.plan.line_ids.move_line_id
        self.assertEqual(
            self.plan.amount_remaining, sum(items.mapped("amount_residual"))
        )
        self.assertEqual(self.plan.line_ids.hold_id.mapped("is_current"), [True, True])

    def test_corrected_invoice_asks_for_less(self):
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 400
        self.invoice.action_post()
        self._watch(self.plan)
        self.assertEqual(self._paid(), [0, 0, 0, 200])
        self.assertEqual(self.plan.next_ids.amount_total, 800)
        self._pay(self.invoice)
        self._pay(self.second_invoice)
        self._watch(self.plan)
        self.assertEqual(self.plan.state, "completed")

    def test_what_is_written_off_makes_no_receipt(self):
        items = self._item(self.invoice) | self._item(self.second_invoice)
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (items.account_id, -1000),
                        (self.company_data["default_account_expense"], 1000),
                    )
                ],
            }
        )
        move.action_post()
        credit = move.line_ids.filtered(
            lambda line: line.account_id == items.account_id
        )
        (items | credit).reconcile()
        self._watch(self.plan)
        self.assertEqual(self.plan.state, "completed")
        self.assertFalse(self.plan.sudo().notice_ids)

    def test_item_made_anew_is_held_in_the_next_run(self):
        """Whichever job of the night is the first."""
        line = self.plan.line_ids.filtered(lambda line: line.move_id == self.invoice)
        line.hold_id.sudo().unlink()
        line.sudo().move_line_id = False
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["payment_plan"])

    # === NEW INVOICES === #

    def test_new_invoices_paid_on_time(self):
        strict = self._create_accepted(
            invoices=self._create_invoice(15), requires_current=True
        )
        self._create_invoice(-5, amount=80)
        with freeze_time(f"{self._day(7)} 03:00:00"):
            self._watch(strict)
            self._watch(self.plan)
        self.assertEqual(strict.state, "accepted")
        with freeze_time(f"{self._day(8)} 03:00:00"):
            self._watch(strict)
            self._watch(strict)
            self._watch(self.plan)
        self.assertEqual(strict.state, "late")
        self.assertEqual(len(strict.activity_ids), 1)
        self.assertEqual(self.plan.state, "accepted")

    def test_new_invoice_on_hold_does_not_make_it_late(self):
        strict = self._create_accepted(
            invoices=self._create_invoice(15), requires_current=True
        )
        newer = self._create_invoice(-5, amount=80)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "move_line_id": self._item(newer).id,
                "reason": "paused",
            }
        )
        with freeze_time(f"{self._day(9)} 03:00:00"):
            self._watch(strict)
        self.assertEqual(strict.state, "accepted")

    # === SCHEDULED ACTION === #

    def test_failure_of_one_plan_does_not_stop_the_others(self):
        other = self._create_accepted(invoices=self._create_invoice(15))
        self._pay(self.invoice, 250)
        cron = self.env.ref("collections_dunning.ir_cron_payment_plan")
        plan_class = self.env.registry["collections.payment.plan"]
        real = plan_class._watch

        def watch(plan, settled=None):
            if plan == other:
                raise ValueError("broken")
            return real(plan, settled)

        log = "odoo.addons.collections_dunning.models.collections_payment_plan_watch"
        with (
            patch.object(plan_class, "_watch", watch),
            self.assertLogs(log, "ERROR") as logged,
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertIn(str(other.id), logged.output[0])
        self.assertEqual(self.plan.amount_paid, 250)
