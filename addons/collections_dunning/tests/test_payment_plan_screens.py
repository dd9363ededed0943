import io

from lxml import html
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from ..tools import statement_xlsx
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPaymentPlanScreens(PlanCommon):
    """Where a plan begins, where it shows, and what is set about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._skip_documents()

    def setUp(self):
        super().setUp()
        self.newer = self._create_invoice(5, amount=70)
        self.plan = self._create_accepted()

    # === WHERE IT BEGINS === #

    def _open(self, records):
        action = records.with_user(self.collector).action_payment_plan()
        plans = self.plans.with_user(self.collector).with_context(**action["context"])
        return Form(plans)

    def test_from_invoices_items_and_notices(self):
        run = self._propose()
        notice = run.notice_ids.filtered(lambda n: n.partner_id == self.customer)
        for records in (self.newer, self._item(self.newer), notice):
            with self.subTest(records._name), self._open(records) as form:
                self.assertEqual(form.amount_total, 70)
                self.assertEqual(form.debtor_id, self.debtor)
                self.assertEqual(form.responsible_id, self.collector)
                self.assertEqual(len(form.installment_ids), 3)
                if records == notice:
                    self.assertEqual(form.origin, "reply")

    def test_from_the_customer_what_is_not_in_a_plan(self):
        with self._open(self.debtor) as form:
            self.assertEqual(form.amount_total, 70)
        self._pay(self.newer)
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            self.debtor.action_payment_plan()

    def test_from_the_list_of_plans(self):
        with Form(self.plans.with_user(self.collector)) as form:
            form.debtor_id = self.debtor
            self.assertEqual(form.amount_total, 70)
            self.assertEqual(len(form.installment_ids), 3)
        self.assertEqual(form.record.partner_id, self.customer)

    def test_deleted_draft_invoice(self):
        """Deleting works as in core; the plan keeps what it was about."""
        self.second_invoice.button_draft()
        name = self.plan.line_ids[1].move_name
        self.second_invoice.with_context(force_delete=True).unlink()
        self.assertEqual(self.plan.line_ids.mapped("move_name")[1], name)
        self._watch(self.plan)
        self.assertEqual(self.plan.amount_remaining, 600)

    def test_of_two_customers_is_refused(self):
        foreign = self._create_invoice(5, partner=self.other_customer)
        with self.assertRaisesRegex(UserError, "one customer"):
            (foreign | self.newer).action_payment_plan()

    # === WHERE IT SHOWS === #

    def test_open_items_and_invoice(self):
        item = self._item(self.invoice)
        self.assertEqual(item.dunning_plan_id, self.plan)
        self.assertEqual(self.invoice.dunning_plan_id, self.plan)
        self.assertFalse(self.newer.dunning_plan_id)
        items = self.env["account.move.line"].with_user(self.reader)
        mine = [("partner_id", "=", self.customer.id), ("reconciled", "=", False)]
        planned = items.search([*mine, ("dunning_plan_id", "!=", False)])
        self.assertEqual(planned, self._item(self.invoice | self.second_invoice))
        others = items.search([*mine, ("dunning_plan_id", "=", False)])
        self.assertIn(self._item(self.newer), others)
        self.assertFalse(others & planned)
        self.assertEqual(
            items.search([("dunning_plan_id", "=", self.plan.id)]), planned
        )
        self.plan.with_user(self.manager).action_break()
        self.env.invalidate_all()
        self.assertFalse(self.invoice.dunning_plan_id)

    def test_aged_balance(self):
        rows = self.env["collections.aged.item"].with_user(self.reader)
        rows = rows.search([("plan_id", "=", self.plan.id)])
        self.assertEqual(
            set(rows.mapped("move_id")), {self.invoice, self.second_invoice}
        )
        # As old as before: due dates stay.
        row = rows.filtered(lambda row: row.move_id == self.invoice)
        self.assertEqual(row.days_late, 60)

    def test_statement(self):
        report = self.env["ir.actions.report"]
        page, _kind = report._render_qweb_html(
            "collections_dunning.collections_statement_report_action", self.debtor.ids
        )
        texts = [
            " ".join(td.text_content().split())
            for td in html.fromstring(page).iter("td")
        ]
        self.assertIn(f"{self.invoice.name} in plan {self.plan.name}", texts)
        self.assertIn(self.newer.name, texts)
        book = load_workbook(io.BytesIO(self.debtor._get_statement_xlsx()))
        [head, *rows] = list(book.active.iter_rows(values_only=True))[
            statement_xlsx.HEAD_ROW :
        ]
        plans = {
            row[head.index("Number")]: row[head.index("Payment plan")] for row in rows
        }
        self.assertEqual(plans[self.invoice.name], self.plan.name)
        self.assertFalse(plans[self.newer.name])

    def test_customer_counts_his_plans(self):
        debtor = self.debtor.with_user(self.reader)
        self.assertEqual(debtor.plan_count, 1)
        found = self.plans.search(debtor.action_open_plans()["domain"])
        self.assertEqual(found, self.plan)

    # === SETTINGS === #

    def test_settings_of_a_credit_manager(self):
        settings = self.env["dunning.settings"].with_user(self.manager)
        with Form(settings) as form:
            self.assertEqual(form.dunning_promise_grace, 2)
            form.dunning_promise_grace = 4
            form.dunning_plan_approval_months = 12
            form.dunning_plan_approval_amount = 5000
            form.dunning_portal_plan_months = 2
            form.dunning_portal_plan_down_payment = 20
            form.dunning_portal_plan_accept = True
            form.dunning_plan_procedure_id = self.procedure
        form.record.action_save()
        self.assertRecordValues(
            self.company,
            [
                {
                    "dunning_promise_grace": 4,
                    "dunning_plan_approval_months": 12,
                    "dunning_plan_approval_amount": 5000,
                    "dunning_portal_plan_months": 2,
                    "dunning_portal_plan_down_payment": 20,
                    "dunning_portal_plan_accept": True,
                    "dunning_plan_procedure_id": self.procedure.id,
                }
            ],
        )

    def test_limits_that_can_not_be_kept(self):
        for vals in (
            {"dunning_promise_grace": -1},
            {"dunning_plan_approval_amount": -1},
            {"dunning_portal_plan_months": 0},
            {"dunning_portal_plan_down_payment": 100},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self.company.write(vals)

    def test_limits_are_decided_by_credit_managers(self):
        self.collector.group_ids |= self.env.ref("base.group_erp_manager")
        with self.assertRaises(AccessError):
            self.company.with_user(self.collector).dunning_plan_approval_months = 60


@tagged("post_install", "-at_install")
class TestPaymentPlanTour(PlanCommon, HttpCase):
    """An accountant makes a plan, proposes it and records its signature."""

    def test_tour(self):
        self.collector.group_ids |= self.env.ref("account.group_account_invoice")
        self.start_tour(
            f"/odoo/collections.debtor/{self.debtor.id}",
            "collections_payment_plan",
            login="dunning_collector",
        )
        plan = self.plans.search([("debtor_id", "=", self.debtor.id)])
        self.assertEqual(plan.state, "accepted")
        self.assertEqual(self._amounts(plan), [200, 100, 130, 130, 130, 130, 180])
        self.assertEqual(plan.signed_by, "Jeanne Durand")
        self.assertTrue(plan.scan_attachment_id)
