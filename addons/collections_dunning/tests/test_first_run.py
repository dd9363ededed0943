from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .delivery_common import DeliveryCommon


class FirstRunCommon(DeliveryCommon):
    """A company at its beginning: nothing chosen, nothing activated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "dunning_active": False,
                "dunning_activated_on": False,
                "dunning_start_date": False,
                "dunning_sent_outside": False,
                "dunning_responsible_id": False,
            }
        )

    def _open(self, user=None):
        """Return the page as a Credit Manager opens it from the menu."""
        pages = self.env["dunning.first.run"].with_user(user or self.manager)
        action = pages.action_open()
        return pages.browse(action["res_id"])

    def _get_row(self, page, key):
        page.invalidate_recordset()
        rows = [*page.receivables, *page.old_debt, *(page.dry_run_levels or [])]
        [row] = [row for row in rows if row["key"] == key]
        return row

    def _get_records(self, page, key):
        """Return what the figure opens."""
        action = page.action_open_figure(key)
        return self.env[action["res_model"]].search(action["domain"])


@tagged("post_install", "-at_install")
class TestFirstRunDetails(FirstRunCommon):
    """First block: what is missing is mended on the page, and kept."""

    def test_details_are_mended_and_kept(self):
        self.company.partner_id.bank_ids.unlink()
        self.company.write({"phone": False, "email": False})
        page = self._open()
        for name in ("bank_done", "sender_done", "phone_done", "signature_done"):
            self.assertFalse(page[name], name)
        page.action_take_charge()
        with Form(page) as form:
            form.new_iban = "FR7630006000011234567890189"
            form.company_phone = "+33 4 72 00 00 00"
            form.company_email = "accounts@seller.example.com"
            form.responsible_function = "Accountant"
        self.assertEqual(self.company.dunning_responsible_id, self.manager)
        self.assertEqual(self.manager.partner_id.function, "Accountant")
        self.assertEqual(self.company.phone, "+33 4 72 00 00 00")
        account = self.company._get_dunning_bank_account()
        self.assertEqual(account.acc_number, "FR76 3000 6000 0112 3456 7890 189")
        again = self._open()
        self.assertTrue(again.details_done)
        self.assertEqual(again.bank_account_id, account)

    def test_wrong_iban_is_refused(self):
        self.company.partner_id.bank_ids.unlink()
        page = self._open()
        with self.assertRaises(ValidationError):
            page.new_iban = "FR7630006000011234567890180"

    def test_answers_without_an_inbound_domain_reach_the_responsible(self):
        self.company.alias_domain_id = False
        self.company.dunning_responsible_id = self.collector
        page = self._open()
        self.assertIn("collector@seller.example.com", page.reply_to)
        self.assertFalse(page.has_catchall)

    def test_sample_of_the_first_reminder_goes_to_whom_asks(self):
        mailbox = self._serve()
        page = self._open()
        page.action_take_charge()
        page.action_send_sample()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["manager@seller.example.com"])
        self.assertIn("Sample", message["Subject"])
        self.assertIn("1,200.00", message.get_body(["plain"]).get_content())
        self.assertFalse(self.env["dunning.notice"].search([]))

    def test_sample_of_the_installed_procedure(self):
        """Its first reminder has copies attached: of a sample there are none."""
        mailbox = self._serve()
        self.company.dunning_procedure_id = self.env.ref(
            "collections_dunning.dunning_procedure_standard"
        )
        self.company.partner_id.lang = "en_US"
        self._open().action_send_sample()
        [(_recipients, message)] = mailbox.messages
        self.assertFalse(list(message.iter_attachments()))
        self.assertIn("1,200.00", message.get_body(["plain"]).get_content())

    def test_no_sample_without_a_procedure(self):
        self.company.dunning_procedure_id = False
        with self.assertRaisesRegex(UserError, "procedure"):
            self._open().action_send_sample()


@tagged("post_install", "-at_install")
class TestFirstRunReceivables(FirstRunCommon):
    """Second block: each figure counts what it opens."""

    def test_open_and_overdue(self):
        late = self._create_invoice(days_late=8)
        coming = self._create_invoice(days_late=-8, amount=50)
        page = self._open()
        row = self._get_row(page, "open")
        self.assertEqual((row["count"], row["amount"]), (2, "$\xa0150.00"))
        self.assertEqual(self._get_row(page, "overdue")["count"], 1)
        self.assertEqual(
            self._get_records(page, "open"), self._item(late) | self._item(coming)
        )
        self.assertEqual(self._get_records(page, "overdue"), self._item(late))

    def test_customers_without_an_address(self):
        """Whom the reminders go to counts, not the customer itself."""
        mute = self._create_customer("Mute SA", email=False)
        reached = self._create_customer("Reached SA", email=False)
        self.env["res.partner"].create(
            {
                "name": "Accounts",
                "parent_id": reached.id,
                "is_dunning_contact": True,
                "email": "accounts@reached.example.com",
            }
        )
        for partner in (mute, reached, self.customer):
            self._create_invoice(days_late=8, partner=partner)
        page = self._open()
        self.assertEqual(self._get_records(page, "no_email"), mute)
        mute.email = "mute@mute.example.com"
        row = self._get_row(page, "no_email")
        self.assertEqual((row["count"], row["done"]), (0, True))

    def test_receipts_to_allocate(self):
        self._create_invoice(days_late=8)
        self._create_credit_note(amount=10)
        payment = self._receive(40)
        page = self._open()
        row = self._get_row(page, "receipts")
        self.assertEqual((row["count"], row["amount"]), (1, "$\xa040.00"))
        self.assertEqual(self._get_records(page, "receipts").payment_id, payment)

    def test_invoices_never_sent_and_the_switch(self):
        invoice = self._create_invoice(days_late=8)
        self._create_invoice(days_late=8).is_move_sent = True
        page = self._open()
        row = self._get_row(page, "unsent")
        self.assertEqual((row["count"], row["done"]), (1, False))
        self.assertEqual(self._get_records(page, "unsent"), invoice)
        with Form(page) as form:
            form.sent_outside = True
        self.assertTrue(self.company.dunning_sent_outside)
        self.assertTrue(self._get_row(page, "unsent")["done"])
        self._propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def _create_opening_balance(self, amount=70):
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": self.today - timedelta(days=30),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.customer.id,
                            "debit": amount,
                            "date_maturity": self.today - timedelta(days=10),
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        return entry

    def test_opening_balances_are_brought_back(self):
        """In bulk; the ledger is otherwise as it was, and the item is dunned."""
        self.company.dunning_sent_outside = True
        entry = self._create_opening_balance()
        item = self._item(entry)
        page = self._open()
        self.assertEqual(self._get_row(page, "opening")["count"], 1)
        items = self._get_records(page, "opening")
        self.assertEqual(items, item)
        names = [name for name in item._fields if item._fields[name].store]
        before = item.read(set(names) - {"no_followup"})
        items.with_user(self.manager).action_dunning_bring_back()
        self.assertFalse(item.no_followup)
        self.assertEqual(item.read(set(names) - {"no_followup"}), before)
        self.assertTrue(self._get_row(page, "opening")["done"])
        self._propose()
        self.assertEqual(self._reason(entry), ["dunned"])

    def test_who_brings_back_and_what(self):
        """Only a Credit Manager; what a person excluded on an invoice stays so."""
        item = self._item(self._create_opening_balance())
        invoice = self._create_invoice(days_late=8)
        invoice.no_followup = True
        with self.assertRaises(AccessError):
            item.with_user(self.collector).action_dunning_bring_back()
        self.assertTrue(item.no_followup)
        self._item(invoice).with_user(self.manager).action_dunning_bring_back()
        self.assertTrue(self._item(invoice).no_followup)

    def test_terms_over_60_days(self):
        self._create_invoice(days_late=8, invoice_date=self.today - timedelta(days=68))
        long = self._create_invoice(
            days_late=8, invoice_date=self.today - timedelta(days=69)
        )
        page = self._open()
        self.assertEqual(self._get_records(page, "terms"), self._item(long))

    def test_last_receipt(self):
        row = self._get_row(self._open(), "last_receipt")
        self.assertTrue(row["done"], "a bank entry of today is known")
        self.env["account.move"].search(
            [("journal_id.type", "=", "bank"), ("company_id", "=", self.company.id)]
        ).button_draft()
        self._record_bank_entry(days_ago=15)
        self.assertFalse(self._get_row(self._open(), "last_receipt")["done"])

    def test_queries_do_not_grow_with_the_items(self):
        self._create_invoice(days_late=8)
        page = self._open()
        page.read(["receivables"])
        counts = []
        for _round in range(2):
            for number in range(3):
                partner = self._create_customer(f"N{number} SA", email=False)
                self._create_invoice(days_late=95, partner=partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            page.read(["receivables"])
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLess(counts[1], 60)


@tagged("post_install", "-at_install")
class TestFirstRunProcedure(FirstRunCommon):
    """Third block: three timelines, one click."""

    def test_timelines_and_choice(self):
        page = self._open()
        names = ["gentle", "standard", "firm"]
        installed = [
            self.env.ref(f"collections_dunning.dunning_procedure_{name}").id
            for name in names
        ]
        shown = [procedure["id"] for procedure in page.procedures]
        self.assertEqual(shown, [*installed, self.procedure.id])
        gentle, standard, _firm, own = page.procedures
        self.assertEqual(
            [step["day"] for step in standard["steps"]][:2], ["D−5", "D+5"]
        )
        self.assertEqual(gentle["steps"][0]["day"], "D+8")
        self.assertTrue(own["chosen"])
        page.action_choose_procedure(gentle["id"])
        self.assertEqual(self.company.dunning_procedure_id.id, gentle["id"])
        self.assertTrue(self._open().procedures[0]["chosen"])

    def test_procedure_of_nobody_is_refused(self):
        other = self._create_procedure(name="Other")
        with self.assertRaises(UserError):
            self._open().action_choose_procedure(other.id)
        self.assertEqual(self.company.dunning_procedure_id, self.procedure)


@tagged("post_install", "-at_install")
class TestFirstRunOldDebt(FirstRunCommon):
    """Fourth block: what is very late waits in a list until somebody decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_sent_outside = True
        cls.old = cls._create_invoice(days_late=120)
        cls.older = cls._create_invoice(
            days_late=400, amount=300, partner=cls.other_customer
        )
        cls.recent = cls._create_invoice(days_late=90)

    def _get_debts(self, page):
        action = page.action_open_figure("old_debt")
        self.assertEqual(action["res_model"], "dunning.hold")
        return (
            self.env["dunning.hold"]
            .with_user(self.collector)
            .search([("reason", "=", "old_debt")])
        )

    def test_list(self):
        page = self._open()
        row = self._get_row(page, "old_debt")
        self.assertEqual((row["count"], row["amount"]), (2, "$\xa0400.00"))
        debts = self._get_debts(page)
        self.assertEqual(debts.move_line_id.move_id, self.old | self.older)
        older = debts.filtered(lambda hold: hold.move_line_id.move_id == self.older)
        self.assertEqual((older.days_late, older.amount_open), (400, 300))
        self.assertEqual(self._get_row(page, "old_debt")["count"], 2)

    def test_dun_exclude_or_leave(self):
        page = self._open()
        debts = self._get_debts(page)
        old = debts.filtered(lambda hold: hold.move_line_id.move_id == self.old)
        older = debts - old
        old.action_dun_old_debt()
        older.action_exclude_old_debt()
        self.assertIn("Collector", older.note)
        self.assertEqual(self._get_row(page, "old_debt")["count"], 0)
        self._propose()
        self.assertEqual(self._reason(self.older), ["old_debt"])
        self.assertEqual(self._reason(self.old), ["dunned"])
        lines = self.env["dunning.notice.line"].search([("move_id", "=", self.old.id)])
        self.assertEqual(lines.level_id, self.first, "from the first level on")

    def test_reader_decides_nothing(self):
        debts = self._get_debts(self._open()).with_user(self.reader)
        for action in ("action_dun_old_debt", "action_exclude_old_debt"):
            with self.assertRaises(AccessError):
                getattr(debts, action)()

    def test_other_holds_are_left_alone(self):
        self._get_debts(self._open())
        debtor = self._debtor()
        hold = self.env["dunning.hold"].create({"debtor_id": debtor.id})
        hold.with_user(self.collector).action_dun_old_debt()
        self.assertTrue(hold.exists())
        self.assertFalse(hold.date_to)


