import base64
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.misc import hash_sign

from ..const import PORTAL_LINK_DAYS
from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCommon):
    """Who opens a customer's page, and who doesn't."""

    def test_link(self):
        response = self.url_open(self._link())
        self.assertEqual(response.status_code, 200)
        self.assertIn("Durand SARL", self._read(response))
        self.assertNotIn("Martin", self._read(response))

    def test_nobody_keeps_it(self):
        for url in (self._link(), "/collections/nothing"):
            headers = self.url_open(url).headers
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_garbled_links(self):
        token = self.debtor._get_portal_token()
        raw = base64.urlsafe_b64decode(token + "===")
        other = raw.replace(
            str(self.debtor.id).encode(), str(self.other_debtor.id).encode()
        )
        later = raw[:1] + (2**40).to_bytes(8, "little") + raw[9:]
        forged = [base64.urlsafe_b64encode(text).decode() for text in (other, later)]
        texts = ("x", "AQ", "é" * 9, "%00", token[:-4], token[4:], "A" * 200)
        for text in (*texts, *forged):
            self._assert_missing(f"/collections/{text}")

    def test_signed_for_something_else(self):
        values = [self.debtor.id, ""]
        self._assert_missing(f"/collections/{hash_sign(self.env, 'other', values)}")

    def test_expired(self):
        link = self._link()
        last = fields.Date.today() + timedelta(days=PORTAL_LINK_DAYS)
        debtors = self.env["collections.debtor"]
        token = link.rpartition("/")[2]
        with freeze_time(f"{last} 12:00:00"):
            self.assertEqual(debtors._find_by_portal_token(token), self.debtor)
        with freeze_time(f"{last + timedelta(days=1)} 12:00:00"):
            self.assertFalse(debtors._find_by_portal_token(token))
        self._assert_missing(self._link(days=-2))

    def test_same_all_day(self):
        with freeze_time("2026-05-05 08:00:00"):
            morning = self.debtor._get_portal_url()
        with freeze_time("2026-05-05 19:00:00"):
            self.assertEqual(self.debtor._get_portal_url(), morning)

    def test_revoked(self):
        link, other = self._link(), self._link(self.other_debtor)
        self.debtor.with_user(self.collector).action_revoke_portal_link()
        self._assert_missing(link)
        self.assertEqual(self.url_open(self._link()).status_code, 200)
        self.assertEqual(self.url_open(other).status_code, 200)
        self.assertIn("revoked", self.debtor.message_ids[0].body)

    def test_rights(self):
        for method in ("action_revoke_portal_link", "action_open_portal_page"):
            with self.assertRaises(AccessError):
                getattr(self.debtor.with_user(self.reader), method)()
            with self.assertRaises(AccessError):
                getattr(self.debtor.with_user(self.claire), method)()
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.manager).write({"portal_nonce": "known"})
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.manager).read(["portal_nonce"])
        url = self.debtor.with_user(self.collector).action_open_portal_page()["url"]
        self.assertIn("/collections/", url)

    def test_deleted_file(self):
        lonely = self._create_customer("Lonely")
        debtor = (
            self.env["collections.debtor"]
            .sudo()
            .create({"partner_id": lonely.id, "company_id": self.company.id})
        )
        link = self._link(debtor)
        debtor.unlink()
        self._assert_missing(link)

    def test_own_account(self):
        self._log_in(self.claire)
        for url in ("/my/collections", f"/my/collections/{self.debtor.id}"):
            response = self.url_open(url)
            self.assertIn("Durand SARL", self._read(response))
            self.assertEqual(response.headers["Cache-Control"], "no-store")
        self._assert_missing(f"/my/collections/{self.other_debtor.id}")
        self._assert_missing("/my/collections/999999999")

    def test_not_logged_in(self):
        for url in ("/my/collections", f"/my/collections/{self.debtor.id}"):
            response = self.url_open(url)
            self.assertIn("/web/login", response.url)

    def test_contact_who_moves(self):
        """A contact of another customer sees that customer's page, or none."""
        self.contact.parent_id = self.other_customer
        self._log_in(self.claire)
        self._assert_missing(f"/my/collections/{self.debtor.id}")
        self.assertIn("Martin SAS", self._read(self.url_open("/my/collections")))
        self.contact.parent_id = False
        text = self._read(self.url_open("/my/collections"))
        self.assertNotIn("Martin", text)
        self.assertIn("Nothing is open", text)

    def test_other_company(self):
        """A portal user sees the files of his companies, a link one of them."""
        branch = self.env["res.company"].create(
            {"name": "Second Seller", "dunning_active": True}
        )
        second = (
            self.env["collections.debtor"]
            .sudo()
            .create({"partner_id": self.customer.id, "company_id": branch.id})
        )
        self._log_in(self.claire)
        self._assert_missing(f"/my/collections/{second.id}")
        self.claire.company_ids += branch
        text = self._read(self.url_open("/my/collections"))
        self.assertIn("Second Seller", text)
        self.assertIn(self.company.name, text)
        response = self.url_open(f"/my/collections/{second.id}")
        self.assertIn("Durand SARL", self._read(response))
        self.assertNotIn("1,200", self._read(response))

    def test_test_mode(self):
        """While the company tries it out, the link says so; customers see nothing."""
        text = self._read(self.url_open(self._link()))
        self.assertNotIn("Test mode", text)
        self.company.write(
            {"dunning_test_mode": True, "dunning_test_email": "t@seller.example.com"}
        )
        text = self._read(self.url_open(self._link()))
        self.assertIn("Test mode", text)
        self.assertIn("Durand SARL", text)
        self._log_in(self.claire)
        self._assert_missing(f"/my/collections/{self.debtor.id}")
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["collections_overdue"]}
        )
        self.assertEqual(counters["collections_overdue"], 0)

    def test_not_activated(self):
        self.company.dunning_active = False
        self._log_in(self.claire)
        self._assert_missing(f"/my/collections/{self.debtor.id}")

    def test_our_own_people(self):
        """A collector sees what the customer sees, and can't act in his name."""
        self._log_in(self.collector)
        response = self.url_open(self._link())
        self.assertIn("your customer sees", self._read(response))
        self.assertNotIn("o_collections_forms", response.text)

    def test_archived_customer(self):
        """Whoever is archived still owes; who logs in is no one else."""
        link = self._link()
        self.customer.active = False
        self.assertEqual(self.url_open(link).status_code, 200)
        self._log_in(self.claire)
        self.assertIn("Durand SARL", self._read(self.url_open("/my/collections")))

    def test_merged_customer(self):
        """After a merge, the old file's link opens nothing, its contact the new one."""
        link = self._link()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer + self.other_customer).ids, self.other_customer
        )
        self._assert_missing(link)
        self._log_in(self.claire)
        self.assertIn("Martin SAS", self._read(self.url_open("/my/collections")))

    def test_home(self):
        """The card on the portal's home says what is overdue, by its amount."""
        counters = {"counters": ["collections_overdue"]}
        self._log_in(self.claire)
        self.assertIn('data-placeholder_count="collections_overdue"', self._home())
        words = self.make_jsonrpc_request("/my/counters", counters)
        self.assertIn("1,200.00", words["collections_overdue"])
        self._pay(self.overdue)
        words = self.make_jsonrpc_request("/my/counters", counters)
        self.assertEqual(words["collections_overdue"], "Nothing is overdue.")
        self._pay(self.coming)
        words = self.make_jsonrpc_request("/my/counters", counters)
        self.assertEqual(words["collections_overdue"], 0)

    def _home(self):
        return self.url_open("/my").text
