from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CreditOrderCommon


@tagged("post_install", "-at_install")
class TestCreditHold(CreditOrderCommon):
    def _activities(self, order):
        return self.env["mail.activity"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        )

    def _assert_refused(self, order, word=""):
        with self.assertRaises(UserError) as caught:
            order.action_confirm()
        self.assertIn(word, str(caught.exception))
        self.env.invalidate_all()
        self.assertNotEqual(order.state, "sale")

    # === WARN === #

    def test_order_within_the_rule(self):
        order = self._create_order(400)
        self.assertEqual(order.credit_action, "none")
        self.assertFalse(order.partner_credit_warning)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_warning_lets_pass_and_is_noted(self):
        self.policy.limit_action = "warn"
        order = self._create_order(500)
        self.assertEqual(order.credit_action, "warn")
        self.assertIn("1,100.00", order.partner_credit_warning)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("1,100.00", order.message_ids[0].body)

    def test_core_does_not_warn_besides(self):
        self.company.account_use_credit_limit = True
        self.customer.write({"use_partner_credit_limit": True, "credit_limit": 700})
        order = self._create_order(500)
        self.assertIn("more than his credit limit", order.partner_credit_warning)
        self.assertNotIn("reached its credit limit", order.partner_credit_warning)

    def test_warning_while_typing(self):
        """A salesperson sees it before he saves, without rights on the file."""
        form = Form(self.env["sale.order"].with_user(self.salesman))
        form.partner_id = self.customer
        with form.order_line.new() as line:
            line.product_id = self.product
            line.price_unit = 500
        self.assertEqual(form.credit_action, "approve")
        self.assertIn("1,100.00", form.partner_credit_warning)

    def test_what_asks_for_no_credit_passes(self):
        self.debtor._put_on_credit_hold("Cheques")
        free = self._create_order(0)
        free.action_confirm()
        self.assertEqual(free.state, "sale")
        free.order_line.name = "Replacement"
        with self.assertRaises(UserError):
            free.order_line.price_unit = 1

    # === APPROVE === #

    def test_approval_is_asked_for_and_given(self):
        order = self._create_order(500)
        self._assert_refused(order, "Credit Manager approves")
        order.action_request_credit_approval()
        activity = self._activities(order)
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("1,100.00", activity.note)
        self.assertIn("asked for approval", order.partner_credit_warning)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning_sale.sale_order_action_credit"
        )
        domain = [
            ("credit_requested_on", "!=", False),
            ("state", "in", ("draft", "sent")),
        ]
        self.assertEqual(action["domain"].replace('"', "'"), repr(domain))
        orders = self.env["sale.order"].with_user(self.manager)
        self.assertIn(order, orders.search(domain))
        approval = self._approve(order)
        self.assertEqual(approval.user_id, self.manager)
        self.assertEqual(approval.amount, 500)
        self.assertFalse(self._activities(order))
        self.assertFalse(order.credit_requested_on)
        self.assertEqual(order.credit_action, "none")
        self.assertIn("Pays by Friday", order.partner_credit_warning)
        self.assertIn(self.salesman.partner_id, order.message_ids[0].partner_ids)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("Pays by Friday", order.message_ids[0].body)

    def test_asking_twice_asks_once(self):
        order = self._create_order(500)
        order.action_request_credit_approval()
        order.action_request_credit_approval()
        self.assertEqual(len(self._activities(order)), 1)
        order._action_cancel()
        self.assertFalse(self._activities(order))

    def test_refusal_is_told(self):
        order = self._create_order(500)
        order.action_request_credit_approval()
        for user in (self.salesman, self.collector):
            with self.assertRaises(AccessError):
                order.with_user(user).action_refuse_credit()
        order.with_user(self.manager).action_refuse_credit()
        self.assertFalse(self._activities(order))
        self.assertFalse(order.credit_requested_on)
        self.assertIn(self.salesman.partner_id, order.message_ids[0].partner_ids)
        self.assertIn("Not approved", order.message_ids[0].body)
        self._assert_refused(order)

    def test_nothing_to_ask_for(self):
        order = self._create_order(400)
        with self.assertRaises(UserError):
            order.action_request_credit_approval()
        with self.assertRaises(UserError):
            self._approve(order)

    def test_approval_is_for_this_amount(self):
        order = self._create_order(500)
        self._approve(order)
        order.order_line.price_unit = 500.01
        self.assertEqual(order.credit_action, "approve")
        self._assert_refused(order)
        order.order_line.price_unit = 450
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_approval_is_for_this_customer(self):
        order = self._create_order(500)
        self._approve(order)
        self._create_invoice(10, 900, self.other_customer)
        order.partner_id = self.other_customer
        order.partner_invoice_id = self.other_customer
        order.order_line.price_unit = 500
        self._assert_refused(order)

    def test_approval_is_for_this_order(self):
        order = self._create_order(500)
        self._approve(order)
        self._assert_refused(order.copy())

    def test_approval_ends(self):
        order = self._create_order(500, validity_date=self.today + timedelta(days=5))
        approval = self._approve(order)
        self.assertEqual(approval.date_until, order.validity_date)
        with freeze_time(self.today + timedelta(days=6)):
            self.env.invalidate_all()
            self._assert_refused(order)
        with freeze_time(self.today + timedelta(days=5)):
            self.env.invalidate_all()
            order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_approval_that_makes_no_sense(self):
        order = self._create_order(500)
        for vals in (
            {"date_until": self.today - timedelta(days=1)},
            {"amount": 0},
        ):
            with self.assertRaises(ValidationError):
                self._approve(order, **vals)

    def test_approval_is_for_what_was_seen(self):
        """Approved past the limit, it doesn't lift a hold that came later."""
        order = self._create_order(500)
        self._approve(order)
        self.debtor._put_on_credit_hold("Cheques")
        self.env.invalidate_all()
        self._assert_refused(order, "Cheques")
        self._approve(order)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    # === BLOCK === #

    def test_block_is_released_by_a_manager_alone(self):
        self.debtor._put_on_credit_hold("Cheques")
        order = self._create_order(10)
        self.assertEqual(order.credit_action, "block")
        self._assert_refused(order, "Credit Manager releases")
        with self.assertRaises(UserError):
            order.action_request_credit_approval()
        for user in (self.salesman, self.collector):
            with self.assertRaises(AccessError):
                self._approve(order, user)
        self._approve(order)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_payment_lifts_what_a_notice_suspended(self):
        self.first.suspends_deliveries = True
        self._send(self._propose().notice_ids)
        order = self._create_order(10)
        self._assert_refused(order, "suspended")
        self._pay(self.invoice)
        self.env.invalidate_all()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_old_debt_blocks(self):
        self._create_invoice(31, 10)
        self._assert_refused(self._create_order(10), "31 days late")

    # === NO WAY ROUND === #

    def test_state_is_not_written_past_the_rule(self):
        order = self._create_order(500)
        with self.assertRaises(UserError):
            order.write({"state": "sale"})
        with self.assertRaises(UserError):
            self._create_order(500, state="sale")
        small = self._create_order(100)
        with self.assertRaises(UserError):
            small.write(
                {
                    "state": "sale",
                    "order_line": [
                        Command.update(small.order_line.id, {"price_unit": 500})
                    ],
                }
            )

    def test_approval_is_not_forged(self):
        order = self._create_order(500)
        vals = {
            "order_id": order.id,
            "amount": 500,
            "date_until": self.today,
            "reason": "Me",
        }
        approvals = self.env["collections.order.approval"]
        for user in (self.salesman, self.collector):
            with self.assertRaises(AccessError):
                approvals.with_user(user).create(vals)
        approval = approvals.with_user(self.manager).create(
            {**vals, "user_id": self.collector.id, "kinds": ["hold", "limit"]}
        )
        self.assertEqual(approval.user_id, self.manager)
        self.assertEqual(approval.kinds, ["limit"])
        for operation in ("write", "unlink"):
            self.assertFalse(approval.has_access(operation))
        self.assertFalse(approvals.with_user(self.salesman).has_access("read"))
        self.assertTrue(approvals.with_user(self.reader).has_access("read"))

    def test_orders_confirmed_together_count_together(self):
        orders = self._create_order(300) | self._create_order(300)
        with self.assertRaises(UserError):
            orders.action_confirm()

    def test_confirmed_order_does_not_grow_past_the_rule(self):
        order = self._create_order(400)
        order.action_confirm()
        line = order.order_line
        for change in (
            lambda: line.write({"product_uom_qty": 2, "price_unit": 400}),
            lambda: order.write(
                {"order_line": [Command.update(line.id, {"price_unit": 401})]}
            ),
            lambda: line.copy({"order_id": order.id}),
        ):
            with self.assertRaises(UserError):
                change()
            self.env.invalidate_all()
        line.price_unit = 390
        line.price_unit = 400
        self.assertEqual(order.amount_total, 400)

    def test_confirmed_order_does_not_go_to_a_held_customer(self):
        self._create_invoice(31, 10, self.other_customer)
        order = self._create_order(100)
        order.action_confirm()
        with self.assertRaises(UserError):
            order.partner_invoice_id = self.other_customer

    def test_costs_charged_on_are_not_held_up(self):
        order = self._create_order(400)
        order.action_confirm()
        self.env["sale.order.line"].with_user(self.salesman).create(
            {
                "order_id": order.id,
                "product_id": self.product.id,
                "price_unit": 50,
                "is_expense": True,
            }
        )
        self.assertEqual(order.amount_total, 450)

    # === CUSTOMER === #

    def test_signature_waits_for_the_credit_manager(self):
        refused, passed = self._create_order(500), self._create_order(100)
        (refused | passed).sudo()._validate_order()
        self.assertEqual((refused.state, passed.state), ("draft", "sale"))
        self.assertEqual(self._activities(refused).user_id, self.manager)

    def _pay_online(self, order, amount):
        provider = self.env["payment.provider"].sudo().search([], limit=1)
        method = self.env.ref("payment.payment_method_unknown")
        order.sudo().write({"require_payment": True, "prepayment_percent": 0.5})
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "amount": amount,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "reference": f"{order.name}-{amount}",
                    "state": "done",
                    "sale_order_ids": order.ids,
                }
            )
        )
        transaction._check_amount_and_confirm_order()
        self.env.invalidate_all()

    def test_order_paid_in_advance_asks_for_no_credit(self):
        self.debtor._put_on_credit_hold("Cheques")
        order = self._create_order(500)
        self._pay_online(order, 500)
        self.assertEqual(order.state, "sale")

    def test_order_paid_in_part_passes_by_the_rest(self):
        order = self._create_order(700)
        self._pay_online(order, 350)
        self.assertEqual(order.state, "sale")
        second = self._create_order(700)
        self._pay_online(second, 350)
        self.assertEqual(second.state, "draft")
        self.assertTrue(self._activities(second))

    # === COMPANIES === #

    def test_hold_of_another_company_does_not_count(self):
        self.debtor._put_on_credit_hold("Cheques")
        other = self.setup_other_company()["company"]
        order = (
            self.env["sale.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
            )
        )
        order.order_line.price_unit = 100
        self.assertEqual(order.credit_action, "none")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_branch_shares_the_limit(self):
        self.company.write({"child_ids": [Command.create({"name": "Branch"})]})
        branch = self.company.child_ids
        for user in (self.env.user, self.salesman, self.manager):
            user.company_ids += branch
        order = (
            self.env["sale.order"]
            .with_user(self.salesman)
            .with_context(allowed_company_ids=branch.ids)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "price_unit": 401,
                                "tax_ids": [],
                            }
                        )
                    ],
                }
            )
        )
        self.assertEqual(order.company_id, branch)
        self._assert_refused(order, "1,001.00")
        self._approve(order)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        approvals = self.env["collections.order.approval"].with_user(self.reader)
        self.assertFalse(approvals.search([("order_id", "=", order.id)]))

    def test_customer_without_a_file(self):
        order = self._create_order(1001, partner_id=self.other_customer.id)
        self._assert_refused(order, "1,001.00")
        self.assertEqual(fields.Date.context_today(order), self.today)
