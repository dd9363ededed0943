from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestCreditPolicyProcedure(DunningCommon):
    """Which procedure an item follows: one order, on the screen and in the run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_credit_policy_id = cls.env[
            "collections.credit.policy"
        ].create({"name": "Our terms"})

    def _give(self, name):
        """Make a policy with a procedure of its own.

        :return: the policy and its procedure.
        """
        procedure = self._create_procedure(name=name)
        policy = self.env["collections.credit.policy"].create(
            {"name": name, "procedure_id": procedure.id}
        )
        return policy, procedure

    def _assert_procedure(self, invoice, procedure, source):
        """The run, the customer's file and the explanation follow this procedure."""
        self.env["dunning.assessment"]._assess(self.company, self.today)
        self.env.cr.execute(
            "SELECT procedure_id, level_id FROM dunning_assessed WHERE move_id = %s",
            [invoice.id],
        )
        found_id, level_id = self.env.cr.fetchone()
        self.assertEqual(found_id, procedure.id)
        level = self.env["dunning.level"].browse(level_id)
        self.assertEqual(level.procedure_id, procedure)
        debtor = self._debtor(invoice.commercial_partner_id)
        self.assertEqual(invoice._get_applied_procedure(debtor), procedure)
        if source:
            self.assertEqual(debtor.applied_procedure_id, procedure)
            self.assertEqual(debtor.procedure_source, source)

    def test_order(self):
        """Each that comes before the last takes over."""
        invoice = self._create_invoice(6)
        self._assert_procedure(invoice, self.procedure, "of the company")
        debtor = self._debtor()
        policy, procedure = self._give("Company")
        self.company.dunning_credit_policy_id = policy
        self._assert_procedure(invoice, procedure, "of the credit policy Company")
        segment = self.env["collections.segment"].create(
            {"name": "Big ones", "company_id": self.company.id}
        )
        debtor.sudo().segment_id = segment
        self._assert_procedure(invoice, procedure, "of the credit policy Company")
        policy, procedure = self._give("Segment")
        segment.credit_policy_id = policy
        self._assert_procedure(invoice, procedure, "of the credit policy Segment")
        given = self._create_procedure(name="Given")
        segment.procedure_id = given
        self._assert_procedure(invoice, given, "of the segment Big ones")
        public = self._create_procedure(name="Public")
        self.company.dunning_public_procedure_id = public
        debtor.debtor_type = "public"
        debtor.public_payment_days = 0
        self._assert_procedure(invoice, public, "of public buyers")
        policy, procedure = self._give("Durand")
        debtor.credit_policy_id = policy
        self._assert_procedure(invoice, procedure, "of the credit policy Durand")
        own = self._create_procedure(name="Own")
        debtor.procedure_id = own
        self._assert_procedure(invoice, own, "own")
        policy, procedure = self._give("Job")
        invoice.credit_policy_id = policy
        other = self._create_invoice(6)
        self._assert_procedure(invoice, procedure, "")
        self._assert_procedure(other, own, "own")
        invoice.sudo().is_late_charge = True
        charge = self.company._get_dunning_charge_procedure()
        self.assertTrue(charge)
        debtor = self._debtor()
        self.assertEqual(invoice._get_applied_procedure(debtor), charge)

    def test_passed_over(self):
        """A policy that says nothing of it, or is archived, leaves it to the next."""
        invoice = self._create_invoice(6)
        self.env["collections.debtor"]._ensure_for(self.company)
        debtor = self._debtor()
        policy, procedure = self._give("Durand")
        derived = self.env["collections.credit.policy"].create(
            {"name": "Derived", "parent_id": policy.id}
        )
        debtor.credit_policy_id = derived
        self._assert_procedure(invoice, procedure, "of the credit policy Derived")
        derived.parent_id = False
        self._assert_procedure(invoice, self.procedure, "of the company")
        debtor.credit_policy_id = policy
        policy.active = False
        self._assert_procedure(invoice, self.procedure, "of the company")
        policy.active = True
        procedure.active = False
        self._assert_procedure(invoice, self.procedure, "of the company")

    def test_two_procedures_of_one_customer(self):
        """Each invoice at the level of its own procedure, in one message."""
        policy, procedure = self._give("Job")
        procedure.level_ids.filtered(lambda level: level.day_offset == 5).day_offset = 3
        invoice = self._create_invoice(4, credit_policy_id=policy.id)
        other = self._create_invoice(6)
        run = self._propose()
        self._assert_ties_out(run)
        notice = run.notice_ids
        levels = {
            line.move_id: line.level_id
            for line in notice.line_ids.filtered(lambda line: line.kind == "1_item")
        }
        self.assertEqual(levels[invoice].procedure_id, procedure)
        self.assertEqual(levels[other].procedure_id, self.procedure)
        self.assertEqual(notice.level_id, self.first)

    def test_formal_notice_by_hand(self):
        """A formal notice is that of the invoice's procedure, never of two at once."""
        policy, procedure = self._give("Job")
        procedure.level_ids.filtered(lambda level: not level.is_formal).unlink()
        invoice = self._create_invoice(40, credit_policy_id=policy.id)
        self.assertEqual(invoice._get_formal_level(), procedure.level_ids)
        both = invoice | self._create_invoice(40)
        with self.assertRaisesRegex(UserError, "follow different procedures"):
            both._get_formal_level()

    def test_only_by_policy(self):
        """Where only a policy says how customers are dunned, they are."""
        self.company.dunning_procedure_id = False
        runs = self.env["dunning.run"]
        policies = self.env["collections.credit.policy"].sudo().search([])
        policies.procedure_id = False
        self.assertFalse(runs._has_procedure(self.company))
        self._give("Durand")
        self.assertTrue(runs._has_procedure(self.company))
