from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestLateForOnce(DeliveryCommon):
    """Who is later than he usually is, is treated gently where his segment says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gentle = cls.env.ref("collections_dunning.collections_segment_reliable")
        cls.chronic = cls.env.ref("collections_dunning.collections_segment_chronic")
        cls.debtor = (
            cls.env["collections.debtor"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "partner_id": cls.customer.id,
                    "segment_id": cls.gentle.id,
                    "settled_count": 10,
                    "late_days_average": 2,
                }
            )
        )
        cls.seller = new_test_user(
            cls.env,
            login="dunning_seller",
            name="Sabine Seller",
            email="sabine@seller.example.com",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _propose_for(self, days_late, amount=100.0, **vals):
        """Return an invoice so many days late, and the notice it gets."""
        invoice = self._create_invoice(
            days_late=days_late,
            amount=amount,
            **{"invoice_user_id": self.seller.id, **vals},
        )
        run = self._propose()
        self._assert_ties_out(run)
        return invoice, run.notice_ids

    def _remind(self, invoice, days_ago, level=None):
        """Let an invoice have had its reminder so many days ago."""
        notice = self.env["dunning.proposal"]._draft_for_items(
            self._item(invoice), level or self.first
        )
        self._send(notice, days_ago=days_ago)

    # === WHEN === #

    def test_levels_come_five_days_later(self):
        for days_late, reason in ((9, "waiting"), (10, "dunned")):
            with self.subTest(days_late=days_late):
                invoice = self._create_invoice(days_late=days_late)
                run = self._propose()
                self.assertEqual(self._reason(invoice), [reason])
                if reason == "waiting":
                    tomorrow = self.today + timedelta(days=1)
                    self.assertEqual(self._decision(invoice).next_date, tomorrow)
                run.action_cancel()
                invoice.button_draft()

    def test_day_does_not_move(self):
        """It is known from the first late day on, also within his habit."""
        invoice = self._create_invoice(days_late=1)
        self._propose()
        self.assertEqual(
            self._decision(invoice).next_date, self.today + timedelta(days=9)
        )

    def test_as_late_as_always(self):
        """At +5 he is not later than he usually is: that is no surprise."""
        self.debtor.late_days_average = 6
        invoice, notice = self._propose_for(5)
        self.assertEqual(self._reason(invoice), ["dunned"])
        self.assertEqual((notice.tone, notice.signatory_id.id), ("standard", False))

    def test_early_payer_is_late_on_the_first_day(self):
        self.debtor.late_days_average = -8
        invoice = self._create_invoice(days_late=6)
        self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])

    def test_before_the_due_date_nothing_changes(self):
        _invoice, notice = self._propose_for(-5)
        self.assertEqual(notice.level_id, self.courtesy)
        self.assertEqual((notice.tone, notice.signatory_id.id), ("standard", False))

    def test_jump(self):
        """The level that his days late have reached, less five."""
        self.procedure.progression = "jump"
        _invoice, notice = self._propose_for(24, amount=2000)
        self.assertEqual(notice.level_id, self.call)

    def test_chronic_is_firm_at_once(self):
        self.debtor.segment_id = self.chronic
        _invoice, notice = self._propose_for(5)
        self.assertEqual((notice.level_id, notice.tone), (self.first, "firm"))
        self.assertFalse(notice.signatory_id)

    # === HOW === #

    def test_soft_and_signed_by_the_salesperson(self):
        _invoice, notice = self._propose_for(10)
        self.assertEqual(notice.tone, "soft")
        self.assertEqual(notice.signatory_id, self.seller)
        self.assertEqual(notice.responsible_id, self.collector, "who follows it")
        self.assertEqual(
            notice._get_text_values()[notice.id]["user_name"], "Sabine Seller"
        )
        sender = notice._get_sender({})
        self.assertIn("sabine@seller.example.com", sender["email_from"])

    def test_mail_of_the_salesperson(self):
        """What arrives is his, in name and address."""
        self.first.text_ids.body = "Please pay.\n[items]\n{{ user_name }}"
        mailbox = self._serve()
        notice, _invoice = self._queue_notice(days_late=10, signatory_id=self.seller.id)
        self._run_job()
        self.assertEqual(notice.state, "sent")
        [(_recipients, message)] = mailbox.messages
        self.assertIn("sabine@seller.example.com", message["From"])
        body = message.get_body(("plain",)).get_content()
        self.assertIn("Sabine Seller", body)
        self.assertEqual(notice.message_ids[-1:].author_id, self.seller.partner_id)

    def test_who_can_not_sign(self):
        """Neither somebody who has left nor somebody from outside."""
        portal = new_test_user(self.env, "dunning_outside", groups="base.group_portal")
        for user in (portal, self.env.ref("base.user_root")):
            with self.subTest(user=user.login):
                invoice, notice = self._propose_for(10, invoice_user_id=user.id)
                self.assertEqual(notice.tone, "soft")
                self.assertFalse(notice.signatory_id)
                notice.run_id.action_cancel()
                invoice.button_draft()

    def test_salesperson_of_the_largest_item(self):
        self._create_invoice(
            days_late=11, amount=900, invoice_user_id=self.collector.id
        )
        _invoice, notice = self._propose_for(10, amount=100)
        self.assertEqual(notice.signatory_id, self.collector)

    def test_answer_reaches_who_signed(self):
        _invoice, notice = self._propose_for(10)
        self._send(notice)
        notice.sudo().message_update({}, {})
        self.assertIn(self.seller.partner_id, notice.message_partner_ids)
        self.assertIn(self.collector.partner_id, notice.message_partner_ids)

    def test_own_tone_wins(self):
        self.debtor.tone = "firm"
        _invoice, notice = self._propose_for(10)
        self.assertEqual(notice.tone, "firm")

    def test_call_only_from_an_amount(self):
        """Neither at the day of the call nor later: the next level comes instead."""
        self.call.minimum_amount = 0
        self.company.dunning_gentle_call_amount = 500
        invoice = self._create_invoice(days_late=17, amount=499)
        self._remind(invoice, days_ago=7)
        run = self._propose()
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._decision(invoice).level_id, self.second)
        self.company.dunning_gentle_call_amount = 499
        run.action_propose()
        self.assertEqual(run.notice_ids.level_id, self.call)
        self.assertFalse(run.notice_ids.signatory_id, "nobody signs a call")
        self.assertEqual(run.notice_ids.responsible_id, self.collector)

    def test_call_to_others_as_ever(self):
        self.debtor.segment_id = self.chronic
        self.call.minimum_amount = 0
        invoice = self._create_invoice(days_late=12, amount=100)
        self._remind(invoice, days_ago=7)
        self.assertEqual(self._propose().notice_ids.level_id, self.call)

    def test_no_formal_notice_without_approval(self):
        """Not even the second one of an automatic level."""
        self.formal.approval = "automatic"
        old = self._create_invoice(days_late=80, amount=50)
        for days_ago, level in ((60, self.first), (50, self.formal)):
            self._remind(old, days_ago, level)
        invoice = self._create_invoice(days_late=40, amount=100)
        self._remind(invoice, 20)
        self._remind(invoice, 10, self.second)
        run = self._propose()
        notice = run.notice_ids.filtered("is_formal")
        self.assertEqual(notice.review_reason, "late_for_once")
        self.assertFalse(notice.approved)
        self.assertIn("usually pays better", notice.review_note)
        self.debtor.segment_id = self.chronic
        run.action_propose()
        notice = run.notice_ids.filtered("is_formal")
        self.assertNotEqual(notice.review_reason, "late_for_once")

    # === WHY? === #

    def test_why(self):
        invoice = self._create_invoice(days_late=7)
        self._propose()
        sentence = invoice.with_user(self.reader).get_dunning_explanation()["sentence"]
        self.assertIn("usually pays 2.0 days late", sentence)
        self.assertIn("5 days later", sentence)
        self.debtor.late_days_average = -1
        self.assertIn(
            "usually pays on time", invoice.get_dunning_explanation()["sentence"]
        )
        self.debtor.segment_id = self.chronic
        self.assertNotIn("usually", invoice.get_dunning_explanation()["sentence"])

    def test_amount_can_not_be_negative(self):
        with self.assertRaises(ValidationError):
            self.company.dunning_gentle_call_amount = -1

    def test_setting_of_the_root_company(self):
        settings = self.env["dunning.settings"].with_user(self.manager)
        settings = settings.with_context(allowed_company_ids=self.company.ids)
        dialog = settings.create({})
        self.assertEqual(dialog.dunning_gentle_call_amount, 500)
        dialog.dunning_gentle_call_amount = 800
        dialog.action_save()
        self.assertEqual(self.company.dunning_gentle_call_amount, 800)
