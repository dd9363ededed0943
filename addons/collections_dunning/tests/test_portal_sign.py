import base64
import json
import re
from datetime import timedelta
from unittest.mock import patch
from zlib import crc32

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import portal_sign
from .delivery_common import DeliveryCommon
from .portal_forms_common import PDF, PNG, PortalFormsCommon

SIGNATURE = base64.b64encode(PNG).decode()
# Its head alone says that it has 60,000 by 60,000 points.
HEAD = b"IHDR" + (60_000).to_bytes(4) * 2 + PNG[24:29]
HUGE = base64.b64encode(PNG[:12] + HEAD + crc32(HEAD).to_bytes(4) + PNG[33:]).decode()


class PortalSignCommon(PortalFormsCommon, DeliveryCommon):
    """A plan that a customer can sign, and a server that his mail arrives at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._propose_plan(cls.debtor, cls.overdue)

    @classmethod
    def _propose_plan(cls, debtor, invoice, **vals):
        plans = cls.env["collections.payment.plan"]
        plan = plans._create_from_items(debtor, cls._item(invoice), **vals)
        plan.action_propose()
        return plan

    def setUp(self):
        super().setUp()
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
        self.env.cr.postcommit.clear()
        self.mailbox = self._serve()
        self.url = self._get_url(self.plan)

    def _get_url(self, document, page=None):
        kind = "plan" if document._name.endswith("plan") else "settlement"
        return f"{page or self._link()}/{kind}/{document.id}"

    def _accept(self, url=None, name="Claire Durand", signature=SIGNATURE):
        """Send the signature as core's form does, and return the answer."""
        params = {"name": name, "signature": signature}
        response = self.url_open(
            f"{url or self.url}/accept",
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return response.json()["result"]

    def _get_code(self):
        """Return the code of the last message."""
        _recipients, message = self.mailbox.messages[-1]
        return re.search(
            r"\b\d{6}\b", message.get_body(("plain",)).get_content()
        ).group()

    def _type_code(self, code, url=None):
        return self._send_form(url or self.url, code=code)

    def _can_sign(self, response):
        return "portal.signature_form" in response.text

    def _prove(self, url=None):
        """Ask for a code, read it and type it."""
        self._send_form(url or self.url)
        return self._type_code(self._get_code(), url)


@tagged("post_install", "-at_install")
class TestPortalSignOffer(PortalSignCommon):
    """Signing a settlement offer: by the same ways."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offer = cls._make_offer(cls.debtor, cls.coming)

    @classmethod
    def _make_offer(cls, debtor, invoice):
        offer = cls.env["collections.settlement"].create(
            {
                "debtor_id": debtor.id,
                "item_ids": cls._item(invoice).ids,
                "currency_id": invoice.currency_id.id,
                "percent": 80,
                "date": cls.today + timedelta(days=10),
                "write_off_account_id": cls.company_data["default_account_expense"].id,
            }
        )
        offer.action_offer()
        return offer

    def test_logged_in(self):
        self._log_in(self.claire)
        url = self._get_url(self.offer, f"/my/collections/{self.debtor.id}")
        response = self.url_open(url)
        self.assertTrue(self._can_sign(response))
        self.assertIn("240.00", self._read(response))
        self.assertNotIn("error", self._accept(url))
        self.assertRecordValues(
            self.offer,
            [
                {
                    "state": "accepted",
                    "signed_by": "Claire Durand",
                    "signed_ip": "127.0.0.1",
                    "acceptance": "portal",
                }
            ],
        )
        document = self.url_open(f"{url}/agreement")
        self.assertEqual(document.content, self.offer.agreement_attachment_id.raw)
        self.assertEqual(self._get_tasks().user_id, self.collector)
        self.assertIn("error", self._accept(url))

    def test_link(self):
        url = self._get_url(self.offer)
        self.assertIn("error", self._accept(url))
        self._prove(url)
        self.assertIn("error", self._accept(), "the plan's is another code")
        self.assertNotIn("error", self._accept(url))
        self.assertEqual(self.offer.state, "accepted")
        self.assertEqual(self.plan.state, "proposed")

    def test_no_plan_beside_an_offer(self):
        items = self._item(self.coming)
        debtor = self.debtor.sudo()
        for bars in (
            debtor._get_portal_plan_bars(items),
            debtor._get_portal_promise_bars(items),
        ):
            self.assertEqual(bars, {items: "Part of our offer."})

    def test_too_late(self):
        self._log_in(self.claire)
        url = self._get_url(self.offer, f"/my/collections/{self.debtor.id}")
        self.offer.sudo().date = self.today - timedelta(days=1)
        self.assertIn("no longer", self._accept(url)["error"])
        self.assertEqual(self.offer.state, "offered")

    def test_offers_of_others(self):
        foreign = self._make_offer(self.other_debtor, self.foreign)
        url = self._get_url(foreign)
        self._assert_missing(url)
        self.assertIn("error", self._accept(url))
        self.assertEqual(foreign.state, "offered")


@tagged("post_install", "-at_install")
class TestPortalSign(PortalSignCommon):
    """Signing a payment plan: logged in, or through a link with a code."""

    def test_logged_in(self):
        self._log_in(self.claire)
        url = self._get_url(self.plan, f"/my/collections/{self.debtor.id}")
        self.assertTrue(self._can_sign(self.url_open(url)))
        self.assertEqual(self._accept(url)["redirect_url"], url)
        self.assertRecordValues(
            self.plan,
            [
                {
                    "state": "accepted",
                    "signed_by": "Claire Durand",
                    "signed_email": self.contact.email_normalized,
                    "signed_ip": "127.0.0.1",
                    "acceptance": "portal",
                    "accepted_on": self.today,
                }
            ],
        )
        self.assertEqual(base64.b64decode(self.plan.signature), PNG)
        self.assertTrue(self.plan.signed_on)
        self.assertFalse(self.mailbox.messages, "no code was needed")
        text = self._read(self.url_open(url))
        self.assertIn("Signed by Claire Durand", text)
        document = self.url_open(f"{url}/agreement")
        self.assertEqual(document.headers["Content-Type"], "application/pdf")
        self.assertEqual(document.content, self.plan.agreement_attachment_id.raw)
        mail = self.env["mail.mail"].sudo().search([("state", "=", "outgoing")])
        copies = mail.filtered(
            lambda mail: mail.attachment_ids & self.plan.agreement_attachment_id
        )
        self.assertTrue(copies.recipient_ids)

    def test_link(self):
        """Only who reads the customer's mail signs through a link."""
        response = self.url_open(self.url)
        self.assertFalse(self._can_sign(response))
        self.assertIn("c•••@durand.example.com", self._read(response))
        self.assertIn("error", self._accept())
        self.assertEqual(self.plan.state, "proposed")
        response = self._prove()
        self.assertTrue(self._can_sign(response))
        [(recipients, _message)] = self.mailbox.messages
        self.assertEqual(recipients, ["compta@durand.example.com"])
        self.assertNotIn("error", self._accept())
        self.assertRecordValues(
            self.plan,
            [
                {
                    "state": "accepted",
                    "signed_by": "Claire Durand",
                    "signed_email": "compta@durand.example.com",
                    "signed_ip": "127.0.0.1",
                }
            ],
        )
        self.assertFalse(self.env["collections.portal.code"].sudo().search([]))
        self.assertIn("error", self._accept(name="Eve"))
        self.assertEqual(self.plan.signed_by, "Claire Durand")

    def test_guessed_codes(self):
        self._send_form(self.url)
        code = self._get_code()
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for _try in range(5):
            error = self._get_error(self._type_code(wrong))
            self.assertIn("wrong", error)
        self.assertIn("wrong", self._get_error(self._type_code(code)))
        self.assertIn("error", self._accept())
        self.assertEqual(self.plan.state, "proposed")

    def test_replayed_code(self):
        self._prove()
        code = self._get_code()
        self.opener.cookies.clear()
        self.assertFalse(self._can_sign(self.url_open(self.url)), "another browser")
        self.assertIn("wrong", self._get_error(self._type_code(code)))
        self.assertIn("error", self._accept())

    def test_code_of_another_plan(self):
        other = self._propose_plan(self.debtor, self.coming)
        other_url = self._get_url(other)
        self._prove(other_url)
        self.assertFalse(self._can_sign(self.url_open(self.url)))
        self.assertIn("error", self._accept())
        self.assertIn("error", self._accept(self.url))
        self.assertEqual(self.plan.state, "proposed")
        self.assertNotIn("error", self._accept(other_url))

    def test_documents_of_others(self):
        """Another customer's plan isn't there, whatever the way."""
        foreign = self._propose_plan(self.other_debtor, self.foreign)
        url = self._get_url(foreign)
        self._assert_missing(url)
        self._assert_missing(f"{url}/agreement")
        self.assertIn("error", self._accept(url))
        self._log_in(self.claire)
        own = f"/my/collections/{self.debtor.id}"
        others = f"/my/collections/{self.other_debtor.id}"
        for page in (own, others):
            self._assert_missing(self._get_url(foreign, page))
            self.assertIn("error", self._accept(self._get_url(foreign, page)))
        self._assert_missing(self._get_url(self.plan, others))
        self._assert_missing(f"{own}/plan/999999999")
        self.assertIn("error", self._accept(f"{own}/plan/999999999"))
        self.assertEqual(foreign.state, "proposed")

    def test_link_of_another_customer(self):
        """Who is logged in as somebody else is nobody here: he needs a code too."""
        stranger = self._create_portal_user(self.other_customer, "dunning_stranger")
        self._log_in(stranger)
        self.assertFalse(self._can_sign(self.url_open(self.url)))
        self.assertIn("error", self._accept())

    def test_what_is_no_offer(self):
        draft = self.env["collections.payment.plan"]._create_from_items(
            self.debtor, self._item(self.coming)
        )
        self._log_in(self.claire)
        page = f"/my/collections/{self.debtor.id}"
        self._assert_missing(self._get_url(draft, page))
        self.assertIn("error", self._accept(self._get_url(draft, page)))
        url = self._get_url(self.plan, page)
        self.plan.sudo().valid_until = self.today - timedelta(days=1)
        response = self.url_open(url)
        self.assertFalse(self._can_sign(response))
        self.assertIn("no longer be signed", self._read(response))
        self.assertIn("no longer", self._accept(url)["error"])
        self.assertEqual(self.plan.state, "proposed")
        self.plan.action_cancel()
        self._assert_missing(url)

    def test_what_is_no_signature(self):
        self._log_in(self.claire)
        url = self._get_url(self.plan, f"/my/collections/{self.debtor.id}")
        svg = base64.b64encode(b"<svg xmlns='x'><script/></svg>").decode()
        for signature in (
            "",
            None,
            "not base64",
            svg,
            base64.b64encode(PDF).decode(),
            SIGNATURE[:40],
            {"x": 1},
            SIGNATURE + "A" * 1_000_000,
            HUGE,
        ):
            self.assertIn("error", self._accept(url, signature=signature))
        for name in ("", "  ", None, ["x"], "\x00", "\u202e"):
            self.assertIn("error", self._accept(url, name=name))
        self.assertEqual(self.plan.state, "proposed")
        self.assertFalse(self.plan.signature)
        self._accept(url, name="\x00\u202e" + "x" * 1000)
        self.assertEqual(self.plan.signed_by, "x" * portal_sign.MAX_NAME)

    def test_our_own_people(self):
        self._log_in(self.collector)
        response = self.url_open(self.url)
        self.assertFalse(self._can_sign(response))
        self.assertNotIn("Mail me the code", response.text)
        self.assertIn("error", self._accept())
        self.assertEqual(self.plan.state, "proposed")

    def test_many_codes(self):
        limits = {"debtor": 1, "ip": 100}
        with patch.object(portal_sign, "PORTAL_CODES_PER_HOUR", limits):
            self._send_form(self.url)
            response = self._send_form(self.url)
        self.assertIn("a lot at once", self._get_error(response))
        self.assertEqual(len(self.mailbox.messages), 1)

    def test_looking_changes_nothing(self):
        """No scanner of mail asks for a code, or signs."""
        self.url_open(self.url)
        self.url_open(f"{self.url}?code=123456")
        self.url_open(f"{self.url}/agreement")
        self.assertFalse(self.mailbox.messages)
        self.assertFalse(self.env["collections.portal.code"].sudo().search([]))
        self.assertFalse(self.env["collections.portal.limit"].sudo().search([]))

    @mute_logger("odoo.http")
    def test_forged_form(self):
        self.assertEqual(self.url_open(self.url, data={"x": "1"}).status_code, 400)
        self.url_open(
            f"{self.url}/accept", data={"name": "Eve", "signature": SIGNATURE}
        )
        self.assertFalse(self.mailbox.messages)
        self.assertEqual(self.plan.state, "proposed")

    def test_no_address(self):
        self.customer.email = False
        self.plan.sudo().contact_id = False
        response = self.url_open(self.url)
        self.assertIn("no e-mail address", self._read(response))