@tagged("post_install", "-at_install")
class TestFirstRunDryRun(FirstRunCommon):
    """Fifth block: what would go out, to be read, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_sent_outside = True
        cls.small = cls._create_invoice(days_late=8)
        cls.large = cls._create_invoice(
            days_late=8, amount=900, partner=cls.other_customer
        )

    def test_dry_run_counts_and_leaves_no_trace(self):
        page = self._open()
        page.action_dry_run()
        self.assertEqual(page.message_count, 2)
        [row] = page.dry_run_levels
        self.assertEqual((row["label"], row["count"]), ("D+5 First", 2))
        self.assertEqual(page.largest_notice_ids.mapped("amount_total"), [900.0, 100.0])
        self.assertIn("900.00", page.largest_notice_ids[0].message_html)
        self.assertFalse(self._decision(self.large))
        self.assertFalse(self.company.dunning_start_date)
        with self.assertRaises(UserError):
            page.largest_notice_ids[:1].action_send()
        self.assertEqual(self._open().message_count, 2, "kept")

    def test_a_new_dry_run_replaces_the_former(self):
        page = self._open()
        page.action_dry_run()
        former = page.dry_run_id
        notices = page.largest_notice_ids
        page.action_dry_run()
        page.invalidate_recordset()
        self.assertFalse(former.exists())
        self.assertFalse(notices.exists())
        self.assertEqual(page.message_count, 2)

    def test_the_largest_goes_to_whom_asks_alone(self):
        mailbox = self._serve()
        page = self._open()
        page.action_dry_run()
        page.action_send_largest()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["manager@seller.example.com"])
        self.assertTrue(message["Subject"].startswith("[Sample]"))
        self.assertIn("900.00", message.get_body(["plain"]).get_content())
        self.assertEqual(page.largest_notice_ids[0].state, "draft")

    def test_nothing_to_send_without_a_dry_run(self):
        with self.assertRaises(UserError):
            self._open().action_send_largest()

    def test_dry_run_is_not_what_is_to_do(self):
        self._open().action_dry_run()
        action = self.env["dunning.run"].with_user(self.manager).action_open_todo()
        self.assertEqual(action["res_model"], "dunning.notice")
        self.assertFalse(self._get_todo(action))

    def _get_todo(self, action):
        return self.env["dunning.notice"].search(literal_eval(action["domain"]))


@tagged("post_install", "-at_install")
class TestFirstRunActivation(FirstRunCommon):
    """Sixth block, and where the app opens."""

    def test_activation_names_what_is_missing_and_only_a_procedure_blocks(self):
        page = self._open()
        self.assertIn("your details", page.missing)
        self.assertNotIn("procedure", page.missing)
        self.company.dunning_procedure_id = False
        self.assertIn("procedure", self._open().missing)
        with self.assertRaisesRegex(UserError, "procedure"):
            page.action_activate()
        self.company.dunning_procedure_id = self.procedure
        page.action_activate()
        self.assertTrue(self.company.dunning_active)
        self.assertEqual(self.company.dunning_activated_on, self.today)
        self.assertTrue(self.company._is_on_probation(self.today + timedelta(days=13)))
        self.assertFalse(self.company._is_on_probation(self.today + timedelta(days=14)))

    def test_home_of_a_credit_manager(self):
        runs = self.env["dunning.run"].with_user(self.manager)
        self.assertEqual(runs.action_open_home()["res_model"], "dunning.first.run")
        self._open().action_skip()
        self.assertEqual(runs.action_open_home()["res_model"], "dunning.notice")
        self.assertTrue(self._open().is_skipped, "the menu still leads there")
        self.company.dunning_first_run_skipped = False
        self._open().action_activate()
        self.assertEqual(runs.action_open_home()["res_model"], "dunning.notice")

    def test_home_of_the_others(self):
        for user in (self.reader, self.collector):
            action = self.env["dunning.run"].with_user(user).action_open_home()
            self.assertEqual(action["res_model"], "dunning.notice")
            with self.assertRaises(AccessError):
                self._open(user)
            with self.assertRaises(AccessError):
                self.env["dunning.first.run"].with_user(user).create({})

    def test_page_of_another_company_is_refused(self):
        other = self.setup_other_company(name="Elsewhere")["company"]
        pages = self.env["dunning.first.run"].with_user(self.manager)
        with self.assertRaises(AccessError):
            pages.create({"company_id": other.id})
        page = self._open()
        with self.assertRaises(AccessError):
            page.write({"company_id": other.id, "sent_outside": True})
        self.assertFalse(other.dunning_sent_outside)

    def test_to_do_is_todays_proposal_then_what_is_left(self):
        self.company.dunning_sent_outside = True
        self.first.approval = "manual"
        self._create_invoice(days_late=8)
        page = self._open()
        page.action_activate()
        action = page.action_propose()
        run = self.env["dunning.run"].browse(action["res_id"])
        self.assertEqual(run.state, "proposed")
        runs = self.env["dunning.run"].with_user(self.collector)
        self.assertEqual(runs.action_open_todo()["res_id"], run.id)
        self.assertEqual(page.action_propose()["res_id"], run.id, "one, not two")
        run.notice_ids.with_user(self.collector).action_cancel()
        self.assertEqual(runs.action_open_todo()["res_model"], "dunning.notice")

    def test_to_do_lists_what_waits_for_somebody(self):
        self.company.dunning_sent_outside = True
        waiting, done = [], []
        self._create_invoice(days_late=8)
        notice = self._propose().notice_ids.sudo()
        for vals, waits in (
            ({"state": "printed", "channel": "letter"}, True),
            ({"state": "failed"}, True),
            ({"state": "in_doubt"}, True),
            ({"state": "bounced", "email_refused": True}, True),
            ({"state": "bounced"}, False),
            ({"state": "queued", "channel": "phone"}, True),
            ({"state": "queued", "channel": "letter"}, True),
            ({"state": "queued", "channel": "email"}, False),
            ({"state": "draft"}, True),
            ({"state": "sent"}, False),
            ({"state": "cancelled"}, False),
        ):
            copy = notice.copy({"run_id": False})
            copy.write(vals)
            (waiting if waits else done).append(copy.id)
        notice.run_id.sudo().action_cancel()
        action = self.env.ref("collections_dunning.dunning_notice_action_todo")
        domain = literal_eval(action.domain)
        found = self.env["dunning.notice"].with_user(self.collector).search(domain)
        self.assertEqual(set(found.ids), set(waiting))


@tagged("post_install", "-at_install")
class TestRightsOfInvoicing(FirstRunCommon):
    """What the rights on invoicing bring with them."""

    def _create_billing_user(self):
        return self._create_user("billing", "account.group_account_invoice")

    def test_administrator_of_invoicing_is_credit_manager(self):
        boss = self._create_user("boss", "account.group_account_manager")
        page = self._open(boss)
        page.action_activate()
        self.assertTrue(self.company.dunning_active)
        self.env["dunning.settings"].with_user(boss).create({}).action_save()

    def test_billing_users_are_collectors_by_a_switch(self):
        billing = self._create_billing_user()
        self.company.dunning_sent_outside = True
        self._create_invoice(days_late=8)
        run = self.env["dunning.run"].with_user(billing).create({})
        run.action_propose()
        run.notice_ids.action_send()
        self.assertEqual(run.notice_ids.state, "queued")
        settings = self.env["dunning.settings"].with_user(self.manager).create({})
        self.assertTrue(settings.group_dunning_billing, "on by default")
        settings.group_dunning_billing = False
        settings.action_save()
        with self.assertRaises(AccessError):
            self.env["dunning.run"].with_user(billing).create({})
        again = self.env["dunning.settings"].with_user(self.manager).create({})
        self.assertFalse(again.group_dunning_billing)
        again.group_dunning_billing = True
        again.action_save()
        self.env["dunning.run"].with_user(billing).create({})

    def test_collector_stays_out_of_invoicing(self):
        """A Collector reads the ledger; it neither invoices nor configures."""
        collector = self.env["account.move"].with_user(self.collector)
        self.assertFalse(collector.has_access("create"))
        self.assertFalse(self.collector.has_group("account.group_account_invoice"))


@tagged("post_install", "-at_install")
class TestMenus(FirstRunCommon):
    """A small firm's menu, and the full one."""

    def _get_menus(self, user):
        """Return the names of the app's menus as a user sees them.

        Without those that other addons put among them.
        """
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        root = self.env.ref("collections_dunning.collections_dunning_menu").id
        return [
            menus[menu]["name"]
            for menu in menus[root]["children"]
            if menus[menu]["xmlid"].startswith("collections_dunning.")
        ]

    def test_small_firm(self):
        """Few menus to begin with; each switch brings one of the others."""
        small = [
            "To Do",
            "Notices",
            "Customers",
            "Arrangements",
            "Credit",
            "Reports",
            "Configuration",
        ]
        self.assertEqual(self._get_menus(self.manager), small)
        self.assertEqual(self._get_menus(self.collector), small[:-1])
        settings = (
            self.env["dunning.settings"]
            .with_user(self.manager)
            .create(
                {
                    "group_dunning_proposals": True,
                    "group_dunning_decisions": True,
                    "group_dunning_holds": True,
                    "group_dunning_charges": True,
                }
            )
        )
        settings.action_save()
        full = [
            "To Do",
            "Proposals",
            "Notices",
            "Customers",
            "Arrangements",
            "Credit",
            "Open Items by Decision",
            "Holds",
            "Reports",
            "Late Interest",
            "Configuration",
        ]
        self.assertEqual(self._get_menus(self.manager), full)
        self.assertEqual(self._get_menus(self.collector), full[:-1])
        settings.group_dunning_holds = False
        settings.action_save()
        full.remove("Holds")
        self.assertEqual(self._get_menus(self.manager), full)

    def test_switches_in_the_general_settings(self):
        """The same switches, for an administrator; what is not touched stays."""
        holds = self.env.ref("collections_dunning.collections_dunning_group_holds")
        employee = self.env.ref("base.group_user")
        billing = self.env.ref("account.group_account_invoice")
        settings = self.env["res.config.settings"].create({"group_dunning_holds": True})
        self.assertTrue(settings.group_dunning_billing)
        settings.execute()
        self.assertIn(holds, employee.all_implied_ids)
        self.assertIn(
            self.env.ref("collections_dunning.collections_dunning_group_collector"),
            billing.all_implied_ids,
        )
        self.assertNotIn(
            self.env.ref("collections_dunning.collections_dunning_group_proposals"),
            employee.all_implied_ids,
        )


