from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestReview(DunningCommon):
    """A proposal opens on its exceptions; the rest is approved in one click."""

    def _propose_many(self, count):
        """Return a run with drafts of so many customers that wait for approval."""
        self.first.approval = "manual"
        partners = self.env["res.partner"].create(
            [
                {"name": f"Customer {n}", "email": f"c{n}@customer.example.com"}
                for n in range(count)
            ]
        )
        for partner in partners:
            self._create_invoice(8, partner=partner)
        return self._propose()

    def test_what_a_person_looks_at_is_not_approved_with_the_others(self):
        run = self._propose_many(4)
        odd, *others = run.notice_ids
        odd.sudo().review_reason = "large_amount"
        others[0].action_cancel()
        run.invalidate_recordset()
        self.assertEqual((run.review_count, run.other_count), (1, 2))
        self.assertTrue(run.can_approve_all)
        run.with_user(self.collector).action_approve_all()
        self.assertEqual(run.notice_ids.filtered("approved"), others[1] | others[2])
        self.assertEqual(others[1].approved_by_id, self.collector)
        self.assertFalse(run.can_approve_all)

    def test_number_of_queries_does_not_grow_with_the_drafts(self):
        """Of opening the screen and of approving the others."""
        run = self._propose_many(30)
        self.env.flush_all()
        counts = []
        for shown in (run.notice_ids[:5], run.notice_ids):
            (run.notice_ids - shown).sudo().write({"run_id": False})
            shown.sudo().write({"run_id": run.id})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Form(run.with_user(self.collector))
            run.with_user(self.collector).action_approve_all()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(shown.mapped("approved")), {True})
            shown.sudo().write({"approved": False})
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_exceptions_open_as_a_list(self):
        run = self._propose_many(3)
        run.notice_ids[0].sudo().review_reason = "strategic"
        notices = self.env["dunning.notice"]
        found = notices.search(run.action_review()["domain"])
        self.assertEqual(found, run.notice_ids[0])
        found = notices.search(run.action_open_others()["domain"])
        self.assertEqual(found, run.notice_ids[1:].sorted("id", reverse=True))

    @freeze_time("2026-03-18")  # a Wednesday
    def test_age_of_the_last_receipt_in_working_days(self):
        run = self.env["dunning.run"].new({"company_id": self.company.id})
        run.date = "2026-03-18"
        for date, expected in (
            (False, ""),
            ("2026-03-18", "March 18, 2026"),
            ("2026-03-17", "March 17, 2026 (1 working day ago)"),
            # A weekend between them does not count.
            ("2026-03-13", "March 13, 2026 (3 working days ago)"),
        ):
            run.last_receipt_date = date
            self.assertEqual(run.last_receipt_note or "", expected)

    def test_receipts_to_allocate_are_opened(self):
        self._create_invoice(8, 1000)
        receipt = self._receive(50)
        self._pay(self._create_invoice(8, 30))
        self._create_credit_note(20)
        run = self._propose()
        action = run.with_user(self.collector).action_open_to_allocate()
        items = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(items.move_id, receipt.move_id)

    def test_review_reason_in_a_sentence(self):
        self.company.dunning_review_amount = 5000
        self._create_invoice(8, 6000)
        notice = self._propose().notice_ids
        notice.sudo().review_reason = "large_amount"
        notice = notice.with_user(self.reader)
        self.assertEqual(notice.review_note, "$\xa05,000.00 or more is claimed.")
        for reason, _label in notice._fields["review_reason"].selection:
            notice.sudo().review_reason = reason
            self.assertTrue(notice.review_note, reason)


