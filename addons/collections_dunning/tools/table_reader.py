"""Rows of a CSV file as spreadsheets and post offices write them, no ORM."""

import csv
import io
from datetime import datetime

SEPARATORS = ";\t,|"
SAMPLE_LINES = 20


class TableError(Exception):
    """The file is no table of text."""


def read_table(content):
    """Read a CSV file, whatever its encoding and its separator.

    UTF-8 with or without a mark, UTF-16 with one, else the Western European code
    page of spreadsheets.

    :param bytes content: the file.
    :return: the rows that hold something: number of the line, its cells.
    :rtype: list(tuple(int, list(str)))
    :raise TableError: when it is no text.
    """
    text = _decode(content)
    if "\0" in text:
        raise TableError
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_sniff(text))
    rows = []
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if any(cells):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise TableError from error
    return rows


def read_date(text, date_format):
    """Read a day as it is written in a language, or as year-month-day.

    Points, dashes and slashes are all the same; a time after the day is left out.

    :param str text: the day.
    :param str date_format: of the language, as for ``strftime``.
    :rtype: date
    :raise ValueError: when it is no day.
    """
    day = text.split("T")[0].split()[0]
    for pattern in ("%Y-%m-%d", date_format, date_format.replace("%Y", "%y")):
        try:
            return datetime.strptime(_level(day), _level(pattern)).date()
        except ValueError:
            continue
    raise ValueError(text)


def _level(text):
    return text.replace(".", "-").replace("/", "-")


def _decode(content):
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError


def _sniff(text):
    """Return the separator that cuts the first lines into the most cells."""
    sample = text.splitlines()[:SAMPLE_LINES]

    def count(separator):
        return sum(len(row) for row in csv.reader(sample, delimiter=separator))

    return max(SEPARATORS, key=count)
