import time
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .letter_common import LetterCommon

# Monday 2 November 2026 to Monday 23 November 2026.
PRINTED = "2026-11-02 10:00:00"
DAY = date(2026, 11, 2)


@tagged("post_install", "-at_install")
class TestLetterPost(LetterCommon):
    """Posting is the moment a letter is sent; what the post tells afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.formal.days_to_pay = 8
        cls.second.channel = "letter"
        cls.company.resource_calendar_id.tz = "Europe/Paris"

    def _set_printed(self, partner=None, level=None, days_late=60):
        """Return a letter as printing leaves it, without its pages."""
        partner = partner or self.customer
        notice = self._draft(
            self._create_invoice(days_late, partner=partner), level=level
        )
        notice.sudo().write(
            {
                "state": "queued",
                "deadline_date": notice._get_printed_deadline(),
                "printed_address": notice._get_window_address(),
            }
        )
        notice._assign_names()
        notice._set_state("printed", printed_at=fields.Datetime.now())
        return notice.with_user(self.collector)

    def _set_posted(self, **vals):
        notice = self._set_printed(**vals)
        notice.action_post()
        return notice

    def _get_level(self, notice):
        """Return the level that the ledger shows for the item of a notice."""
        item = notice.line_ids.move_line_id
        item.invalidate_recordset(["dunning_level_id"])
        return item.dunning_level_id

    # === POSTING === #

    def test_the_level_moves_when_it_is_posted(self):
        notice = self._set_printed()
        self.assertFalse(self._get_level(notice))
        self.assertFalse(notice.sent_at)
        notice.action_post()
        self.assertEqual(notice.state, "sent")
        self.assertEqual(notice.posted_on, notice._get_company_today())
        self.assertEqual(self._get_level(notice), self.formal)

    def test_a_typed_day_is_the_day_it_was_sent(self):
        with freeze_time(PRINTED):
            notice = self._set_printed()
        with freeze_time("2026-11-04 09:00:00"):
            notice.posted_on = "2026-11-03"
            self.assertEqual(notice.state, "printed")
            notice.action_post()
        self.assertEqual(notice.posted_on, date(2026, 11, 3))
        # Noon in Paris
        self.assertEqual(notice.sent_at, datetime(2026, 11, 3, 11))

    def test_the_day_of_the_posting_is_that_of_the_company(self):
        with freeze_time("2026-11-02 23:30:00"):  # 0:30 on the 3rd in Paris
            notice = self._set_posted()
        self.assertEqual(notice.posted_on, date(2026, 11, 3))

    def test_not_posted_before_it_was_printed_nor_tomorrow(self):
        with freeze_time(PRINTED):
            notice = self._set_printed()
            with self._refused("printed on 11/02/2026"):
                notice.posted_on = DAY - timedelta(days=1)
            with self._refused("has not come yet"):
                notice.posted_on = DAY + timedelta(days=1)
        self.assertFalse(notice.posted_on)

    def test_a_draft_is_not_posted(self):
        notice = self._draft(self._create_invoice(60))
        with self._refused("print it before"):
            notice.posted_on = self.today
        with self.assertRaises(UserError):
            notice.action_post()

    def test_two_hundred_letters_at_once(self):
        customers = [self._create_customer(f"Client {i}") for i in range(200)]
        for customer in customers:
            self._create_invoice(60, partner=customer)
        self.first.channel = "letter"
        run = self._propose()
        letters = run.notice_ids
        self.assertEqual(len(letters), 200)
        letters._set_state("printed", printed_at=fields.Datetime.now())
        self.env.flush_all()
        letters = letters.with_user(self.collector)
        start = time.monotonic()
        with self.assertQueryCount(1600):
            letters.action_post()
            self.env.flush_all()
        self.assertEqual(set(letters.mapped("state")), {"sent"})
        self.assertEqual(set(letters.mapped("posted_on")), {self.today})
        self.assertLess(time.monotonic() - start, 60)

    def test_paid_since_it_was_printed(self):
        """Printed on Friday, paid on Monday: somebody decides before it is posted."""
        whole = self._set_printed()
        part = self._set_printed(partner=self.other_customer)
        withdrawn, owed = (
            self._set_printed(partner=self._create_customer(name))
            for name in ("Petit SA", "Grand SA")
        )
        self._pay(whole.line_ids.move_id)
        self._pay(part.line_ids.move_id, amount=30)
        withdrawn.line_ids.move_id.sudo().button_draft()
        letters = whole | part | withdrawn | owed
        with self.assertRaises(RedirectWarning) as caught, self.env.cr.savepoint():
            letters.action_post()
        message, action_id, _button, context = caught.exception.args
        for letter in whole | part | withdrawn:
            self.assertIn(letter.name, message)
        self.assertNotIn(owed.name, message)
        self.assertEqual(set(letters.mapped("state")), {"printed"})
        self.assertFalse(any(letters.mapped("posted_on")))
        owed.action_post()
        self.assertEqual(owed.state, "sent")
        # The button of the warning.
        context["active_ids"].remove(owed.id)
        action = self.env["ir.actions.server"].browse(action_id)
        with self.assertRaises(AccessError):
            action.with_user(self.reader).with_context(**context).run()
        action.with_user(self.collector).with_context(**context).run()
        self.assertEqual(set(letters.mapped("state")), {"sent"})

    def test_held_since_it_was_printed(self):
        """Nothing that is paused, or stopped by a judgment, is posted unseen."""
        with freeze_time(PRINTED):
            paused = self._set_printed(days_late=20)
            stopped = self._set_printed(partner=self.other_customer, days_late=20)
        with freeze_time("2026-11-05 09:00:00"):
            self.env["collections.pause"].with_user(self.collector).create(
                {
                    "debtor_id": paused.debtor_id.id,
                    "reason": "investigation",
                    "date_to": "2026-11-20",
                }
            )
            self.env["collections.insolvency"].with_user(self.collector).create(
                {"debtor_id": stopped.debtor_id.id, "judgment_date": "2026-11-04"}
            )
            for letter in paused | stopped:
                with self.assertRaises(RedirectWarning), self.env.cr.savepoint():
                    letter.action_post()
                letter.posted_on = "2026-11-03"  # before anybody knew
            (paused | stopped).action_post()
        self.assertEqual(set((paused | stopped).mapped("state")), {"sent"})

    def test_posted_before_it_was_paid(self):
        with freeze_time(PRINTED):
            notice = self._set_printed(days_late=20)
        invoice = notice.line_ids.move_id
        with freeze_time("2026-11-05 09:00:00"):
            self._pay(invoice, date=date(2026, 11, 4))
            notice.posted_on = "2026-11-04"
            with self.assertRaises(RedirectWarning), self.env.cr.savepoint():
                notice.action_post()
            notice.posted_on = "2026-11-03"
            notice.action_post()
        self.assertEqual(notice.state, "sent")

    def test_letters_that_lie_about_become_a_task(self):
        with freeze_time(PRINTED):
            self._set_printed()
            self._set_printed(partner=self.other_customer)

        def count_tasks():
            run = self.env["dunning.run"].search(
                [("company_id", "=", self.company.id)], order="id desc", limit=1
            )
            return run.activity_ids.filtered(
                lambda task: (
                    "to post" in task.summary and task.user_id == self.collector
                )
            ).mapped("summary")

        with freeze_time("2026-11-04 04:00:00"):
            self._record_bank_entry()
            self.env["dunning.run"].sudo()._run_company(self.company)
            self.assertEqual(count_tasks(), [])
        with freeze_time("2026-11-06 04:00:00"):
            self.env["dunning.run"].sudo()._run_company(self.company)
            self.assertEqual(count_tasks(), ["2 printed letters to post"])

    def test_nothing_is_posted_in_test_mode(self):
        notice = self._set_printed()
        self.company.root_id.write(
            {"dunning_test_mode": True, "dunning_test_email": "me@seller.example.com"}
        )
        with self._refused("test mode"):
            notice.action_post()
        self.assertEqual(notice.state, "printed")
        self.assertFalse(notice.posted_on)

    def test_rights(self):
        notice = self._set_printed()
        for user in (self.reader, self._create_user("clerk", "base.group_user")):
            with self.assertRaises(AccessError):
                notice.with_user(user).action_post()
            with self.assertRaises(AccessError):
                notice.with_user(user).registered_number = "1A 1"
        notice.action_post()
        notice.write({"registered_number": "1A 1", "presented_on": self.today})
        with self.assertRaises(AccessError):
            notice.deadline_date = self.today

    # === DEADLINE === #

    def test_the_deadline_of_a_formal_notice(self):
        with freeze_time(PRINTED):
            notice = self._set_printed()
            self.assertEqual(notice.deadline_date, DAY + timedelta(days=2 + 8))
        with freeze_time("2026-11-04 09:00:00"):
            notice.action_post()
            self.assertEqual(notice.deadline_date, date(2026, 11, 4 + 2 + 8))
        with freeze_time("2026-11-12 09:00:00"):
            notice.presented_on = "2026-11-09"
            self.assertEqual(notice.deadline_date, date(2026, 11, 9 + 8))
            # What the level grants by now is not what the letter said.
            self.formal.days_to_pay = 15
            notice.presented_on = "2026-11-10"
            self.assertEqual(notice.deadline_date, date(2026, 11, 10 + 8))
            notice.presented_on = False
            self.assertEqual(notice.deadline_date, date(2026, 11, 4 + 2 + 8))

    def test_the_day_printed_on_a_reminder_stays(self):
        with freeze_time(PRINTED):
            notice = self._set_printed(level=self.second)
            printed = notice.deadline_date
            self.assertEqual(printed, DAY + timedelta(days=8))
        with freeze_time("2026-11-05 09:00:00"):
            notice.action_post()
        self.assertEqual(notice.deadline_date, printed)

    # === WHAT CAN'T BE TRUE === #

    def test_what_the_post_can_not_have_done(self):
        with freeze_time(PRINTED):
            notice = self._set_printed()
            with self._refused("when it was posted"):
                notice.presented_on = DAY
            notice.posted_on = DAY
            with self._refused("mark it as posted first"):
                notice.delivery_outcome = "delivered"
            notice.action_post()
        with freeze_time("2026-11-12 09:00:00"):
            with self._refused("posted on 11/02/2026 and can't have been presented"):
                notice.presented_on = DAY - timedelta(days=1)
            with self._refused("has not come yet"):
                notice.presented_on = "2026-11-13"
            with self._refused("when it was posted"):
                notice.posted_on = False

    def test_a_number_is_of_one_letter(self):
        first = self._set_posted()
        second = self._set_posted(partner=self.other_customer)
        first.registered_number = " 1a 234  567 8901 2 "
        self.assertEqual(first.registered_number, "1A 234 567 8901 2")
        with self._refused(first.name):
            second.registered_number = "1A 234 567 8901 2"

    def test_an_ordinary_letter_has_no_number(self):
        notice = self._set_posted(level=self.second)
        for vals in ({"registered_number": "1A"}, {"presented_on": self.today}):
            with self._refused("not a registered letter"):
                notice.write(vals)

    def test_an_email_has_no_post(self):
        notice = self._draft(self._create_invoice(20), level=self.first)
        with self._refused("not a letter"):
            notice.delivery_outcome = "refused"

    # === WHAT COMES BACK === #

    def _get_tasks(self, user=None):
        return self.env["mail.activity"].search(
            [
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("collections_dunning.mail_activity_type_returned").id,
                ),
                ("user_id", "=", (user or self.collector).id),
            ]
        )

    def test_refused_and_unclaimed_letters_are_served(self):
        notices = self._set_posted()
        notices |= self._set_posted(partner=self.other_customer)
        for notice, outcome in zip(notices, ("refused", "unclaimed"), strict=True):
            notice.delivery_outcome = outcome
            self.assertEqual(notice.state, "sent")
            self.assertEqual(self._get_level(notice), self.formal)
        task = self._get_tasks()
        self.assertEqual(len(task), 1, "one task, with both letters")
        self.assertIn("new address", task.summary)
        for notice in notices:
            self.assertIn(notice.name, task.note)

    def test_a_delivered_letter_asks_for_nothing(self):
        self._set_posted().delivery_outcome = "delivered"
        self.assertFalse(self._get_tasks())

    def test_a_wrong_address_lets_the_level_fall_back(self):
        notice = self._set_posted()
        self.assertEqual(self._get_level(notice), self.formal)
        notice.delivery_outcome = "unknown"
        self.assertEqual(notice.state, "bounced")
        self.assertIn(self.customer.name, notice.error)
        self.assertFalse(self._get_level(notice))
        self.assertEqual(len(self._get_tasks()), 1)

    def test_an_address_is_used_again_once_it_is_corrected(self):
        self._set_posted().delivery_outcome = "unknown"
        again = self._draft(self._create_invoice(60))
        again.action_print()
        self.assertEqual(again.state, "failed")
        self.assertIn("came back from this address", again.error)
        # A reminder is no better off than a formal notice, whoever it is for.
        reminder = self._draft(self._create_invoice(60), level=self.second)
        self.assertTrue(
            reminder._get_letter_problem(reminder._get_returned_addresses())
        )
        self.customer.street = "3 place Bellecour"
        again.action_retry()
        self.assertFalse(again._get_letter_problem(again._get_returned_addresses()))

    def test_an_outcome_typed_by_mistake_is_taken_back(self):
        notice = self._set_posted()
        notice.delivery_outcome = "unknown"
        notice.delivery_outcome = "delivered"
        self.assertEqual(notice.state, "sent")
        self.assertFalse(notice.error)
        self.assertEqual(self._get_level(notice), self.formal)

    def test_it_is_not_taken_back_once_the_item_went_on(self):
        notice = self._set_posted()
        notice.delivery_outcome = "unknown"
        invoice = notice.line_ids.move_id
        self.customer.street = "3 place Bellecour"
        self._draft(invoice)
        with self.assertRaises(UserError):
            notice.delivery_outcome = "delivered"

    def test_the_responsible_is_told_in_their_language(self):
        self.collector.lang = "fr_FR"
        notice = self._set_posted()
        notice.with_user(self.manager).delivery_outcome = "refused"
        task = self._get_tasks()
        self.assertEqual(len(task), 1)
        self.assertEqual(
            task.summary,
            self.env(context={"lang": "fr_FR"})._("Letters came back: new address?"),
        )

    # === SCREENS === #

    def test_numbers_are_typed_in_the_list(self):
        notice = self._set_posted()
        view = "collections_dunning.dunning_notice_view_form"
        with Form(notice, view) as form:
            form.registered_number = "1A 234 567 8901 2"
            form.presented_on = self.today
            form.delivery_outcome = "delivered"
        self.assertEqual(notice.deadline_date, self.today + timedelta(days=8))

    def test_letters_by_what_they_wait_for(self):
        printed = self._set_printed()
        posted = self._set_posted(partner=self.other_customer)
        search = self.env.ref("collections_dunning.dunning_notice_view_search")
        arch = self.env["dunning.notice"].get_view(search.id, "search")["arch"]
        for name in ("to_print", "to_post", "to_follow", "came_back"):
            self.assertIn(f'name="{name}"', arch)
        self.assertIn(printed, self._filter(arch, "to_post"))
        self.assertIn(posted, self._filter(arch, "to_follow"))
        posted.delivery_outcome = "refused"
        self.assertNotIn(posted, self._filter(arch, "to_follow"))
        self.assertIn(posted, self._filter(arch, "came_back"))

    def _filter(self, arch, name):
        """Return the notices that a filter of the search view finds."""
        node = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")[0]
        return self.env["dunning.notice"].search(safe_eval(node.get("domain")))
