from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestSettings(DisputeCommon):
    """What a Credit Manager decides about disputes."""

    def test_saved_by_the_dialog(self):
        account = self.company_data["default_account_expense"]
        self.company.dispute_approval_amount = 1000
        settings = self.env["dunning.settings"].with_user(self.manager)
        with Form(settings) as form:
            self.assertEqual(form.dispute_approval_amount, 1000)
            form.dispute_approval_amount = 400
            form.dispute_manager_id = self.manager
            form.dispute_customer_days = 7
            form.dispute_write_off_limit = 2
            form.dispute_write_off_account_id = account
        form.record.action_save()
        self.assertRecordValues(
            self.company,
            [
                {
                    "dispute_approval_amount": 400,
                    "dispute_manager_id": self.manager.id,
                    "dispute_customer_days": 7,
                    "dispute_write_off_limit": 2,
                    "dispute_write_off_account_id": account.id,
                }
            ],
        )

    def test_saved_in_the_general_settings(self):
        """The same, by an administrator who is a Credit Manager."""
        account = self.company_data["default_account_expense"]
        self.manager.group_ids |= self.env.ref("base.group_system")
        settings = self.env["res.config.settings"].with_user(self.manager)
        with Form(settings.with_company(self.company)) as form:
            form.dispute_approval_amount = 400
            form.dispute_manager_id = self.manager
            form.dispute_customer_days = 7
            form.dispute_write_off_limit = 2
            form.dispute_write_off_account_id = account
        form.record.execute()
        self.assertRecordValues(
            self.company,
            [
                {
                    "dispute_approval_amount": 400,
                    "dispute_manager_id": self.manager.id,
                    "dispute_customer_days": 7,
                    "dispute_write_off_limit": 2,
                    "dispute_write_off_account_id": account.id,
                }
            ],
        )

    def test_general_settings_of_a_branch(self):
        """Amounts and days are those of its root; the account is its own."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.manager.group_ids |= self.env.ref("base.group_system")
        self.manager.company_ids |= branch
        settings = self.env["res.config.settings"].with_user(self.manager)
        settings = settings.with_context(
            allowed_company_ids=(branch | self.company).ids
        ).create({})
        settings.dispute_approval_amount = 321
        settings.execute()
        self.assertEqual(self.company.dispute_approval_amount, 321)
        self.assertEqual(branch._get_dispute_setting("dispute_approval_amount"), 321)

    def test_branch_shares_the_amounts_of_its_root(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.company.dispute_approval_amount = 77
        self.company.dispute_manager_id = self.collector
        self.assertEqual(branch._get_dispute_setting("dispute_approval_amount"), 77)
        self.assertEqual(branch._get_dispute_manager(), self.collector)
        branch.dispute_manager_id = self.manager
        self.assertEqual(branch._get_dispute_manager(), self.manager)

    def test_only_a_credit_manager_decides(self):
        """Whatever rights on companies somebody has."""
        self.collector.group_ids |= self.env.ref("base.group_erp_manager")
        company = self.company.with_user(self.collector)
        for values in (
            {"dispute_approval_amount": 5},
            {"dispute_write_off_limit": 500},
            {"dispute_customer_days": 500},
            {"dispute_manager_id": self.collector.id},
        ):
            with self.assertRaises(AccessError):
                company.write(values)

    def test_who_is_to_approve_may_approve(self):
        """What waits for somebody who may not do it would wait for ever."""
        self.company.dispute_manager_id = self.collector
        self.company.dispute_approval_amount = 100
        case = self._open(self._create_invoice(10, 1000), 300)
        self.assertFalse(self._resolve(case, "credit_note"))
        [task] = case.activity_ids.filtered(lambda a: "approve" in a.summary)
        self.assertTrue(case.with_user(task.user_id).action_approve())

    def test_who_learns_of_late_disputes_sees_them(self):
        with self.assertRaisesRegex(ValidationError, "does not see the disputes"):
            self.company.dispute_manager_id = self.employee
        self.company.dispute_manager_id = self.collector
        reader = self.env.ref("collections_dunning.collections_dunning_group_reader")
        self.collector.group_ids = self.env.ref("base.group_user")
        self.assertNotIn(reader, self.collector.all_group_ids)
        manager = self.company._get_dispute_manager()
        self.assertEqual(manager, self.company._get_dunning_manager())