@tagged("post_install", "-at_install")
class TestDebtorMode(DunningCommon):
    """How a customer is treated, and for how long."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(8)
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.debtor = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.customer.id)]
        )

    def _to_review(self):
        return self.env["collections.debtor"]._get_modes_to_review(
            self.company, self.today
        )

    def test_special_treatment_is_looked_at_when_its_date_has_come(self):
        self.debtor.write(
            {
                "dunning_mode": "by_hand",
                "dunning_mode_until": self.today + timedelta(days=1),
            }
        )
        self.assertFalse(self._to_review())
        self.debtor.dunning_mode_until = self.today
        self.assertEqual(self._to_review(), self.debtor)
        self.debtor.dunning_mode = "automatic"
        self.assertFalse(self._to_review())

    def test_collector_sets_how_a_customer_is_dunned(self):
        with Form(self.debtor.with_user(self.collector)) as form:
            form.dunning_mode = "approval"
            form.dunning_mode_until = self.today
            form.grouping = "address"
            form.is_strategic = True
            form.pays_by_direct_debit = True
            form.tone = "soft"
        self.assertEqual(self.debtor.dunning_mode, "approval")
        self.assertEqual(self.debtor.grouping, "address")
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.reader).dunning_mode = "automatic"

    def test_insolvency_stops_dunning_without_an_end(self):
        action = self.debtor.with_user(self.collector).action_insolvency()
        form = Form(
            self.env["collections.insolvency"]
            .with_user(self.collector)
            .with_context(**action["context"])
        )
        with self.assertRaisesRegex(AssertionError, "judgment_date"):
            form.save()
        form.judgment_date = self.today
        form.court = "Commercial court of Lyon"
        record = form.save()
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["insolvency"])
        self.assertFalse(self.debtor.hold_ids.date_to)
        self.assertIn("BODACC", self.debtor.insolvency_note)
        action = self.debtor.with_user(self.collector).action_insolvency()
        self.assertEqual(action["res_id"], record.id)

    def test_merged_files_keep_the_stricter_treatment(self):
        invoice = self._create_invoice(8, partner=self.other_customer)
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(self.company)
        source = debtors.search([("partner_id", "=", self.other_customer.id)])
        source.write({"dunning_mode": "by_hand", "dunning_mode_until": self.today})
        source.is_strategic = True
        rejection = self.env["collections.payment.rejection"].create(
            {
                "debtor_id": source.id,
                "amount": 10,
                "move_line_ids": [Command.set(self._item(invoice).ids)],
            }
        )
        hold = self.env["dunning.hold"].create(
            {"debtor_id": source.id, "move_line_id": self._item(invoice).id}
        )
        self.debtor.write({"dunning_mode": "approval", "pays_by_direct_debit": True})
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | self.other_customer).ids, self.customer
        )
        self.assertFalse(source.exists())
        self.assertEqual(self.debtor.dunning_mode, "by_hand")
        self.assertEqual(self.debtor.dunning_mode_until, self.today)
        self.assertTrue(self.debtor.is_strategic)
        self.assertTrue(self.debtor.pays_by_direct_debit)
        self.assertEqual(self.debtor.rejection_ids, rejection)
        self.assertEqual(self.debtor.hold_ids, hold)


@tagged("post_install", "-at_install")
class TestRegisterPayment(DunningCommon):
    """From the reference on a bank statement to the payment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(8, 300)
        cls.settled = cls._create_invoice(9, 70)
        run = cls.env["dunning.run"].create({"company_id": cls.company.id})
        run.action_propose()
        cls.notice = run.notice_ids
        cls.accountant = cls._create_user("accountant", "account.group_account_invoice")

    def _find(self, text, operator="ilike"):
        return (
            self.env["dunning.notice"]
            .with_user(self.reader)
            .search([("payment_reference", operator, text)])
        )

    def test_reference_finds_its_notice(self):
        printed = self.notice.payment_reference
        self.assertRegex(printed, r"^RF\d\d DN")
        electronic = printed.replace(" ", "")
        for text in (
            printed,
            electronic,
            electronic.lower(),
            electronic[4:],
            f"VIR DURAND/{printed} FACT. 12",
            electronic[2:-2],
        ):
            self.assertIn(self.notice, self._find(text), text)
        other = self.notice.sudo().copy()
        self.assertEqual(self._find(printed), self.notice)
        self.assertEqual(self._find(printed, "="), self.notice)
        self.assertEqual(self._find(other.payment_reference), other)

    def test_wrong_reference_finds_nothing(self):
        digits = int(self.notice.payment_reference[2:4])
        wrong = f"RF{(digits + 1) % 100:02d}DN{self.notice.id:08d}"
        self.assertFalse(self._find(wrong))
        self.assertFalse(self._find(" "))
        self.assertFalse(self._find(self.notice.payment_reference[5:8], "="))

    def test_search_box_of_the_list_knows_the_reference(self):
        arch = self.env["dunning.notice"].get_view(view_type="search")["arch"]
        self.assertIn('name="payment_reference"', arch)

    def test_payment_is_registered_on_what_is_still_open(self):
        self._pay(self.settled)
        action = self.notice.with_user(self.accountant).action_register_payment()
        self.assertEqual(action["res_model"], "account.payment.register")
        dialog = Form.from_action(self.env(user=self.accountant), action)
        self.assertEqual(dialog.amount, 300)
        dialog.save().action_create_payments()
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertFalse(self.notice.has_open_items)

    def test_one_transfer_pays_a_notice(self):
        action = self.notice.with_user(self.accountant).action_register_payment()
        dialog = Form.from_action(self.env(user=self.accountant), action)
        self.assertEqual(dialog.amount, 370)
        payment = dialog.save()._create_payments()
        self.assertEqual(payment.mapped("amount"), [370])
        self.assertEqual(payment.reconciled_invoice_ids, self.invoice | self.settled)

    def test_button_is_for_who_books_payments(self):
        views = self.env["dunning.notice"].with_user(self.accountant)
        self.assertIn(
            "action_register_payment", views.get_view(view_type="form")["arch"]
        )
        views = self.env["dunning.notice"].with_user(self.collector)
        self.assertNotIn(
            "action_register_payment", views.get_view(view_type="form")["arch"]
        )


