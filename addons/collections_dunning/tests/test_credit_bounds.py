from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .credit_common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditBounds(CreditCommon):
    """What calls from outside, and users of one company, can't do about credit."""

    def _record(self, model, user=None, **vals):
        return (
            self.env[model]
            .with_user(user or self.collector)
            .create({"debtor_id": self.debtor.id, **vals})
        )

    def _insure(self):
        return self._record(
            "collections.credit.insurance",
            insurer_id=self.other_customer.id,
            policy_number="P1",
            amount=1000,
            date_from=self._day(-365),
            declare_days=60,
        )

    def _request(self, **vals):
        return self._record(
            "collections.credit.request", amount=9000, reason="More", **vals
        )

    def test_policy_of_an_invoice_by_a_default(self):
        """A default in the context is no way around the Credit Manager."""
        policy = self.env["collections.credit.policy"].create({"name": "Lax"})
        billing = self._create_user("billing", "account.group_account_invoice")
        moves = self.env["account.move"].with_context(
            default_credit_policy_id=policy.id
        )
        vals = {"move_type": "out_invoice", "partner_id": self.customer.id}
        with self.assertRaises(AccessError):
            moves.with_user(billing).create(vals)
        invoice = moves.create(vals)
        self.assertEqual(invoice.credit_policy_id, policy)

    def test_file_of_another_company(self):
        """Nothing is moved into a file that its author may not see."""
        other = self.setup_other_company(name="Other Company")["company"]
        foreign = self.debtor.sudo()._get_or_open(other, self.customer)
        for record in (
            self._record("collections.credit.rating", source="Bank"),
            self._record("collections.guarantee", kind="title"),
            self._insure(),
            self._request(),
        ):
            with self.subTest(record._name), self.assertRaises(AccessError):
                with self.cr.savepoint():
                    record.debtor_id = foreign
        mine = self._get_file(self.other_customer)
        guarantee = self._record("collections.guarantee", kind="title")
        guarantee.debtor_id = mine
        self.assertEqual(guarantee.partner_id, self.other_customer)

    def test_insured_items_of_a_branch(self):
        """Who works in the root company alone sees and declares its items alone."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        here, there = self._create_invoice(50, 300), self._create_invoice(55, 500)
        self.env.flush_all()
        for table, column in (("account_move", "id"), ("account_move_line", "move_id")):
            self.cr.execute(
                f"UPDATE {table} SET company_id = %s WHERE {column} = %s",
                (branch.id, there.id),
            )
        self.env.invalidate_all()
        insurance = self._insure()
        [seen] = insurance.web_read(
            {
                "to_declare_item_ids": {"fields": {"move_name": {}}},
                "to_declare_count": {},
                "declare_by": {},
            }
        )
        self.assertEqual(seen["to_declare_count"], 1)
        self.assertEqual(seen["to_declare_item_ids"][0]["move_name"], here.name)
        self.assertEqual(seen["declare_by"], self._day(10))
        insurance.action_declare()
        self._night()
        task = self._tasks(insurance)
        self.assertIn(there.name, task.note)
        self.assertNotIn(here.name, task.note)
        task.with_user(self.collector).action_done()
        self.assertEqual(len(insurance.sudo().declared_item_ids), 2)

    def test_search_of_the_last_day(self):
        self._create_invoice(50, 300)
        insurance = self._insure()
        insurances = insurance.with_user(self.reader)
        day = self._day(10)
        for operator, value, is_found in (
            ("=", day, True),
            ("=", self._day(9), False),
            (">=", day, True),
            (">", day, False),
            ("!=", day, False),
        ):
            domain = [("id", "=", insurance.id), ("declare_by", operator, value)]
            self.assertEqual(bool(insurances.search(domain)), is_found, domain)

    def test_activities_of_others(self):
        """Marking an activity done is no way around the rights either."""
        request = self._request(date_to=self._day(900))
        request.with_user(self.manager).action_grant()
        task = self._tasks(request)
        task.user_id = self.collector
        with self.assertRaises(AccessError):
            task.with_user(self.collector).action_done()
        self.assertFalse(request.reviewed_on)
        self._create_invoice(50, 300)
        insurance = self._insure()
        self._night()
        task = self._tasks(insurance)
        task.user_id = self.reader
        with self.assertRaises(AccessError):
            task.with_user(self.reader).action_done()
        self.assertFalse(insurance.declared_item_ids)

    def test_request_copied(self):
        """It is a new request: asked today, with the amount that was asked for."""
        request = self._request(amount_granted=4000, date_to=self._day(30))
        copy = request.copy()
        self.assertRecordValues(
            copy,
            [
                {
                    "state": "draft",
                    "amount": 9000,
                    "amount_granted": 9000,
                    "date_from": self.today,
                }
            ],
        )
        self.assertGreater(copy.date_to, self._day(300))

    def test_new_company_in_another_currency(self):
        """The installed policy is not given where its limit can't apply."""
        policy = self.env.ref("collections_dunning.collections_credit_policy").sudo()
        users = policy._get_using_companies()
        users.dunning_credit_policy_id = False
        policy.write(
            {
                "has_credit_limit": True,
                "credit_limit": 1000,
                "currency_id": self.company.currency_id.id,
            }
        )
        chf = self.setup_other_currency("CHF")
        companies = self.env["res.company"].create(
            [
                {"name": "Suisse", "currency_id": chf.id},
                {"name": "Home", "currency_id": self.company.currency_id.id},
            ]
        )
        swiss, home = companies
        self.assertFalse(swiss.dunning_credit_policy_id)
        self.assertEqual(home.dunning_credit_policy_id, policy)

    def test_limit_without_choosing_a_currency(self):
        """Where there is but one currency nobody sees the field: it is filled."""
        policies = self.env["collections.credit.policy"].sudo()
        policy = policies.create(
            {"name": "Ours", "company_id": self.company.id, "currency_id": False}
        )
        self.debtor.credit_policy_id = policy
        self.manager.group_ids -= self.env.ref("base.group_multi_currency")
        with Form(policy.with_user(self.manager)) as form:
            form.has_credit_limit = True
            form.credit_limit = 800
        self.assertEqual(policy.currency_id, self.company.currency_id)
        self.assertEqual(self.debtor.applied_credit_limit, 800)
        with self.assertRaisesRegex(ValidationError, "no currency"):
            policies.create(
                {
                    "name": "Nobody's",
                    "company_id": False,
                    "currency_id": False,
                    "has_credit_limit": True,
                }
            )

    def test_one_end_that_fails(self):
        """The limits of the others end all the same."""
        other = self._get_file(self.other_customer)
        first, second = (
            self._request(date_to=self._day(5)),
            self._request(date_to=self._day(5), debtor_id=other.id),
        )
        (first | second).with_user(self.manager).mapped(lambda r: r.action_grant())
        requests = type(first)
        log = requests._log_on_debtor

        def fail(request, text):
            if request == second:
                raise ValueError("broken")
            log(request, text)

        module = "odoo.addons.collections_dunning.models"
        name = f"{module}.collections_credit_request_decision"
        with patch.object(requests, "_log_on_debtor", fail), mute_logger(name):
            self._night(10)
        self.assertEqual((first.state, second.state), ("ended", "granted"))

    def test_customer_deleted(self):
        """His file goes with him, and what is filed there."""
        self.debtor = self._get_file(self._create_customer("Neuf SARL"))
        records = [
            self._record("collections.credit.rating", source="Bank"),
            self._record("collections.guarantee", kind="title"),
            self._record("collections.pause", reason="agreement", date_to=self._day(5)),
            self._insure(),
            self._request(),
        ]
        self.debtor.sudo().partner_id.unlink()
        for record in (self.debtor, *records):
            self.assertFalse(record.exists(), record._name)

    def test_what_was_sent_is_read_at_once(self):
        """As many queries for many customers as for a few."""
        debtors = self.env["collections.debtor"]
        for number in range(10):
            debtors |= self._get_file(self._create_customer(f"Client{number} SARL"))
        self.env["collections.credit.policy.sending"].sudo().create(
            [
                {
                    "company_id": self.company.id,
                    "debtor_id": debtor.id,
                    "policy_id": self.debtor.applied_credit_policy_id.id,
                    "date": self.today,
                }
                for debtor in debtors
            ]
        )
        self.env.flush_all()

        def count(files):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(set(files.mapped("policy_state")), {"changed"})
            return self.cr.sql_log_count - before

        few = debtors.browse(debtors[:2].ids)
        count(few)  # what is read once and for all
        self.assertEqual(count(debtors), count(few))
