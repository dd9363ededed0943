from email.message import EmailMessage

from odoo.tests import BaseCase, tagged

from odoo.addons.collections_disputes.tools import mail_text


@tagged("post_install", "-at_install")
class TestMailText(BaseCase):
    """What is read in a mail."""

    def test_numbers(self):
        numbers = ["INV/2026/00012", "INV/2026/0001", "12", "FAC-7781"]
        for text, found in (
            ("Invoice INV/2026/00012 is wrong", ["INV/2026/00012"]),
            ("inv-2026-00012 and fac 7781!", ["INV/2026/00012", "FAC-7781"]),
            ("INV/2026/000123 or XINV/2026/00012", []),
            ("12 boxes of 2026", []),
            ("", []),
        ):
            self.assertEqual(mail_text.find_numbers(text, numbers), found, text)

    def test_own_words(self):
        for body in (
            "<p>Mine</p><blockquote><p>Yours</p></blockquote>",
            "<p>Mine</p><p>Le 2 nov. 2026 à 10:00, Vendeur a écrit&nbsp;:</p>Yours",
            "<pre>Mine\n-----Original Message-----\nYours</pre>",
            "<pre>Mine\n&gt; Yours</pre>",
            "<p>Mine</p><p>From: Seller<br/>Sent: Monday<br/>Yours</p>",
        ):
            self.assertEqual(mail_text.get_own_words(body), "Mine", body)
        self.assertEqual(mail_text.get_own_words("<blockquote>Yours</blockquote>"), "")
        self.assertEqual(mail_text.get_own_words(None), "")

    def test_words_of_a_subject(self):
        self.assertIn(
            "LIT/2026/00012", mail_text.get_words("Re: [LIT/2026/00012], broken")
        )
        self.assertEqual(mail_text.get_words(None), [])

    def test_automatic(self):
        for name, value, automatic, reply in (
            ("Auto-Submitted", "auto-replied; owner=x", True, True),
            ("Auto-Submitted", "auto-generated (rejected)", True, False),
            ("Auto-Submitted", "No", False, False),
            ("Precedence", "list", True, False),
            ("Precedence", "auto_reply", True, True),
            ("Precedence", "first-class", False, False),
            ("Return-Path", "<>", True, True),
            ("Return-Path", "<claire@durand.example.com>", False, False),
            ("X-Autorespond", "1", True, True),
            ("X-Auto-Response-Suppress", "All", True, False),
            ("List-Id", "<books.durand.example.com>", True, False),
            ("Subject", "Automatic reply", False, False),
        ):
            message = EmailMessage()
            message[name] = value
            case = (name, value)
            self.assertIs(mail_text.is_automatic(message), automatic, case)
            self.assertIs(mail_text.is_automatic_reply(message), reply, case)

    def test_amounts(self):
        names = ("€", "EUR", "Euros")
        for text, found in (
            ("We do not pay the 300 € of transport", [300]),
            ("300€, EUR 300.00 and 300,00 euros", [300]),
            ("1 234,56 € instead of €1,000", [1000, 1234.56]),
            ("1.234 € and 1\u202f234,5 EUR", [1234, 1234.5]),
            ("12 boxes, 300 USD, FAC/2026/300, 300 europium", []),
            ("v1.300 €", []),
            ("", []),
        ):
            self.assertEqual(mail_text.find_amounts(text, names), found, text)
        self.assertEqual(mail_text.find_amounts("300", (False, "")), [])