@tagged("post_install", "-at_install")
class TestSendInvoice(DunningCommon):
    """An invoice that was never sent is not dunned, but can be sent from there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_sent_outside = False
        cls.invoice = cls._create_invoice(8)
        cls.sent_invoice = cls._create_invoice(9)
        cls.sent_invoice.is_move_sent = True
        cls.user = cls._create_user(
            "clerk",
            "collections_dunning.collections_dunning_group_collector,"
            "account.group_account_invoice",
        )

    def test_dialog_offers_to_send_the_invoice(self):
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["not_delivered"])
        dialogs = self.env["dunning.explain"].with_user(self.user)
        dialog = dialogs.create({"move_id": self.invoice.id})
        self.assertTrue(dialog.is_to_send)
        sent = dialogs.create({"move_id": self.sent_invoice.id})
        self.assertFalse(sent.is_to_send)
        action = dialog.action_send_invoice()
        self.assertEqual(action["res_model"], "account.move.send.wizard")
        wizard = (
            self.env["account.move.send.wizard"]
            .with_user(self.user)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.move_id, self.invoice)
        wizard.action_send_and_print()
        self.assertTrue(self.invoice.is_move_sent)
        run = self._propose(date=self.today + timedelta(days=1))
        self.assertIn(self.invoice, run.notice_ids.line_ids.move_id)

    def test_list_sends_those_that_were_not(self):
        second = self._create_invoice(8)
        self._propose()
        items = self._item(self.invoice | second | self.sent_invoice)
        action = items.with_user(self.user).action_dunning_send_invoices()
        self.assertEqual(action["res_model"], "account.move.send.batch.wizard")
        self.assertEqual(
            set(action["context"]["active_ids"]), set((self.invoice | second).ids)
        )


@tagged("post_install", "-at_install")
class TestTasks(DunningCommon):
    """A run asks each person once, whatever there is to do."""

    def test_one_activity_for_each_run_and_person(self):
        partners = [self._create_customer(f"Customer{n}") for n in range(6)]
        self.first.approval = "manual"
        for partner in partners:
            self._create_invoice(8, partner=partner)
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(self.company)
        files = [self._debtor(partner) for partner in partners]
        files[0].responsible_id = files[1].responsible_id = self.manager
        files[0].write({"dunning_mode": "approval", "dunning_mode_until": self.today})
        partners[1].email = partners[3].email = False
        self._receive(90, partner=partners[5], date=self.today)
        run = self.env["dunning.run"].sudo()._run_company(self.company)
        tasks = run.activity_ids
        self.assertEqual(len(tasks), 2)
        mine = tasks.filtered(lambda task: task.user_id == self.manager)
        others = tasks - mine
        self.assertEqual(others.user_id, self.collector)
        self.assertIn("customers whose dunning mode is to be reviewed", mine.summary)
        self.assertIn("1 customers with receipts to allocate", others.summary)
        for task in tasks:
            self.assertIn("notices to review", task.summary)
            self.assertIn("1 customers nobody can write to", task.summary)
        self.assertFalse(run.notice_ids.activity_ids)
        self.assertFalse(debtors.union(*files).activity_ids)
