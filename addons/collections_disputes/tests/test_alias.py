from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .mail_common import DisputeMailCommon


@tagged("post_install", "-at_install")
class TestAlias(DisputeMailCommon):
    """The address that a company has for disputes."""

    def test_new_company_has_one(self):
        french = self.env["res.company"].create(
            {"name": "Vendeur", "country_id": self.env.ref("base.fr").id}
        )
        self.assertEqual(french.dispute_alias_name[:7], "litiges")
        english = self.env["res.company"].create({"name": "Seller"})
        self.assertEqual(english.dispute_alias_name[:8], "disputes")

    def test_branch_answers_by_its_root(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.assertFalse(branch.dispute_alias_name)
        self.assertEqual(branch._get_dispute_email(), self.alias)

    def test_settings_of_a_credit_manager(self):
        settings = self.env["dunning.settings"].with_user(self.manager)
        form = Form(settings.with_company(self.company))
        self.assertEqual(form.dispute_alias_name, "complaints")
        form.dispute_alias_name = "Réclamations clients"
        form.save().action_save()
        self.assertEqual(
            self.company.dispute_email, "reclamations-clients@seller.example.com"
        )

    def test_collector_changes_nothing(self):
        with self.assertRaises(AccessError):
            self.company.with_user(self.collector).dispute_alias_name = "mine"

    def test_no_alias_no_case(self):
        self.company.dispute_alias_name = False
        self.assertFalse(self.company.dispute_email)
        with self.assertRaises(ValueError):
            self._gateway(self._build())

    def test_other_mail_domain(self):
        self.company.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "shop.example.com"}
        )
        self.assertEqual(self.company.dispute_email, "complaints@shop.example.com")

    def test_name_taken_in_the_other_domain(self):
        shop = self.env["mail.alias.domain"].create({"name": "shop.example.com"})
        other = self.env["res.company"].create({"name": "Shop"})
        other.write({"alias_domain_id": shop.id, "dispute_alias_name": "complaints"})
        self.company.alias_domain_id = shop
        self.assertRegex(self.company.dispute_email, "^complaints-.+@shop.example.com$")
        self.assertEqual(other.dispute_email, "complaints@shop.example.com")
