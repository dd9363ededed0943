import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.collections_portal_code import CollectionsPortalCode
from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestPortalCode(DeliveryCommon):
    """The one-time code with which a link is enough to sign."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(
            ["base", "web", "collections_dunning"], ["fr_FR"], overwrite=True
        )
        cls._create_invoice(10)
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.debtor = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.customer.id)]
        )
        cls.codes = cls.env["collections.portal.code"].sudo()
        cls.plan, cls.other_plan = (
            cls.env["collections.payment.plan"]
            .sudo()
            .create(
                [
                    {
                        "debtor_id": cls.debtor.id,
                        "currency_id": cls.company.currency_id.id,
                        "name": name,
                    }
                    for name in ("PLAN/1", "PLAN/2")
                ]
            )
        )

    def setUp(self):
        super().setUp()
        self.mailbox = self._serve()

    def _send_code(self, document=None):
        """Send a code, and return what stands in the message that arrived."""
        self.codes._send_code(document or self.plan, self.customer)
        _recipients, message = self.mailbox.messages[-1]
        text = message.get_body(("plain",)).get_content()
        return re.search(r"\b\d{6}\b", text).group()

    def _exchange(self, code, document=None):
        return self.codes._exchange(document or self.plan, self.customer, code)

    def test_code_arrives_in_the_customers_language(self):
        self.customer.lang = "fr_FR"
        self.customer.email = "Compta@Durand.example.com"
        code = self._send_code()
        [(recipients, message)] = self.mailbox.messages
        self.assertEqual(recipients, ["compta@durand.example.com"])
        self.assertIn(self.company.name, message["Subject"])
        self.assertNotIn(code, message["Subject"])
        self.assertIn('lang="fr_FR"', message.get_body(("html",)).get_content())

    def test_code_is_kept_nowhere(self):
        """Colleagues read the chatter, the mails and the tables: not the code."""
        code = self._send_code()
        [row] = self.codes.search([])
        self.assertNotIn(code, str(row.read()))
        self.assertFalse(self.env["mail.mail"].search([("body_html", "ilike", code)]))
        self.assertFalse(self.env["mail.message"].search([("body", "ilike", code)]))

    def test_code_opens_its_document_once(self):
        code = self._send_code()
        key = self._exchange(f" {code[:3]} {code[3:]}")
        self.assertEqual(
            self.codes._find_by_key(self.plan, key).email, "compta@durand.example.com"
        )
        self.assertFalse(self.codes._find_by_key(self.other_plan, key))
        self.assertFalse(self.codes._find_by_key(self.plan, "guess"))
        self.assertIsNone(self._exchange(code), "replayed")

    def test_code_of_another_document(self):
        code = self._send_code()
        self._send_code(self.other_plan)
        self.assertIsNone(self._exchange(code, self.other_plan))

    def test_new_code_kills_the_one_before(self):
        first = self._send_code()
        key = self._exchange(first)
        second = self._send_code()
        self.assertFalse(self.codes._find_by_key(self.plan, key))
        if first != second:
            self.assertIsNone(self._exchange(first))
        self.assertTrue(self._exchange(second))
        self.assertEqual(self.codes.search_count([]), 1)

    def test_five_tries(self):
        code = self._send_code()
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for _try in range(4):
            self.assertIsNone(self._exchange(wrong))
        self.assertTrue(self._exchange(code))
        code = self._send_code()
        for guess in ("", "123", "x" * 5000, wrong, wrong):
            self.assertIsNone(self._exchange(guess))
        self.assertIsNone(self._exchange(code))

    def test_fifteen_minutes(self):
        code = self._send_code()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=16)):
            self.assertIsNone(self._exchange(code))
        code = self._send_code()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=14)):
            key = self._exchange(code)
            self.assertTrue(self.codes._find_by_key(self.plan, key))
        with freeze_time(fields.Datetime.now() + timedelta(minutes=30)):
            self.assertFalse(self.codes._find_by_key(self.plan, key))

    def test_old_codes_are_forgotten(self):
        self._send_code()
        self.codes._gc_codes()
        self.assertTrue(self.codes.search([]))
        with freeze_time(fields.Datetime.now() + timedelta(minutes=16)):
            self.codes._gc_codes()
        self.assertFalse(self.codes.search([]))

    def test_test_mode(self):
        self.company.write(
            {"dunning_test_mode": True, "dunning_test_email": "test@seller.example.com"}
        )
        self._send_code()
        [(recipients, message)] = self.mailbox.messages
        self.assertEqual(recipients, ["test@seller.example.com"])
        self.assertIn("compta@durand.example.com", message["Subject"])

    @mute_logger(CollectionsPortalCode.__module__)
    def test_server_refuses(self):
        self.mailbox.refusals["compta@durand.example.com"] = "550 Unknown"
        with self.assertRaisesRegex(UserError, "could not be sent"):
            self.codes._send_code(self.plan, self.customer)

    def test_no_address(self):
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.codes._send_code(self.plan, self.customer)

    def test_who_signs(self):
        """The contact of the document, else the dunning contact; never an outsider."""
        contact = self.env["res.partner"].create(
            {
                "name": "Claire",
                "parent_id": self.customer.id,
                "email": "claire@durand.example.com",
            }
        )
        signatory = self.debtor._get_portal_signatory
        self.assertEqual(signatory(self.plan), self.customer)
        self.plan.contact_id = contact
        self.assertEqual(signatory(self.plan), contact)
        contact.email = False
        self.assertEqual(signatory(self.plan), self.customer)
        contact.write({"email": "claire@martin.example.com", "parent_id": False})
        self.assertEqual(signatory(self.plan), self.customer)
        self.customer.email = False
        self.assertFalse(signatory(self.plan))

    def test_rights(self):
        """What proves a code is nobody's to read."""
        for model in ("collections.portal.code", "collections.portal.limit"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.manager).search([])