@tagged("post_install", "-at_install")
class TestSettings(FirstRunCommon):
    """The settings of a company, kept by its Credit Manager."""

    def test_everything_is_kept(self):
        values = {
            "dunning_contact_gap": 10,
            "dunning_review_amount": 5000,
            "dunning_sent_outside": True,
            "dunning_send_window": True,
            "dunning_send_from": 8.5,
            "dunning_send_to": 17.0,
            "dunning_test_mode": True,
            "dunning_test_email": "test@seller.example.com",
        }
        settings = self.env["dunning.settings"].with_user(self.manager)
        with Form(settings) as form:
            for name, value in values.items():
                form[name] = value
        form.record.action_save()
        self.assertEqual({name: self.company[name] for name in values}, values)
        again = settings.create({})
        self.assertEqual({name: again[name] for name in values}, values)
        again.dunning_test_mode = False
        again.action_save()
        self.assertFalse(self.company.dunning_test_mode)

    def test_nonsense_is_refused(self):
        settings = self.env["dunning.settings"].with_user(self.manager)
        for vals in (
            {"dunning_send_from": 12.0, "dunning_send_to": 9.0},
            {"dunning_contact_gap": -1},
            {"dunning_test_mode": True, "dunning_test_email": "nobody"},
        ):
            with self.assertRaises(ValidationError, msg=str(vals)):
                settings.create(vals).action_save()

    def test_of_a_branch_are_its_roots(self):
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        branch = self.company.child_ids
        self.manager.company_ids += branch
        settings = self.env["dunning.settings"].with_user(self.manager)
        settings = settings.with_context(allowed_company_ids=branch.ids)
        record = settings.with_company(branch).create({"dunning_contact_gap": 12})
        record.action_save()
        self.assertEqual(self.company.dunning_contact_gap, 12)


