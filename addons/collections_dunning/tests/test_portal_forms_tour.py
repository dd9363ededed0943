from unittest.mock import patch

from odoo.tests import tagged

from ..models import collections_portal_code
from .test_portal_sign import PortalSignCommon


class PortalToursCommon(PortalSignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")

    def _assert_promised(self, contact):
        promise = self.env["collections.promise"].search([])
        self.assertRecordValues(
            promise,
            [
                {
                    "origin": "portal",
                    "amount": 500,
                    "contact_id": contact.id,
                    "note": "As soon as I am paid",
                }
            ],
        )

    def _assert_signed(self, address):
        self.env.invalidate_all()
        self.assertRecordValues(
            self.plan,
            [
                {
                    "state": "accepted",
                    "signed_by": "Claire Durand",
                    "signed_email": address,
                }
            ],
        )
        self.assertGreater(len(self.plan.signature), 1000, "her name was drawn")
        self.assertTrue(self.plan.agreement_attachment_id.raw.startswith(b"%PDF"))


@tagged("post_install", "-at_install")
class TestPortalFormsTours(PortalToursCommon):
    """A customer at her desk, logged in."""

    def test_promise(self):
        self.plan.action_cancel()
        self.start_tour(
            "/my/collections", "collections_portal_promise", login=self.claire.login
        )
        self._assert_promised(self.contact)

    def test_sign(self):
        self.start_tour(
            "/my/collections", "collections_portal_sign", login=self.claire.login
        )
        self._assert_signed(self.contact.email_normalized)


@tagged("post_install", "-at_install")
class TestPortalFormsTelephone(PortalToursCommon):
    """A customer with the link of a message on her telephone, in French."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.lang = "fr_FR"

    def test_promise(self):
        self.plan.action_cancel()
        self.start_tour(self._link(), "collections_portal_promise")
        self._assert_promised(self.customer)

    def test_sign(self):
        with patch.object(
            collections_portal_code.secrets, "randbelow", return_value=12345
        ):
            self.start_tour(self._link(), "collections_portal_sign_by_link")
        [(recipients, message)] = self.mailbox.messages
        self.assertEqual(recipients, ["compta@durand.example.com"])
        self.assertIn("012345", message.get_body(("plain",)).get_content())
        self._assert_signed("compta@durand.example.com")
