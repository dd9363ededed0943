import io
import json
from datetime import timedelta

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestAgedBalance(DunningCommon):
    """What is open, by customer and age, to the cent of the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.setup_other_currency("EUR")
        for days_late, amount in (
            (-3, 10),
            (0, 20),
            (1, 100),
            (30, 200),
            (31, 300),
            (60, 400),
            (61, 500),
            (90, 600),
            (91, 700),
        ):
            cls._create_invoice(days_late, amount)
        cls.part_paid = cls._create_invoice(10, 50, partner=cls.other_customer)
        cls._pay(cls.part_paid, 20)
        cls._pay(cls._create_invoice(10, 80, partner=cls.other_customer))
        cls._receive(70, partner=cls.other_customer)
        cls._create_credit_note(15)
        cls.foreign_invoice = cls._create_invoice(
            40, 90, partner=cls.other_customer, currency_id=cls.foreign.id
        )

    def _get_items(self, user=None):
        items = self.env["collections.aged.item"].with_user(user or self.reader)
        return items.search([("company_id", "=", self.company.id)])

    def _get_buckets(self, partner):
        items = self._get_items().filtered(lambda item: item.partner_id == partner)
        return {
            bucket: sum(rows.mapped("amount_residual"))
            for bucket, rows in items.grouped("bucket").items()
        }

    def test_each_item_is_in_the_bucket_of_its_age(self):
        self.assertEqual(
            self._get_buckets(self.customer),
            {
                "1_not_due": 30,
                "2_1_30": 300,
                "3_31_60": 700,
                "4_61_90": 1100,
                "5_over_90": 700,
                "6_credit": -15,
            },
        )
        buckets = self._get_buckets(self.other_customer)
        self.assertEqual((buckets["2_1_30"], buckets["6_credit"]), (30, -70))

    def test_days_late_count_for_debts_alone(self):
        items = self._get_items()
        by_move = {item.move_id: item for item in items}
        self.assertEqual(by_move[self.part_paid].days_late, 10)
        self.assertFalse(
            any(
                item.days_late
                for item in items
                if item.bucket in ("1_not_due", "6_credit")
            )
        )

    def test_it_ties_out_to_the_ledger_and_to_the_run(self):
        run = self._propose()
        items = self._get_items()
        ledger = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        self.assertEqual(items.ids, items.browse(ledger.ids).sorted().ids)
        self.assertAlmostEqual(
            sum(items.mapped("amount_residual")),
            sum(ledger.mapped("amount_residual")),
            2,
        )
        self.assertAlmostEqual(
            sum(items.mapped("amount_residual")),
            sum(
                self.env["account.move.line"]
                .search(
                    [
                        ("company_id", "=", self.company.id),
                        ("account_type", "=", "asset_receivable"),
                        ("parent_state", "=", "posted"),
                    ]
                )
                .mapped("balance")
            ),
            2,
            "the balance of the receivable accounts",
        )
        for outcome in run.outcome_ids:
            alike = items.filtered(
                lambda item: (
                    (item.reason, item.currency_id)
                    == (outcome.reason, outcome.currency_id)  # noqa: B023
                )
            )
            self.assertEqual(len(alike), outcome.item_count, outcome.reason)
            self.assertAlmostEqual(
                sum(alike.mapped("amount_residual_currency")),
                outcome.amount_residual,
                2,
            )
        self.assertEqual(sum(run.outcome_ids.mapped("item_count")), len(items))

    def test_both_currencies(self):
        items = self._get_items()
        item = items.filtered(lambda item: item.move_id == self.foreign_invoice)
        self.assertEqual(item.currency_id, self.foreign)
        self.assertEqual(item.company_currency_id, self.company.currency_id)
        self.assertEqual(item.amount_residual_currency, 90)
        line = self._item(self.foreign_invoice)
        self.assertAlmostEqual(item.amount_residual, line.amount_residual, 2)
        self.assertNotEqual(item.amount_residual, 90)

    def test_columns_are_in_the_order_of_age(self):
        groups = (
            self.env["collections.aged.item"]
            .with_user(self.reader)
            .formatted_read_group(
                [("company_id", "=", self.company.id)],
                ["bucket"],
                ["amount_residual:sum"],
            )
        )
        self.assertEqual(
            [group["bucket"] for group in groups],
            ["1_not_due", "2_1_30", "3_31_60", "4_61_90", "5_over_90", "6_credit"],
        )

    def test_paying_moves_the_figures_at_once(self):
        self._pay(self.part_paid)
        items = self._get_items()
        self.assertNotIn(self.part_paid, items.move_id)

    def test_item_without_a_customer_is_there(self):
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": receivable.id, "debit": 42}),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 42,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        item = self._get_items().filtered(lambda item: item.move_id == entry)
        self.assertEqual((item.amount_residual, len(item.partner_id)), (42, 0))

    def test_responsible_is_the_debtors_or_the_companys(self):
        self._propose()
        self._debtor().responsible_id = self.manager
        items = self._get_items()
        own = items.filtered(lambda item: item.partner_id == self.customer)
        self.assertEqual(own.responsible_id, self.manager)
        self.assertEqual(own.debtor_id, self._debtor())
        self.assertEqual((items - own).responsible_id, self.collector)

    def test_clicking_opens_the_entry(self):
        item = self._get_items()[0]
        action = item.action_open_entry()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("account.move", item.move_id.id)
        )

    # === RIGHTS === #

    def test_who_may_read_it(self):
        accountant = self._create_user("accountant", "account.group_account_readonly")
        for user in (self.reader, self.collector, self.manager, accountant):
            self.assertTrue(self._get_items(user), user.login)
            for operation in ("write", "create", "unlink"):
                model = self.env["collections.aged.item"].with_user(user)
                self.assertFalse(model.has_access(operation))
        employee = self._create_user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self._get_items(employee)

    def test_a_company_sees_its_own_only(self):
        other = self.setup_other_company(name="Other Company")
        user = new_test_user(
            self.env,
            login="aged_elsewhere",
            groups="collections_dunning.collections_dunning_group_reader",
            company_id=other["company"].id,
            company_ids=[Command.set(other["company"].ids)],
        )
        self.assertFalse(self.env["collections.aged.item"].with_user(user).search([]))
        mine = self.env["collections.aged.item"].with_user(self.reader).search([])
        self.assertEqual(mine.company_id, self.company)


@tagged("post_install", "-at_install")
class TestAgedBalanceExport(DunningCommon, HttpCase):
    def test_export_is_a_sheet_with_real_figures(self):
        """What the list's export button gives a user who may export."""
        invoice = self._create_invoice(40, 123.45, partner=self.customer)
        self.reader.write(
            {
                "password": "dunning_reader",
                "group_ids": [Command.link(self.env.ref("base.group_allow_export").id)],
            }
        )
        self.authenticate("dunning_reader", "dunning_reader")
        names = ["partner_id", "move_name", "date_maturity", "bucket"]
        names.append("amount_residual")
        fields = self.env["collections.aged.item"].fields_get(names)
        data = {
            "model": "collections.aged.item",
            "domain": [("company_id", "=", self.company.id)],
            "ids": False,
            "groupby": [],
            "import_compat": False,
            "context": {},
            "fields": [
                {
                    "name": name,
                    "label": fields[name]["string"],
                    "type": fields[name]["type"],
                }
                for name in names
            ],
        }
        answer = self.url_open(
            "/web/export/xlsx",
            data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(answer.status_code, 200)
        sheet = load_workbook(io.BytesIO(answer.content)).active
        head, row = sheet.iter_rows(values_only=True)
        self.assertEqual(head[-1], "Open Amount")
        self.assertEqual(row[0], "Durand SARL")
        self.assertEqual(row[1], invoice.name)
        self.assertEqual(row[2].date(), self.today - timedelta(days=40))
        self.assertEqual(row[3], "31–60 Days")
        self.assertEqual(row[4], 123.45)
