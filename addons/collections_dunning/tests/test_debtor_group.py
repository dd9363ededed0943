from odoo import Command
from odoo.tests import new_test_user, tagged

from .credit_common import CreditCommon


@tagged("post_install", "-at_install")
class TestDebtorGroup(CreditCommon):
    """The customers of one parent company, summed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = cls._create_customer("Groupe SA")
        cls.middle = cls._create_customer("Milieu SAS", parent_id=cls.parent.id)
        cls.customer.parent_id = cls.middle
        cls.other_customer.parent_id = cls.parent
        cls._create_invoice(10, 800)
        cls._create_invoice(-10, 500, partner=cls.other_customer)
        cls._create_credit_note(100, partner=cls.other_customer)
        cls.other = cls._get_file(cls.other_customer)

    def _group(self, user=None):
        return (
            self.env["collections.debtor.group"]
            .with_user(user or self.reader)
            .search([("partner_id", "=", self.parent.id)])
        )

    def test_sums(self):
        self.assertRecordValues(
            self._group(),
            [
                {
                    "company_id": self.company.id,
                    "customer_count": 2,
                    "amount_overdue": 800,
                    "amount_open": 1200,
                    "exposure": 1200,
                    "unlimited_count": 2,
                }
            ],
        )
        self.assertEqual(self._group().debtor_ids, self.debtor | self.other)

    def test_limits(self):
        self.customer.with_company(self.company).credit_limit = 3000
        self.other_customer.with_company(self.company).credit_limit = 1000
        group = self._group()
        self.assertEqual((group.credit_limit, group.unlimited_count), (4000, 0))

    def test_on_the_file(self):
        debtor = self.debtor.with_user(self.reader)
        self.assertEqual(debtor.group_partner_id, self.parent)
        self.assertEqual(debtor.group_size, 2)
        self.assertEqual(debtor.action_open_group()["res_id"], self._group().id)

    def test_parent_that_is_a_customer(self):
        self._create_invoice(5, 50, partner=self.parent)
        head = self._get_file(self.parent)
        self.assertEqual(self._group().customer_count, 3)
        self.assertEqual(head.group_partner_id, self.parent)
        self.assertEqual(head.group_size, 3)

    def test_no_group(self):
        """Neither a customer alone, nor a person above a company, makes one."""
        self.other_customer.parent_id = False
        self.assertFalse(self._group())
        self.assertEqual(self.debtor.group_size, 1)
        person = self._create_customer("Personne", is_company=False)
        (self.customer | self.other_customer).parent_id = person
        self.env.flush_all()
        groups = self.env["collections.debtor.group"].search([])
        self.assertNotIn(person, groups.partner_id)

    def test_branches_count_once(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        debtors = self.env["collections.debtor"]
        file = debtors._get_or_open(branch, self.customer)
        self.customer.with_company(self.company).credit_limit = 3000
        group = self._group()
        self.assertEqual((group.customer_count, group.exposure), (2, 1200))
        self.assertEqual(group.credit_limit, 3000)
        self.assertNotIn(file, group.debtor_ids, "a reader of the root alone")

    def test_other_company(self):
        other = self.setup_other_company(name="Other Company")["company"]
        stranger = new_test_user(
            self.env,
            "group_stranger",
            groups="collections_dunning.collections_dunning_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertTrue(self._group())
        self.assertFalse(self._group(stranger))
