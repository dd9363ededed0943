from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .credit_common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditInsurance(CreditCommon):
    """What an insurer pays, and what he has to be told in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.insurer = cls._create_customer("Assurance SA")

    def _insure(self, amount=1000, user=None, **vals):
        return (
            self.env["collections.credit.insurance"]
            .with_user(user or self.collector)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "insurer_id": self.insurer.id,
                    "policy_number": "P1",
                    "amount": amount,
                    "quota": 90,
                    "date_from": self._day(-365),
                    "declare_days": 60,
                    **vals,
                }
            )
        )

    def _insured(self):
        self.debtor.invalidate_recordset()
        debtor = self.debtor.with_user(self.reader)
        return debtor.insured_exposure, debtor.uncovered_exposure

    # === WHAT IS COVERED === #

    def test_within_the_approved_amount(self):
        self._create_invoice(10, 800)
        self._insure()
        self.assertEqual(self._insured(), (720, 80))

    def test_past_the_approved_amount(self):
        self._create_invoice(10, 3000)
        self._insure()
        self.assertEqual(self._insured(), (900, 2100))

    def test_not_insured(self):
        self._create_invoice(10, 300)
        self.assertEqual(self._insured(), (0, 300))

    def test_dates_of_the_cover(self):
        """Invoices are covered by the cover of their day, also once it has ended."""
        self._create_invoice(10, 100)  # invoiced 40 days ago
        self._create_invoice(-10, 500)  # invoiced 20 days ago
        self._insure(date_to=self._day(-30))
        self.assertEqual(self._insured(), (90, 510))

    def test_two_covers(self):
        """The second one takes what the first one leaves."""
        self._create_invoice(10, 1500)
        self._insure(1000)
        self._insure(800, quota=50, policy_number="P2")
        self.assertEqual(self._insured(), (900 + 250, 350))

    def test_credits_pay_the_oldest(self):
        self._create_invoice(40, 400)  # before the cover
        self._create_invoice(10, 600)
        self._create_credit_note(500)
        self._insure(date_from=self._day(-45))
        self.assertEqual(self._insured(), (450, 50))

    def test_branch(self):
        """Exposure and cover are those of the root company with its branches."""
        self._create_invoice(50, 800)
        insurance = self._insure()
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        file = self.env["collections.debtor"]._get_or_open(branch, self.customer)
        self.assertEqual(file.uncovered_exposure, 80)
        insurance.sudo().debtor_id = file
        self.assertEqual(self._insured(), (720, 80))
        self.assertEqual(insurance.sudo().to_declare_count, 1)

    def test_no_exposure(self):
        self._create_credit_note(500)
        self._insure()
        self.assertEqual(self._insured(), (0, 0))

    # === DECLARATION === #

    def test_declaration_in_time(self):
        """15 days before the last day the responsible is asked, once for all items."""
        invoice = self._create_invoice(0, 800)
        other = self._create_invoice(-3, 100)
        insurance = self._insure()
        self._night(44)
        self.assertFalse(self._tasks(insurance))
        self._night(45)
        task = self._tasks(insurance)
        self.assertEqual(task.user_id, self.collector)
        self.assertEqual(task.date_deadline, self._day(60))
        self.assertIn(invoice.name, task.note)
        self.assertNotIn(other.name, task.note)
        self._night(48)
        self.assertEqual(self._tasks(insurance), task)
        self.assertIn(other.name, task.note)
        self.assertEqual(task.date_deadline, self._day(60))

    def test_nothing_is_written_on_a_quiet_night(self):
        self._create_invoice(50, 800)
        self._insure()
        self._night()
        write = type(self.env["mail.activity"]).write
        with patch.object(
            type(self.env["mail.activity"]), "write", autospec=True
        ) as spy:
            spy.side_effect = write
            self._night()
        spy.assert_not_called()

    def test_declared_by_the_activity(self):
        invoice = self._create_invoice(50, 800)
        insurance = self._insure()
        self._night()
        self._tasks(insurance).with_user(self.collector).action_done()
        self.assertEqual(insurance.declared_item_ids, self._item(invoice))
        self._night()
        self.assertFalse(self._tasks(insurance))
        later = self._create_invoice(46, 300)
        self._night()
        self.assertIn(later.name, self._tasks(insurance).note)
        self.assertNotIn(invoice.name, self._tasks(insurance).note)

    def test_declared_by_the_button(self):
        invoice = self._create_invoice(70, 800)
        insurance = self._insure()
        self.assertEqual(insurance.to_declare_item_ids, self._item(invoice))
        self.assertEqual(insurance.declare_by, self._day(-10))
        self._night()
        insurance.action_declare()
        self.assertFalse(self._tasks(insurance))
        self.assertIn(invoice.name, insurance.message_ids[0].body)
        with self.assertRaises(UserError):
            insurance.action_declare()

    def test_what_is_not_declared(self):
        """What is paid, credited, not covered, late interest, or needs no declaring."""
        paid = self._create_invoice(50, 800)
        self._pay(paid)
        charge = self._create_invoice(50, 20)
        charge.sudo().is_late_charge = True
        self._create_credit_note(5)
        insurance = self._insure()
        self._create_invoice(50, 300)
        self.assertEqual(insurance.to_declare_count, 1)
        insurance.date_from = self._day(-75)  # invoiced 80 days ago
        self.assertEqual(insurance.to_declare_count, 0)
        insurance.date_from = self._day(-365)
        insurance.date_to = self._day(-81)
        self.assertEqual(insurance.to_declare_count, 0)
        insurance.date_to = self._day(-80)
        self.assertEqual(insurance.to_declare_count, 1)
        insurance.declare_days = 0
        self.assertEqual(insurance.to_declare_count, 0)

    def test_search(self):
        self._create_invoice(50, 300)
        near = self._insure()
        far = self._insure(declare_days=300)
        insurances = self.env["collections.credit.insurance"].with_user(self.reader)
        mine = ("debtor_id", "=", self.debtor.id)
        for domain, expected in (
            ([("declare_by", "!=", False)], near),
            ([("declare_by", "=", False)], far),
            ([("declare_by", "<", self._day(10))], near.browse()),
            ([("declare_by", "<=", self._day(10))], near),
        ):
            self.assertEqual(insurances.search([mine, *domain]), expected, domain)

    def test_end_is_told(self):
        insurance = self._insure(date_to=self._day(20), declare_days=0)
        self._night()
        self.assertIn("This insurance ends on", self._tasks(insurance).summary)

    # === INPUT AND RIGHTS === #

    def test_bad_input(self):
        for vals in (
            {"amount": -1},
            {"quota": 0},
            {"quota": 101},
            {"declare_days": -1},
            {"date_to": self._day(-400)},
        ):
            with self._refuses(vals):
                self._insure(**vals)

    def test_who_may(self):
        self._create_invoice(50, 300)
        insurance = self._insure()
        for act in (
            lambda: self._insure(user=self.reader),
            lambda: insurance.with_user(self.reader).action_declare(),
            lambda: insurance.write({"declared_item_ids": [Command.clear()]}),
            lambda: insurance.unlink(),
        ):
            with self.assertRaises(AccessError):
                act()
