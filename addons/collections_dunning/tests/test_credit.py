from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestCredit(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["collections.credit.policy"].create(
            {
                "name": "Test terms",
                "company_id": cls.company.id,
                "has_credit_limit": True,
                "credit_limit": 1000,
                "limit_action": "approve",
                "age_limit_days": 30,
                "age_action": "block",
            }
        )
        cls.company.dunning_credit_policy_id = cls.policy
        cls.invoice = cls._create_invoice(10, 600)
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.debtor = cls.env["collections.debtor"].search(
            [
                ("company_id", "=", cls.company.id),
                ("partner_id", "=", cls.customer.id),
            ]
        )

    def _findings(self, *args, **kwargs):
        """Return what the rule says now, as pairs of kind and action."""
        self.env.invalidate_all()
        if not args and not kwargs:
            self._assert_found()
        findings = self.debtor._check_credit(*args, **kwargs)
        return [(finding["kind"], finding["action"]) for finding in findings]

    def _assert_found(self):
        """The list finds the customer by what his file says."""
        debtor = self.debtor
        for name in ("is_over_limit", "credit_hold", "credit_status"):
            found = debtor.search([("id", "=", debtor.id), (name, "=", debtor[name])])
            self.assertEqual(found, debtor, (name, debtor[name]))
        flags = ("is_over_limit", "credit_hold")
        for domain in [[(name, "=", not debtor[name])] for name in flags]:
            self.assertFalse(debtor.search([("id", "=", debtor.id), *domain]), domain)

    def _create_branch(self, amount):
        """Make a branch with an open invoice of the customer."""
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        branch = self.company.child_ids
        self.env.user.company_ids += branch
        receivable = self.company_data["default_account_receivable"]
        self.customer.with_company(branch).property_account_receivable_id = receivable
        self._post_in(branch, amount)
        return branch

    def _post_in(self, company, amount):
        invoice = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": self.today,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "x", "price_unit": amount, "tax_ids": []}
                        )
                    ],
                }
            )
        )
        invoice.action_post()
        self.assertEqual(invoice.company_id, company)
        self.env["collections.debtor"]._ensure_for(company)

    def _send_suspending(self, *invoices):
        """Send the notice of the first level, which suspends deliveries."""
        self.first.suspends_deliveries = True
        run = self._propose()
        notice = run.notice_ids.filtered(lambda n: n.debtor_id == self.debtor)
        self.assertEqual(notice.line_ids.move_id, self.invoice.union(*invoices))
        self._send(notice)
        return notice

    # === EXPOSURE === #

    def test_exposure_is_what_is_open_less_credits(self):
        self._create_invoice(-20, 300)
        self._create_invoice(-20, 5000, self.other_customer)
        self._create_credit_note(50)
        self._receive(100)
        draft = self.invoice.copy()
        self.assertEqual(draft.state, "draft")
        debtor = self.debtor.with_user(self.reader)
        self.assertEqual(debtor.exposure, 750)
        self.assertEqual(debtor.exposure_available, 250)
        self.assertEqual(debtor.exposure_used_share, 75)
        self.assertEqual(debtor.exposure_orders, 0)

    def test_contacts_count_with_their_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        self._create_invoice(10, 150, contact)
        self.assertEqual(self.debtor.exposure, 750)

    def test_branches_share_one_limit(self):
        branch = self._create_branch(700)
        mine = [("partner_id", "=", self.customer.id)]
        debtors = self.debtor.search(mine)
        self.assertEqual(debtors.company_id, self.company | branch)
        self.assertEqual(debtors.mapped("exposure"), [1300, 1300])
        self.assertEqual(debtors.mapped("is_over_limit"), [True, True])
        # Somebody of the main company alone is told the sum, as by core's own warning.
        self.assertEqual(self.debtor.with_user(self.collector).exposure, 1300)
        self.assertEqual(
            self.debtor.with_user(self.collector).search(mine), self.debtor
        )

    def test_another_company_does_not_count(self):
        other = self.setup_other_company()["company"]
        self._post_in(other, 9000)
        theirs = self.debtor.search(
            [("company_id", "=", other.id), ("partner_id", "=", self.customer.id)]
        )
        self.assertEqual((self.debtor.exposure, theirs.exposure), (600, 9000))

    # === RULE === #

    def test_limit_is_passed_only_beyond_it(self):
        self.assertEqual(self._findings(400), [])
        self.assertEqual(self._findings(400.01), [("limit", "approve")])
        self.assertEqual(self.debtor.credit_status, "ok")
        self._create_invoice(-20, 500)
        self.assertEqual(self._findings(), [("limit", "approve")])
        self.assertEqual(self.debtor.credit_status, "over_limit")
        self.assertFalse(self.debtor.credit_hold)
        self.policy.limit_action = "block"
        self.env.invalidate_all()
        self.assertEqual(self.debtor.credit_status, "on_hold")
        self.policy.limit_action = "none"
        self.assertEqual(self._findings(), [])

    def test_amount_in_another_currency(self):
        foreign = self.setup_other_currency("EUR", rates=[("2000-01-01", 2.0)])
        self.assertEqual(self._findings(800, foreign), [])
        self.assertEqual(self._findings(802, foreign), [("limit", "approve")])

    def test_old_debt(self):
        old = self._create_invoice(30, 50)
        self.assertEqual(self._findings(), [])
        tomorrow = self.today + timedelta(days=1)
        self.assertEqual(self._findings(date=tomorrow), [("age", "block")])
        self.policy.age_limit_days = 29
        self.env.invalidate_all()
        self.assertEqual(self.debtor.credit_status, "on_hold")
        self.assertIn("30 days late", self.debtor.credit_findings)
        self.policy.age_action = "warn"
        self.env.invalidate_all()
        self.assertEqual(self.debtor.credit_status, "too_old")
        self.assertFalse(self.debtor.credit_hold)
        self._pay(old)
        self.assertEqual(self._findings(), [])

    def test_what_is_agreed_is_no_ground_to_stop(self):
        """What may rightly wait is not too old: the whole item, not a part of it."""
        old = self._create_invoice(40, 50)
        for reason, expected in (
            ("disputed", []),
            ("payment_plan", []),
            ("promise", [("age", "block")]),
        ):
            hold = (
                self.env["dunning.hold"]
                .sudo()
                .create(
                    {
                        "debtor_id": self.debtor.id,
                        "move_line_id": self._item(old).id,
                        "reason": reason,
                    }
                )
            )
            self.assertEqual(self._findings(), expected, reason)
            hold.amount = 10
            self.assertEqual(self._findings(), [("age", "block")], reason)
            hold.unlink()
        self.env["dunning.hold"].sudo().create(
            {"debtor_id": self.debtor.id, "reason": "insolvency"}
        )
        self.assertEqual(self._findings(), [])

    def test_limit_of_the_customer_counts_first(self):
        self.customer.write({"use_partner_credit_limit": True, "credit_limit": 500})
        self.assertEqual(self._findings(), [("limit", "approve")])
        self.assertIn("own", self.debtor._check_credit()[0]["text"])

    def test_policies_in_their_order(self):
        """The customer's, else that of his segment, else that of the company."""
        mild, strict = (
            self.policy.copy({"name": action, "limit_action": action, **vals})
            for action, vals in (
                ("warn", {"credit_limit": 599}),
                ("block", {"credit_limit": 598}),
            )
        )
        segment = self.env["collections.segment"].create(
            {"name": "Test", "company_id": self.company.id, "credit_policy_id": mild.id}
        )
        self.assertEqual(self._findings(), [])
        self.debtor.sudo().segment_id = segment
        self.assertEqual(self._findings(), [("limit", "warn")])
        self.debtor.credit_policy_id = strict
        self.assertEqual(self._findings(), [("limit", "block")])
        strict.active = False
        self.assertEqual(self._findings(), [("limit", "warn")])
        segment.active = False
        self.assertEqual(self._findings(), [])

    def test_limit_that_the_core_gives_everybody(self):
        self.policy.has_credit_limit = False
        self.company.account_use_credit_limit = True
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 500, company_id=self.company.id
        )
        self.assertEqual(self._findings(), [("limit", "approve")])
        self.policy.has_credit_limit = True
        self.assertEqual(self._findings(), [])
        # Granted to him, it is his own, though everybody else has the same.
        request = self.env["collections.credit.request"].create(
            {
                "debtor_id": self.debtor.id,
                "amount": 500,
                "date_to": self.today + timedelta(days=90),
                "reason": "A contract",
            }
        )
        request.with_user(self.manager).action_grant()
        self.assertEqual(self._findings(), [("limit", "approve")])
        request.with_user(self.manager).action_end()
        self.company.account_use_credit_limit = False
        self.policy.has_credit_limit = False
        self.assertEqual(self._findings(), [])

    def test_no_limit_no_finding(self):
        self.policy.write({"has_credit_limit": False, "age_limit_days": 0})
        self.assertEqual(self._findings(10**9), [])

    def test_customer_without_a_file(self):
        debtor = self.debtor._get_for_credit(self.company, self.other_customer)
        self.assertFalse(debtor.ids)
        self.assertFalse(debtor._check_credit(1000))
        self.assertEqual(debtor._check_credit(1001)[0]["kind"], "limit")

    def test_debtors_are_found(self):
        self._create_invoice(40, 2000, self.other_customer)
        self.env["collections.debtor"]._ensure_for(self.company)
        other = self._debtor(self.other_customer)
        debtors = self.debtor.with_user(self.collector)
        both = [("id", "in", (self.debtor | other).ids)]
        for domain, expected in (
            ([("is_over_limit", "=", True)], other),
            ([("is_over_limit", "=", False)], self.debtor),
            ([("credit_hold", "=", True)], other),
            ([("credit_status", "=", "on_hold")], other),
            ([("credit_status", "=", "ok")], self.debtor),
            ([("credit_status", "in", ["ok", "on_hold"])], self.debtor | other),
        ):
            self.assertEqual(debtors.search(both + domain), expected, domain)

    # === HOLD BY HAND === #

    def test_hold_by_hand(self):
        debtor = self.debtor.with_user(self.collector)
        action = debtor.action_credit_hold()
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
        )
        dialog.reason = "Three cheques came back"
        dialog.save().action_hold()
        self.assertEqual(self._findings(), [("hold", "block")])
        self.assertEqual(debtor.credit_status, "on_hold")
        self.assertEqual(self.debtor.credit_hold_user_id, self.collector)
        self.assertIn("Three cheques", debtor.credit_findings)
        self.assertIn("Three cheques", self.debtor.message_ids[0].body)
        with self.assertRaises(AccessError):
            debtor.action_credit_release()
        self.debtor.with_user(self.manager).action_credit_release()
        self.assertEqual(self._findings(), [])
        self.assertFalse(self.debtor.credit_hold_reason)

    def test_hold_is_not_written_by_hand(self):
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.manager).write({"credit_hold_by_hand": True})
        with self.assertRaises(AccessError):
            self.env["collections.credit.hold"].with_user(self.reader).create(
                {"debtor_id": self.debtor.id, "reason": "x"}
            )

    def test_merged_customer_stays_on_hold(self):
        self._create_invoice(5, 10, self.other_customer)
        self.env["collections.debtor"]._ensure_for(self.company)
        self._debtor(self.other_customer)._put_on_credit_hold("Cheques")
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            [self.customer.id, self.other_customer.id], self.customer
        )
        self.assertEqual(self._findings()[0], ("hold", "block"))
        self.assertEqual(self.debtor.credit_hold_reason, "Cheques")

    # === HOLD BY A NOTICE === #

    def test_notice_suspends_deliveries_until_paid(self):
        second = self._create_invoice(8, 100)
        notice = self._send_suspending(second)
        self.assertEqual(self._findings(), [("suspended", "block")])
        self.assertTrue(self.debtor.credit_hold)
        self.assertIn(notice.name, self.debtor.credit_findings)
        self._pay(self.invoice)
        self.assertEqual(self._findings(), [("suspended", "block")])
        self._pay(second)
        self.assertEqual(self._findings(), [])
        self.assertEqual(notice.state, "sent")

    def test_notice_that_was_not_sent_suspends_nothing(self):
        self.first.suspends_deliveries = True
        notice = self._propose().notice_ids
        self.assertTrue(notice)
        self.assertEqual(self._findings(), [])
        notice._set_sent()
        notice._set_state("bounced")
        self.assertEqual(self._findings(), [])

    def test_dispute_lifts_the_suspension(self):
        self._send_suspending()
        hold = (
            self.env["dunning.hold"]
            .sudo()
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "move_line_id": self._item(self.invoice).id,
                    "reason": "disputed",
                }
            )
        )
        self.assertEqual(self._findings(), [])
        hold.date_to = self.today
        tomorrow = self.today + timedelta(days=1)
        self.assertEqual(self._findings(date=tomorrow), [("suspended", "block")])

    def test_other_levels_suspend_nothing(self):
        self._send(self._propose().notice_ids)
        self.assertEqual(self._findings(), [])

    # === INVOICES === #

    def test_invoice_only_warns(self):
        self.debtor._put_on_credit_hold("Cheques")
        draft = self.invoice.copy({"invoice_date": self.today})
        self.assertIn("Cheques", draft.partner_credit_warning)
        self.assertIn("more than his credit limit", draft.partner_credit_warning)
        draft.action_post()
        self.assertEqual(draft.state, "posted")
        draft.invalidate_recordset()
        self.assertFalse(draft.partner_credit_warning)

    def test_core_does_not_warn_besides(self):
        self.company.account_use_credit_limit = True
        self.customer.write({"use_partner_credit_limit": True, "credit_limit": 700})
        draft = self.invoice.copy({"invoice_date": self.today})
        self.assertIn("more than his credit limit", draft.partner_credit_warning)
        self.assertNotIn("reached its credit limit", draft.partner_credit_warning)
        self.policy.limit_action = "none"
        self.env.invalidate_all()
        self.assertFalse(draft.partner_credit_warning)

    def test_no_warning_within_the_rule(self):
        draft = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 400, "tax_ids": []})
                ],
            }
        )
        self.assertFalse(draft.partner_credit_warning)
        draft.invoice_line_ids.price_unit = 401
        self.assertTrue(draft.partner_credit_warning)
