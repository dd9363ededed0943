from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestCreditPolicy(DunningCommon):
    def test_installed(self):
        """Companies start with the installed policy."""
        policy = self.env.ref("collections_dunning.collections_credit_policy")
        self.assertEqual(self.company_data["company"].dunning_credit_policy_id, policy)
