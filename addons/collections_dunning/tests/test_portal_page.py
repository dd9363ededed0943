import io
from datetime import timedelta
from unittest.mock import patch

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo import Command
from odoo.sql_db import Cursor
from odoo.tests import tagged

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalPage(PortalCommon):
    """What a customer reads on his page, and what he takes from it."""

    def _hold(self, reason, invoice=None, **vals):
        return (
            self.env["dunning.hold"]
            .sudo()
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "move_line_id": self._item(invoice or self.overdue).id,
                    "reason": reason,
                    "note": "he lies as always",
                    **vals,
                }
            )
        )

    def _page(self):
        return self._read(self.url_open(self._link()))

    def test_items(self):
        self._create_credit_note(50.0)
        text = self._page()
        for words in (self.overdue.name, self.coming.name, "40 days late", "1,200.00"):
            self.assertIn(words, text)
        self.assertIn("Your credits", text)
        self.assertIn("Balance $ 1,450.00", text)
        for words in (self.foreign.name, "777.77", "Martin"):
            self.assertNotIn(words, text)

    def test_nothing_open(self):
        self._pay(self.overdue)
        self._pay(self.coming)
        self.assertIn("Nothing is open on your account.", self._page())

    def test_words_of_holds(self):
        """Why something is not dunned, in words for him: never our notes."""
        cases = [
            ("disputed", {"amount": 200.0}, "You dispute $ 200.00 of it"),
            ("disputed", {}, "You dispute this invoice"),
            ("payment_plan", {}, "Part of a payment plan."),
            ("paused", {"date_to": self.today}, "No reminder before"),
            ("retention", {}, "Retention money"),
            ("factored", {}, "Please contact us before you pay this."),
            ("escalated", {}, "Please contact us before you pay this."),
        ]
        for reason, vals, words in cases:
            hold = self._hold(reason, **vals)
            text = self._page().replace("\u00a0", " ")
            self.assertIn(words, text)
            self.assertNotIn("lies", text)
            hold.unlink()
        self._hold("disputed", date_from=self.today - timedelta(days=9)).date_to = (
            self.today - timedelta(days=1)
        )
        self.assertNotIn("You dispute", self._page())

    def test_words_of_a_promise(self):
        self.env["collections.promise"].create(
            {
                "debtor_id": self.debtor.id,
                "currency_id": self.company.currency_id.id,
                "item_ids": [Command.set(self._item(self.overdue).ids)],
                "amount": 1200.0,
                "date": self.today + timedelta(days=3),
            }
        )
        text = self._page()
        self.assertIn("You announced a payment for", text)
        self.assertIn("You announced $ 1,200.00 for", text)
        self.assertNotIn("checked=", self.url_open(self._link()).text)

    def test_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        response = self.url_open(self._link())
        self.assertIn('lang="fr-FR"', response.text)
        self.assertRegex(self._read(response), "1\\s200,00")

    def test_arrangements(self):
        plan = (
            self.env["collections.payment.plan"]
            .sudo()
            .create(
                {
                    "name": "PLAN/0001",
                    "debtor_id": self.debtor.id,
                    "currency_id": self.company.currency_id.id,
                    "state": "proposed",
                    "amount_total": 900.0,
                    "installment_ids": [
                        Command.create(
                            {
                                "date": self.today + timedelta(days=30 * n),
                                "amount": 300.0,
                            }
                        )
                        for n in range(3)
                    ],
                }
            )
        )
        settlement = (
            self.env["collections.settlement"]
            .sudo()
            .create(
                {
                    "name": "OFFER/0001",
                    "debtor_id": self.debtor.id,
                    "currency_id": self.company.currency_id.id,
                    "state": "offered",
                    "item_ids": [Command.set(self._item(self.overdue).ids)],
                    "amount": 960.0,
                    "amount_due": 1200.0,
                    "date": self.today + timedelta(days=10),
                }
            )
        )
        text = self._page()
        self.assertIn("PLAN/0001", text)
        self.assertIn("Waits for your signature", text)
        self.assertIn("OFFER/0001", text)
        response = self.url_open(self._link(self.other_debtor))
        self.assertNotIn("PLAN/0001", response.text)
        self.assertNotIn("OFFER/0001", response.text)
        plan.state = settlement.state = "cancelled"
        text = self._page()
        self.assertNotIn("PLAN/0001", text)
        self.assertNotIn("OFFER/0001", text)

    def test_many_items(self):
        """No query for each item."""
        debtor = self.debtor.sudo()
        debtor._get_portal_account()  # what is read once for good

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            debtor._get_portal_account()
            return self.env.cr.sql_log_count - before

        few = count()
        for _number in range(6):
            self._create_invoice(30, 10.0)
        self.assertEqual(count(), few)

    # === DOCUMENTS === #

    def test_statement(self):
        response = self.url_open(f"{self._link()}/statement.pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        pages = PdfReader(io.BytesIO(response.content)).pages
        text = "".join(page.extract_text() for page in pages)
        self.assertIn(self.overdue.name, text)
        self.assertNotIn(self.foreign.name, text)

    def test_statement_workbook(self):
        response = self.url_open(f"{self._link()}/statement.xlsx")
        sheet = load_workbook(io.BytesIO(response.content)).active
        cells = {cell for row in sheet.values for cell in row}
        self.assertIn(self.overdue.name, cells)
        self.assertNotIn(self.foreign.name, cells)

    def test_invoice_copy(self):
        for url in (self._link(), None):
            if not url:
                self._log_in(self.claire)
                url = f"/my/collections/{self.debtor.id}"
            response = self.url_open(f"{url}/invoice/{self.overdue.id}")
            self.assertTrue(response.content.startswith(b"%PDF-"))
            self.assertIn("no-store", response.headers["Cache-Control"])

    def test_foreign_documents(self):
        """Another customer's ids open nothing, nor drafts, bills and entries."""
        draft = self.overdue.copy()
        bill = self.init_invoice("in_invoice", partner=self.customer, amounts=[5.0])
        bill.action_post()
        urls = [
            f"/invoice/{move.id}"
            for move in (self.foreign, draft, bill, self._pay(self.coming).move_id)
        ]
        plan = (
            self.env["collections.payment.plan"]
            .sudo()
            .create(
                {
                    "debtor_id": self.other_debtor.id,
                    "currency_id": self.company.currency_id.id,
                    "state": "accepted",
                    "agreement_attachment_id": self.env["ir.attachment"]
                    .create({"name": "a.pdf", "raw": b"%PDF-"})
                    .id,
                }
            )
        )
        urls += [f"/plan/{plan.id}/agreement", "/invoice/0", "/settlement/1/agreement"]
        self._log_in(self.claire)
        for url in urls:
            self._assert_missing(self._link() + url)
            self._assert_missing(f"/my/collections/{self.debtor.id}{url}")
        own = self.url_open(f"{self._link(self.other_debtor)}/plan/{plan.id}/agreement")
        self.assertEqual(own.content, b"%PDF-")

    def test_documents_need_the_link(self):
        self.debtor.action_revoke_portal_link()
        token = self.debtor._get_portal_token()
        self.debtor.action_revoke_portal_link()
        paths = ("statement.pdf", "statement.xlsx", f"invoice/{self.overdue.id}", "pay")
        for path in paths:
            self._assert_missing(f"/collections/{token}/{path}")
            self._assert_missing(f"/my/collections/{self.debtor.id}/{path}")
            self._assert_missing(f"/collections/nothing/{path}")

    def test_get_changes_nothing(self):
        """Mail scanners open links: nothing of ours is written by that."""
        item = self._item(self.overdue).id
        self.env.flush_all()
        written = []
        execute = Cursor.execute

        def watch(cursor, query, *args, **kwargs):
            text = str(getattr(query, "code", query)).strip().upper()
            if text.startswith(("INSERT", "UPDATE", "DELETE")):
                written.append(text[:80])
            return execute(cursor, query, *args, **kwargs)

        link = self._link()
        self.url_open(link)  # style sheets are bundled once
        with patch.object(Cursor, "execute", watch):
            for path in ("", "/statement.xlsx", f"/pay?item={item}", "/pay?item=1"):
                self.assertEqual(self.url_open(link + path).status_code, 200)
        self.assertEqual(written, [])
