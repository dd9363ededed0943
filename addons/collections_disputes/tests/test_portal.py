import json
import re
from unittest.mock import patch

from lxml import html

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.collections_disputes.controllers import portal, portal_files
from odoo.addons.collections_disputes.models import dispute_case_portal

from .mail_common import PDF, DisputeMailCommon


class PortalCommon(DisputeMailCommon, HttpCase):
    """A customer's contact and another customer's, both with access to the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claire = cls._create_portal_user(cls.contact, "dispute_claire")
        cls.stranger = cls._create_portal_user(cls.other_customer, "dispute_stranger")
        cls.contest_url = f"/my/invoices/{cls.invoice.id}/dispute"

    def setUp(self):
        super().setUp()
        self.mailbox = self._serve()

    def _log_in(self, user):
        self.authenticate(user.login, user.login)

    def _get(self, url):
        """Return what a browser shows of a page: (path, text)."""
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        text = " ".join(html.fromstring(response.text).text_content().split())
        return re.sub(r"^https?://[^/]+", "", response.url), text

    def _contest(self, files=(), url=None, **values):
        """Fill in the form, as a browser does, and send it."""
        url = url or self.contest_url
        page = html.fromstring(self.url_open(url).text)
        token = page.xpath("//input[@name='csrf_token']/@value")[0]
        data = {
            "csrf_token": token,
            "amount": "300",
            "reason_id": str(self.reason.id),
            "description": "Two boxes are broken.",
            **values,
        }
        return self.url_open(
            url,
            data=data,
            files=[("files", (name, content)) for name, content in files] or None,
        )

    def _cases(self):
        return self.env["dispute.case"].search([("partner_id", "=", self.customer.id)])

    def _rpc(self, url, **params):
        response = self.url_open(
            url,
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()


@tagged("post_install", "-at_install")
class TestPortalContest(PortalCommon):
    """A customer contests an invoice."""

    def test_invoice_page_offers_it(self):
        self._log_in(self.claire)
        page = html.fromstring(self.url_open(f"/my/invoices/{self.invoice.id}").text)
        [link] = page.xpath("//a[contains(@class, 'o_dispute_contest_btn')]/@href")
        self.assertTrue(link.startswith(self.contest_url))
        self._pay(self.invoice)
        page = html.fromstring(self.url_open(f"/my/invoices/{self.invoice.id}").text)
        self.assertFalse(page.xpath("//a[contains(@class, 'o_dispute_contest_btn')]"))

    def test_contest(self):
        self._log_in(self.claire)
        response = self._contest(files=[("photo.pdf", PDF), ("list.csv", b"a;b\n1;2")])
        case = self._cases()
        self.assertIn(f"/my/disputes/{case.id}", response.url)
        self.assertIn(case.name, response.text)
        self.assertRecordValues(
            case,
            [
                {
                    "origin": "portal",
                    "state": "new",
                    "amount_disputed": 300,
                    "reason_id": self.reason.id,
                    "contact_id": self.contact.id,
                    "company_id": self.company.id,
                    "user_id": self.collector.id,
                }
            ],
        )
        self.assertEqual(case.line_ids.move_line_id, self._item(self.invoice))
        hold = self.env["dunning.hold"].search([("origin_id", "=", case.id)])
        self.assertRecordValues(hold, [{"reason": "disputed", "amount": 300}])
        words = case.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertEqual(words.author_id, self.contact)
        self.assertIn("Two boxes are broken.", words.body)
        self.assertEqual(
            set(words.attachment_ids.mapped("name")), {"photo.pdf", "list.csv"}
        )
        self._send_queue()
        [(recipients, message)] = self._get_letters(self.mailbox)
        self.assertEqual(recipients, ["claire@durand.example.com"])
        self.assertIn(case.name, message["Subject"])

    def test_words_are_no_markup(self):
        self._log_in(self.claire)
        self._contest(description="<script>alert(1)</script> broken")
        case = self._cases()
        for text in (case.description, case.message_ids[0].body):
            self.assertNotIn("<script", text)

    def test_link_without_login(self):
        """Whoever has the link to the invoice contests it in the customer's name."""
        token = self.invoice._portal_ensure_token()
        self._contest(url=f"{self.contest_url}?access_token={token}")
        self.assertEqual(self._cases().contact_id, self.invoice.partner_id)

    def test_amounts_as_people_write_them(self):
        """A comma is not read as a point, nor the other way round."""
        self._log_in(self.claire)
        self._contest(amount="1,000")
        self.assertEqual(self._cases().amount_disputed, 1000)
        self._cases().sudo().action_resolve("withdrawn", cause_id=self.cause.id)
        self.assertIn("at most", self._contest(amount="30,5").text)

    def test_amounts_in_french(self):
        self.opener.cookies["frontend_lang"] = "fr_FR"
        self.env["res.lang"]._activate_lang("fr_FR")
        self.claire.lang = "fr_FR"
        self._log_in(self.claire)
        page = html.fromstring(self.url_open(self.contest_url).text)
        [proposed] = page.xpath("//input[@name='amount']/@value")
        self.assertEqual(proposed, "1000,00")
        self._contest(amount="1\u202f000,00")
        self.assertEqual(self._cases().amount_disputed, 1000)

    def test_what_is_refused(self):
        hidden = self.env["dispute.reason"].create(
            {"name": "Bank charges", "is_portal": False}
        )
        self._log_in(self.claire)
        self.assertNotIn("Bank charges", self._get(self.contest_url)[1])
        for values, words in (
            ({"amount": "1000.01"}, "at most"),
            ({"amount": "0"}, "more than 0"),
            ({"amount": "-5"}, "more than 0"),
            ({"amount": "nan"}, "more than 0"),
            ({"amount": "many"}, "more than 0"),
            ({"reason_id": str(hidden.id)}, "Choose a reason"),
            ({"reason_id": ""}, "Choose a reason"),
            ({"description": "  "}, "Choose a reason"),
            ({"files": [("virus.exe", b"MZ")]}, "virus.exe is not accepted"),
            ({"files": [("page.pdf", b"<html>")]}, "page.pdf is not accepted"),
            ({"files": [("page.txt", b"<script>")]}, "page.txt is not accepted"),
            ({"files": [(f"{n}.pdf", PDF) for n in range(6)]}, "At most 5 files"),
        ):
            response = self._contest(**values)
            self.assertIn(words, response.text, values)
            self.assertFalse(self._cases(), values)
        self.assertIn("Two boxes are broken.", response.text, "nothing is typed twice")
        with patch.object(portal_files, "MAX_FILE_BYTES", 20):
            response = self._contest(files=[("large.pdf", PDF)])
        self.assertIn("large.pdf is larger than", response.text)
        self.assertFalse(self._cases())

    def test_installments(self):
        """One of two installments; never an item of another invoice."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Twice",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": days})
                    for days in (10, 40)
                ],
            }
        )
        invoice = self._create_invoice(
            10, 600, invoice_payment_term_id=term.id, invoice_date_due=False
        )
        _first, second = self._item(invoice).sorted("date_maturity")
        url = f"/my/invoices/{invoice.id}/dispute"
        self._log_in(self.claire)
        foreign = self._item(self.other_invoice)
        response = self._contest(url=url, item_id=str(foreign.id), amount="300")
        self.assertIn("Say which invoice is disputed.", response.text)
        self.assertFalse(self._cases())
        self._contest(url=url, item_id=str(second.id), amount="300")
        self.assertEqual(self._cases().line_ids.move_line_id, second)

    def test_what_is_disputed_already(self):
        self._open(800)
        self._log_in(self.claire)
        self.assertIn("200.00", self._get(self.contest_url)[1])
        self.assertIn("at most", self._contest(amount="300").text)
        self.assertEqual(len(self._cases()), 1)

    def test_rate(self):
        self._log_in(self.claire)
        with patch.object(dispute_case_portal, "MAX_CASES_PER_DAY", 2):
            for _time in range(3):
                response = self._contest(amount="10")
        self.assertIn("contested many invoices today", response.text)
        self.assertEqual(len(self._cases()), 2)

    def test_invoices_of_others(self):
        self._log_in(self.stranger)
        for suffix in ("", "?access_token=guess"):
            path, text = self._get(self.contest_url + suffix)
            self.assertNotIn(self.invoice.name, text)
            self.assertFalse(path.startswith(self.contest_url))

    def test_get_opens_nothing(self):
        self._log_in(self.claire)
        self._get(
            f"{self.contest_url}?amount=10&reason_id={self.reason.id}&description=x"
        )
        self.assertFalse(self._cases())

    @mute_logger("odoo.http")
    def test_forged_form(self):
        """Another site's form can't be sent in the customer's name."""
        self._log_in(self.claire)
        self.url_open(
            self.contest_url,
            data={"amount": "1", "reason_id": self.reason.id, "description": "x"},
        )
        self.assertFalse(self._cases())


