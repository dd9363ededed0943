from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.collections_dunning.tests.common import DunningCommon


@tagged("post_install", "-at_install")
class TestScreens(DunningCommon):
    """What each role finds on the screens, with its own rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="dispute_seller",
            name="Seller",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.invoice = cls._create_invoice(days_late=8, amount=1000.0)
        cls.item = cls._item(cls.invoice)

    def _open_case(self, amount=300, **values):
        case = (
            self.env["dispute.case"]
            .with_user(self.collector)
            .action_open([{"move_line_id": self.item.id, "amount": amount}], **values)
        )
        return case.with_env(self.env)

    def _reject(self, case):
        cause = self.env.ref("collections_disputes.dispute_cause_customer_process")
        case.with_user(self.collector).action_reject(
            "Delivered and signed for", cause_id=cause.id
        )

    def test_an_owner_who_is_no_accountant_works_on_his_own(self):
        """Form, state, note; nobody else's disputes, and not the invoice."""
        mine, other = self._open_case(100), self._open_case(200)
        mine.user_id = self.seller
        cases = self.env["dispute.case"].with_user(self.seller)
        self.assertEqual(cases.search([]), mine.with_user(self.seller))
        with Form(mine.with_user(self.seller)) as form:
            form.title = "Two lamps too many"
            [line] = form.line_ids._records
            self.assertEqual(line["move_name"], self.invoice.name)
            self.assertEqual(line["amount_residual"], 1000)
        mine.with_user(self.seller).action_acknowledge()
        mine.with_user(self.seller).action_wait_customer()
        self.assertEqual((mine.title, mine.state), (form.title, "waiting_customer"))
        mine.with_user(self.seller).message_post(body="He sends photographs")
        arch = etree.fromstring(cases.get_view(view_type="form")["arch"])
        self.assertFalse(arch.xpath("//button[@name='action_open_invoices']"))
        self.assertFalse(arch.xpath("//field[@name='move_line_id']"))
        self.assertTrue(other)

    def test_who_reads_has_no_buttons_to_work(self):
        case = self._open_case()
        self.assertFalse(case.with_user(self.reader).can_work)
        self.assertTrue(case.with_user(self.collector).can_work)
        case.user_id = self.seller
        self.assertTrue(case.with_user(self.seller).can_work)

    def test_list_kanban_calendar_are_readable_by_owners(self):
        case = self._open_case()
        case.user_id = self.seller
        cases = self.env["dispute.case"].with_user(self.seller)
        for view_type in ("list", "kanban", "calendar", "activity"):
            view = cases.get_view(view_type=view_type)
            names = set(etree.fromstring(view["arch"]).xpath("//field/@name")) & set(
                cases._fields
            )
            [row] = cases.web_search_read([], {name: {} for name in names})["records"]
            self.assertEqual(row["id"], case.id, view_type)

    def test_menus(self):
        """Who does not see disputes in Collections has an app of his own."""
        mine = self.env.ref("collections_disputes.dispute_mine_menu").id
        all_of_them = self.env.ref("collections_disputes.dispute_case_menu").id

        def shown(user):
            return self.env["ir.ui.menu"].with_user(user).load_menus(False).keys()

        self.assertIn(mine, shown(self.seller))
        self.assertNotIn(all_of_them, shown(self.seller))
        for user in (self.reader, self.collector, self.manager):
            self.assertNotIn(mine, shown(user))
            self.assertIn(all_of_them, shown(user))

    def test_smart_buttons(self):
        """Invoice, notice and customer count their disputes and open them."""
        self._propose()
        notice = (
            self.env["dunning.notice.line"]
            .search([("move_line_id", "=", self.item.id)])
            .notice_id
        )
        self._send(notice)
        first = self._open_case(100)
        second = self._open_case(200)
        self._reject(second)
        debtor = self._debtor()
        self.assertEqual(self.invoice.dispute_count, 2)
        self.assertEqual(notice.dispute_count, 2)
        self.assertEqual(debtor.dispute_count, 1, "the open ones")
        for record in (self.invoice, notice, debtor):
            action = record.with_user(self.reader).action_open_disputes()
            found = self.env["dispute.case"].search(action["domain"])
            self.assertEqual(found, first | second, record._name)
        second.unlink()
        action = self.invoice.action_open_disputes()
        self.assertEqual(action["res_id"], first.id, "the only one opens at once")
        self.assertEqual(first.action_open_invoices()["res_id"], self.invoice.id)

    def test_open_items_tell_what_is_disputed(self):
        """The amount, as long as the dispute is open; a filter finds it."""
        case = self._open_case(300)
        domain = [("dispute_line_ids.case_id.state", "in", ("new", "review"))]
        lines = self.env["account.move.line"].with_user(self.reader)
        self.assertEqual(lines.browse(self.item.id).amount_disputed, 300)
        self.assertEqual(lines.search(domain).ids, self.item.ids)
        self.assertEqual(case.line_ids.amount_residual, 1000)
        self._reject(case)
        self.env.invalidate_all()
        self.assertEqual(lines.browse(self.item.id).amount_disputed, 0)
        self.assertFalse(lines.search(domain))

    def test_red_only_where_somebody_must_act(self):
        """Past the deadline counts while it is our turn, not while we wait."""
        case = self._open_case()
        case.deadline_date = "2026-01-05"
        overdue = [("is_overdue", "=", True), ("id", "=", case.id)]
        self.assertTrue(case.is_overdue)
        self.assertEqual(self.env["dispute.case"].search(overdue), case)
        case.state = "waiting_customer"
        self.assertFalse(case.is_overdue)
        self.assertFalse(self.env["dispute.case"].search(overdue))
        self.assertEqual(
            self.env["dispute.case"].search(
                [("is_overdue", "=", False), ("id", "=", case.id)]
            ),
            case,
        )

    def test_forgotten_is_without_a_next_step(self):
        case = self._open_case()
        case.activity_ids.unlink()
        self.assertTrue(case.is_forgotten)
        forgotten = [("is_forgotten", "=", True), ("id", "=", case.id)]
        self.assertEqual(self.env["dispute.case"].search(forgotten), case)
        case.activity_schedule("mail.mail_activity_data_todo")
        self.assertFalse(case.is_forgotten)
        self.assertFalse(self.env["dispute.case"].search(forgotten))

    def test_a_drag_into_a_closing_state_is_refused_without_the_dialog(self):
        """What the browser's dialog spares people, the server refuses to anybody."""
        case = self._open_case()
        with self.assertRaises(UserError):
            case.with_user(self.collector).state = "resolved"
        action = case.with_user(self.collector).action_open_reject()
        self.assertEqual(action["context"]["default_resolution"], "rejected")

    def test_acknowledging_by_hand(self):
        """Without an address nobody could be told by mail: it is noted all the same."""
        self.customer.email = False
        case = self._open_case()
        self.assertFalse(case.acknowledged_at)
        case.with_user(self.collector).action_acknowledge()
        self.assertTrue(case.acknowledged_at)
        self.assertEqual(case.state, "review")

    def test_chosen_items_are_told_by_number_and_due_date(self):
        item = self.item.with_context(dispute_item_name=True, lang="en_US")
        due = self.item.date_maturity.strftime("%m/%d/%Y")
        self.assertEqual(item.display_name, f"{self.invoice.name} · {due}")
        case = self._open_case()
        self.assertEqual(case.display_name, case.name)
        self.assertEqual(
            case.with_context(dispute_with_customer=True).display_name,
            f"{case.name} · Durand SARL",
        )
