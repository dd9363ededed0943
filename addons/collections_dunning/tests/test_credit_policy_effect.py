from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestCreditPolicyEffect(PlanCommon):
    """What a credit policy decides of limit, interest, plans and payment terms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.fr")
        cls.policies = cls.env["collections.credit.policy"]
        cls.base = cls.policies.create({"name": "Base"})
        cls.policy = cls.policies.create(
            {"name": "Our terms", "parent_id": cls.base.id}
        )
        cls.company.dunning_credit_policy_id = cls.policy
        cls.segment = cls.env["collections.segment"].create(
            {"name": "Big ones", "company_id": cls.company.id}
        )

    def setUp(self):
        super().setUp()
        self.debtor = self.debtor.with_user(self.collector)

    # === SEGMENT === #

    def test_segment(self):
        """The segment's policy comes before the company's, after the customer's own."""
        given = self.policies.create({"name": "Of big ones"})
        self.segment.credit_policy_id = given
        self.debtor.sudo().segment_id = self.segment
        invoice = self.invoice.with_user(self.collector)
        for record in (self.debtor, invoice):
            self.assertEqual(record.applied_credit_policy_id, given)
            self.assertEqual(record.credit_policy_source, "of the segment Big ones")
        own = self.policies.create({"name": "Of Durand"})
        self.debtor.sudo().credit_policy_id = own
        self.assertEqual(self.debtor.applied_credit_policy_id, own)
        self.debtor.sudo().credit_policy_id = False
        self.segment.active = False
        self.env.invalidate_all()
        self.assertEqual(self.debtor.applied_credit_policy_id, self.policy)
        self.segment.active = True
        given.active = False
        self.env.invalidate_all()
        self.assertEqual(self.debtor.applied_credit_policy_id, self.policy)

    # === CREDIT LIMIT === #

    def _assert_limit(self, amount, source):
        self.env.invalidate_all()
        self.assertEqual(
            (
                self.debtor.has_applied_credit_limit,
                self.debtor.applied_credit_limit,
                self.debtor.credit_limit_source,
            ),
            (amount is not None, amount or 0, source),
        )

    def test_limit(self):
        """The customer's own, else his policy's, else the company's in the core."""
        self._assert_limit(None, "")
        settings = self.env["res.config.settings"].with_company(self.company)
        settings = settings.sudo().create(
            {"account_use_credit_limit": True, "account_default_credit_limit": 700}
        )
        settings.execute()
        self._assert_limit(700, "of the company")
        self.base.write({"has_credit_limit": True, "credit_limit": 5000})
        self._assert_limit(5000, "of the policy Our terms")
        self.policy.write({"has_credit_limit": True, "credit_limit": 0})
        self._assert_limit(0, "of the policy Our terms")
        self.customer.with_company(self.company).credit_limit = 2500
        self._assert_limit(2500, "own")
        # Not looked at any more in the core: the default is none.
        self.customer.with_company(self.company).use_partner_credit_limit = False
        (self.base | self.policy).has_credit_limit = False
        self.company.account_use_credit_limit = False
        self._assert_limit(None, "")

    def test_limit_of_a_branch(self):
        """One limit for a company with all its branches: that of the root."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        debtor = self.debtor.sudo().create(
            {"company_id": branch.id, "partner_id": self.other_customer.id}
        )
        self.other_customer.with_company(branch).credit_limit = 1
        self.other_customer.with_company(self.company).credit_limit = 300
        # Who works in the branch alone reads what the root says.
        local = new_test_user(
            self.env,
            login="branch_collector",
            groups="base.group_user,collections_dunning.collections_dunning_group_collector",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        debtor = debtor.sudo(False).with_user(local).with_company(branch)
        self.env.invalidate_all()
        self.assertEqual(debtor.applied_credit_limit, 300)
        self.assertEqual(debtor.applied_credit_policy_id.name, "Our terms")
        self.assertEqual(debtor.procedure_source, "of the company")
        self.assertIn(
            "Our terms", debtor.applied_credit_policy_id.search([]).mapped("name")
        )
        foreign = self.policies.create({"name": "Foreign"})
        stranger = self.env["res.company"].create({"name": "Stranger"})
        foreign.sudo().company_id = stranger
        self.assertNotIn(foreign, self.policies.with_user(local).search([]))

    def test_limit_in_another_currency(self):
        """What a shared segment brings along is passed over, and said."""
        foreign = self.policies.sudo().create(
            {
                "name": "Canada",
                "company_id": False,
                "has_credit_limit": True,
                "credit_limit": 900,
                "currency_id": self.setup_other_currency("CAD").id,
            }
        )
        shared = self.env["collections.segment"].create({"name": "Shared"})
        shared.credit_policy_id = foreign
        self.debtor.sudo().segment_id = shared
        self.assertFalse(self.debtor.has_applied_credit_limit)
        self.assertIn("900.00", self.debtor.credit_limit_source)
        self.assertIn("another currency", self.debtor.credit_limit_source)
        self.segment.credit_policy_id = self.policy
        with self.assertRaisesRegex(ValidationError, "the credit limit is in CAD"):
            self.segment.credit_policy_id = foreign

    # === LATE INTEREST === #

    def _contract(self, **vals):
        return (
            self.env["collections.interest.regime"]
            .sudo()
            .create(
                {
                    "name": "Fifteen percent",
                    "is_contractual": True,
                    "company_id": self.company.id,
                    "margin": 15,
                    **vals,
                }
            )
        )

    def test_regime(self):
        """The customer's own, the policy's, else the law; what is unfit is said."""
        law = self.debtor.applied_regime_id
        self.assertTrue(law)
        contract = self._contract()
        self.base.interest_regime_id = contract
        self.env.invalidate_all()
        self.assertEqual(self.debtor.applied_regime_id, contract)
        self.assertEqual(self.debtor.regime_reason, "Of the credit policy Our terms")
        own = self._contract(name="Ten percent", margin=10)
        self.debtor.sudo().interest_regime_id = own
        self.assertEqual(self.debtor.applied_regime_id, own)
        self.debtor.sudo().interest_regime_id = False
        self.debtor.sudo().debtor_type = "consumer"
        regime = self.debtor.applied_regime_id
        self.assertEqual(regime.debtor_type, "consumer")
        self.assertIn(
            "That of the credit policy Our terms is for businesses",
            self.debtor.regime_reason,
        )

    def test_regime_of_a_public_buyer(self):
        """A contract with businesses is none with a public buyer."""
        self.base.interest_regime_id = self._contract()
        self.debtor.sudo().debtor_type = "public"
        law = self.debtor.applied_regime_id
        self.assertEqual(law.debtor_type, "public")
        self.assertIn("is for businesses", self.debtor.regime_reason)
        contract = self._contract(name="With towns", debtor_type="public")
        self.policy.interest_regime_id = contract
        self.env.invalidate_all()
        self.assertEqual(self.debtor.applied_regime_id, contract)

    def test_interest_is_that_of_the_policy(self):
        """The interest of an item is computed by it, and the invoice says its rate."""
        item = self._item(self.invoice)
        self.policy.interest_regime_id = self._contract(margin=36.5)
        self.env.invalidate_all()
        stop = self.invoice.invoice_date_due + timedelta(days=10)
        computed = self.env["collections.interest"]._compute_interest(item, stop)
        self.assertEqual(float(computed[item.id].interest), 6.0)
        # A customer without a file yet, too.
        regimes = self.env["collections.interest"]._get_default_regimes(
            {(self.company.id, self.other_customer.id)}
        )
        self.assertEqual(
            list(regimes.values()), [self.policy.interest_regime_id.sudo()]
        )

    # === PAYMENT PLANS === #

    def test_plan_approval(self):
        """Longer, or with a smaller down payment, than the policy says."""
        self.company.dunning_plan_approval_months = 12
        self.assertFalse(self._create_plan(installment_count=6).approval_reason)
        self.base.write(
            {
                "has_plan_limits": True,
                "plan_max_months": 4,
                "plan_least_down_payment": 22.5,
            }
        )
        self.env.invalidate_all()
        plan = self._create_plan(installment_count=6, down_payment=300)
        self.assertIn("longer than 4 months", plan.approval_reason)
        plan = self._create_plan(installment_count=3, down_payment=224.99)
        self.assertIn("less than 22.5 %", plan.approval_reason)
        plan = self._create_plan(installment_count=3, down_payment=225)
        self.assertFalse(plan.approval_reason)

    def test_plan_on_the_customers_page(self):
        self.company.write(
            {
                "dunning_portal_plan": True,
                "dunning_portal_plan_months": 3,
                "dunning_portal_plan_down_payment": 30,
                "dunning_portal_plan_accept": True,
            }
        )
        limits = self.debtor.sudo()._get_portal_plan_limits()
        self.assertEqual((limits["months"], limits["percent"]), (3, 30))
        self.base.write({"has_plan_limits": True, "plan_max_months": 5})
        self.env.invalidate_all()
        limits = self.debtor.sudo()._get_portal_plan_limits()
        self.assertEqual((limits["months"], limits["percent"]), (5, 0))
        self.assertEqual(limits["last_day"], fields.Date.add(self.today, months=5))

    # === PAYMENT TERMS === #

    def _term(self, name):
        return self.env["account.payment.term"].create(
            {
                "name": name,
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 30})],
            }
        )

    def test_payment_terms(self):
        """Other terms than those offered are pointed out on an early invoice."""
        offered, other = self._term("At 30 days"), self._term("As you like")
        draft = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "ref": "PO 1",
                "invoice_payment_term_id": other.id,
                "invoice_line_ids": [Command.create({"name": "A", "price_unit": 1})],
            }
        )
        collector = draft.with_user(self.collector)
        words = "As you like is not among the payment terms of the credit policy"

        def is_told():
            self.env.invalidate_all()
            found = collector.search(
                [("dunning_has_check", "=", True), ("id", "=", draft.id)]
            )
            told = words in (collector.dunning_check_note or "")
            self.assertEqual(bool(found), told)
            return told

        self.assertFalse(is_told(), "any terms")
        self.base.payment_term_ids = offered
        self.assertTrue(is_told())
        self.assertIn("Our terms: At 30 days.", collector.dunning_check_note)
        draft.credit_policy_id = self.policies.create(
            {"name": "Of one job", "payment_term_ids": other.ids}
        )
        self.assertFalse(is_told())
        draft.credit_policy_id = False
        self.segment.credit_policy_id = self.policies.create(
            {"name": "Of big ones", "payment_term_ids": (other | offered).ids}
        )
        self.debtor.sudo().segment_id = self.segment
        self.assertFalse(is_told())
        self.debtor.sudo().credit_policy_id = self.policy
        self.assertTrue(is_told())
        draft.invoice_payment_term_id = offered
        self.assertFalse(is_told())
        # It warns: nobody is kept from posting.
        draft.invoice_payment_term_id = other
        draft.action_post()
        self.assertEqual(draft.state, "posted")

    # === SCREENS === #

    def test_settings(self):
        """A Credit Manager chooses the credit policy of the company, nobody else."""
        other = self.policies.create({"name": "For all others"})
        settings = self.env["dunning.settings"].with_user(self.manager)
        page = settings.create({})
        self.assertEqual(page.dunning_credit_policy_id, self.policy)
        page.dunning_credit_policy_id = other
        page.action_save()
        self.assertEqual(self.company.dunning_credit_policy_id, other)
        with self.assertRaises(AccessError):
            self.env["dunning.settings"].with_user(self.collector).create({})
        with self.assertRaises(AccessError):
            self.company.with_user(self.collector).write(
                {"dunning_credit_policy_id": self.policy.id}
            )

    def test_screens(self):
        """Each role opens the screens, and sees where the values come from."""
        self.base.write(
            {
                "has_credit_limit": True,
                "credit_limit": 5000,
                "limit_action": "approve",
                "procedure_id": self.procedure.id,
            }
        )
        self.policy.limit_action = "block"
        self.env.invalidate_all()
        for user in (self.reader, self.collector, self.manager):
            policy = Form(self.policy.with_user(user))
            self.assertIn("Credit Limit: ", policy.inherited_note)
            self.assertIn("5,000.00", policy.inherited_note)
            self.assertIn("Procedure: Test procedure", policy.inherited_note)
            self.assertNotIn("Ask for Approval", policy.inherited_note)
            debtor = Form(self.debtor.with_user(user))
            self.assertEqual(debtor.applied_credit_policy_id, self.policy)
            self.assertEqual(debtor.credit_policy_source, "of the company")
            self.assertEqual(debtor.applied_credit_limit, 5000)
            self.assertEqual(debtor.procedure_source, "of the credit policy Our terms")
            invoice = Form(self.invoice.with_user(user))
            self.assertEqual(invoice.applied_credit_policy_id, self.policy)
        self.debtor.sudo().credit_policy_id = self.base
        self.assertEqual(self.base.with_user(self.manager).debtor_count, 1)
        action = self.base.with_user(self.manager).action_open_debtors()
        found = self.env["collections.debtor"].search(action["domain"])
        self.assertEqual(found, self.debtor.sudo(False).with_env(self.env))
