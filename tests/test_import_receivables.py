from datetime import date
from decimal import Decimal
from pathlib import Path

import import_receivables
import pytest
import receivables_csv
from freezegun import freeze_time
from json2 import ApiError
from receivables_importer import Importer

from odoo import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

SAMPLE = Path(__file__).parent / "data" / "receivables.csv"
HEADER = "customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,SettledDate\n"


# === READING === #


def test_wrong_rows_are_reported_by_line():
    receivables, problems = receivables_csv.read_receivables(SAMPLE)
    assert [row.line for row in receivables] == list(range(2, 18))
    assert problems == [
        (1, "unknown column 'Remark': not imported"),
        (18, "bad date '13/40/2013' in InvoiceDate"),
        (19, "negative amount -12.00"),
        (20, "unknown column: more values than the header has names"),
        (21, "duplicate number R-1001: it is on line 2 too"),
        (22, "amount of zero"),
        (23, "settled before it was invoiced"),
        (24, "bad amount '12,50'"),
        (25, "fewer values than the header has names"),
        (26, "no invoiceNumber"),
        (27, "due before it was invoiced"),
    ]


@pytest.mark.parametrize("amount", ["nan", "inf", "1e999", "0.001", "", "1 000.00"])
def test_amount_that_is_none(tmp_path, amount):
    path = tmp_path / "receivables.csv"
    path.write_text(f"{HEADER}C,1,1/2/2013,2/1/2013,{amount},\n")
    receivables, problems = receivables_csv.read_receivables(path)
    assert not receivables
    assert [problem.line for problem in problems] == [2]


def test_line_is_the_one_of_the_file(tmp_path):
    """A value with a line break in it, and empty lines, don't shift the count."""
    path = tmp_path / "receivables.csv"
    path.write_text(
        f'{HEADER}"C\n1",1,1/2/2013,2/1/2013,5,\n\nC,2,bad,2/1/2013,5,\n',
        encoding="utf-8-sig",
    )
    receivables, problems = receivables_csv.read_receivables(path)
    assert [row.number for row in receivables] == ["1"]
    assert [problem.line for problem in problems] == [5]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("customerID,invoiceNumber\n", "missing: InvoiceDate, DueDate, InvoiceAmount"),
        ("", "missing: customerID"),
    ],
)
def test_file_without_a_needed_column(tmp_path, content, message):
    path = tmp_path / "receivables.csv"
    path.write_text(content)
    with pytest.raises(receivables_csv.WrongFile, match=message):
        receivables_csv.read_receivables(path)


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(receivables_csv.WrongFile, match="can't be read"):
        receivables_csv.read_receivables(tmp_path / "none.csv")


# === IMPORTING === #


