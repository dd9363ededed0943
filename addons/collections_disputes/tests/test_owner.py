from odoo import Command
from odoo.tests import new_test_user, tagged

from .mail_common import DisputeMailCommon


@tagged("post_install", "-at_install")
class TestOwner(DisputeMailCommon):
    """Who works on a case that comes in by itself: a person who is at work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_responsible_id = False
        debtors = cls.env["collections.debtor"].sudo()
        debtors._ensure_for(cls.company, cls.customer)
        cls.debtor = debtors.search(
            [("partner_id", "=", cls.customer.id), ("company_id", "=", cls.company.id)]
        )
        cls.debtor.responsible_id = False
        cls.item = cls.invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        cls.root = cls.env.ref("base.user_root")

    def _open_by_mail(self):
        return self._gateway(self._build("Broken"))

    def _open_by_portal(self):
        return self.env["dispute.case"]._open_from_portal(
            self.invoice,
            self.contact,
            self.item,
            10,
            self.reason,
            "No.",
            [],
        )

    def _fire_managers(self):
        group = self.env.ref("collections_dunning.collections_dunning_group_manager")
        managers = group.sudo().all_user_ids.filtered(
            lambda user: self.company in user.company_ids
        )
        managers.sudo().write(
            {
                "group_ids": [
                    Command.set(self.env.ref("base.group_user").ids),
                ]
            }
        )

    def test_responsible_of_the_customer(self):
        self.debtor.responsible_id = self.collector
        self.assertEqual(self._open_by_mail().user_id, self.collector)
        self.assertEqual(self._open_by_portal().user_id, self.collector)

    def test_nobody_configured(self):
        """A Credit Manager, not the robot in whose name mails are filed."""
        manager = self.company._get_dunning_managers()[:1]
        self.assertTrue(manager)
        for case in (self._open_by_mail(), self._open_by_portal()):
            self.assertEqual(case.user_id, manager)
            self.assertEqual(case.activity_ids.user_id, manager)

    def test_nobody_collects(self):
        """Nobody's case, and somebody real knows of it."""
        self._fire_managers()
        self.env = self.env(su=True)  # who tests is no manager any more either
        for case in (self._open_by_mail(), self._open_by_portal()):
            self.assertFalse(case.user_id)
            self.assertTrue(case.activity_ids)
            for user in case.activity_ids.user_id:
                self.assertTrue(self.company._has_at_work(user), user.login)

    def test_owner_has_left(self):
        """What the customer writes then does not wait for him."""
        case = self._open()
        case.sudo().user_id = self.reader
        case.activity_ids.unlink()
        self.reader.active = False
        self._gateway(self._reply(case))
        self.assertTrue(case.activity_ids)
        self.assertTrue(self.company._has_at_work(case.activity_ids.user_id))

    def test_who_opens_it_by_hand(self):
        self.assertEqual(self._open(user=self.collector).user_id, self.collector)

    def test_managers_are_people_at_work(self):
        managers = self.company._get_dunning_managers()
        self.assertIn(self.manager, managers)
        self.assertNotIn(self.root, managers)
        elsewhere = new_test_user(
            self.env,
            login="dispute_elsewhere",
            groups="collections_dunning.collections_dunning_group_manager",
            company_id=self.env["res.company"].create({"name": "Elsewhere"}).id,
        )
        self.assertNotIn(self.company, elsewhere.company_ids)
        self.assertNotIn(elsewhere, managers)
        self.manager.active = False
        self.assertNotIn(self.manager, self.company._get_dunning_managers())

    def test_one_rule_for_managers(self):
        self.assertEqual(
            self.company._get_dispute_manager(), self.company._get_dunning_manager()
        )
        self.company.dunning_responsible_id = self.manager
        self.assertEqual(self.company._get_dispute_manager(), self.manager)
        self.company.dispute_manager_id = self.collector
        self.assertEqual(self.company._get_dispute_manager(), self.collector)
