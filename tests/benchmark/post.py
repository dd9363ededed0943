"""What e-mails need: copies of invoices, and a server that takes them."""

import contextlib
import io
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from program import REPO, environment
from reportlab.pdfgen.canvas import Canvas


def set_copies(database, copies):
    """Have copies of the invoices attached, or none.

    :param str copies: ``none``, ``stored`` (every invoice has a PDF of 40 KB) or
        ``printed`` (none has)
    """
    with environment(database) as env:
        env["dunning.level"].search([]).attach_invoices = copies != "none"
        if copies != "stored":
            return
        invoices = env["account.move"].search([("move_type", "=", "out_invoice")])
        env["ir.attachment"].create(
            [
                {
                    "name": f"{invoice.name.replace('/', '_')}.pdf",
                    "raw": _make_pdf(str(invoice.id)),
                    "mimetype": "application/pdf",
                    "res_model": "account.move",
                    "res_id": invoice.id,
                    "res_field": "invoice_pdf_report_file",
                }
                for invoice in invoices
            ]
        )


def _make_pdf(text):
    """Return a page as large as an invoice with a logo: 40 KB."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(50, 800, text)
    canvas.setAuthor(random.Random(text).randbytes(20_000).hex())
    canvas.save()
    return stream.getvalue()


@contextlib.contextmanager
def smtp_sink():
    """Run an SMTP server in a process of its own.

    :return: its port, and the folder where each message becomes a file
    """
    with TemporaryDirectory() as folder:
        sink = subprocess.Popen(
            [sys.executable, REPO / "scripts/smtp_sink.py", folder],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield int(sink.stdout.readline()), Path(folder)
        finally:
            sink.terminate()
            sink.wait()