@tagged("post_install", "-at_install")
class TestImportReceivables(AccountTestInvoicingCommon, HttpCase):
    """The script against a real server, over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(su=True)  # to look at what came of it
        cls.company = cls.company_data["company"].with_env(cls.env)
        cls.company.dunning_procedure_id = cls.env.ref(
            "collections_dunning.dunning_procedure_standard"
        )
        cls.importer = cls.env["res.users"].create(
            {
                "name": "Importer",
                "login": "importer",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [
                    Command.link(cls.env.ref(name).id)
                    for name in (
                        "base.group_user",
                        "base.group_partner_manager",
                        "account.group_account_invoice",
                        "collections_dunning.collections_dunning_group_manager",
                    )
                ],
            }
        )
        cls.key = (
            cls.env["res.users.apikeys"]
            .with_user(cls.importer)
            .sudo()
            ._generate("rpc", "import", None)
        )

    @pytest.fixture(autouse=True)
    def _capture(self, capsys):
        self.capsys = capsys

    def _run(self, path=SAMPLE, **options):
        """Run the script; return its status, its output and its errors."""
        options = {
            "url": self.base_url(),
            "db": self.env.cr.dbname,
            "key": self.key,
            **options,
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        with self.allow_requests(all_requests=True):
            status = import_receivables.main([str(path), *arguments])
        self.env.invalidate_all()
        output = self.capsys.readouterr()
        return status, output.out, output.err

    def _get_invoices(self):
        return self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("move_type", "=", "out_invoice")]
        )

    def test_import_and_dunning(self):
        status, output, errors = self._run()
        self.assertEqual(status, 1, errors)
        self.assertIn("line 18: bad date '13/40/2013' in InvoiceDate", output)
        invoices = self._get_invoices()
        rows, _problems = receivables_csv.read_receivables(SAMPLE)
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        self.assertEqual(
            sorted(
                (i.ref, i.partner_id.ref, i.invoice_date, i.invoice_date_due)
                for i in invoices
            ),
            sorted((r.number, r.customer, r.invoiced, r.due) for r in rows),
        )
        self._check_settlements(invoices, rows)
        self._check_run(output)
        self._check_behaviour(rows)

    def _check_settlements(self, invoices, rows):
        """Each invoice is settled in full on its date, or open in full."""
        by_number = {invoice.ref: invoice for invoice in invoices}
        for row in rows:
            invoice = by_number[row.number]
            self.assertEqual(Decimal(f"{invoice.amount_total:.2f}"), row.amount)
            partials = invoice.line_ids.matched_credit_ids
            settled = [partial.max_date for partial in partials]
            self.assertEqual(settled, [row.settled] if row.settled else [])
            self.assertEqual(
                invoice.amount_residual, 0 if row.settled else invoice.amount_total
            )

    def _check_run(self, output):
        """The ledger is assessed as it was on that day."""
        run = self.env["dunning.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual(run.date, date(2013, 6, 30))
        self.assertEqual((run.open_item_count, run.difference_count), (6, 0))
        self.assertFalse(run.difference_amount)
        outcomes = {
            o.reason: (o.item_count, o.amount_residual) for o in run.outcome_ids
        }
        self.assertEqual(outcomes.pop("dunned"), (3, 620.0))
        self.assertEqual(outcomes.pop("no_recipient"), (1, 82.3))
        self.assertEqual(sum(amount for _count, amount in outcomes.values()), 75.0)
        first = self.env.ref("collections_dunning.dunning_level_first")
        self.assertEqual(
            sorted(
                (n.partner_id.ref, n.level_id, n.amount_claimed, n.recipient_id.email)
                for n in run.notice_ids
            ),
            [
                ("ALBA-01", first, 210.0, "alba-01@customers.example"),
                ("BIRK-02", first, 410.0, "birk-02@customers.example"),
            ],
        )
        self.assertRegex(output, r"Dunned +3 +620\.00")
        self.assertIn("The file has 6 open items of 777.30 on that day.", output)

    def _check_behaviour(self, rows):
        """How customers paid in the last twelve months is what the file says."""
        day = date(2013, 12, 31)
        debtors = self.env["collections.debtor"]
        with freeze_time(day):
            debtors._ensure_for(self.company, is_past=True)
            self.env["collections.behaviour"]._update(self.company)
        debtors = debtors.search([("company_id", "=", self.company.id)])
        settled = [row for row in rows if row.settled and row.settled.year == day.year]
        self.assertEqual(
            set(debtors.mapped("partner_id.ref")), {row.customer for row in settled}
        )
        for debtor in debtors:
            own = [row for row in settled if row.customer == debtor.partner_id.ref]
            late = {row: (row.settled - row.due).days for row in own}
            average = sum(row.amount * late[row] for row in own) / sum(
                row.amount for row in own
            )
            on_time = sum(days <= 3 for days in late.values())
            self.assertEqual(debtor.settled_count, len(own))
            self.assertAlmostEqual(debtor.late_days_average, float(average), delta=0.05)
            self.assertAlmostEqual(
                debtor.on_time_share, 100 * on_time / len(own), delta=0.05
            )

    def test_import_again_makes_nothing(self):
        self._run()
        moves = self.env["account.move"].search_count([])
        partners = self.env["res.partner"].search_count([])
        status, output, errors = self._run()
        self.assertIn("0 customers made, 0 invoices made, 0 payments made", output)
        self.assertEqual(status, 1, errors)
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        runs = self.env["dunning.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(runs), 1, "the proposal is made anew, not doubled")

    def test_interrupted_import_goes_on(self):
        """Cut off after the drafts of invoices, then after those of payments."""
        for cut, states in (
            ("_post_invoices", {"draft"}),
            ("_post_payments", {"posted"}),
        ):
            with self.subTest(cut):

                def fail(*_arguments):
                    raise ApiError("cut off")

                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(Importer, cut, fail)
                    status, _output, errors = self._run()
                self.assertEqual((status, errors), (2, "error: cut off\n"))
                invoices = self._get_invoices()
                self.assertEqual(set(invoices.mapped("state")), states)
                self.assertEqual(set(invoices.mapped("payment_state")), {"not_paid"})
        status, _output, errors = self._run()
        self.assertEqual(status, 1, errors)
        invoices = self._get_invoices()
        rows, _problems = receivables_csv.read_receivables(SAMPLE)
        self.assertEqual(len(invoices), len(rows))
        self._check_settlements(invoices, rows)
        drafts = [("company_id", "=", self.company.id), ("state", "=", "draft")]
        self.assertFalse(self.env["account.move"].search(drafts))

    def test_row_that_the_server_refuses(self):
        """It is reported by its line, the others of its batch are imported."""
        elsewhere = self.setup_other_company()["company"]
        self.env["res.partner"].create(
            {"name": "Elsewhere", "ref": "CEDR-03", "company_id": elsewhere.id}
        )
        self.importer.company_ids += elsewhere
        status, output, errors = self._run()
        self.assertEqual(status, 1, errors)
        for line in (7, 8, 13):
            self.assertRegex(output, rf"(?m)^line {line}: account\.move\.create: ")
        numbers = self._get_invoices().mapped("ref")
        self.assertEqual(len(numbers), 13)
        self.assertNotIn("R-1006", numbers)

    def test_key_that_is_refused(self):
        status, _output, errors = self._run(key="0" * 40)
        self.assertEqual(status, 2)
        self.assertEqual(errors, f"error: {self.base_url()} refuses the key\n")

    def test_server_that_is_not_there(self):
        url = "http://127.0.0.1:9"
        status, _output, errors = self._run(url=url)
        self.assertEqual((status, errors), (2, f"error: no Odoo answers at {url}\n"))
