"""Statements of account as a workbook: real numbers and dates, no ORM."""

import io
import re

import xlsxwriter

# Excel's limit, and the characters it refuses in the name of a sheet.
SHEET_NAME_LENGTH = 31
_WRONG_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
HEAD_ROW = 4
# Key of an item, type of its cells, width of its column.
COLUMNS = [
    ("currency", "text", 9),
    ("section", "text", 22),
    ("kind", "text", 13),
    ("number", "text", 20),
    ("reference", "text", 24),
    ("date", "date", 12),
    ("due", "date", 12),
    ("days_late", "integer", 11),
    ("amount", "amount", 15),
    ("residual", "amount", 15),
    ("disputed", "amount", 15),
    ("plan", "text", 16),
    ("promised", "date", 13),
]
KEYS = [key for key, _type, _width in COLUMNS]


def build(statements):
    """Return a workbook with a sheet for each statement.

    What customers can choose (names, references) is written as text, whatever it
    begins with, and stays text when somebody edits the cell.

    :param list(dict) statements: ``labels``, ``customer``, ``customer_ref``,
        ``company``, ``date`` and ``blocks``, one for each currency.
    :rtype: bytes
    """
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as workbook:
        formats = _Formats(workbook)
        names = set()
        for statement in statements:
            name = _get_sheet_name(statement["customer"], names)
            _write_sheet(workbook.add_worksheet(name), formats, statement)
        if not statements:
            workbook.add_worksheet()
    return stream.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook):
        self.workbook = workbook
        self.known = {}

    def get(self, kind, decimals=2, bold=False):
        """Return the format of a kind of cell.

        :param str kind: text, head, date, integer or amount.
        """
        key = (kind, decimals if kind == "amount" else 0, bold)
        if key not in self.known:
            self.known[key] = self.workbook.add_format(self._describe(*key))
        return self.known[key]

    def _describe(self, kind, decimals, bold):
        amount = "#,##0" + ("." + "0" * decimals if decimals else "")
        return {
            "bold": bold,
            **{
                "text": {"quote_prefix": True},
                "head": {
                    "bold": True,
                    "bg_color": "#E4E8EC",
                    "bottom": 1,
                    "text_wrap": True,
                    "valign": "top",
                },
                "date": {"num_format": 14, "align": "right"},
                "integer": {"num_format": "0"},
                "amount": {"num_format": f"{amount};[Red]-{amount}"},
            }[kind],
        }


def _get_sheet_name(customer, taken):
    """Return a name for the sheet of a customer that no other sheet has."""
    name = _WRONG_IN_SHEET_NAME.sub(" ", customer).strip(" '") or "?"
    name = name[:SHEET_NAME_LENGTH].strip(" '")
    if name.lower() == "history":  # Excel keeps this one for itself
        name = f"{name} 1"
    unique, number = name, 1
    while unique.lower() in taken:
        number += 1
        ending = f" {number}"
        unique = name[: SHEET_NAME_LENGTH - len(ending)] + ending
    taken.add(unique.lower())
    return unique


def _write_sheet(sheet, formats, statement):
    labels = statement["labels"]
    for column, (_key, _kind, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, labels["title"], formats.get("text", bold=True))
    sheet.write_datetime(0, 3, statement["date"], formats.get("date", bold=True))
    sheet.write_string(1, 0, statement["company"], formats.get("text"))
    customer = f"{statement['customer']} {statement['customer_ref']}".strip()
    sheet.write_string(2, 0, customer, formats.get("text", bold=True))
    for column, key in enumerate(KEYS):
        sheet.write_string(HEAD_ROW, column, labels[key], formats.get("head"))
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    row = _write_items(sheet, formats, statement)
    for block in statement["blocks"]:
        row = _write_totals(sheet, formats, labels, block, row + 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)


def _write_items(sheet, formats, statement):
    """Write one row for each item.

    :return: the row below the last one.
    """
    row = HEAD_ROW + 1
    labels = statement["labels"]
    for block in statement["blocks"]:
        for item in block["items"]:
            values = {
                **item,
                "currency": block["currency"],
                "section": labels["sections"][item["section"]],
                "kind": labels["kinds"][item["kind"]],
                "days_late": max(item["days_late"], 0)
                if item["section"] == "overdue"
                else None,
                "disputed": item["disputed"] or None,
            }
            for column, (key, kind, _width) in enumerate(COLUMNS):
                style = formats.get(kind, block["decimals"])
                _write_cell(sheet, row, column, values[key], kind, style)
            row += 1
    sheet.autofilter(HEAD_ROW, 0, max(row - 1, HEAD_ROW), len(COLUMNS) - 1)
    return row


def _write_cell(sheet, row, column, value, kind, style):
    if value is None or value is False:
        return
    if kind == "text":
        sheet.write_string(row, column, value, style)
    elif kind == "date":
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _write_totals(sheet, formats, labels, block, row):
    """Write the sums of a currency: by section, the balance, then by age.

    :return: the row below.
    """
    place = KEYS.index("residual")
    sums = [
        (labels["sections"][key], block["amounts"][key]) for key in block["amounts"]
    ]
    sums.append((labels["balance"], block["balance"]))
    if block["disputed"]:
        sums.append((labels["disputed"], block["disputed"]))
    sums += [
        (labels["buckets"][key], block["buckets"][key]) for key in block["buckets"]
    ]
    bold = len(block["amounts"])
    for number, (label, amount) in enumerate(sums):
        is_bold = number == bold
        text = formats.get("text", bold=is_bold)
        sheet.write_string(row, 0, block["currency"], text)
        sheet.write_string(row, 1, label, text)
        style = formats.get("amount", block["decimals"], is_bold)
        sheet.write_number(row, place, amount, style)
        row += 1
    return row
