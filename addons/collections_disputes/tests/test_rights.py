from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestRights(DisputeCommon):
    """What owners write who are no Collectors, and what nobody holds by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason.user_id = cls.employee
        cls.invoice = cls._create_invoice(10, 1000)
        cls.case = cls._open(cls, cls.invoice, 300)

    def test_his_own_work(self):
        mine = self.case.with_user(self.employee)
        mine.action_acknowledge()
        values = {
            "title": "Two lamps too many",
            "description": "<p>Counted again</p>",
            "answer": "<p>We take them back</p>",
            "priority": "1",
            "state": "waiting_us",
            "contact_id": self.customer.id,
        }
        mine.write(values)
        self.assertEqual((mine.title, mine.state), (values["title"], "waiting_us"))
        mine.message_post(body="The carrier has a receipt")
        mine.activity_schedule("mail.mail_activity_data_todo")
        mine.user_id = self.collector
        self.assertEqual(self.case.user_id, self.collector)

    def test_by_the_form(self):
        with Form(self.case.with_user(self.employee)) as form:
            form.title = "Two lamps too many"
            for name in ("deadline_date", "reason_id", "partner_id", "line_ids"):
                self.assertTrue(form._get_modifier(name, "readonly"), name)
        with Form(self.case.with_user(self.collector)) as form:
            form.deadline_date = "2030-01-01"
            self.assertFalse(form._get_modifier("line_ids", "readonly"))

    def test_what_a_collector_decides(self):
        other = self.reason.copy({})
        for values in (
            {"deadline_date": "2099-01-01"},
            {"reason_id": other.id},
            {"partner_id": self.other_customer.id},
            {"debtor_id": False},
            {"origin": "email"},
            {"notice_id": False},
            {"cause_id": self.cause.id},
            {"side": "customer"},
            {"email_cc": "spy@example.com"},
            {"company_id": self.company.id},
            {"line_ids": [Command.clear()]},
            {"message_follower_ids": [Command.clear()]},
            {"access_token": "known"},
        ):
            with self.assertRaises(AccessError, msg=values):
                self.case.with_user(self.employee).write(values)
        with self.assertRaises(UserError):
            self.case.with_user(self.employee).user_id = False

    def test_key_of_the_customers_link(self):
        for user in (self.collector, self.manager):
            with self.assertRaises(AccessError):
                self.case.with_user(user).access_token = "known"
            with self.assertRaises(AccessError):
                self.env["dispute.case"].with_user(user).create(
                    {"title": "Mine", "access_token": "known"}
                )

    def test_cause_is_qualified_by_the_owner(self):
        self._pay(self.invoice)
        self.assertTrue(self.case.needs_cause)
        mine = self.case.with_user(self.employee)
        mine.write({"cause_id": self.cause.id, "side": "us"})
        self.assertFalse(self.case.needs_cause)
        with self.assertRaises(AccessError):
            mine.side = "customer"

    def test_answer_that_was_sent(self):
        self._resolve(self.case)
        for user in (self.employee, self.collector):
            with self.assertRaisesRegex(UserError, "has this answer"):
                self.case.with_user(user).answer = "<p>We never said that</p>"

    def test_answer_is_prepared(self):
        """What the owner has written is what the dialog begins with."""
        self.case.with_user(self.employee).answer = "<p>The carrier lost it</p>"
        dialogs = self.env["dispute.resolve"].with_user(self.collector)
        with Form(dialogs.with_context(default_case_id=self.case.id)) as form:
            self.assertIn("The carrier lost it", form.answer)
            form.resolution = "rejected"
            form.cause_id = self.cause
        form.record.action_resolve()
        self.assertIn("The carrier lost it", self.case.answer)

    def test_owner_can_work_on_it(self):
        portal = new_test_user(self.env, "dispute_portal", groups="base.group_portal")
        stranger = self._create_user("dispute_stranger", "base.group_user")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        for user in (portal, stranger):
            with self.assertRaisesRegex(UserError, "choose somebody else"):
                self.case.with_user(self.collector).user_id = user

    # === HOLDS === #

    def test_nothing_is_held_as_disputed_by_hand(self):
        values = {"debtor_id": self._debtor().id, "note": "He is angry"}
        for user in (self.collector, self.manager):
            holds = self.env["dunning.hold"].with_user(user)
            with self.assertRaisesRegex(UserError, "Open a dispute"):
                holds.create({**values, "reason": "disputed"})
            with self.assertRaisesRegex(UserError, "Open a dispute"):
                holds.with_context(default_reason="disputed").create(values)
            pause = holds.create(values)
            with self.assertRaisesRegex(UserError, "Open a dispute"):
                pause.reason = "disputed"
        self.assertEqual(self._held(self.invoice), [300])

    # === DIALOGS === #

    def test_dialogs_tell_nothing_of_another_company(self):
        """Any item can be named to them: it is read by the user's own rights."""
        other = self.setup_other_company()["company"]
        theirs = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": self.today,
                    "invoice_line_ids": [
                        Command.create({"name": "Goods", "price_unit": 100})
                    ],
                }
            )
        )
        theirs.action_post()
        rests = self.env["dispute.remainder"].with_user(self.collector)
        opening = self.env["dispute.open"].with_user(self.collector)
        values = {"move_line_id": self._item(theirs).id, "amount": 1}
        look = [
            lambda: rests.create({"move_id": theirs.id}).amount_total,
            lambda: rests.create({"move_id": theirs.id}).partner_id.name,
            lambda: rests.onchange(
                {"move_id": theirs.id}, ["move_id"], {"move_id": {}, "amount_total": {}}
            ),
            lambda: (
                opening.create(
                    {"line_ids": [Command.create(values)]}
                ).line_ids.move_name
            ),
            lambda: (
                opening.create(
                    {"line_ids": [Command.create(values)]}
                ).line_ids.amount_residual
            ),
            lambda: opening.line_ids.onchange(
                values, ["move_line_id"], {"amount_residual": {}}
            ),
        ]
        for number, read in enumerate(look):
            self.env.invalidate_all()
            with self.subTest(number), self.assertRaises(AccessError):
                read()