@tagged("post_install", "-at_install")
class TestTestMode(FirstRunCommon):
    """Who switches test mode, and who is told."""

    def test_needs_a_valid_address(self):
        company = self.company.with_user(self.manager)
        for address in ("", "nobody", "a@example.com, b@example.com"):
            with self.assertRaises(ValidationError):
                company.action_dunning_test_mode_on(address)
            company.invalidate_recordset()
            self.assertFalse(self.company.dunning_test_mode)
        company.action_dunning_test_mode_on("Test <test@seller.example.com>")
        self.assertTrue(self.company.dunning_test_mode)
        self.assertEqual(self.company.dunning_test_email, "test@seller.example.com")
        company.action_dunning_test_mode_off()
        self.assertFalse(self.company.dunning_test_mode)

    def test_open_screens_are_told(self):
        """Whoever is at work learns it at once, not at the next login."""
        sent = []

        def remember(user, kind, message, **options):
            sent.append((user.login, kind, message))

        with patch.object(type(self.env["res.users"]), "_bus_send", remember):
            self.company.with_user(self.manager).action_dunning_test_mode_on(
                "test@seller.example.com"
            )
        told = {login: message for login, _kind, message in sent}
        self.assertIn("dunning_collector", told)
        self.assertNotIn("employee", told)
        self.assertEqual(
            told["dunning_collector"][self.company.id], "test@seller.example.com"
        )

    def test_from_the_page(self):
        page = self._open()
        self.assertEqual(page.test_email, self.manager.email)
        page.action_test_mode_on()
        self.assertEqual(self.company.dunning_test_email, self.manager.email)
        self._open().action_test_mode_off()
        self.assertFalse(self.company.dunning_test_mode)

    def test_address_typed_on_the_page(self):
        with Form(self._open()) as form:
            form.test_email = "typed@seller.example.com"
        form.record.action_test_mode_on()
        self.assertEqual(self.company.dunning_test_email, "typed@seller.example.com")

    def test_only_a_credit_manager(self):
        collector = self.company.with_user(self.collector)
        with self.assertRaises(AccessError):
            collector.action_dunning_test_mode_on("test@seller.example.com")
        administrator = self._create_user("system", "base.group_system")
        administrator.group_ids -= self.env.ref(
            "collections_dunning.collections_dunning_group_manager"
        )
        for vals in (
            {"dunning_test_mode": True, "dunning_test_email": "a@example.com"},
            {"dunning_active": True},
            {"dunning_send_window": False},
            {"dunning_sent_outside": True},
            {"dunning_start_date": "2020-01-01"},
            {"dunning_statement_monthly": True},
            {"dunning_procedure_id": False},
            {"dunning_responsible_id": administrator.id},
            {"dunning_bank_account_id": False},
        ):
            with self.assertRaises(AccessError, msg=str(vals)):
                self.company.with_user(administrator).write(vals)
            with self.assertRaises(AccessError, msg=str(vals)):
                self.env["res.company"].with_user(administrator).create(
                    {"name": "New", **vals}
                )

    def test_general_settings_of_an_administrator(self):
        """Saving them changes nothing of dunning; changing its bank account does."""
        administrator = self._create_user("system", "base.group_system")
        administrator.group_ids -= self.env.ref(
            "collections_dunning.collections_dunning_group_manager"
        )
        settings = self.env["res.config.settings"].with_user(administrator)
        Form(settings).save().execute()
        company = self.env["res.company"].with_user(administrator)
        self.assertTrue(company.create({"name": "New"}).sudo().dunning_procedure_id)
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "FR76", "partner_id": self.company.partner_id.id}
        )
        with self.assertRaises(AccessError):
            settings.create({"dunning_bank_account_id": bank.id}).execute()
        self.assertNotEqual(self.company.dunning_bank_account_id, bank)

    def test_branch_is_active_with_its_root(self):
        """Every screen of a branch says so, and switches off what is on."""
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        branch = self.company.child_ids
        self.manager.company_ids += branch
        own = branch.with_user(self.manager)
        own.action_dunning_activate()
        self.assertTrue(self.company.dunning_active)
        self.assertTrue(branch._is_dunning_active())
        self.assertTrue(branch._is_on_probation(self.today))
        for model in ("dunning.settings", "dunning.first.run", "dunning.run"):
            screen = self.env[model].with_user(self.manager).with_company(branch)
            screen = screen.create({"company_id": branch.id})
            self.assertTrue(screen.dunning_active, model)
        settings = self.env["res.config.settings"].with_company(branch).create({})
        self.assertTrue(settings.dunning_active)
        own.action_dunning_deactivate()
        for company in (self.company, branch):
            self.assertFalse(company._is_dunning_active())
        page = self.env["dunning.first.run"].with_user(self.manager)
        page = page.create({"company_id": branch.id})
        self.assertFalse(page.dunning_active)

    def test_who_is_of_a_branch_alone_switches_nothing(self):
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        branch = self.company.child_ids
        self.manager.write(
            {"company_id": branch.id, "company_ids": [Command.set(branch.ids)]}
        )
        with self.assertRaises(AccessError):
            branch.with_user(self.manager).action_dunning_activate()
        self.assertFalse(branch._is_dunning_active())

    def test_branch_shares_the_switch_of_its_root(self):
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        branch = self.company.child_ids
        self.manager.company_ids += branch
        branch.with_user(self.manager).action_dunning_test_mode_on(
            "test@seller.example.com"
        )
        self.assertTrue(self.company.dunning_test_mode)
        self.assertFalse(branch.dunning_test_mode)
        self.assertEqual(
            set((self.company | branch)._get_dunning_test_addresses()),
            {self.company.id, branch.id},
        )
