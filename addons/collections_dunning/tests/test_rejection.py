from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestRejection(DunningCommon):
    """A payment that came back: at once a call, and a text of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rejected_level = cls.env["dunning.level"].create(
            {
                "name": "Payment rejected",
                "procedure_id": cls.procedure.id,
                "event": "rejected",
                "day_offset": 0,
                "approval": "automatic",
                "text_ids": [
                    Command.create(
                        {"subject": "Your payment came back", "body": "Please call."}
                    )
                ],
            }
        )
        cls.invoice = cls._create_invoice(days_late=3, amount=400)
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.debtor = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.customer.id)]
        )
        cls.accountant = cls._create_user("accountant", "account.group_account_invoice")

    def _reject(self, user=None, **vals):
        return (
            self.env["collections.payment.rejection"]
            .with_user(user or self.collector)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "move_line_ids": [Command.set(self._item(self.invoice).ids)],
                    "amount": 400,
                    "kind": "cheque",
                    "reason": "Insufficient funds",
                    **vals,
                }
            )
        )

    def _calls(self):
        return self.debtor.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id
                == self.env.ref("mail.mail_activity_data_call")
            )
        )

    def _create_payment(self, method_code="manual", **vals):
        """Return a payment of the invoice that no entry books yet."""
        journal = self.company_data["default_journal_bank"]
        method = journal.inbound_payment_method_line_ids[:1]
        method.payment_account_id = False
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 400,
                "journal_id": journal.id,
                "payment_method_line_id": method.id,
                "invoice_ids": [Command.set(self.invoice.ids)],
                **vals,
            }
        )
        payment.action_post()
        return payment

    # === AT ONCE === #

    def test_notice_and_call_at_once(self):
        self._reject()
        notice = self.debtor.notice_ids
        self.assertEqual(notice.level_id, self.rejected_level)
        self.assertEqual(notice.line_ids.move_id, self.invoice)
        self.assertEqual(notice.amount_claimed, 400)
        self.assertEqual(notice.state, "queued")
        self.assertTrue(notice.send_now)
        call = self._calls()
        self.assertEqual(call.user_id, self.collector)
        self.assertEqual(call.date_deadline, self.today)
        self.assertIn("Insufficient funds", call.note)
        self.assertIn("400.00", call.note)
        self.assertIn("Insufficient funds", self.debtor.message_ids[0].body)

    def test_debit_makes_an_item_claimable_that_is_not_due(self):
        """A mandate keeps items from being dunned only until a debit is rejected."""
        self.debtor.pays_by_direct_debit = True
        self._propose().action_cancel()
        self._reject(kind="direct_debit")
        self.assertEqual(self.debtor.notice_ids.level_id, self.rejected_level)

    def test_waits_for_approval_where_nothing_leaves_by_itself(self):
        for vals in (
            {"dunning_active": False},
            {"dunning_active": True, "dunning_activated_on": self.today},
        ):
            self.company.write(vals)
            self._reject()
            notice = self.debtor.notice_ids
            self.assertEqual(notice.state, "draft", vals)
            self.assertFalse(notice.send_now)
            notice.sudo().unlink()

    def test_level_by_hand_waits_for_approval(self):
        self.rejected_level.approval = "manual"
        self._reject()
        self.assertEqual(self.debtor.notice_ids.state, "draft")
        self.assertEqual(len(self._calls()), 1)

    def test_customer_with_approval_waits(self):
        self.debtor.dunning_mode = "approval"
        self._reject()
        self.assertEqual(self.debtor.notice_ids.state, "draft")

    def test_call_alone_without_a_level_for_it(self):
        self.rejected_level.active = False
        self._reject()
        self.assertFalse(self.debtor.notice_ids)
        self.assertEqual(len(self._calls()), 1)

    def test_call_alone_when_the_items_are_held(self):
        self.env["dunning.hold"].create(
            {"debtor_id": self.debtor.id, "reason": "insolvency"}
        )
        self._reject()
        self.assertFalse(self.debtor.notice_ids)
        self.assertEqual(len(self._calls()), 1)

    def test_item_leaves_the_draft_that_claimed_it(self):
        self.first.approval = "manual"
        late = self._create_invoice(8, 50)
        item = self._create_invoice(7, 60)
        draft = self._propose().notice_ids
        self._reject(move_line_ids=[Command.set(self._item(item).ids)], amount=60)
        claimed = draft.line_ids.filtered(lambda line: line.kind == "1_item")
        self.assertEqual(claimed.move_id, late)
        self.assertEqual(draft.amount_claimed, 50)
        rejected = self.debtor.notice_ids - draft
        self.assertEqual(rejected.level_id, self.rejected_level)
        self.assertEqual(rejected.amount_claimed, 60)

    def test_rejected_again_after_the_notice(self):
        """A cheque presented twice: another notice, another call."""
        self._reject()
        first = self.debtor.notice_ids
        self._send(first)
        self._reject()
        second = self.debtor.notice_ids - first
        self.assertEqual(second.level_id, self.rejected_level)
        self.assertEqual(second.amount_claimed, 400)
        self.assertEqual(len(self._calls()), 2)

    def test_rejected_again_before_the_notice_has_left(self):
        self._reject()
        self._reject()
        self.assertEqual(len(self.debtor.notice_ids), 1)
        self.assertEqual(len(self._calls()), 2)

    # === A REMINDER THAT WAITS TO LEAVE === #

    def test_queued_reminder_is_taken_back(self):
        late = self._create_invoice(8, 50)
        other = self._create_invoice(7, 60)
        reminder = self._propose().notice_ids
        reminder._queue()
        self._reject(move_line_ids=[Command.set(self._item(late).ids)], amount=50)
        self.assertEqual(reminder.state, "draft")
        claimed = reminder.line_ids.filtered(lambda line: line.kind == "1_item")
        self.assertEqual(claimed.move_id, other)
        self.assertEqual(reminder.amount_claimed, 60)
        rejected = self.debtor.notice_ids - reminder
        self.assertEqual(rejected.level_id, self.rejected_level)
        self.assertEqual(rejected.state, "queued")

    def test_queued_reminder_of_this_item_alone_is_dropped(self):
        late = self._create_invoice(8, 50)
        reminder = self._propose().notice_ids
        reminder._queue()
        self._reject(move_line_ids=[Command.set(self._item(late).ids)], amount=50)
        self.assertEqual(reminder.state, "cancelled")
        rejected = self.debtor.notice_ids - reminder
        self.assertEqual((rejected.state, rejected.amount_claimed), ("queued", 50))

    def test_reminder_that_is_being_sent_leaves(self):
        late = self._create_invoice(8, 50)
        reminder = self._propose().notice_ids
        reminder._set_state("sending")
        self._reject(move_line_ids=[Command.set(self._item(late).ids)], amount=50)
        self.assertEqual(reminder.state, "sending")
        self.assertIn(late, reminder.line_ids.move_id)
        self.assertEqual(self.debtor.notice_ids, reminder)
        self.assertEqual(len(self._calls()), 1)

    # === ONE THAT FAILED === #

    def test_failed_notice_is_tried_again_after_a_reminder(self):
        """An event has no place among the levels: no reminder overtakes it."""
        self._reject()
        failed = self.debtor.notice_ids
        failed._set_state("failed")
        reminder = self.env["dunning.proposal"]._draft_for_items(
            self._item(self.invoice), self.first
        )
        self._send(reminder)
        failed.with_user(self.collector).action_retry()
        self.assertEqual(failed.state, "queued")

    def test_failed_notice_is_overtaken_by_another_of_the_event(self):
        self._reject()
        failed = self.debtor.notice_ids
        failed._set_state("failed")
        again = self.env["dunning.proposal"]._draft_for_items(
            self._item(self.invoice), self.rejected_level
        )
        self._send(again)
        with self.assertRaisesRegex(UserError, self.invoice.name):
            failed.with_user(self.collector).action_retry()

    def test_event_does_not_overtake_a_failed_reminder(self):
        reminder = self.env["dunning.proposal"]._draft_for_items(
            self._item(self.invoice), self.first
        )
        reminder._set_state("failed")
        self._reject()
        self._send(self.debtor.notice_ids - reminder)
        reminder.with_user(self.collector).action_retry()
        self.assertEqual(reminder.state, "queued")

    # === A TEXT THAT WAITS FOR APPROVAL === #

    def test_draft_is_shown_in_the_proposal_of_the_day(self):
        self.rejected_level.approval = "manual"
        self.first.approval = "manual"
        self._create_invoice(8, partner=self.other_customer)
        run = self._propose()
        self._reject()
        self.assertEqual(self.debtor.notice_ids.run_id, run)

    def test_draft_of_no_run_is_a_task_of_the_next(self):
        self.rejected_level.approval = "manual"
        self._reject()
        self.assertFalse(self.debtor.notice_ids.run_id)
        run = self.env["dunning.run"].sudo()._run_company(self.company)
        draft = self.debtor.notice_ids
        self.assertEqual((draft.state, draft.run_id), ("draft", run))
        self.assertEqual(draft.level_id, self.rejected_level)
        tasks = run.activity_ids.filtered(lambda task: task.user_id == self.collector)
        self.assertIn("1 notices to review", tasks.mapped("summary"))
        todo = self.env["dunning.run"].with_user(self.collector).action_open_todo()
        self.assertEqual(todo["res_id"], run.id)

    # === FROM A PAYMENT === #

    def test_text_once_the_rejected_payment_is_taken_off(self):
        """In the books it is paid: the text is made as soon as it is open again."""
        self.debtor.pays_by_direct_debit = True
        payment = self._pay(self.invoice)
        self.assertTrue(self._item(self.invoice).reconciled)
        payment.with_user(self.accountant).action_reject()
        rejection = self.debtor.rejection_ids
        self.assertEqual(rejection.move_line_ids, self._item(self.invoice))
        self.assertEqual(len(self._calls()), 1)
        self.assertFalse(self.debtor.notice_ids)
        payment.action_draft()
        payment.action_cancel()
        self.env["dunning.run"].sudo()._run_company(self.company)
        notice = self.debtor.notice_ids
        self.assertEqual(notice.level_id, self.rejected_level)
        self.assertEqual(notice.amount_claimed, 400)

    def test_installment_that_was_paid_alone_is_meant(self):
        other = self._create_invoice(days_late=4, amount=70)
        payment = self._pay(other)
        payment.invoice_ids = self.invoice | other
        self.assertEqual(payment._get_dunning_items(), self._item(other))

    def test_payment_for_no_invoice_is_a_call_alone(self):
        payment = self._create_payment(invoice_ids=False)
        payment.with_user(self.accountant).action_reject()
        self.assertFalse(self.debtor.rejection_ids.move_line_ids)
        self.assertFalse(self.debtor.notice_ids)
        self.assertEqual(len(self._calls()), 1)

    def test_dialog_of_a_paid_invoice(self):
        self._pay(self.invoice)
        action = self.invoice.with_user(self.collector).action_dunning_rejection()
        rejection = self._fill_in(action, kind="direct_debit")
        self.assertEqual(rejection.move_line_ids, self._item(self.invoice))
        self.assertEqual(rejection.amount, 400)

    def test_rejected_payment_is_told_once(self):
        payment = self._create_payment()
        self.assertEqual(payment.state, "in_process")
        payment.with_user(self.accountant).action_reject()
        payment.with_user(self.accountant).action_reject()
        rejection = self.debtor.rejection_ids
        self.assertEqual(len(rejection), 1)
        self.assertEqual(rejection.payment_id, payment)
        self.assertEqual(rejection.amount, 400)
        self.assertEqual(rejection.move_line_ids, self._item(self.invoice))
        self.assertEqual(self.debtor.notice_ids.level_id, self.rejected_level)
        self.assertEqual(len(self._calls()), 1)

    def test_kind_comes_from_the_payment_method(self):
        payment = self._create_payment()
        rejections = self.env["collections.payment.rejection"]
        method = payment.payment_method_line_id
        self.assertEqual(rejections._get_kind(payment), "other")
        for code, kind in (
            ("check_printing", "cheque"),
            ("sepa_direct_debit", "direct_debit"),
            ("lcr", "bill"),
        ):
            method.payment_method_id.code = code
            method.invalidate_recordset(["code"])
            self.assertEqual(rejections._get_kind(payment), kind)
        method.payment_method_id.code = "manual"
        method.is_direct_debit = True
        self.assertEqual(rejections._get_kind(payment), "direct_debit")

    # === DIALOGS === #

    def _fill_in(self, action, **vals):
        form = Form.from_action(self.env(user=self.collector), action)
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def test_dialog_of_an_invoice(self):
        action = self.invoice.with_user(self.collector).action_dunning_rejection()
        rejection = self._fill_in(action, kind="cheque")
        self.assertEqual(rejection.debtor_id, self.debtor)
        self.assertEqual(rejection.move_line_ids, self._item(self.invoice))
        self.assertEqual(rejection.amount, 400)

    def test_dialog_of_a_payment(self):
        payment = self._create_payment(amount=390)
        action = payment.with_user(self.collector).action_dunning_rejection()
        rejection = self._fill_in(action)
        self.assertEqual(rejection.payment_id, payment)
        self.assertEqual(rejection.amount, 390)
        self.assertEqual(payment.dunning_rejection_ids, rejection)

    def test_dialog_of_a_customer(self):
        action = self.debtor.with_user(self.collector).action_payment_rejected()
        form = Form.from_action(self.env(user=self.collector), action)
        form.move_line_ids.add(self._item(self.invoice))
        self.assertEqual(form.amount, 400)

    # === WHAT IS REFUSED === #

    def test_what_is_wrong_is_refused(self):
        foreign = self._create_invoice(5, partner=self.other_customer)
        for vals in (
            {"amount": 0},
            {"amount": -1},
            {"date": self.today + timedelta(days=1)},
            {"move_line_ids": [Command.set(self._item(foreign).ids)]},
            {"move_line_ids": False},
        ):
            with self.assertRaises(ValidationError, msg=vals):
                self._reject(**vals)

    def test_reader_records_nothing(self):
        with self.assertRaises(AccessError):
            self._reject(user=self.reader)
        rejection = self._reject()
        self.assertEqual(rejection.with_user(self.reader).amount, 400)
        self.assertEqual(rejection.with_user(self.accountant).amount, 400)
        with self.assertRaises(AccessError):
            rejection.with_user(self.collector).unlink()

    def test_other_company_sees_nothing(self):
        self._reject()
        self.env["dunning.announcement"].sudo().create(
            {
                "debtor_id": self.debtor.id,
                "level_id": self.formal.id,
                "user_id": self.collector.id,
                "told_on": self.today,
                "leaves_on": self.today,
            }
        )
        company = self.setup_other_company(name="Other Company")["company"]
        stranger = new_test_user(
            self.env,
            login="dunning_stranger",
            groups="collections_dunning.collections_dunning_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for name in ("collections.payment.rejection", "dunning.announcement"):
            self.assertTrue(self.env[name].with_user(self.reader).search([]), name)
            self.assertFalse(self.env[name].with_user(stranger).search([]), name)
