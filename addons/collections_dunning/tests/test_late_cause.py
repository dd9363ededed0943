from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLateCause(DunningCommon):
    """Why an invoice is paid late: said in one click, and summed up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash = cls.env.ref("collections_dunning.collections_late_cause_cash")
        cls.billing = cls.env.ref(
            "collections_dunning.collections_late_cause_billing_error"
        )
        cls.invoice = cls._create_invoice(days_late=10)
        cls.second_invoice = cls._create_invoice(days_late=8, amount=250)

    def _rows(self, user=None):
        rows = self.env["collections.late.invoice"].with_user(user or self.reader)
        return rows.search([("company_id", "=", self.company.id)])

    def _row(self, invoice):
        return self._rows().filtered(lambda row: row.move_id == invoice)

    def _notice(self):
        """Send a reminder of all that is late of the customer."""
        notice = self._propose().notice_ids
        self._send(notice)
        return notice.with_user(self.collector)

    # === WHO SAYS IT === #

    def test_collector_says_why(self):
        """He reads invoices and does not write them; what he says is kept."""
        invoice = self.invoice.with_user(self.collector)
        with self.assertRaises(AccessError):
            invoice.late_cause_id = self.cash
        invoice.action_set_late_cause(self.cash.id, "Waits for his own customer")
        self.assertRecordValues(
            self.invoice,
            [
                {
                    "late_cause_id": self.cash.id,
                    "late_cause_remark": "Waits for his own customer",
                    "late_cause_user_id": self.collector.id,
                    "late_cause_date": self.today,
                }
            ],
        )
        invoice.action_set_late_cause(False)
        self.assertRecordValues(
            self.invoice,
            [
                {
                    "late_cause_id": False,
                    "late_cause_remark": False,
                    "late_cause_user_id": False,
                    "late_cause_date": False,
                }
            ],
        )

    def test_reader_asks_nobody(self):
        with self.assertRaises(AccessError):
            self.invoice.with_user(self.reader).action_set_late_cause(self.cash.id)
        with self.assertRaises(AccessError):
            self.invoice.with_user(self.reader).action_open_late_cause()

    def test_invoice_of_another_company_is_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="late_cause_stranger",
            groups="base.group_user,"
            "collections_dunning.collections_dunning_group_collector",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self.invoice.with_user(stranger).action_set_late_cause(self.cash.id)
        self.assertFalse(self._rows(stranger))

    def test_only_invoices_have_a_cause(self):
        credit_note = self._create_credit_note()
        draft = self.invoice.copy()
        for move in (credit_note, draft, self._receive(10).move_id):
            with self.assertRaises(UserError):
                move.action_set_late_cause(self.cash.id)
        with self.assertRaises(UserError):
            self.invoice.action_set_late_cause(self.cash.id + 100000)
        self.assertFalse(draft.late_cause_id)

    def test_cause_in_use_is_archived_not_deleted(self):
        cause = self.cash.copy({"name": "Strike"})
        self.invoice.action_set_late_cause(cause.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            cause.unlink()
        with self.assertRaises(AccessError):
            cause.with_user(self.collector).active = False
        cause.with_user(self.manager).active = False
        self.assertEqual(self._row(self.invoice).cause_id, cause)

    # === WHERE IT IS ASKED === #

    def test_asked_on_a_notice_that_left(self):
        draft = self._propose().notice_ids
        self.assertFalse(draft.late_cause_asked)
        self._send(draft)
        self.assertTrue(draft.late_cause_asked)

    def test_not_asked_before_the_due_date(self):
        self._create_invoice(days_late=-4, partner=self.other_customer)
        courtesy = self._propose().notice_ids.filtered(
            lambda notice: notice.partner_id == self.other_customer
        )
        self._send(courtesy)
        self.assertFalse(courtesy.late_cause_asked)
        with freeze_time(self.today + timedelta(days=5)):
            courtesy.invalidate_recordset(["late_cause_asked"])
            self.assertTrue(courtesy.late_cause_asked, "it is late by now")

    def test_one_click_on_a_notice(self):
        notice = self._notice()
        notice.late_cause_id = self.cash
        invoices = self.invoice | self.second_invoice
        self.assertEqual(invoices.mapped("late_cause_id"), self.cash)
        self.assertEqual(invoices.late_cause_user_id, self.collector)
        notice.late_cause_id = self.billing
        self.assertEqual(invoices.late_cause_id, self.billing, "all were the same")

    def test_click_on_a_notice_keeps_what_is_known(self):
        """Causes of single invoices were told with more care than a click."""
        self.invoice.action_set_late_cause(self.billing.id)
        notice = self._notice()
        self.assertFalse(notice.late_cause_id)
        notice.late_cause_id = self.cash
        self.assertEqual(self.invoice.late_cause_id, self.billing)
        self.assertEqual(self.second_invoice.late_cause_id, self.cash)
        self.assertFalse(notice.late_cause_id, "they differ")

    def test_reader_clicks_in_vain(self):
        notice = self._notice()
        with self.assertRaises(AccessError):
            notice.with_user(self.reader).late_cause_id = self.cash

    def _call(self):
        """Return a call that waits to be made."""
        self._create_invoice(days_late=13, amount=1500)
        reminder = self._propose()
        self._send(reminder.notice_ids, days_ago=7)
        reminder.action_confirm()
        run = self._propose()
        run.action_confirm()
        call = run.notice_ids.filtered(lambda n: n.channel == "phone")
        return call.with_user(self.collector)

    def _open(self, action, user=None, **vals):
        dialogs = self.env[action["res_model"]].with_user(user or self.collector)
        return dialogs.with_context(**action["context"]).create(vals)

    def test_call_is_logged_with_its_cause(self):
        call = self._call()
        claimed = call.line_ids.filtered(lambda line: line.kind == "1_item")
        invoices, others = claimed.move_id, (call.line_ids - claimed).move_id
        self.assertEqual(call.state, "queued")
        other = call.activity_schedule("mail.mail_activity_data_upload_document")
        dialog = self._open(
            call.action_log_call(),
            cause_id=self.cash.id,
            remark="Transfer on Friday",
        )
        dialog.action_save()
        self.assertEqual(call.state, "sent")
        self.assertEqual(call.activity_ids, other)
        self.assertEqual(invoices.late_cause_id, self.cash)
        self.assertEqual(
            set(invoices.mapped("late_cause_remark")), {"Transfer on Friday"}
        )
        self.assertTrue(others)
        self.assertFalse(others.late_cause_id, "the call was about another one")
        self.assertIn("Transfer on Friday", call.message_ids[0].body)
        with self.assertRaises(UserError):
            call.action_log_call()
        with self.assertRaises(UserError):
            dialog.action_save()

    def test_call_without_a_cause_is_made_all_the_same(self):
        call = self._call()
        call.line_ids.move_id.action_set_late_cause(self.billing.id)
        dialog = self._open(call.action_log_call(), cause_id=False)
        dialog.action_save()
        self.assertEqual(call.state, "sent")
        self.assertEqual(call.line_ids.move_id.late_cause_id, self.billing)

    def test_dialog_of_several_invoices(self):
        invoices = self.invoice | self.second_invoice | self._create_credit_note()
        action = invoices.with_user(self.collector).action_open_late_cause()
        dialog = self._open(action, cause_id=self.cash.id)
        self.assertEqual(dialog.move_ids, self.invoice | self.second_invoice)
        dialog.action_save()
        self.assertEqual(dialog.move_ids.late_cause_id, self.cash)
        with self.assertRaises(UserError):
            self._create_credit_note().action_open_late_cause()

    def test_dialog_takes_a_cause_off(self):
        self.invoice.action_set_late_cause(self.cash.id, "Said so")
        action = self.invoice.with_user(self.collector).action_open_late_cause()
        dialog = self._open(action)
        self.assertEqual((dialog.cause_id, dialog.remark), (self.cash, "Said so"))
        dialog.cause_id = False
        dialog.action_save()
        self.assertFalse(self.invoice.late_cause_id)

    # === WHAT IT ADDS UP TO === #

    def test_late_invoices_with_their_cause(self):
        self.invoice.action_set_late_cause(self.cash.id)
        self.assertRecordValues(
            self._row(self.invoice),
            [
                {
                    "partner_id": self.customer.id,
                    "debtor_id": self._debtor().id,
                    "cause_id": self.cash.id,
                    "side": "customer",
                    "days_late": 10,
                    "amount_late": 100,
                    "is_open": True,
                    "settled_on": False,
                }
            ],
        )
        self.assertFalse(self._row(self.second_invoice).cause_id, "to be asked")

    def test_a_few_days_are_not_late(self):
        """On time is what it is for the payment behaviour: up to three days."""
        punctual = self._create_invoice(days_late=3)
        late = self._create_invoice(days_late=4)
        coming = self._create_invoice(days_late=-1)
        self.assertFalse(self._row(punctual | coming))
        self.assertTrue(self._row(late))
        punctual.action_set_late_cause(self.cash.id)
        coming.action_set_late_cause(self.cash.id)
        self.assertEqual(self._row(punctual).days_late, 3, "somebody told its cause")
        self.assertFalse(self._row(coming), "not due yet")

    def test_days_before_it_was_sent_are_not_late(self):
        self.invoice.dunning_sent_on = self.today - timedelta(days=5)
        self.assertEqual(self._row(self.invoice).days_late, 5)

    def test_paid_late_and_paid_in_time(self):
        in_time = self._create_invoice(days_late=40, amount=70)
        self._pay(in_time, date=self.today - timedelta(days=41))
        late = self._create_invoice(days_late=40, amount=80)
        self._pay(late, 30, date=self.today - timedelta(days=45))
        self._pay(late, date=self.today - timedelta(days=20))
        self.assertFalse(self._row(in_time))
        self.assertRecordValues(
            self._row(late),
            [
                {
                    "days_late": 20,
                    "amount_late": 50,
                    "is_open": False,
                    "settled_on": self.today - timedelta(days=20),
                }
            ],
        )

    def test_installments_are_one_invoice(self):
        """Those not due yet don't count in the amount."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 20, 60)[:2]
                ],
            }
        )
        invoice = self._create_invoice(
            days_late=0,
            amount=300,
            invoice_date=self.today - timedelta(days=30),
            invoice_payment_term_id=term.id,
        )
        self.assertEqual(len(self._item(invoice)), 2)
        row = self._row(invoice)
        self.assertEqual((row.days_late, row.amount_late), (30, 300))
        self._pay(invoice, 150)
        self.assertTrue(self._row(invoice).is_open)

    def test_reports_by_cause_side_customer_and_month(self):
        self.invoice.action_set_late_cause(self.cash.id)
        self._create_invoice(
            days_late=50, amount=40, partner=self.other_customer
        ).action_set_late_cause(self.billing.id)
        rows = self.env["collections.late.invoice"].with_user(self.reader)
        domain = [("company_id", "=", self.company.id), ("cause_id", "!=", False)]
        self.assertEqual(
            rows._read_group(
                domain,
                ["side", "cause_id", "partner_id"],
                ["amount_late:sum", "days_late:avg", "__count"],
            ),
            [
                ("customer", self.cash, self.customer, 100, 10, 1),
                ("us", self.billing, self.other_customer, 40, 50, 1),
            ],
        )
        months = rows._read_group(domain, ["date_maturity:month"], ["amount_late:sum"])
        self.assertEqual(sum(amount for _month, amount in months), 140)
        people = rows._read_group(domain, ["salesperson_id"], ["__count"])
        self.assertEqual(sum(count for _user, count in people), 2)

    def test_file_of_the_customer_says_why(self):
        debtor = self._debtor().with_user(self.reader)
        self.assertFalse(debtor.late_cause_summary)
        self.invoice.action_set_late_cause(self.billing.id)
        for invoice in (self.second_invoice, self._create_invoice(days_late=20)):
            invoice.action_set_late_cause(self.cash.id)
        debtor.invalidate_recordset(["late_cause_summary"])
        self.assertEqual(
            debtor.late_cause_summary, f"{self.cash.name} (2), {self.billing.name} (1)"
        )
        action = debtor.action_open_late_invoices()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows, self._rows())

    def test_salesperson_without_accounting_sees_no_causes(self):
        employee = new_test_user(
            self.env,
            login="late_cause_employee",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["collections.late.invoice"].with_user(employee).search([])
