"""Read a CSV of receivables; tell of each wrong row by its line."""

import csv
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

REQUIRED = (
    "customerID",
    "invoiceNumber",
    "InvoiceDate",
    "DueDate",
    "InvoiceAmount",
    "SettledDate",
)
# Known, and of no use here: what they say follows from the others, or nothing does.
UNUSED = ("countryCode", "PaperlessDate", "Disputed", "DaysToSettle", "DaysLate")
OPTIONAL = ("PaperlessBill",)
CENT = Decimal("0.01")


class WrongFile(Exception):
    """Nothing of the file can be imported."""


class WrongRow(Exception):
    """This row can't be imported."""


class Problem(NamedTuple):
    line: int
    message: str


class Receivable(NamedTuple):
    line: int
    customer: str
    number: str
    invoiced: date
    due: date
    amount: Decimal
    settled: date | None
    electronic: bool

    def is_open(self, day):
        """Tell whether it was invoiced and not settled at the end of a day."""
        return self.invoiced <= day and (self.settled is None or self.settled > day)


def read_receivables(path):
    """Read a file; dates are month/day/year, an empty settlement date means unpaid.

    :param path: of the CSV file
    :return: the good rows, and what is wrong with the others
    :rtype: tuple(list(Receivable), list(Problem))
    :raise WrongFile: when it can't be read or a needed column is missing
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            problems = _check_header(reader.fieldnames or [])
            receivables = _read_rows(reader, problems)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongFile(f"{path} can't be read: {error}") from error
    return receivables, problems


def _check_header(names):
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise WrongFile(f"these columns are missing: {', '.join(missing)}")
    known = {*REQUIRED, *UNUSED, *OPTIONAL}
    return [
        Problem(1, f"unknown column {name!r}: not imported")
        for name in names
        if name not in known
    ]


def _read_rows(reader, problems):
    receivables = []
    first_lines = {}
    for row in reader:
        line = reader.line_num
        try:
            receivable = _parse_row(line, row)
            first = first_lines.setdefault(receivable.number, line)
            if first != line:
                raise WrongRow(
                    f"duplicate number {receivable.number}: it is on line {first} too"
                )
        except WrongRow as error:
            problems.append(Problem(line, str(error)))
        else:
            receivables.append(receivable)
    return receivables


def _parse_row(line, row):
    if None in row:
        raise WrongRow("unknown column: more values than the header has names")
    if None in row.values():
        raise WrongRow("fewer values than the header has names")
    receivable = Receivable(
        line=line,
        customer=_parse_text(row, "customerID"),
        number=_parse_text(row, "invoiceNumber"),
        invoiced=_parse_date(row, "InvoiceDate"),
        due=_parse_date(row, "DueDate"),
        amount=_parse_amount(row, "InvoiceAmount"),
        settled=_parse_date(row, "SettledDate") if row["SettledDate"].strip() else None,
        electronic=row.get("PaperlessBill") == "Electronic",
    )
    if receivable.due < receivable.invoiced:
        raise WrongRow("due before it was invoiced")
    if receivable.settled and receivable.settled < receivable.invoiced:
        raise WrongRow("settled before it was invoiced")
    return receivable


def _parse_text(row, column):
    text = row[column].strip()
    if not text:
        raise WrongRow(f"no {column}")
    return text


def _parse_date(row, column):
    try:
        return datetime.strptime(row[column].strip(), "%m/%d/%Y").date()
    except ValueError as error:
        raise WrongRow(f"bad date {row[column]!r} in {column}") from error


def _parse_amount(row, column):
    text = row[column].strip()
    try:
        amount = Decimal(text)
        in_cents = amount.is_finite() and amount == amount.quantize(CENT)
    except InvalidOperation:
        in_cents = False
    if not in_cents:
        raise WrongRow(f"bad amount {text!r}")
    if amount <= 0:
        raise WrongRow(f"negative amount {text}" if amount else "amount of zero")
    return amount
