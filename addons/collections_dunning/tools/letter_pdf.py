"""PDF pages of letters: wkhtmltopdf and pypdf, no ORM."""

import io
import logging
import subprocess
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from reportlab.pdfgen.canvas import Canvas

from odoo.tools.pdf import (
    DictionaryObject,
    NameObject,
    PdfFileReader,
    PdfFileWriter,
)

_logger = logging.getLogger(__name__)

TIMEOUT = 300
# A link as large as this square is found again in the PDF with its true size.
RULER = (
    '<!DOCTYPE html><html style="height:0"><body style="margin:0"><a '
    'href="http://ruler.invalid/" style="display:block;width:100mm;height:100mm">'
    "&#160;</a></body></html>"
)


class LetterPdfError(Exception):
    """The pages could not be made; the message is that of the program."""


@lru_cache
def get_zoom(binary):
    """Return the zoom at which a millimetre of CSS is a millimetre of paper.

    It depends on the build of wkhtmltopdf, and stays true as long as nothing is
    wider than the page: then the whole page would shrink to fit.

    :param str binary: path of wkhtmltopdf.
    :rtype: float
    """
    args = ["--page-size", "A4", "--zoom", "1"]
    for side in ("top", "bottom", "left", "right"):
        args += [f"--margin-{side}", "0"]
    page = PdfFileReader(io.BytesIO(print_html(binary, args, [RULER]))).pages[0]
    left, _bottom, right, _top = (
        float(value) for value in page["/Annots"][0].get_object()["/Rect"]
    )
    return round(100 / ((right - left) / 72 * 25.4), 5)


def print_html(binary, args, bodies, header="", footer=""):
    """Print documents one after the other into one PDF.

    :param str binary: path of wkhtmltopdf.
    :param list args: its options.
    :param list bodies: one HTML page for each document.
    :param str header: HTML page put on top of each page.
    :param str footer: HTML page put at its bottom.
    :rtype: bytes
    :raise LetterPdfError: when the program fails.
    """
    with TemporaryDirectory(prefix="dunning-letter-") as folder:
        command = [binary, "--quiet", *args]
        for name, html in (("header", header), ("footer", footer)):
            if html:
                command += [f"--{name}-html", _write(folder, name, html)]
        command += [
            _write(folder, f"report.body.tmp.{index}.letter", body)
            for index, body in enumerate(bodies)
        ]
        output = Path(folder, "letters.pdf")
        _run([*command, str(output)])
        return output.read_bytes()


def split(content, count):
    """Cut a PDF of several letters at its headings, of which each letter has one.

    :param bytes content: the PDF.
    :param int count: number of letters.
    :return: one PDF for each letter; empty when the headings don't tell.
    :rtype: list(bytes)
    """
    if count == 1:
        return [content]
    reader = PdfFileReader(io.BytesIO(content))
    starts = _get_heading_pages(reader)
    if len(starts) != count or starts[0]:
        return []
    ends = [*starts[1:], len(reader.pages)]
    return [
        _write_pages(reader.pages[start:end])
        for start, end in zip(starts, ends, strict=True)
    ]


def merge(contents):
    """Return PDFs put together in one, in their order.

    A viewer is told to print on one side: two customers never share a sheet.

    :param iterator contents: the bytes of each; read one at a time.
    :rtype: bytes
    """
    writer = PdfFileWriter()
    for content in contents:
        for page in PdfFileReader(io.BytesIO(content)).pages:
            writer.add_page(page)
    one_side = {NameObject("/Duplex"): NameObject("/Simplex")}
    writer._root_object[NameObject("/ViewerPreferences")] = DictionaryObject(one_side)
    return _get_bytes(writer)


def stamp(content, word):
    """Return a PDF with a word across each of its pages.

    :param bytes content: the PDF.
    :param str word: a short word.
    :rtype: bytes
    """
    writer = PdfFileWriter()
    for page in PdfFileReader(io.BytesIO(content)).pages:
        writer.add_page(page)
        box = page.mediabox
        across = _draw_across(word, float(box.width), float(box.height))
        writer.pages[-1].merge_page(across)
    return _get_bytes(writer)


@lru_cache(maxsize=8)
def _draw_across(word, width, height):
    """Return a page with a large pale word from corner to corner."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(width, height))
    canvas.translate(width / 2, height / 2)
    canvas.rotate(50)
    canvas.setFont("Helvetica-Bold", 96)
    canvas.setFillGray(0.5, 0.25)
    canvas.drawCentredString(0, -30, word)
    canvas.save()
    return PdfFileReader(stream).pages[0]


def _write(folder, name, html):
    path = Path(folder, f"{name}.html")
    path.write_text(html, encoding="utf-8")
    return str(path)


def _run(command):
    """Run wkhtmltopdf; a picture it can't find (exit status 1) spoils no letter."""
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=TIMEOUT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LetterPdfError(str(error)) from error
    message = done.stderr.decode(errors="replace")[-1000:]
    output = Path(command[-1])
    if done.returncode not in (0, 1) or not output.exists():
        raise LetterPdfError(message or f"wkhtmltopdf: {done.returncode}")
    if done.returncode:
        _logger.warning("wkhtmltopdf: %s", message)


def _get_heading_pages(reader):
    """Return the numbers of the pages where a heading of the first rank stands."""
    root = reader.trailer["/Root"]
    starts = set()
    with suppress(KeyError):
        node = root["/Outlines"]["/First"]
        while True:
            starts.add(int(root["/Dests"][node["/Dest"]][0]))
            node = node["/Next"]
    return sorted(starts)


def _write_pages(pages):
    writer = PdfFileWriter()
    for page in pages:
        writer.add_page(page)
    return _get_bytes(writer)


def _get_bytes(writer):
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
