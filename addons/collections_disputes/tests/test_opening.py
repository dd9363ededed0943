from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestOpening(DisputeCommon):
    """What a case knows when it is opened, and what can't be disputed."""

    # === WHAT IS FILLED IN === #

    def test_from_an_invoice(self):
        invoice = self._create_invoice(10, 1000)
        case = self._open(invoice, 300, title="Wrong price")
        self.assertRecordValues(
            case,
            [
                {
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "debtor_id": self._debtor().id,
                    "currency_id": invoice.currency_id.id,
                    "user_id": self.collector.id,
                    "state": "new",
                    "origin": "phone",
                    "amount_disputed": 300,
                }
            ],
        )
        self.assertRegex(case.name, r"^LIT/\d{4}/\d{5}$")
        self.assertRecordValues(
            case.line_ids,
            [
                {
                    "move_id": invoice.id,
                    "move_name": invoice.name,
                    "date_maturity": invoice.invoice_date_due,
                    "amount": 300,
                    "amount_opened": 300,
                }
            ],
        )

    def test_whole_by_default(self):
        invoice = self._create_invoice(10, 1000)
        self._pay(invoice, 400)
        self.assertEqual(self._open(invoice).amount_disputed, 600)

    def test_numbers_follow(self):
        first, second = (
            self._open(self._create_invoice(10)).name for _number in range(2)
        )
        self.assertEqual(int(second[-5:]), int(first[-5:]) + 1)

    def test_from_several_invoices_by_the_dialog(self):
        invoices = self._create_invoice(10, 100) | self._create_invoice(20, 200)
        action = invoices.with_user(self.collector).action_dispute()
        wizard = self.env["dispute.open"].with_user(self.collector)
        wizard = wizard.browse(action["res_id"])
        self.assertEqual(wizard.line_ids.mapped("amount"), [200, 100])
        with Form(wizard) as form:
            form.reason_id = self.reason
            with form.line_ids.edit(0) as line:
                line.amount = 50
        case = self.env["dispute.case"].browse(wizard.action_open()["res_id"])
        self.assertEqual(case.amount_disputed, 150)
        self.assertEqual(case.line_ids.move_id, invoices)

    def test_from_a_notice_by_the_dialog(self):
        self._create_invoice(10, 100)
        notice = self._propose().notice_ids
        action = notice.with_user(self.collector).action_dispute()
        wizard = self.env["dispute.open"].with_user(self.collector)
        wizard = wizard.browse(action["res_id"])
        wizard.reason_id = self.reason
        case = self.env["dispute.case"].browse(wizard.action_open()["res_id"])
        self.assertEqual(case.notice_id, notice)
        self.assertEqual(case.origin, "notice")

    def test_from_the_debtor_by_the_dialog(self):
        self._create_invoice(10, 100)
        self._create_credit_note(30)
        action = self._debtor().with_user(self.collector).action_dispute()
        wizard = self.env["dispute.open"].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.mapped("amount"), [100])

    def test_nothing_to_dispute(self):
        invoice = self._create_invoice(10, 100)
        self._pay(invoice)
        with self.assertRaisesRegex(UserError, "Nothing can be disputed"):
            invoice.with_user(self.collector).action_dispute()

    def test_of_two_customers(self):
        invoices = self._create_invoice(10) | self._create_invoice(
            10, partner=self.other_customer
        )
        with self.assertRaisesRegex(UserError, "one customer"):
            invoices.with_user(self.collector).action_dispute()

    def test_item_added_to_a_case_that_came_by_mail(self):
        case = self.env["dispute.case"].create({"origin": "email", "title": "Hello"})
        self.assertFalse(case.partner_id)
        invoice = self._create_invoice(10, 100)
        case.with_user(self.collector).action_add_items(
            [{"move_line_id": self._item(invoice).id, "amount": 40}]
        )
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.debtor_id, self._debtor())
        self.assertEqual(self._held(invoice), [40])

    def test_customer_that_is_found_out_later(self):
        case = self.env["dispute.case"].create({"origin": "email", "title": "Hello"})
        self._create_invoice(10, 100)
        contact = self.env["res.partner"].create(
            {"name": "Claire", "parent_id": self.customer.id}
        )
        case.with_user(self.collector).partner_id = contact
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.debtor_id, self._debtor())

    def test_customer_of_the_items_stays(self):
        case = self._open(self._create_invoice(10, 100)).with_user(self.collector)
        for values in (
            {"partner_id": self.other_customer.id},
            {"currency_id": self.setup_other_currency("GBP").id},
        ):
            with self.assertRaises(UserError):
                case.write(values)

    # === OWNER AND DEADLINES === #

    def test_owner_is_the_reasons(self):
        self.reason.user_id = self.employee
        self.assertEqual(self._open(self._create_invoice(10)).user_id, self.employee)

    def test_owner_is_the_customers_collector(self):
        invoice = self._create_invoice(10)
        self._debtor().responsible_id = self.manager
        self.assertEqual(self._open(invoice).user_id, self.manager)

    def test_owner_of_the_reason_who_is_gone(self):
        self.reason.user_id = self.employee
        self.employee.active = False
        self.assertEqual(self._open(self._create_invoice(10)).user_id, self.collector)

    def test_deadlines_in_working_days(self):
        # Friday 8 May 2026 is a holiday of the calendar below.
        calendar = self.env["resource.calendar"].create({"name": "Ours"})
        calendar.company_id = self.company
        self.company.resource_calendar_id = calendar
        self.env["resource.calendar.leaves"].create(
            {
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-05-08 00:00:00",
                "date_to": "2026-05-08 23:59:59",
            }
        )
        invoice = self._create_invoice(10)
        with freeze_time("2026-05-07 10:00:00"):  # a Thursday
            case = self._open(invoice)
        self.assertEqual(case.acknowledge_date, date(2026, 5, 11))
        self.assertEqual(case.deadline_date, date(2026, 5, 15))
        activity = case.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        self.assertEqual(activity.date_deadline, case.deadline_date)

    def test_other_reason_other_deadline(self):
        with freeze_time("2026-05-11 10:00:00"):
            case = self._open(self._create_invoice(10))
            other = self.reason.copy({"acknowledge_days": 0, "answer_days": 10})
            case.with_user(self.collector).reason_id = other
        self.assertEqual(case.acknowledge_date, date(2026, 5, 11))
        self.assertEqual(case.deadline_date, date(2026, 5, 25))

    def test_handed_over(self):
        case = self._open(self._create_invoice(10))
        case.with_user(self.collector).user_id = self.employee
        self.assertEqual(case.activity_ids.user_id, self.employee)

    # === WHAT CAN'T BE DISPUTED === #

    def _assert_refused(self, message, invoice, amount=None, **vals):
        # Unlike assertRaisesRegex, this one goes back to where it was before.
        with self.assertRaises(UserError) as refused:
            self._open(invoice, amount, **vals)
        self.assertRegex(str(refused.exception), message)

    def test_more_than_what_is_open(self):
        invoice = self._create_invoice(10, 1000)
        self._pay(invoice, 400)
        self._assert_refused("At most .*600.00", invoice, 600.01)
        self._open(invoice, 600)

    def test_two_cases_on_one_item(self):
        invoice = self._create_invoice(10, 1000)
        self._open(invoice, 700)
        self._assert_refused("At most .*300.00", invoice, 301)
        second = self._open(invoice)
        self.assertEqual(second.amount_disputed, 300)
        self.assertEqual(self._held(invoice), [700, 300])
        with self.assertRaises(UserError) as refused:
            second.line_ids.with_user(self.collector).amount = 310
        self.assertIn("At most", str(refused.exception))
        self._assert_refused("all of it", invoice)

    def test_nothing_and_less(self):
        invoice = self._create_invoice(10)
        for amount in (0, -5):
            self._assert_refused("more than zero", invoice, amount)

    def test_settled(self):
        invoice = self._create_invoice(10)
        self._pay(invoice)
        self._assert_refused("is settled", invoice, 10)

    def test_not_posted(self):
        invoice = self._create_invoice(10)
        invoice.button_draft()
        self._assert_refused("is not posted", invoice, 10)

    def test_credit_note(self):
        self._assert_refused("is no receivable", self._create_credit_note(10), 5)

    def test_no_receivable(self):
        invoice = self._create_invoice(10)
        with self.assertRaisesRegex(UserError, "is no receivable"):
            self.env["dispute.case"].with_user(self.collector).action_open(
                [{"move_line_id": invoice.invoice_line_ids.id, "amount": 10}]
            )

    def test_two_customers(self):
        invoices = self._create_invoice(10) | self._create_invoice(
            10, partner=self.other_customer
        )
        self._assert_refused("another customer", invoices, 10)

    def test_two_currencies(self):
        currency = self.setup_other_currency("GBP")
        invoices = self._create_invoice(10) | self._create_invoice(
            10, currency_id=currency.id
        )
        self._assert_refused("another currency", invoices, 10)

    def test_foreign_currency(self):
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        invoice = self._create_invoice(10, 1000, currency_id=currency.id)
        case = self._open(invoice, 300)
        self.assertEqual(case.currency_id, currency)
        self.assertEqual(self._held(invoice), [300])
        self._assert_refused("At most .*700.00", invoice, 700.01)
        notice = self._propose().notice_ids
        self.assertEqual(notice.currency_id, currency)
        self.assertEqual(notice.amount_claimed, 700)

    def test_another_company(self):
        data = self.setup_other_company()
        mine, other = self._create_invoice(10), data["company"]
        theirs = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": self.today,
                    "invoice_line_ids": [
                        Command.create({"name": "Goods", "price_unit": 100})
                    ],
                }
            )
        )
        theirs.action_post()
        self.manager.company_ids |= other
        with self.assertRaisesRegex(UserError, "another company"):
            self._open(
                mine | theirs,
                10,
                user=self.manager.with_context(
                    allowed_company_ids=(self.company | other).ids
                ),
            )
        # Who does not work there does not even see it.
        with self.assertRaises(AccessError):
            self._open(theirs, 10)

    def test_without_an_item(self):
        cases = self.env["dispute.case"].with_user(self.collector)
        with self.assertRaisesRegex(UserError, "which invoice"):
            cases.action_open([])

    def test_two_people_at_once(self):
        """Whoever comes second waits for the first, and then begins anew.

        What makes it so is that both write the same row: a change in PostgreSQL, which
        one may see in the row's version.
        """
        invoice = self._create_invoice(10, 1000)
        debtor = self._debtor()
        self.env.flush_all()
        version = "SELECT ctid FROM collections_debtor WHERE id = %s"
        self.env.cr.execute(version, [debtor.id])
        before = self.env.cr.fetchone()
        self._open(invoice, 300)
        self.env.cr.execute(version, [debtor.id])
        self.assertNotEqual(self.env.cr.fetchone(), before)

    # === RIGHTS === #

    def test_only_a_collector_opens(self):
        invoice = self._create_invoice(10)
        for user in (self.reader, self.employee):
            with self.assertRaises(AccessError):
                self._open(invoice, 10, user=user)
            with self.assertRaises(AccessError):
                invoice.with_user(user).action_dispute()

    def test_system_fields_are_not_set_by_hand(self):
        cases = self.env["dispute.case"].with_user(self.collector)
        for values in ({"resolution": "paid"}, {"amount_credited": 5}, {"name": "X"}):
            with self.assertRaises(AccessError):
                cases.create(values)
        case = self._open(self._create_invoice(10)).with_user(self.collector)
        with self.assertRaises(AccessError):
            case.new_date_to_pay = self.today + timedelta(days=90)
        with self.assertRaises(AccessError):
            case.line_ids.hold_id = False

    def test_state_by_hand(self):
        case = self._open(self._create_invoice(10)).with_user(self.collector)
        case.state = "waiting_customer"
        with self.assertRaisesRegex(UserError, "Resolve"):
            case.state = "resolved"
        with self.assertRaisesRegex(UserError, "Resolve"):
            self.env["dispute.case"].with_user(self.collector).create(
                {"state": "rejected"}
            )
        self._resolve(case)
        with self.assertRaisesRegex(UserError, "Reopen"):
            case.state = "review"

    def test_another_companys_user(self):
        other = self.setup_other_company()["company"]
        groups = "collections_dunning.collections_dunning_group_manager"
        stranger = new_test_user(
            self.env,
            "dunning_stranger",
            groups=f"base.group_user,{groups}",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        case = self._open(self._create_invoice(10))
        found = self.env["dispute.case"].with_user(stranger).search([])
        self.assertNotIn(case.id, found.ids)
        self.assertFalse(
            self.env["dispute.case.line"].with_user(stranger).search([]) & case.line_ids
        )
        with self.assertRaises(AccessError):
            case.with_user(stranger).action_reject("No", cause_id=self.cause.id)

    def test_as_many_queries_for_twenty_items_as_for_two(self):
        """Checks, holds and their notes are made for all items at once."""

        def count(invoices):
            cases = self.env["dispute.case"].with_user(self.collector)
            lines = [{"move_line_id": item.id} for item in self._item(invoices)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cases.action_open(lines, reason_id=self.reason.id)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        invoices = [self._create_invoice(10, 100 + number) for number in range(24)]
        everything = self.env["account.move"].concat(*invoices)
        count(everything[:2])  # what is read once is read by now
        few, many = count(everything[2:4]), count(everything[4:])
        self.assertLessEqual(many - few, 4)
