from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestSleeping(DunningCommon):
    """Nothing is excluded for ever without somebody seeing it, with its amount."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(10, 1000)
        cls.other_invoice = cls._create_invoice(10, 500, cls.other_customer)
        cls.debtor = cls._find_debtor(cls.customer)
        cls.other_debtor = cls._find_debtor(cls.other_customer)

    @classmethod
    def _find_debtor(cls, partner):
        return cls.env["collections.debtor"].search(
            [("company_id", "=", cls.company.id), ("partner_id", "=", partner.id)]
        )

    def _asleep(self, user=None):
        items = self.env["collections.sleeping.item"].with_user(user or self.reader)
        items.invalidate_model()
        return items.search([("company_id", "=", self.company.id)])

    def _causes(self):
        """Return cause and amount of each invoice that sleeps."""
        return {item.move_id: (item.cause, item.amount) for item in self._asleep()}

    def _hold(self, invoice=None, **vals):
        item = self._item(invoice) if invoice else self.env["account.move.line"]
        return (
            self.env["dunning.hold"]
            .sudo()
            .create({"debtor_id": self.debtor.id, "move_line_id": item.id, **vals})
        )

    # === WHAT SLEEPS === #

    def test_what_is_dunned_does_not_sleep(self):
        self._propose()
        self.assertFalse(self._asleep())

    def test_excluded_in_the_books(self):
        self.invoice.no_followup = True
        self.assertEqual(self._causes(), {self.invoice: ("no_followup", 1000)})
        # Also what is booked as a general entry: core excludes it by itself.
        receivable = self.company_data["default_account_receivable"]
        income = self.company_data["default_account_revenue"]
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.customer.id,
                            "debit": 75,
                        }
                    ),
                    Command.create({"account_id": income.id, "credit": 75}),
                ],
            }
        )
        entry.action_post()
        self.assertEqual(self._causes()[entry], ("no_followup", 75))

    def test_blocked_invoice(self):
        self.invoice.payment_state = "blocked"
        self.assertEqual(self._causes(), {self.invoice: ("blocked", 1000)})

    def test_hold_without_an_end(self):
        hold = self._hold(self.invoice, reason="escalated", note="To the agency")
        item = self._asleep()
        self.assertRecordValues(
            item,
            [
                {
                    "move_id": self.invoice.id,
                    "debtor_id": self.debtor.id,
                    "partner_id": self.customer.id,
                    "cause": "hold",
                    "hold_id": hold.id,
                    "note": "To the agency",
                    "user_id": self.env.uid,
                    "date": self.today,
                    "days_late": 10,
                    "amount": 1000,
                    "responsible_id": self.collector.id,
                }
            ],
        )
        hold.date_to = self.today + timedelta(days=9)
        self.assertFalse(self._asleep())

    def test_hold_of_a_whole_customer(self):
        self._hold()
        self.assertEqual(self._causes(), {self.invoice: ("hold", 1000)})

    def test_part_that_is_held(self):
        self._hold(self.invoice, amount=300)
        self._hold(self.invoice, amount=100)
        self.assertEqual(self._causes(), {self.invoice: ("part", 400)})
        self._hold(self.invoice)
        self.assertEqual(self._causes(), {self.invoice: ("hold", 1000)})

    def test_part_in_another_currency(self):
        foreign = self.setup_other_currency("EUR")
        invoice = self._create_invoice(10, 90, currency_id=foreign.id)
        company_amount = self._item(invoice).amount_residual
        self._hold(invoice, amount=30)
        self.assertEqual(self._causes(), {invoice: ("part", company_amount / 3)})

    def test_hold_that_is_not_in_force(self):
        self._hold(self.invoice, date_from=self.today + timedelta(days=3))
        self.assertFalse(self._asleep())

    def test_pause_has_an_end(self):
        self.env["collections.pause"].create(
            {"debtor_id": self.debtor.id, "reason": "deceased"}
        )
        self.assertFalse(self._asleep())

    def test_old_debt(self):
        hold = self._hold(self.invoice, reason="old_debt")
        self.assertEqual(self._causes(), {self.invoice: ("old_debt", 1000)})
        hold.with_user(self.collector).action_exclude_old_debt()
        self.assertEqual(self._causes(), {self.invoice: ("final", 1000)})

    def test_hold_of_a_living_plan(self):
        plan = self.env["collections.payment.plan"]._create_from_items(
            self.debtor, self._item(self.invoice)
        )
        self._hold(
            self.invoice,
            reason="payment_plan",
            origin_model=plan._name,
            origin_id=plan.id,
        )
        self.assertEqual(self._causes(), {self.invoice: ("hold", 1000)})
        plan.sudo().state = "accepted"
        self.assertFalse(self._asleep())
        plan.sudo().state = "broken"
        self.assertEqual(self._causes(), {self.invoice: ("hold", 1000)})

    def test_hold_of_insolvency_proceedings(self):
        """Their deadlines look after it; what somebody held so by hand sleeps."""
        self._hold(self.invoice, reason="insolvency", note="Judgment of May")
        self.assertEqual(self._causes(), {self.invoice: ("hold", 1000)})
        self.debtor.hold_ids.sudo().unlink()
        proceedings = self.env["collections.insolvency"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "receivership",
                "judgment_date": self.today - timedelta(days=2),
            }
        )
        self.assertIn("insolvency", self.debtor.hold_ids.mapped("reason"))
        self.assertFalse(self._asleep())
        proceedings.sudo().state = "closed"
        self.assertEqual(self._causes(), {self.invoice: ("hold", 1000)})

    def test_hold_of_what_was_deleted(self):
        self._hold(
            self.invoice, origin_model="collections.payment.plan", origin_id=987654321
        )
        self.assertEqual(self._causes(), {self.invoice: ("hold", 1000)})

    def test_by_hand_without_a_review_date(self):
        self._create_invoice(-5, 70)
        self.debtor.dunning_mode = "by_hand"
        # What is not due is not excluded: nothing would be asked for it yet.
        self.assertEqual(self._causes(), {self.invoice: ("by_hand", 1000)})
        self.debtor.dunning_mode_until = self.today + timedelta(days=30)
        self.assertFalse(self._asleep())

    def test_what_the_last_run_could_not_dun(self):
        self.customer.write({"email": False})
        self.procedure.level_ids.channel = "email"
        self._create_invoice(-30, 70)
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["no_recipient"])
        self.assertEqual(self._causes(), {self.invoice: ("no_recipient", 1000)})

    def test_procedure_finished(self):
        self.procedure.level_ids.filtered(lambda lv: lv.day_offset > 5).active = False
        run = self._propose()
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["exhausted"])
        self.assertEqual(self._causes()[self.invoice], ("exhausted", 1000))

    def test_each_item_once_and_paid_ones_not_at_all(self):
        self.invoice.no_followup = True
        self.debtor.dunning_mode = "by_hand"
        self._hold(self.invoice)
        self._hold()
        self.assertEqual(self._causes(), {self.invoice: ("no_followup", 1000)})
        self._pay(self.invoice, 400)
        self.assertEqual(self._causes(), {self.invoice: ("no_followup", 600)})
        self._pay(self.invoice)
        self.assertFalse(self._asleep())

    # === WHO SEES IT === #

    def test_rights(self):
        self.invoice.no_followup = True
        plain = self._create_user("plain", "base.group_user")
        with self.assertRaises(AccessError):
            self._asleep(plain)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.reader.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.assertFalse(self._asleep(self.reader))
        with self.assertRaises(AccessError):
            self.env["collections.sleeping.known"].with_user(self.manager).search([])

    # === EVERY NIGHT === #

    def _night(self):
        """Let a night pass; return the tasks about sleeping money."""
        self.env["collections.sleeping.item"]._watch_company(self.company)
        return self.env["collections.sleeping.item"]._get_tasks(self.company)

    def test_credit_manager_is_told_of_what_is_new(self):
        self.assertFalse(self._night())
        self.invoice.no_followup = True
        task = self._night()
        self.assertEqual(len(task), 1)
        manager = self.company._get_dunning_manager()
        self.assertEqual((task.user_id, task.res_id), (manager, self.invoice.id))
        self.assertIn("1,000.00 more sleep", task.summary.replace("\xa0", " "))
        # A quiet night tells nothing; a task that was done stays done.
        self.assertEqual(self._night(), task)
        task.action_feedback()
        self.assertFalse(self._night())
        self.assertEqual(self._asleep().date, self.today)

    def test_one_task_with_the_figures_of_today(self):
        self.invoice.no_followup = True
        first = self._night()
        self.other_invoice.no_followup = True
        task = self._night()
        self.assertFalse(first.exists())
        self.assertEqual((len(task), task.res_id), (1, self.other_invoice.id))
        self.assertIn("500.00", task.summary)
        note = html2plaintext(task.note)
        self.assertIn("1 items sleep anew, 2 in all", note)
        self.assertIn("1,500.00", note)
        self.assertIn("/odoo/sleeping-money", task.note)

    def test_what_wakes_up_and_sleeps_again_is_new(self):
        self.invoice.no_followup = True
        self._night().action_feedback()
        self.invoice.no_followup = False
        self.assertFalse(self._night())
        self.invoice.no_followup = True
        self.assertTrue(self._night())

    def test_only_where_dunning_works(self):
        self.invoice.no_followup = True
        self.company.dunning_active = False
        watch = self.env["collections.sleeping.item"]
        companies = []
        self.patch(
            type(watch),
            "_watch_company",
            lambda self, company: companies.append(company),
        )
        cron = self.env.ref("collections_dunning.ir_cron_pause")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertNotIn(self.company, companies)
        self.company.dunning_active = True
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertIn(self.company, companies)