@tagged("post_install", "-at_install")
class TestPortalFollow(PortalCommon):
    """A customer follows his cases, and nobody else does."""

    def setUp(self):
        super().setUp()
        self.case = self._open(300, description="<p>What he said</p>")
        self.case.sudo().write({"cause_id": self.cause.id, "side": "carrier"})
        self.case.message_post(body="He always complains")
        self.url = f"/my/disputes/{self.case.id}"

    def _assert_hidden(self, url):
        path, text = self._get(url)
        self.assertNotIn(self.case.name, text)
        self.assertFalse(path.startswith("/my/disputes/"), path)

    def test_list(self):
        self._log_in(self.claire)
        _path, text = self._get("/my/disputes")
        for words in (self.case.name, self.invoice.name, "300.00", "Received"):
            self.assertIn(words, text)

    def test_what_remains_payable(self):
        """As our letters say; of what nobody has decided to hold, all of it."""
        self._log_in(self.claire)
        text = self._get(self.url)[1]
        self.assertRegex(text, "Remains Payable.*300.00.*700.00")
        self.assertIn("What you do not contest remains payable", text)
        self.case.line_ids.sudo().unheld_reason = "formal"
        text = self._get(self.url)[1]
        self.assertRegex(text, "Remains Payable.*300.00.*1,000.00")
        self.assertIn("what you contest remains payable", text)

    def test_list_of_another_customer(self):
        self._log_in(self.stranger)
        _path, text = self._get("/my/disputes")
        self.assertNotIn(self.case.name, text)
        self.assertIn("You have contested no invoice", text)

    def test_pages(self):
        second = self._open(100)
        self._log_in(self.claire)
        with patch.object(portal.PortalDispute, "_items_per_page", 1):
            self.assertIn(second.name, self._get("/my/disputes")[1])
            _path, text = self._get("/my/disputes/page/2")
        self.assertIn(self.case.name, text)
        self.assertNotIn(second.name, text)

    def test_home(self):
        self._log_in(self.claire)
        counters = self._rpc("/my/counters", counters=["dispute_count"])
        self.assertEqual(counters["result"], {"dispute_count": 1})

    def test_colleagues_of_the_customer(self):
        """They see the invoices of their company, and what it contests."""
        boss = self._create_portal_user(self.customer, "dispute_boss")
        self._log_in(boss)
        self.assertIn(self.case.name, self._get(self.url)[1])

    def test_another_customer(self):
        self._log_in(self.stranger)
        self._assert_hidden(self.url)
        self._assert_hidden(f"{self.url}?access_token=guess")
        self._assert_hidden(f"{self.url}?access_token=")

    def test_public(self):
        self._assert_hidden(self.url)
        self._assert_hidden(f"{self.url}?access_token=guess")
        token = self.case.access_token
        _path, text = self._get(f"{self.url}?access_token={token}")
        self.assertIn(self.case.name, text)

    def test_link_of_another_case(self):
        other = self._open(100)
        self._assert_hidden(f"{self.url}?access_token={other.access_token}")

    def test_another_company(self):
        """Someone who deals with one of our companies sees that one's alone."""
        company = self.setup_other_company()["company"]
        self.claire.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self._log_in(self.claire)
        self._assert_hidden(self.url)
        self.assertNotIn(self.case.name, self._get("/my/disputes")[1])

    def test_case_of_nobody(self):
        """A mail of an unknown sender is no customer's: not even without one."""
        case = self._gateway(self._build(From="eve@nobody.example.com"))
        self.assertFalse(case.partner_id)
        self._log_in(self.claire)
        self.assertNotIn(case.name, self._get("/my/disputes")[1])
        path, _text = self._get(f"/my/disputes/{case.id}")
        self.assertFalse(path.startswith("/my/disputes/"))

    def test_no_such_case(self):
        self._log_in(self.claire)
        path, _text = self._get("/my/disputes/999999999")
        self.assertFalse(path.startswith("/my/disputes/"))

    def test_reading_changes_nothing(self):
        """No page that is only looked at writes to a case or an invoice."""
        self._log_in(self.claire)
        self.env.flush_all()

        def snapshot():
            self.env.cr.execute(
                "SELECT xmin, ctid, write_date, access_token FROM dispute_case "
                "UNION ALL SELECT xmin, ctid, write_date, access_token "
                "FROM account_move ORDER BY 2"
            )
            return self.env.cr.fetchall()

        before = snapshot()
        for url in ("/my/disputes", self.url, self.contest_url):
            self._get(url)
        self.assertEqual(snapshot(), before)

    # === WHAT IS SHOWN === #

    def _fetch_messages(self, **params):
        return self._rpc(
            "/mail/chatter_fetch",
            thread_model="dispute.case",
            thread_id=self.case.id,
            **params,
        )

    def test_secrets(self):
        """Neither notes nor cause, side or owner's data: on the page or behind it."""
        self.collector.phone = "+33 1 99 88 77 66"
        self._log_in(self.claire)
        page = self.url_open(self.url).text
        messages = json.dumps(self._fetch_messages(token=self.case.access_token))
        self.assertIn("is recorded as", messages, "the acknowledgement is shown")
        for secret in (
            "He always complains",
            "Bad packing",
            "arrier",
            "collector@seller.example.com",
            "99 88 77 66",
        ):
            self.assertNotIn(secret, page)
            self.assertNotIn(secret, messages)

    @mute_logger("odoo.http")
    def test_no_rights_behind_the_pages(self):
        self._log_in(self.claire)
        for model in ("dispute.case", "dispute.case.line", "dispute.cause"):
            answer = self._rpc(
                "/web/dataset/call_kw",
                model=model,
                method="search_read",
                args=[[]],
                kwargs={"fields": ["id"]},
            )
            self.assertIn("AccessError", json.dumps(answer["error"]))

    @mute_logger("odoo.http")
    def test_messages_of_others(self):
        self._log_in(self.stranger)
        for params in ({}, {"token": "guess"}):
            answer = json.dumps(self._fetch_messages(**params))
            self.assertNotIn("is recorded as", answer)

    def test_outcome(self):
        self.case.with_user(self.collector).action_reject(
            "<p>The delivery note is signed.</p>", cause_id=self.cause.id
        )
        self._log_in(self.claire)
        _path, text = self._get(self.url)
        for words in (
            "Not accepted",
            "We could not accept your objection.",
            "The delivery note is signed.",
            "Please pay by",
        ):
            self.assertIn(words, text)
        self.assertNotIn("We answer by", text)

    # === ANSWERING === #

    def _post(self, **params):
        return self._rpc(
            "/mail/message/post",
            thread_model="dispute.case",
            thread_id=self.case.id,
            post_data={
                "body": "It was box 7",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            },
            **params,
        )

    def test_answer(self):
        self.case.state = "waiting_customer"
        self._log_in(self.claire)
        self._post(token=self.case.access_token)
        self.env.invalidate_all()
        [answer] = self.case.message_ids.filtered(
            lambda m: m.message_type == "comment" and m.author_id == self.contact
        )
        self.assertIn("It was box 7", answer.body)
        self.assertEqual(answer.author_id, self.contact)
        self.assertEqual(self.case.state, "waiting_us")

    @mute_logger("odoo.http")
    def test_answer_of_a_stranger(self):
        before = self.case.message_ids
        self._log_in(self.stranger)
        for params in ({}, {"token": "guess"}):
            self.assertIn("error", self._post(**params))
        self.env.invalidate_all()
        self.assertEqual(self.case.message_ids, before)
