import re

from lxml import html

from odoo import Command
from odoo.tests import HttpCase, new_test_user

from .common import DunningCommon


class PortalCommon(DunningCommon, HttpCase):
    """Two customers with files, contacts and invoices; one has a portal user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Claire Durand",
                "parent_id": cls.customer.id,
                "email": "claire@durand.example.com",
                "lang": "en_US",
            }
        )
        cls.claire = cls._create_portal_user(cls.contact, "dunning_claire")
        cls.overdue = cls._create_invoice(40, 1200.0)
        cls.coming = cls._create_invoice(-10, 300.0)
        cls.foreign = cls._create_invoice(50, 777.77, cls.other_customer)
        debtors = cls.env["collections.debtor"]
        debtors._ensure_for(cls.company)
        cls.debtor = debtors.search([("partner_id", "=", cls.customer.id)])
        cls.other_debtor = debtors.search([("partner_id", "=", cls.other_customer.id)])

    @classmethod
    def _create_portal_user(cls, partner, login, **vals):
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            partner_id=partner.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **vals,
        )

    def _log_in(self, user):
        self.authenticate(user.login, user.login)

    def _link(self, debtor=None, **kwargs):
        """Return the path of a debtor's link."""
        url = (debtor or self.debtor)._get_portal_url(**kwargs)
        return re.sub(r"^https?://[^/]+", "", url)

    def _read(self, response):
        """Return what a browser shows of a page, between its head and its foot."""
        [body] = html.fromstring(response.text).xpath("//div[@id='wrap']")
        return " ".join(body.text_content().split())

    def _assert_missing(self, url, **kwargs):
        """The page opens nothing, and says the same whatever the reason is."""
        response = self.url_open(url, **kwargs)
        self.assertEqual(response.status_code, 404, url)
        for hint in ("Durand", "Martin", self.company.name, "777", "1,200"):
            self.assertNotIn(hint, self._read(response))
        return response
