import io
import re
from base64 import b64decode
from datetime import date, datetime, timedelta

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.ir_actions_report import STATEMENT_REPORT
from ..tools import creditor_reference, statement_xlsx
from .common import DunningCommon


class StatementCommon(DunningCommon):
    """A customer with something of everything, in two currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.setup_other_currency("EUR")
        cls.company.partner_id.write(
            {
                "street": "1 quai Perrache",
                "zip": "69002",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
            }
        )
        cls.late = cls._create_invoice(40, 1000, ref="PO-77")
        cls.disputed = cls._create_invoice(10, 500)
        cls.coming = cls._create_invoice(-15, 300)
        cls.refund = cls._create_credit_note(120)
        cls.part_paid = cls._create_invoice(100, 80)
        cls._pay(cls.part_paid, 30)
        cls.settled = cls._create_invoice(20, 60)
        cls._pay(cls.settled)
        cls.foreign_invoice = cls._create_invoice(5, 90, currency_id=cls.foreign.id)
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.debtor = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.customer.id)]
        )
        cls.env["dunning.hold"].sudo().create(
            {
                "debtor_id": cls.debtor.id,
                "move_line_id": cls._item(cls.disputed).id,
                "reason": "disputed",
                "amount": 200,
            }
        )


@tagged("post_install", "-at_install")
class TestStatement(StatementCommon):
    """What a statement says, on paper and in a sheet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(
            ["base", "web", "collections_dunning"], ["fr_FR"], overwrite=True
        )
        # Kept by the class: compiled once, not in each test.
        for bundle in cls.env["ir.actions.report"]._get_report_css_bundles():
            bundle.css()

    def _get_block(self, currency=None):
        [blocks] = self.debtor._get_statements().values()
        currency = currency or self.company.currency_id
        [block] = [block for block in blocks if block["currency"] == currency]
        return block

    def _print(self, debtors):
        """Return the text of each page of each statement, on one line."""
        printing = self.env["ir.actions.report"]._print_dunning_letters(
            debtors, STATEMENT_REPORT
        )
        return [
            [
                re.sub(r"\s+", " ", page.extract_text())
                for page in PdfReader(io.BytesIO(pdf)).pages
            ]
            for _debtors, pdfs in printing
            for pdf in pdfs
        ]

    def _load_sheets(self, debtors=None):
        content = (debtors or self.debtor)._get_statement_xlsx()
        return load_workbook(io.BytesIO(content)).worksheets

    # === CONTENT === #

    def test_what_is_open_and_nothing_else(self):
        block = self._get_block()
        self.assertEqual(
            [
                (item["number"], item["section"], item["amount"], item["residual"])
                for item in block["items"]
            ],
            [
                (self.part_paid.name, "overdue", 80, 50),
                (self.late.name, "overdue", 1000, 1000),
                (self.disputed.name, "overdue", 500, 500),
                (self.coming.name, "coming", 300, 300),
                (self.refund.name, "credit", -120, -120),
            ],
        )
        self.assertEqual(
            block["amounts"], {"overdue": 1550, "coming": 300, "credit": -120}
        )
        self.assertEqual((block["balance"], block["disputed"]), (1730, 200))
        self.assertEqual(list(block["buckets"].values()), [300, 500, 1000, 0, 50, -120])

    def test_each_currency_apart(self):
        block = self._get_block(self.foreign)
        self.assertEqual(
            [item["number"] for item in block["items"]], [self.foreign_invoice.name]
        )
        self.assertEqual(block["balance"], 90)

    def test_it_ties_out_to_the_ledger(self):
        items = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("currency_id", "=", self.company.currency_id.id),
            ]
        )
        self.assertEqual(self._get_block()["balance"], sum(items.mapped("balance")))

    def test_only_current_disputes_count(self):
        yesterday = self.today - timedelta(days=1)
        hold = self.debtor.hold_ids
        hold.write({"date_from": yesterday, "date_to": yesterday})
        self.assertEqual(self._get_block()["disputed"], 0)

    def test_dispute_of_the_whole_customer(self):
        self.env["dunning.hold"].sudo().create(
            {"debtor_id": self.debtor.id, "reason": "disputed"}
        )
        block = self._get_block()
        self.assertEqual(block["disputed"], 1850, "no more than what is open")

    def test_what_is_no_trade_receivable_is_left_out(self):
        account = self.company_data["default_account_receivable"].copy(
            {"non_trade": True}
        )
        before = self._get_block()["balance"]
        entry = self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "debit": 42,
                        }
                    ),
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
        self.assertEqual(self._get_block()["balance"], before)

    def test_invoices_of_a_contact_are_the_customers(self):
        contact = self.env["res.partner"].create(
            {"name": "Site 2", "parent_id": self.customer.id, "type": "invoice"}
        )
        invoice = self._create_invoice(3, 11, partner=contact)
        numbers = [item["number"] for item in self._get_block()["items"]]
        self.assertIn(invoice.name, numbers)

    def test_queries_do_not_grow_with_the_debtors(self):
        others = self._create_customer("A SA") | self._create_customer("B SA")
        for partner in others:
            self._create_invoice(3, partner=partner)
        self.env["collections.debtor"]._ensure_for(self.company)
        debtors = self.env["collections.debtor"].search(
            [("company_id", "=", self.company.id)]
        )
        debtors._get_statements()  # reads the currencies
        self.env.flush_all()
        with self.assertQueryCount(1):
            statements = debtors._get_statements()
        self.assertEqual(len(statements), len(debtors))

    # === PAPER === #

    def test_english_page(self):
        self.customer.ref = "C0042"
        [pages] = self._print(self.debtor)
        text = " ".join(pages)
        reference = creditor_reference.format_printed(
            self.debtor._get_statement_reference()
        )
        for expected in (
            "Statement of account as of",
            "Durand SARL",
            "69003 LYON",
            "C0042",
            self.late.name,
            "PO-77",
            "1,000.00",
            "Of which disputed",
            "$200.00",
            "Not yet due",
            "Credit notes and payments to allocate",
            "$1,730.00",
            "31–60 Days",
            "€90.00",
            "FR76 3000 6000 0112 3456 7890 189",
            reference,
            f"1 / {len(pages)}",
        ):
            self.assertIn(expected, text)
        self.assertIn("-120.00", text.replace("\u2011", "-"))
        self.assertNotIn(self.settled.name, text)

    def test_french_page(self):
        self.customer.lang = "fr_FR"
        [pages] = self._print(self.debtor)
        text = " ".join(pages)
        for expected in ("1 000,00", "Relevé de compte", "Échéance", "En litige"):
            self.assertIn(expected, text.replace("\u00a0", " "))
        for english in ("Statement", "Due date", "Balance", "Overdue", "Dear"):
            self.assertNotIn(english, text)

    def test_each_debtor_gets_its_own_pages(self):
        for number in range(60):
            self._create_invoice(number + 1, partner=self.other_customer)
        self.env["collections.debtor"]._ensure_for(self.company)
        other = self._debtor(self.other_customer)
        first, second = self._print(other | self.debtor)
        self.assertGreaterEqual(len(first), 2)
        for number, page in enumerate(first, 1):
            self.assertIn(f"{number} / {len(first)}", page)
            self.assertNotIn(self.late.name, page)
        self.assertIn("Martin SAS", first[0])
        self.assertIn("Due date", first[1], "the head of the table repeats")
        self.assertIn(self.late.name, second[0])
        self.assertNotIn("Martin", second[0])

    def test_nothing_open(self):
        customer = self._create_customer("Calme SA")
        self._pay(self._create_invoice(3, partner=customer))
        self.env["collections.debtor"]._ensure_for(self.company, is_past=True)
        [[text]] = self._print(self._debtor(customer))
        self.assertIn("Nothing is open on your account.", text)
        [sheet] = self._load_sheets(self._debtor(customer))
        self.assertEqual(sheet.max_row, statement_xlsx.HEAD_ROW + 1)

    def test_the_reference_finds_the_customer(self):
        reference = self.debtor._get_statement_reference()
        self.assertTrue(creditor_reference.is_valid(reference))
        found = self.env["collections.debtor"].name_search(
            creditor_reference.format_printed(reference)
        )
        self.assertEqual([debtor_id for debtor_id, _name in found], self.debtor.ids)

    # === SHEET === #

    def test_sheet_has_real_figures_and_dates(self):
        [sheet] = self._load_sheets()
        rows = list(sheet.iter_rows(values_only=True))
        head = rows[statement_xlsx.HEAD_ROW]
        self.assertEqual(head[3], "Number")
        row = dict(zip(head, rows[statement_xlsx.HEAD_ROW + 2], strict=True))
        self.assertEqual(row["Number"], self.late.name)
        self.assertEqual(row["Your reference"], "PO-77")
        self.assertEqual(row["Open amount"], 1000)
        self.assertEqual(row["Days late"], 40)
        self.assertIsInstance(row["Due date"], datetime)
        self.assertEqual(row["Due date"].date(), self.today - timedelta(days=40))
        self.assertEqual(sheet.freeze_panes, f"A{statement_xlsx.HEAD_ROW + 2}")
        self.assertGreater(sheet.column_dimensions["D"].width, 15)

    def test_sheet_totals_are_values(self):
        [sheet] = self._load_sheets()
        column = statement_xlsx.KEYS.index("residual")
        sums = {
            (row[0].value, row[1].value): row[column]
            for row in sheet.iter_rows(min_row=statement_xlsx.HEAD_ROW + 2)
            if row[1].value and not row[3].value
        }
        usd, eur = self.company.currency_id.name, self.foreign.name
        self.assertEqual(sums[usd, "Balance"].value, 1730)
        self.assertEqual(sums[usd, "Overdue"].value, 1550)
        self.assertEqual(sums[usd, "Disputed"].value, 200)
        self.assertEqual(sums[usd, "31–60 Days"].value, 1000)
        self.assertEqual(sums[eur, "Balance"].value, 90)
        self.assertEqual(
            {cell.data_type for row in sheet.iter_rows() for cell in row} & {"f", "e"},
            set(),
        )

    def test_hostile_names_stay_text(self):
        """What a customer can choose never becomes a formula, nor a wrong sheet."""
        for name in ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")'):
            with self.subTest(name):
                self.customer.write({"name": name, "ref": name})
                self.late.ref = name
                [sheet] = self._load_sheets()
                cells = [
                    cell
                    for row in sheet.iter_rows()
                    for cell in row
                    if cell.data_type == "f" or str(cell.value or "").startswith(name)
                ]
                cells = [cell for cell in cells if cell.data_type != "n"]
                self.assertEqual(len(cells), 2)
                for cell in cells:
                    self.assertEqual(cell.data_type, "s")
                    self.assertTrue(cell.quotePrefix, "still text when edited")

    def test_one_sheet_for_each_customer(self):
        name = "[Etablissements] Durand/Fils: une très longue raison sociale"
        twins = self._create_customer(name) | self._create_customer(name)
        history = self._create_customer("History")
        for partner in twins | history:
            self._create_invoice(3, partner=partner)
        self.env["collections.debtor"]._ensure_for(self.company)
        debtors = (
            self._debtor(twins[0]) | self._debtor(twins[1]) | self._debtor(history)
        )
        names = [sheet.title for sheet in self._load_sheets(debtors)]
        self.assertEqual(len({name.lower() for name in names}), 3)
        self.assertTrue(names[1].endswith(" 2"))

    # === DIALOG === #

    def _open(self, debtors, user=None):
        action = debtors.with_user(user or self.reader).action_statement()
        return (
            self.env["collections.statement"]
            .with_user(user or self.reader)
            .with_context(**action["context"])
            .create({})
        )

    def test_dialog_tells_whom_it_goes_to(self):
        wizard = self._open(self.debtor)
        self.assertEqual(wizard.recipients, "Durand SARL <compta@durand.example.com>")
        lost = self._create_customer("Lost SA", email=False)
        self._create_invoice(3, partner=lost)
        self.env["collections.debtor"]._ensure_for(self.company)
        wizard = self._open(self.debtor | self._debtor(lost))
        self.assertEqual((wizard.ready_count, wizard.debtor_count), (1, 2))
        self.assertEqual(wizard.unready, "Lost SA")
        workbook = load_workbook(io.BytesIO(b64decode(wizard.workbook)))
        self.assertEqual(workbook.sheetnames, ["Durand SARL", "Lost SA"])

    def test_reader_downloads_and_does_not_send(self):
        wizard = self._open(self.debtor)
        self.assertEqual(wizard.action_print()["report_type"], "qweb-pdf")
        content = b64decode(wizard.workbook)
        self.assertTrue(load_workbook(io.BytesIO(content)).worksheets)
        with self.assertRaises(AccessError):
            wizard.action_send()
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.reader).action_send_statement()

    def test_another_companys_customer_is_refused(self):
        other = self.setup_other_company(name="Other Company")["company"]
        user = new_test_user(
            self.env,
            login="statement_elsewhere",
            groups="collections_dunning.collections_dunning_group_collector",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["collections.statement"].with_user(user).create(
                {"debtor_ids": [Command.set(self.debtor.ids)]}
            )


@tagged("post_install", "-at_install")
class TestStatementDownload(StatementCommon, HttpCase):
    """Through the web server, as a browser asks for them."""

    def test_pdf_and_workbook(self):
        self.reader.password = "dunning_reader"  # noqa: S105
        self.authenticate("dunning_reader", "dunning_reader")
        wizard = (
            self.env["collections.statement"]
            .with_user(self.reader)
            .create({"debtor_ids": [Command.set(self.debtor.ids)]})
        )
        answer = self.url_open(wizard.action_export()["url"])
        self.assertEqual(answer.status_code, 200)
        [sheet] = load_workbook(io.BytesIO(answer.content)).worksheets
        self.assertIn(self.late.name, [row[3].value for row in sheet.iter_rows()])
        today = fields.Date.to_string(date.today())
        self.assertIn(today, answer.headers["Content-Disposition"])
        report = (
            self.env["ir.actions.report"]
            .with_user(self.reader)
            .with_context(force_report_rendering=True)
        )
        pdf, _type = report._render_qweb_pdf(
            wizard.action_print()["report_name"], self.debtor.ids
        )
        self.assertIn(
            self.late.name, PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
        )
