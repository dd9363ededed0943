from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DunningCommon

MONDAY = date(2026, 3, 16)


@tagged("post_install", "-at_install")
class TestSalesperson(DunningCommon):
    """The salesperson is told before a grave notice leaves, and may object."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(freeze_time(MONDAY))
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="dunning_seller",
            name="Seller",
            groups="base.group_user,base.group_partner_manager",
            company_id=cls.company.id,
        )
        cls.customer.user_id = cls.seller
        cls.second.tells_salesperson = "strategic"
        cls.formal.tells_salesperson = "always"

    def _remind(self, days_late, level):
        """Return an invoice so late, of which a reminder was sent ten days ago."""
        return self._remind_all((days_late, level, {}))

    def _remind_all(self, *reminders):
        levels = {
            self._create_invoice(days, **vals): level for days, level, vals in reminders
        }
        run = self._propose()
        for line in run.notice_ids.line_ids.sudo():
            level = levels[line.move_id]
            line.write({"level_id": level.id, "day_offset": level.day_offset})
        self._send(run.notice_ids, days_ago=10)
        run.sudo().write({"state": "done", "date": MONDAY - timedelta(days=10)})
        return next(iter(levels))

    def _tell(self, day=MONDAY):
        """Make the scheduled run of a day; return what the salespersons are told."""
        announcements = self.env["dunning.announcement"].sudo()
        known = announcements.search([])
        with freeze_time(day):
            self.assertTrue(self.env["dunning.run"].sudo()._run_company(self.company))
        return (announcements.search([]) - known).with_env(self.env)

    # === WHO IS TOLD, AND WHEN === #

    def test_told_two_working_days_before_a_formal_notice(self):
        invoice = self._remind(30, self.second)
        debtor = self._debtor()
        # 35 days late on Saturday: two working days before is Thursday.
        self.assertFalse(self._tell(MONDAY + timedelta(days=2)))
        told = self._tell(MONDAY + timedelta(days=3))
        self.assertEqual(told.debtor_id, debtor)
        self.assertEqual(told.level_id, self.formal)
        self.assertEqual(told.user_id, self.seller)
        self.assertEqual(told.leaves_on, MONDAY + timedelta(days=7))
        self.assertIn(invoice.name, told.about)
        activity = told.activity_ids
        self.assertEqual(activity.user_id, self.seller)
        # Today: what is for later is not counted in the head of the page.
        self.assertEqual(activity.date_deadline, told.told_on)

    def test_told_once(self):
        self._remind(36, self.second)
        told = self._tell()
        self.assertEqual(len(told), 1)
        self.assertFalse(self._tell(MONDAY + timedelta(days=1)))
        told.activity_ids.action_feedback(feedback="Go ahead")
        self.assertFalse(self._tell(MONDAY + timedelta(days=2)))

    def test_told_anew_once_the_notice_has_left(self):
        """And after 30 days: who agreed then may see it otherwise now."""
        self._remind(36, self.second)
        told = self._tell()
        debtor = self._debtor()
        announcements = self.env["dunning.announcement"]
        key = (debtor.id, self.formal.id)
        last_day = MONDAY + timedelta(days=30)
        self.assertEqual(announcements._get_current(debtor, last_day), {key: told})
        later = last_day + timedelta(days=1)
        self.assertFalse(announcements._get_current(debtor, later))
        self._send(debtor.notice_ids.filtered("is_formal"))
        self.assertFalse(announcements._get_current(debtor, MONDAY))

    def test_activity_goes_when_there_is_nothing_to_object_to(self):
        invoice = self._remind(36, self.second)
        told = self._tell()
        self._tell(MONDAY + timedelta(days=1))
        self.assertTrue(told.activity_ids)
        self._pay(invoice)
        self._tell(MONDAY + timedelta(days=2))
        self.assertFalse(told.activity_ids)

    def test_second_reminder_of_strategic_customers(self):
        self._remind(21, self.first)
        self._debtor().is_strategic = True
        self.assertEqual(self._tell().level_id, self.second)

    def test_second_reminder_of_the_others_leaves(self):
        self._remind(21, self.first)
        self.assertFalse(self._tell())
        notice = self._debtor().notice_ids.filtered(lambda n: n.state == "queued")
        self.assertEqual(notice.level_id, self.second)

    def test_one_activity_for_each_customer(self):
        """The gravest notice leaves first; of the other he is told in its time."""
        self.second.tells_salesperson = "always"
        currency = self.setup_other_currency("EUR")
        self._remind_all(
            (36, self.second, {}), (21, self.first, {"currency_id": currency.id})
        )
        told = self._tell()
        self.assertEqual(told.level_id, self.formal)
        self.assertEqual(told.debtor_id, self._debtor())
        self.assertEqual(len(told.activity_ids), 1)

    def test_seller_of_the_invoice_else(self):
        self.customer.user_id = False
        invoice = self._remind(36, self.second)
        invoice.invoice_user_id = self.seller
        self.assertEqual(self._tell().user_id, self.seller)

    def test_who_follows_the_customer_knows_already(self):
        self.customer.user_id = self.collector
        invoice = self._remind(36, self.second)
        invoice.invoice_user_id = self.collector
        self.assertFalse(self._tell())

    # === THE NOTICE WAITS === #

    def _approve_formal(self):
        self._remind(36, self.second)
        run = self._propose()
        told = run._tell_salespersons()
        notice = run.notice_ids.filtered("is_formal")
        notice.with_user(self.manager).action_approve()
        return told, run, notice

    def test_approved_notice_leaves_two_working_days_later(self):
        _told, run, notice = self._approve_formal()
        self.assertEqual(notice.salesperson_told_on, MONDAY)
        self.assertEqual(notice.salesperson_wait_until, MONDAY + timedelta(days=2))
        run.with_user(self.manager).action_confirm()
        self.assertEqual((notice.state, notice.approved), ("draft", True))
        with freeze_time(MONDAY + timedelta(days=1)):
            notice.invalidate_recordset()
            notice._queue_approved()
            self.assertEqual(notice.state, "draft")
        with freeze_time(MONDAY + timedelta(days=2)):
            notice.invalidate_recordset()
            notice._queue_approved()
            self.assertEqual(notice.state, "queued")

    def test_told_when_a_run_by_hand_is_confirmed(self):
        self._remind(36, self.second)
        run = self._propose()
        notice = run.notice_ids.filtered("is_formal")
        notice.with_user(self.manager).action_approve()
        run.with_user(self.manager).action_confirm()
        self.assertEqual(notice.state, "draft")
        told = self._debtor().announcement_ids
        self.assertEqual(told.level_id, self.formal)
        self.assertEqual(told.about.count(notice.line_ids.move_id.name), 1)
        self.assertFalse(self._tell(MONDAY + timedelta(days=1)))
        self.assertEqual(notice.state, "draft")
        # The scheduled run sends what was approved, once the time has come.
        self._tell(MONDAY + timedelta(days=2))
        self.assertEqual(notice.state, "queued")

    def test_nobody_is_told_before_activation(self):
        self._remind(36, self.second)
        self.company.dunning_active = False
        self.assertFalse(self._tell())

    def test_nobody_is_told_of_a_test(self):
        self._remind(36, self.second)
        self.company.write(
            {"dunning_test_mode": True, "dunning_test_email": "test@example.com"}
        )
        self.assertFalse(self._tell())
        notice = self._debtor().notice_ids.filtered("is_formal")
        notice.with_user(self.manager).action_approve()
        notice._queue_approved()
        self.assertEqual(notice.state, "queued")
        self.assertFalse(self._debtor().announcement_ids)

    def test_person_sends_at_once(self):
        _told, _run, notice = self._approve_formal()
        notice.with_user(self.manager).action_send()
        self.assertEqual(notice.state, "queued")

    def test_one_sent_by_hand_is_told_at_once(self):
        notice = self._draft_formal()
        self.assertFalse(self._debtor().announcement_ids)
        self.assertTrue(notice.with_user(self.manager).action_send())
        self.assertEqual(notice.state, "queued")
        told = self._debtor().announcement_ids
        self.assertEqual((told.level_id, told.user_id), (self.formal, self.seller))

    def test_one_printed_by_hand_is_told_at_once(self):
        notice = self._draft_formal()
        notice.with_user(self.manager).action_print()
        self.assertEqual(notice.state, "printed")
        self.assertEqual(self._debtor().announcement_ids.user_id, self.seller)

    def test_selection_waits_for_the_salesperson(self):
        self._check_selection_waits("action_send")

    def test_selection_that_is_printed_waits_for_the_salesperson(self):
        self._check_selection_waits("action_print")

    def _check_selection_waits(self, send):
        other = self._create_customer("Petit SA")
        self.second.channel = "letter"
        formal = self._draft_formal()
        reminder = self.env["dunning.proposal"]._draft_for_items(
            self._item(self._create_invoice(21, partner=other)), self.second
        )
        action = getattr((formal | reminder).with_user(self.manager), send)()
        self.assertEqual((formal.state, formal.approved), ("draft", True))
        self.assertFalse(formal.send_now)
        self.assertIn(reminder.state, ("queued", "printed"))
        self.assertEqual(self._debtor().announcement_ids.user_id, self.seller)
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("03/18/2026", action["params"]["message"])
        with freeze_time(MONDAY + timedelta(days=2)):
            formal.invalidate_recordset()
            getattr((formal | reminder.browse()).with_user(self.manager), send)()
            self.assertIn(formal.state, ("queued", "printed"))

    def test_collector_alone_waits_for_the_salesperson(self):
        notice = self._draft_formal()
        notice.with_user(self.manager).action_approve()
        notice.with_user(self.collector).action_send()
        self.assertEqual((notice.state, notice.send_now), ("draft", False))
        self.assertTrue(self._debtor().announcement_ids)

    def _draft_formal(self):
        """Return a draft of a formal notice of which nobody was told yet."""
        self.levels.attach_invoices = False
        invoice = self._remind(36, self.second)
        return self.env["dunning.proposal"]._draft_for_items(
            self._item(invoice), self.formal
        )

    def test_other_notices_do_not_wait(self):
        self._create_invoice(8)
        run = self._propose()
        run.with_user(self.collector).action_confirm()
        self.assertEqual(run.notice_ids.state, "queued")

    # === THE OBJECTION === #

    def _object(self, told, reason="New order", days=10, user=None):
        told = told.with_user(user or self.seller)
        with Form(told) as form:
            form.objection = reason
            form.pause_until = MONDAY + timedelta(days=days)
        return told.action_object()

    def test_objection_holds_the_customer(self):
        told, _run, notice = self._approve_formal()
        self._object(told)
        hold = self._debtor().hold_ids
        self.assertEqual(hold.reason, "paused")
        self.assertEqual(hold.date_to, MONDAY + timedelta(days=10))
        self.assertEqual(hold.note, "Objection of Seller: New order")
        self.assertEqual(hold.user_id, self.seller)
        self.assertEqual(notice.state, "cancelled")
        self.assertTrue(told.is_held)
        self.assertFalse(told.activity_ids)

    def test_objection_needs_a_reason_and_an_end(self):
        self._remind(36, self.second)
        told = self._tell()
        for reason, days in ((False, 5), ("Why", -1), ("Why", 31)):
            with self.assertRaises(UserError):
                self._object(told, reason, days)
        with self.assertRaises(UserError):
            told.with_user(self.seller).write({"pause_until": False})
            told.with_user(self.seller).action_object()
        self.assertFalse(self._debtor().hold_ids)

    def test_one_objection_for_each_announcement(self):
        told, _run, _notice = self._approve_formal()
        self._object(told)
        for user in (self.seller, self.collector):
            with self.assertRaisesRegex(UserError, "already"):
                told.with_user(user).action_object()
        self.assertEqual(len(self._debtor().hold_ids), 1)

    def test_old_announcement_is_over(self):
        self._remind(36, self.second)
        told = self._tell()
        with freeze_time(MONDAY + timedelta(days=31)):
            with self.assertRaisesRegex(UserError, "over"):
                self._object(told, days=35)
        self._send(self._debtor().notice_ids.filtered("is_formal"))
        with self.assertRaisesRegex(UserError, "over"):
            self._object(told)
        self.assertFalse(self._debtor().hold_ids)

    def test_former_salesperson_objects_no_more(self):
        self._remind(36, self.second)
        told = self._tell()
        self.customer.user_id = self.manager
        with self.assertRaises(AccessError):
            self._object(told)
        self.assertFalse(self._debtor().hold_ids)
        self._object(told, user=self.collector)
        self.assertEqual(len(self._debtor().hold_ids), 1)

    def test_seller_of_the_invoice_objects(self):
        self.customer.user_id = False
        self._remind_all((36, self.second, {"invoice_user_id": self.seller.id}))
        self._object(self._tell())
        self.assertEqual(len(self._debtor().hold_ids), 1)

    def test_seller_sees_nothing_else(self):
        self._remind(36, self.second)
        told = self._tell()
        self.assertFalse(
            self.env["dunning.notice"].with_user(self.seller).has_access("read")
        )
        self.assertEqual(told.with_user(self.seller).partner_id, self.customer)
        for name in ("user_id", "leaves_on", "debtor_id", "hold_id"):
            with self.assertRaises(AccessError, msg=name):
                told.with_user(self.seller).write({name: told[name]})
        another = new_test_user(
            self.env,
            login="dunning_other_seller",
            company_id=self.company.id,
        )
        announcements = self.env["dunning.announcement"].with_user(another)
        self.assertFalse(announcements.search([]))
        with self.assertRaises(AccessError):
            self._object(told, user=another)
        with self.assertRaises(AccessError):
            self._object(told, user=self.reader)
        self.assertTrue(announcements.with_user(self.reader).search([]))
