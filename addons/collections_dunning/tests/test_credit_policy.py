from contextlib import contextmanager

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestCreditPolicy(DunningCommon):
    """Credit policies, what they take from each other, and whose they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["collections.credit.policy"]
        cls.standard = cls._create_policy("Our terms")
        cls.company.dunning_credit_policy_id = cls.standard
        cls._create_invoice(5)
        cls.env["collections.debtor"]._ensure_for(cls.company)

    @classmethod
    def _create_policy(cls, name, **vals):
        return (
            cls.policies.sudo()
            .create({"name": name, "company_id": cls.company.id, **vals})
            .sudo(False)
        )

    def test_installed(self):
        """A company starts with the installed policy, a branch has its parent's."""
        policy = self.env.ref("collections_dunning.collections_credit_policy")
        company = self.env["res.company"].create({"name": "Newcomer"})
        self.assertEqual(company._get_dunning_credit_policy(), policy)
        own = self._create_policy("Of newcomers", company_id=company.id)
        company.dunning_credit_policy_id = own
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": company.id}
        )
        self.assertFalse(branch.dunning_credit_policy_id)
        self.assertEqual(branch._get_dunning_credit_policy(), own)
        own.active = False
        self.assertFalse(branch._get_dunning_credit_policy())
        with self.assertRaises(ValidationError):
            policy.sudo().unlink()

    def test_based_on(self):
        """What is empty is that of the policy it is based on, and no more."""
        base = self._create_policy(
            "Base",
            limit_action="block",
            age_action="approve",
            age_limit_days=30,
            has_credit_limit=True,
            credit_limit=5000,
            has_plan_limits=True,
            plan_max_months=6,
            plan_least_down_payment=40,
            procedure_id=self.procedure.id,
        )
        policy = self._create_policy(
            "Export",
            parent_id=base.id,
            limit_action="warn",
            has_plan_limits=True,
            plan_max_months=2,
        )
        values = self.policies._get_effective_values(
            [
                "limit_action",
                "age_action",
                "age_limit_days",
                "credit_limit",
                "plan_max_months",
                "plan_least_down_payment",
                "procedure_id",
                "interest_regime_id",
            ]
        )
        self.assertEqual(
            values[policy.id],
            {
                "limit_action": "warn",
                "age_action": "approve",
                "age_limit_days": 30,
                "credit_limit": 5000,
                "plan_max_months": 2,
                # Its own: no down payment at all.
                "plan_least_down_payment": 0,
                "procedure_id": self.procedure.id,
                "interest_regime_id": None,
            },
        )
        policy.write({"has_credit_limit": True, "credit_limit": 0})
        values = self.policies._get_effective_values(["credit_limit"])
        self.assertEqual(values[policy.id]["credit_limit"], 0, "no credit at all")
        self.assertIsNone(values[self.standard.id]["credit_limit"])
        # An archived procedure is passed over; an archived base still counts.
        self.procedure.active = False
        base.active = False
        self.assertFalse(policy._get_value("procedure_id"))
        self.assertEqual(policy._get_value("age_limit_days"), 30)

    def test_no_circle(self):
        base = self._create_policy("Base")
        policy = self._create_policy("Derived", parent_id=base.id)
        with self._refuses("in a circle"):
            base.parent_id = policy
        with self._refuses("based on itself"):
            base.parent_id = base

    def test_figures(self):
        """No negative limit, no plan that can't be."""
        for vals in ({"credit_limit": -1}, {"age_limit_days": -1}):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._create_policy("Wrong", **vals)
        for vals in (
            {"plan_max_months": 0},
            {"plan_max_months": 3, "plan_least_down_payment": 100},
            {"plan_max_months": 3, "plan_least_down_payment": -1},
        ):
            with self.assertRaises(ValidationError):
                self._create_policy("Wrong", has_plan_limits=True, **vals)

    @contextmanager
    def _refuses(self, words):
        with (
            self.assertRaisesRegex(ValidationError, words),
            self.env.cr.savepoint(),
        ):
            yield

    def test_another_currency(self):
        """A limit is in the company's currency, of the policy or of its base."""
        dollars = self.setup_other_currency("CAD")
        base = self._create_policy("Shared", company_id=False)
        policy = self._create_policy("Ours", parent_id=base.id)
        debtor = self._debtor()
        debtor.credit_policy_id = policy
        limit = {
            "has_credit_limit": True,
            "credit_limit": 100,
            "currency_id": dollars.id,
        }
        with self._refuses("the credit limit is in CAD"):
            policy.write(limit)
        with self._refuses("the credit limit is in CAD"):
            base.sudo().write(limit)
        foreign = self._create_policy("Canada", company_id=False, **limit)
        for record, name in (
            (debtor, "credit_policy_id"),
            (self.company, "dunning_credit_policy_id"),
        ):
            with self._refuses("the credit limit is in CAD"):
                record[name] = foreign
        base.sudo().write({**limit, "currency_id": self.company.currency_id.id})
        with self._refuses("the credit limit is in CAD"):
            base.sudo().write(limit)

    def test_another_company(self):
        """A policy of one company is none of another's, not even as a base."""
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self._create_policy("Foreign", company_id=other.id)
        invoice = self._create_invoice(5)
        for record, name in (
            (self._debtor(), "credit_policy_id"),
            (self.company, "dunning_credit_policy_id"),
            (self.standard, "parent_id"),
            (invoice, "credit_policy_id"),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record[name] = foreign
        self._debtor().credit_policy_id = self.standard
        with self.assertRaises(UserError):
            self.standard.company_id = other

    def test_resolution(self):
        """The invoice's own policy, else the customer's, else the company's."""
        invoice = self._create_invoice(5)
        debtor = self._debtor()
        own = self._create_policy("Of Durand")
        special = self._create_policy("Of one job")

        def found(record):
            record.invalidate_recordset()
            return record.applied_credit_policy_id, record.credit_policy_source

        self.assertEqual(found(debtor), (self.standard, "of the company"))
        self.assertEqual(found(invoice), (self.standard, "of the company"))
        debtor.credit_policy_id = own
        self.assertEqual(found(debtor), (own, "own"))
        self.assertEqual(found(invoice), (own, "of the customer"))
        invoice.credit_policy_id = special
        self.assertEqual(found(invoice), (special, "of this invoice"))
        self.assertEqual(found(debtor), (own, "own"))
        # What is archived is passed over.
        (own | special).active = False
        self.assertEqual(found(debtor), (self.standard, "of the company"))
        self.assertEqual(found(invoice), (self.standard, "of the company"))
        self.company.dunning_credit_policy_id = False
        self.assertEqual(found(debtor), (self.policies, ""))
        # Nobody has a credit policy on what he sells us.
        bill = self.env["account.move"].new({"move_type": "in_invoice"})
        self.assertFalse(bill.applied_credit_policy_id)

    def test_resolution_without_file(self):
        """A customer without a file yet has the company's."""
        invoice = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.other_customer.id}
        )
        self.assertFalse(self._debtor(self.other_customer))
        self.assertEqual(invoice.applied_credit_policy_id, self.standard)

    def test_followed(self):
        """Who changed what was agreed, and how, is in the chatter."""
        self.env.cr.flush()  # what was made in this transaction is not followed
        policy = self.standard.with_user(self.manager)
        policy = policy.with_context(tracking_disable=False, mail_notrack=False)
        policy.write({"has_credit_limit": True, "credit_limit": 900})
        self.env.flush_all()
        self.env.cr.flush()
        message = policy.sudo().message_ids.filtered("tracking_value_ids")
        self.assertEqual(message.author_id, self.manager.partner_id)
        values = message.tracking_value_ids.mapped("new_value_float")
        self.assertIn(900, values)

    def test_rights(self):
        """Credit Managers write policies and give them; the others read them."""
        invoice = self._create_invoice(5)
        debtor = self._debtor()
        for user in (self.reader, self.collector):
            policy = self.standard.with_user(user)
            self.assertEqual(policy.name, "Our terms")
            with self.assertRaises(AccessError):
                policy.credit_limit = 100
            with self.assertRaises(AccessError):
                self._create_policy("Mine").with_user(user).unlink()
            with self.assertRaises(AccessError):
                debtor.with_user(user).credit_policy_id = policy
        billing = self._create_user("billing", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            invoice.with_user(billing).credit_policy_id = self.standard
        with self.assertRaises(AccessError):
            self.env["account.move"].with_user(billing).create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "credit_policy_id": self.standard.id,
                }
            )
        invoice.with_user(billing).credit_policy_id = False
        self.assertEqual(
            invoice.with_user(billing).applied_credit_policy_id, self.standard
        )
        debtor.with_user(self.manager).credit_policy_id = self.standard
        self.standard.with_user(self.manager).credit_limit = 100
        self.assertEqual(debtor.with_user(self.collector).credit_policy_source, "own")

    def test_shared(self):
        """What all companies go by is changed by who works in all of them."""
        shared = self._create_policy("Shared", company_id=False).with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "Other companies go by this policy"):
            shared.limit_action = "block"
        with self.assertRaisesRegex(AccessError, "Other companies go by this policy"):
            shared.company_id = self.company
        with self.assertRaisesRegex(AccessError, "Other companies go by this policy"):
            shared.unlink()
        with self.assertRaisesRegex(AccessError, "Other companies go by this policy"):
            self.policies.with_user(self.manager).create(
                {"name": "For all", "company_id": False}
            )
        mine = self.policies.with_user(self.manager).create(
            {"name": "Ours", "parent_id": shared.id}
        )
        self.assertEqual(mine.company_id, self.company)

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self._create_policy("Foreign", company_id=other.id)
        seen = self.policies.with_user(self.manager).search([])
        self.assertNotIn(foreign, seen)
        self.assertIn(self.standard, seen)

    def test_copy(self):
        copy = self.standard.copy()
        self.assertEqual(copy.name, "Our terms (copy)")
        invoice = self._create_invoice(5, credit_policy_id=self.standard.id)
        self.assertFalse(invoice.copy().credit_policy_id)

    def test_merge(self):
        """A merged customer keeps what was agreed with either file."""
        self._create_invoice(5)
        self._create_invoice(5, partner=self.other_customer)
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(self.company)
        own = self._create_policy("Of Martin")
        self._debtor(self.other_customer).credit_policy_id = own
        self._debtor(self.other_customer).sudo()._merge_into(self._debtor().sudo())
        self.assertEqual(self._debtor().credit_policy_id, own)
