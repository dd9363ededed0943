from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import BaseCase, TransactionCase, tagged

from ..tools.typed_amount import parse_amount
from ..tools.upload import clean_name, get_extension

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00"
    b"\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02"
    b"\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)


@tagged("post_install", "-at_install")
class TestPortalLimit(TransactionCase):
    """How often something may be sent in an hour."""

    def _exceed(self, debtor=1, ip="10.0.0.1", act="form"):
        return self.env["collections.portal.limit"]._is_exceeded(
            act, {"debtor": debtor, "ip": ip}, {"debtor": 2, "ip": 3}
        )

    def test_limits(self):
        with freeze_time("2026-11-20 10:00:00"):
            self.assertEqual(
                [self._exceed() for _time in range(3)], [False] * 2 + [True]
            )
            self.assertFalse(self._exceed(act="code"))
            self.assertTrue(self._exceed(debtor=2), "the address was used too often")
            self.assertFalse(self._exceed(debtor=2, ip="10.0.0.2"))
        with freeze_time("2026-11-20 11:00:00"):
            self.assertFalse(self._exceed())

    def test_forgotten(self):
        counters = self.env["collections.portal.limit"]
        self._exceed()
        counters._gc_counters()
        self.assertEqual(counters.search_count([("key", "=", "ip:10.0.0.1")]), 1)
        with freeze_time(fields.Datetime.now() + timedelta(hours=26)):
            counters._gc_counters()
        counters.invalidate_model()
        self.assertFalse(counters.search_count([("key", "=", "ip:10.0.0.1")]))


@tagged("post_install", "-at_install")
class TestUploads(BaseCase):
    """What files are, whatever they are called."""

    def test_kinds(self):
        for content, extension in (
            (PDF, "pdf"),
            (PNG, "png"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "jpg"),
            (b"MZ\x90\x00\x03\x00\x00\x00\x04", ""),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", ""),
            (b"<html><script>alert(1)</script></html>", ""),
            (b"PK\x03\x04" + b"\0" * 40, ""),
            (b"GIF89a", ""),
            (b"Some text", ""),
            (b"", ""),
        ):
            self.assertEqual(get_extension(content), extension, content)

    def test_names(self):
        for name, cleaned in (
            ("receipt.pdf", "receipt.pdf"),
            ("Reçu n° 5.PDF", "Reçu n° 5.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\files\\receipt.exe", "receipt.exe.pdf"),
            ("\u202efdp.exe", "fdp.exe.pdf"),
            ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie_ b.pdf"),
            ('<img src="x">.pdf', "_img src=_x__.pdf"),
            ("...", "document.pdf"),
            ("", "document.pdf"),
            ("x" * 300, "x" * 80 + ".pdf"),
        ):
            self.assertEqual(clean_name(name, "pdf"), cleaned)


@tagged("post_install", "-at_install")
class TestTypedAmounts(BaseCase):
    """Amounts as people type them."""

    def test_amounts(self):
        for text, point, separator, amount in (
            ("1000", ".", ",", 1000),
            ("1,000.50", ".", ",", 1000.5),
            ("1 000,50", ",", "\u202f", 1000.5),
            ("1\u202f000,5", ",", "\u202f", 1000.5),
            ("1.000,50", ",", ".", 1000.5),
            (".5", ".", ",", None),
            ("1,00", ".", ",", None),
            ("30.5", ",", "\u202f", None),
            ("-5", ".", ",", None),
            ("nan", ".", ",", None),
            ("1e5", ".", ",", None),
            ("9" * 16, ".", ",", None),
            ("", ".", ",", None),
            ("١٢", ".", ",", 12),
        ):
            if amount is None:
                with self.assertRaises(ValueError):
                    parse_amount(text, point, separator)
            else:
                self.assertEqual(parse_amount(text, point, separator), amount)
