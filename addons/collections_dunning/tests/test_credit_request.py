from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .credit_common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditRequest(CreditCommon):
    """Asked for by a Collector, granted by a Credit Manager, until a day."""

    def _draft(self, amount=20000, days=700, user=None, **vals):
        return (
            self.env["collections.credit.request"]
            .with_user(user or self.collector)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "amount": amount,
                    "date_to": self._day(days),
                    "reason": "A new contract",
                    **vals,
                }
            )
        )

    def _grant(self, *args, **vals):
        request = self._draft(*args, **vals).with_user(self.manager)
        request.action_grant()
        return request

    def _limit(self):
        partner = self.customer.with_company(self.company)
        return partner.use_partner_credit_limit and partner.credit_limit

    # === THE WAY OF A REQUEST === #

    def test_asked_and_granted(self):
        request = self._draft()
        request.action_ask()
        task = self._tasks(request)
        self.assertIn(task.user_id, self.company._get_dunning_managers())
        self.assertFalse(self._limit())
        decided = request.with_user(self.manager)
        decided.amount_granted = 15000
        decided.action_grant()
        self.assertRecordValues(
            request,
            [
                {
                    "state": "granted",
                    "amount": 20000,
                    "amount_granted": 15000,
                    "user_id": self.collector.id,
                    "decided_by_id": self.manager.id,
                    "decided_on": self.today,
                }
            ],
        )
        self.assertEqual(self._limit(), 15000)
        self.assertEqual(self.debtor.applied_credit_limit, 15000)
        self.assertIn("granted until", self.debtor.credit_limit_source)
        self.assertNotIn(task, self._tasks(request))
        self.assertIn("15,000", self.debtor.message_ids[0].body)

    def test_refused_with_a_reason(self):
        request = self._draft()
        request.action_ask()
        decided = request.with_user(self.manager)
        with self.assertRaises(UserError):
            decided.action_refuse()
        decided.decision_note = "Pays late"
        decided.action_refuse()
        self.assertEqual(request.state, "refused")
        self.assertFalse(self._tasks(request))
        self.assertFalse(self._limit())
        with self.assertRaises(UserError):
            decided.action_grant()

    def test_withdrawn(self):
        request = self._draft()
        request.action_ask()
        request.action_cancel()
        self.assertEqual(request.state, "cancelled")
        self.assertFalse(self._tasks(request))
        with self.assertRaises(UserError):
            request.with_user(self.manager).action_grant()

    def test_renewed(self):
        """The new limit replaces the old one, of which nobody is asked any more."""
        former = self._grant()
        with Form(
            self.env["collections.credit.request"]
            .with_user(self.collector)
            .with_context(**former.with_user(self.collector).action_renew()["context"])
        ) as form:
            form.amount = 30000
        request = form.record.with_user(self.manager)
        self.assertEqual(request.reason, "A new contract")
        request.action_grant()
        self.assertEqual(former.state, "replaced")
        self.assertFalse(self._tasks(former))
        self.assertEqual(self._limit(), 30000)
        self._night(710)
        self.assertFalse(self._limit(), "the new one has ended after a year")

    def test_of_a_newcomer(self):
        """Before anything is owed: the file is opened from the contact."""
        newcomer = self._create_customer("Neuf SARL")
        contact = self._create_customer("Chef", parent_id=newcomer.id, is_company=False)
        action = contact.with_user(self.collector).action_credit_request()
        debtor = self.env["collections.debtor"].browse(
            action["context"]["default_debtor_id"]
        )
        self.assertEqual(debtor.partner_id, newcomer)
        again = newcomer.with_user(self.collector).action_credit_request()
        self.assertEqual(again["context"], action["context"])
        with self.assertRaises(AccessError):
            newcomer.with_user(self.reader).action_credit_request()

    # === ITS END === #

    def test_end_takes_the_limit_back(self):
        request = self._grant(days=20)
        self._night(20)
        self.assertEqual(self._limit(), 20000)
        self.assertIn("This credit limit ends on", self._tasks(request).summary)
        self._night(21)
        self.assertEqual(request.state, "ended")
        self.assertFalse(self._limit())
        self.assertFalse(self._tasks(request))
        self.assertIn("has ended", self.debtor.message_ids[0].body)

    def test_limit_changed_by_hand_since(self):
        request = self._grant(days=20)
        self.customer.with_company(self.company).credit_limit = 7000
        self._night(21)
        self.assertEqual(request.state, "ended")
        self.assertEqual(self._limit(), 7000)

    def test_ended_by_hand(self):
        request = self._grant()
        with self.assertRaises(AccessError):
            request.with_user(self.collector).action_end()
        request.action_end()
        self.assertEqual(request.state, "ended")
        self.assertFalse(self._limit())

    def test_limit_that_the_core_gives_by_default(self):
        """It is the customer's own though the core calls it the company's."""
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 20000, company_id=self.company.id
        )
        self._grant()
        self.assertTrue(self.debtor.has_applied_credit_limit)
        self.assertEqual(self.debtor.applied_credit_limit, 20000)
        self.assertIn("granted until", self.debtor.credit_limit_source)

    # === REVIEWS === #

    def test_yearly_review(self):
        request = self._grant()
        task = self._tasks(request)
        self.assertEqual(task.user_id, self.manager)
        self.assertEqual(task.summary, "Review the credit limit")
        self.assertEqual(task.date_deadline, request.review_date)
        self.assertGreaterEqual((request.review_date - self.today).days, 365)
        with self.assertRaises(AccessError):
            request.with_user(self.collector).action_review()
        request.action_review()
        self.assertEqual(request.reviewed_on, self.today)
        self.assertEqual(len(self._tasks(request)), 1)
        self._tasks(request).with_user(self.manager).action_done()
        self.assertEqual(len(self._tasks(request)), 1, "the next one is planned")

    def test_no_review_after_the_end(self):
        request = self._grant(days=300)
        self.assertFalse(request.review_date)
        self.assertFalse(self._tasks(request))

    # === INPUT AND RIGHTS === #

    def test_bad_input(self):
        for args in ((0,), (-5,), (1000, -1)):
            with self._refuses(args):
                self._draft(*args)
        with self.assertRaises(AccessError):
            self._draft(currency_id=self.env.ref("base.EUR").id)
        request = self._draft()
        with freeze_time(self._day(701)), self.assertRaises(ValidationError):
            request.with_user(self.manager).action_grant()

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self._draft(user=self.reader)
        request = self._draft()
        for action in ("action_grant", "action_refuse"):
            with self.assertRaises(AccessError):
                getattr(request, action)()
        for vals in ({"state": "granted"}, {"decided_by_id": self.manager.id}):
            with self.assertRaises(AccessError):
                request.write(vals)
        with self.assertRaises(AccessError):
            self._draft(state="granted")
        for action in ("action_ask", "action_cancel", "action_renew"):
            with self.assertRaises(AccessError):
                getattr(request.with_user(self.reader), action)()
        self.assertFalse(self._limit())

    def test_what_is_decided_stays(self):
        request = self._draft()
        request.action_ask()
        with self.assertRaises(UserError):
            request.amount = 90000
        request.with_user(self.manager).action_grant()
        for user in (self.collector, self.manager):
            with self.assertRaises(UserError):
                request.with_user(user).amount_granted = 90000
        with self.assertRaises(UserError):
            request.with_user(self.manager).unlink()
        self.assertEqual(self._limit(), 20000)

    def test_other_company(self):
        other = self.setup_other_company(name="Other Company")["company"]
        stranger = new_test_user(
            self.env,
            "credit_stranger",
            groups="collections_dunning.collections_dunning_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        request = self._draft()
        self.assertFalse(
            self.env["collections.credit.request"].with_user(stranger).search([])
        )
        for act in (
            lambda: request.with_user(stranger).action_grant(),
            lambda: self._draft(user=stranger),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_branch(self):
        """Limits count over the root company: that of a branch is written there."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        debtor = self.env["collections.debtor"]._get_or_open(branch, self.customer)
        former = self._grant()
        request = self._draft(user=self.env.user, debtor_id=debtor.id, amount=9000)
        request.action_grant()
        self.assertEqual(former.state, "replaced")
        self.assertEqual(self._limit(), 9000)
        self.assertEqual(debtor.applied_credit_limit, 9000)
        self.assertEqual(self.debtor.applied_credit_limit, 9000)

    def test_merged_customers(self):
        """Everything moves to the file that stays; its own limit counts."""
        other = self._get_file(self.other_customer)
        kept = self._grant()
        gone = self._grant(debtor_id=other.id, amount=5000)
        guarantee = self.env["collections.guarantee"].create(
            {"debtor_id": other.id, "kind": "title"}
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | self.other_customer).ids, self.customer
        )
        self.assertFalse(other.exists())
        self.assertEqual(guarantee.debtor_id, self.debtor)
        self.assertEqual(guarantee.partner_id, self.customer)
        self.assertEqual((kept.state, gone.state), ("granted", "replaced"))
        self.assertEqual(self.debtor.granted_request_id, kept)
        self.assertEqual(self._limit(), 20000)

    def test_merged_into_a_customer_without_a_limit(self):
        """Whether he has a file or not, the limit that was granted goes on."""
        other = self._get_file(self.other_customer)
        granted = self._grant(debtor_id=other.id, amount=5000)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.customer | self.other_customer).ids, self.customer)
        self.assertEqual(self.debtor.granted_request_id, granted)
        self.assertEqual(self._limit(), 5000)
        newcomer = self._create_customer("Neuf SARL")
        self.customer.write({"is_company": False, "parent_id": newcomer.id})
        self.assertEqual(granted.partner_id, newcomer)
        self.assertEqual(newcomer.with_company(self.company).credit_limit, 5000)
