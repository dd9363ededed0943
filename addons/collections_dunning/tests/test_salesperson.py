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

    def _remind(self, days_late, offset_of, days_ago=10):
        """Return an invoice so late, of which a reminder was sent."""
        invoice = self._create_invoice(days_late)
        run = self._propose()
        notice = run.notice_ids
        notice.line_ids.sudo().write(
            {"level_id": offset_of.id, "day_offset": offset_of.day_offset}
        )
        self._send(notice, days_ago=days_ago)
        run.sudo().write({"state": "done"})
        return invoice

    def _tell(self, day=MONDAY):
        """Make a run of a day and tell the salespersons; return what they are told."""
        with freeze_time(day):
            run = self.env["dunning.run"].create(
                {"company_id": self.company.id, "date": day}
            )
            self.env["dunning.assessment"]._assess(self.company, day)
            return run._tell_salespersons()

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
        self.assertEqual(activity.date_deadline, told.leaves_on)

    def test_told_once(self):
        self._remind(36, self.second)
        told = self._tell()
        self.assertEqual(len(told), 1)
        self.assertFalse(self._tell())
        told.activity_ids.action_feedback(feedback="Go ahead")
        self.assertFalse(self._tell(MONDAY + timedelta(days=1)))

    def test_told_anew_of_another_notice_of_that_level(self):
        self._remind(36, self.second)
        self._tell()
        run = self._propose()
        self._send(run.notice_ids)
        run.sudo().state = "done"
        self._create_invoice(36)
        self.assertFalse(self._tell(MONDAY + timedelta(days=1)))
        another = self.env["dunning.announcement"]._get_current(
            self._debtor(), MONDAY + timedelta(days=1)
        )
        self.assertFalse(another)

    def test_second_reminder_of_strategic_customers_only(self):
        self._remind(21, self.first)
        self.assertFalse(self._tell())
        self._debtor().is_strategic = True
        self.assertEqual(self._tell().level_id, self.second)

    def test_one_activity_for_each_customer(self):
        self.second.tells_salesperson = "always"
        self._remind(36, self.second)
        self._create_invoice(21)
        debtor = self._debtor()
        run = self.env["dunning.run"].create({"company_id": self.company.id})
        self.env["dunning.assessment"]._assess(self.company, MONDAY)
        self.env.cr.execute(
            "UPDATE dunning_assessed SET level_id = %s, reason = 'dunned' "
            "WHERE level_id = %s",
            [self.second.id, self.first.id],
        )
        told = run._tell_salespersons()
        self.assertEqual(told.level_id, self.formal | self.second)
        self.assertEqual(told.debtor_id, debtor)
        self.assertEqual(len(told.activity_ids), 1)
        self.assertEqual(told.filtered("activity_ids").level_id, self.formal)

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
        told = self._tell()
        run = self._propose()
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

    def test_notice_that_nobody_was_told_of_waits(self):
        self._remind(36, self.second)
        notice = self._propose().notice_ids.filtered("is_formal")
        self.env["dunning.announcement"].search([]).unlink()
        notice.with_user(self.manager).action_approve()
        notice._queue_approved()
        self.assertEqual(notice.state, "draft")
        # The next run tells of drafts that wait, too.
        self.assertEqual(self._tell(MONDAY + timedelta(days=1)).level_id, self.formal)

    def test_person_sends_at_once(self):
        _told, _run, notice = self._approve_formal()
        notice.with_user(self.manager).action_send()
        self.assertEqual(notice.state, "queued")

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
