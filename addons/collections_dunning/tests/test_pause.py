from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestPause(DunningCommon):
    """A stop of dunning has a reason, an owner and an end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(10, 1000)
        cls.other_invoice = cls._create_invoice(9, 500)
        cls.debtor = cls.env["collections.debtor"].search(
            [
                ("company_id", "=", cls.company.id),
                ("partner_id", "=", cls.customer.id),
            ]
        )

    def _day(self, days):
        return self.today + timedelta(days=days)

    def _pause(self, invoices=None, user=None, **vals):
        """Pause the customer, or these invoices, as a Collector does."""
        items = self._item(invoices) if invoices else self.env["account.move.line"]
        return (
            self.env["collections.pause"]
            .with_user(user or self.collector)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "item_ids": [Command.set(items.ids)],
                    "reason": "agreement",
                    "date_to": self._day(10),
                    **vals,
                }
            )
        )

    def _began(self, pause, days_ago, length):
        """Have a pause begun ``days_ago`` and last ``length`` days."""
        values = {
            "date_from": self._day(-days_ago),
            "date_to": self._day(length - days_ago - 1),
        }
        pause.sudo().write(values)
        pause._get_holds().write(values)

    def _log(self, record):
        return html2plaintext("".join(record.message_ids.mapped("body")))

    # === WHAT IT HOLDS === #

    def test_items_are_paused_and_the_rest_dunned(self):
        pause = self._pause(self.invoice, note="Waits for the carrier")
        self.assertRecordValues(
            pause._get_holds(),
            [
                {
                    "debtor_id": self.debtor.id,
                    "move_line_id": self._item(self.invoice).id,
                    "reason": "paused",
                    "amount": 0,
                    "date_from": self.today,
                    "date_to": self._day(10),
                    "note": "Agreed with the Customer · Waits for the carrier",
                    "origin_model": "collections.pause",
                    "origin_id": pause.id,
                }
            ],
        )
        run = self._propose()
        self.assertEqual(self._reason(self.invoice), ["paused"])
        self.assertEqual(self._decision(self.invoice).next_date, self._day(11))
        self.assertEqual(run.notice_ids.line_ids.move_id, self.other_invoice)
        self._assert_ties_out(run)

    def test_whole_customer_with_what_he_will_owe(self):
        pause = self._pause()
        self.assertTrue(pause.is_whole)
        later = self._create_invoice(10, 70)
        run = self._propose()
        self.assertFalse(run.notice_ids)
        self.assertEqual(
            self._reason(self.invoice | self.other_invoice | later), ["paused"] * 3
        )

    def test_part_of_an_item(self):
        self._pause(self.invoice, amount=300)
        run = self._propose()
        self.assertEqual(run.notice_ids.amount_claimed, 1200)
        self._assert_ties_out(run)

    def test_planned_pause_begins_by_itself(self):
        pause = self._pause(date_from=self._day(3))
        self.assertEqual(pause.state, "planned")
        run = self._propose()
        self.assertTrue(run.notice_ids)
        self._began(pause, days_ago=0, length=5)
        self.assertEqual(pause.state, "running")
        run.action_propose()
        self.assertFalse(run.notice_ids)

    def test_said_once_on_the_file(self):
        self._pause(self.invoice | self.other_invoice, note="By phone")
        log = self._log(self.debtor)
        self.assertEqual(log.count("By phone"), 1)
        for words in ("Paused: Agreed", self.invoice.name, self.other_invoice.name):
            self.assertIn(words, log)

    def test_why_names_the_reason(self):
        self._pause(self.invoice, reason="investigation", note="Two deliveries?")
        self._propose()
        answer = self.invoice.with_user(self.reader).get_dunning_explanation()
        self.assertIn("Investigation · Two deliveries?", str(answer))

    # === WHAT IS PROPOSED === #

    def test_reason_proposes_end_and_what_comes_then(self):
        for reason, days, then in (
            ("agreement", 30, "resume"),
            ("investigation", 14, "resume"),
            ("deceased", 90, "approve"),
            ("wrong_address", 30, "approve"),
        ):
            pause = self.env["collections.pause"].create(
                {"debtor_id": self.debtor.id, "reason": reason}
            )
            self.assertEqual((pause.date_to, pause.after_end), (self._day(days), then))
        self.assertEqual(pause.user_id, self.env.user)

    # === BAD INPUT === #

    def test_end_in_the_past(self):
        with self.assertRaisesRegex(ValidationError, "is in the past"):
            self._pause(date_from=self._day(-20), date_to=self._day(-1))
        with self.assertRaisesRegex(ValidationError, "is in the past"):
            self._pause(date_to=self._day(-1))

    def test_end_as_good_as_none(self):
        with self.assertRaisesRegex(ValidationError, "a year at most"):
            self._pause(date_to=self._day(400))

    def test_other_wants_words(self):
        with self.assertRaisesRegex(ValidationError, "Explain"):
            self._pause(reason="other", note=" ")
        self.assertTrue(self._pause(reason="other", note="Flood in his street"))

    def test_items_of_somebody_else(self):
        strange = self._create_invoice(10, 10, self.other_customer)
        with self.assertRaisesRegex(ValidationError, "no receivable of Durand"):
            self._pause(strange)
        income = self.invoice.invoice_line_ids
        with self.assertRaisesRegex(ValidationError, "no receivable"):
            self._pause(item_ids=[Command.set(income.ids)])

    def test_part_of_one_item_only_and_not_more_than_open(self):
        with self.assertRaisesRegex(ValidationError, "one single item"):
            self._pause(self.invoice | self.other_invoice, amount=10)
        with self.assertRaisesRegex(ValidationError, "one single item"):
            self._pause(amount=10)
        with self.assertRaisesRegex(ValidationError, "more than what is open"):
            self._pause(self.invoice, amount=1000.01)

    # === WHO MAY === #

    def test_rights(self):
        for user in (self.reader, self._create_user("sales", "base.group_user")):
            with self.assertRaises(AccessError):
                self._pause(user=user)
        pause = self._pause()
        with self.assertRaises(AccessError):
            pause.with_user(self.reader).action_end()
        self.assertEqual(pause.with_user(self.reader).reason, "agreement")
        with self.assertRaises(AccessError):
            pause.with_user(self.manager).unlink()

    def test_other_company_does_not_see_it(self):
        pause = self._pause()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_user(
            "stranger", "collections_dunning.collections_dunning_group_manager"
        )
        stranger.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        pauses = self.env["collections.pause"].with_user(stranger)
        self.assertFalse(pauses.search([]))
        with self.assertRaises(AccessError):
            pauses.browse(pause.id).action_end()

    def test_decision_stays_on_record(self):
        pause = self._pause()
        for vals in (
            {"date_to": self._day(20)},
            {"item_ids": [Command.link(self._item(self.invoice).id)]},
            {"reason": "commercial"},
        ):
            with self.assertRaisesRegex(UserError, "stays on record"):
                pause.write(vals)
        with self.assertRaises(AccessError):
            pause.write({"ended_on": self.today})
        pause.write({"note": "Called again", "user_id": self.manager.id})
        self.assertEqual(pause.user_id, self.manager)

    def test_its_holds_are_left_alone(self):
        pause = self._pause()
        hold = pause._get_holds().with_user(self.manager)
        for change in (
            hold.action_end,
            hold.unlink,
            lambda: hold.write({"date_to": self.today}),
        ):
            with self.assertRaisesRegex(UserError, "Pause of Durand"):
                change()
        self.assertTrue(hold.is_arranged)

    def test_evidence_is_seen_by_whoever_sees_the_pause(self):
        file = (
            self.env["ir.attachment"]
            .with_user(self.collector)
            .create(
                {
                    "name": "letter.txt",
                    "raw": b"We agree",
                    "res_model": "collections.pause",
                    "res_id": 0,
                }
            )
        )
        foreign = self.env["ir.attachment"].create(
            {"name": "secret.txt", "raw": b"No", "res_model": "collections.pause"}
        )
        pause = self._pause(attachment_ids=[Command.set(file.ids)])
        self.assertEqual(file.res_id, pause.id)
        self.assertEqual(file.with_user(self.reader).raw, b"We agree")
        with self.assertRaises(AccessError):
            self._pause(attachment_ids=[Command.set(foreign.ids)])

    # === THE END === #

    def test_ends_by_itself_and_dunning_goes_on(self):
        pause = self._pause()
        self._began(pause, days_ago=5, length=5)
        self.assertEqual(pause.state, "ended")
        notice = self._propose().notice_ids
        self.assertEqual(notice.line_ids.move_id, self.invoice | self.other_invoice)
        self.assertFalse(notice.review_reason)
        self.assertTrue(notice.approved)

    def test_ended_early(self):
        pause = self._pause(self.invoice)
        self._began(pause, days_ago=3, length=10)
        pause.action_end()
        self.assertEqual(
            (pause.state, pause.ended_on, pause.ended_by_id),
            ("ended", self.today, self.collector),
        )
        self.assertEqual(pause._get_holds().date_to, self._day(-1))
        self.assertIn("Pause ended", self._log(self.debtor))
        self._propose()
        self.assertEqual(self._reason(self.invoice), ["dunned"])
        with self.assertRaisesRegex(UserError, "it is over"):
            pause.action_end()

    def test_extended_with_a_reason(self):
        pause = self._pause(self.invoice)
        with self.assertRaisesRegex(UserError, "Say why"):
            pause.action_extend_until(self._day(20), "  ")
        with self.assertRaisesRegex(ValidationError, "already"):
            pause.action_extend_until(self._day(5), "Sooner")
        with self.assertRaisesRegex(ValidationError, "in the past"):
            pause.action_extend_until(self._day(-5), "Sooner")
        with self.assertRaisesRegex(ValidationError, "a year at most"):
            pause.action_extend_until(self._day(500), "For ever")
        action = pause.action_extend()
        dialog = (
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"date_to": self._day(20), "reason": "Carrier on strike"})
        )
        dialog.action_extend()
        self.assertEqual(pause.date_to, self._day(20))
        self.assertEqual(pause._get_holds().date_to, self._day(20))
        self.assertIn("Carrier on strike", self._log(pause))
        self.assertIn("Carrier on strike", self._log(self.debtor))
        self._propose()
        self.assertEqual(self._decision(self.invoice).next_date, self._day(21))

    def test_what_is_over_is_not_extended(self):
        pause = self._pause()
        pause.action_end()
        with self.assertRaisesRegex(UserError, "it is over"):
            pause.action_extend()

    def test_a_person_approves_the_next_notice(self):
        pause = self._pause(after_end="approve")
        self._began(pause, days_ago=10, length=5)
        notice = self._propose().notice_ids
        self.assertEqual(notice.review_reason, "after_pause")
        self.assertFalse(notice.approved)
        self.assertIn("A pause has ended", notice.review_note)
        # Once it was sent, dunning goes on alone.
        self._send(notice, days_ago=3)
        notice.run_id.sudo().state = "done"
        later = self._create_invoice(9, 70)
        notice = self._propose().notice_ids
        self.assertEqual(notice.line_ids.filtered("level_id").move_id, later)
        self.assertFalse(notice.review_reason)

    def test_called_off_before_it_began_nothing_is_approved(self):
        pause = self._pause(date_from=self._day(3), after_end="approve")
        pause.action_end()
        self.assertFalse(self._propose().notice_ids.review_reason)

    def test_approval_is_for_what_was_paused(self):
        pause = self._pause(self.invoice, after_end="approve")
        other = self._create_invoice(9, 80, self.other_customer)
        self._began(pause, days_ago=5, length=5)
        notices = self._propose().notice_ids
        by_reason = {n.partner_id: n.review_reason for n in notices}
        self.assertEqual(
            by_reason, {self.customer: "after_pause", self.other_customer: False}
        )
        self.assertTrue(other)

    def test_approval_also_after_an_early_end(self):
        pause = self._pause(after_end="approve")
        pause.action_end()
        self.assertEqual(self._propose().notice_ids.review_reason, "after_pause")

    def test_running_pause_of_one_item_asks_no_approval_of_the_others(self):
        self._pause(self.invoice, after_end="approve")
        notice = self._propose().notice_ids
        self.assertEqual(notice.line_ids.move_id, self.other_invoice)
        self.assertFalse(notice.review_reason)

    # === REMINDERS === #

    def _reminders(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "collections.pause"), ("active", "=", True)]
        )

    def _night(self):
        self.env["collections.pause"].sudo()._remind_owners()
        return self._reminders()

    def test_owner_is_reminded_once(self):
        self._pause(date_to=self._day(30))
        pause = self._pause(self.invoice, date_to=self._day(4))
        reminder = self._night()
        self.assertEqual(
            (reminder.res_id, reminder.user_id, reminder.date_deadline),
            (pause.id, self.collector, self._day(4)),
        )
        self.assertIn("Durand SARL", reminder.summary)
        self.assertIn("Dunning Goes On", html2plaintext(reminder.note))
        self.assertEqual(self._night(), reminder)
        # Extended, it is done; and the new end is reminded of when it comes.
        pause.action_extend_until(self._day(5), "One day more")
        self.assertFalse(self._reminders())
        self.assertEqual(len(self._night()), 1)

    def test_one_task_for_all_that_ends(self):
        first = self._pause(self.invoice, date_to=self._day(2))
        second = self._pause(self.other_invoice, date_to=self._day(3))
        mine = self._pause(date_to=self._day(3), user_id=self.manager.id)
        reminders = self._night()
        self.assertEqual(len(reminders), 2)
        his = reminders.filtered(lambda each: each.user_id == self.collector)
        self.assertEqual(his.res_id, first.id)
        self.assertIn("2 pauses", his.summary)
        self.assertIn(self.other_invoice.name, html2plaintext(his.note))
        mine.action_end()
        self.assertEqual(self._reminders(), his)
        first.action_end()
        self.assertEqual(self._reminders(), his, "the second waits for an answer")
        second.action_end()
        self.assertFalse(self._reminders())

    def test_owner_who_left(self):
        self._pause(date_to=self._day(2), user_id=self.manager.id)
        self.manager.active = False
        self.assertEqual(self._night().user_id, self.collector)

    # === RECORDS THAT MOVE === #

    def test_merged_customers(self):
        self._create_invoice(10, 10, self.other_customer)
        target = self._debtor(self.other_customer)
        pause = self._pause(self.invoice)
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.customer | self.other_customer).ids,
            self.other_customer,
            extra_checks=False,
        )
        self.assertEqual(
            (pause.debtor_id, pause.partner_id), (target, target.partner_id)
        )
        self.assertEqual(pause._get_holds().debtor_id, target)
        pause.action_end()
        self.assertEqual(pause.state, "ended")

    def test_deleted_entry_leaves_no_pause_of_everything(self):
        pause = self._pause(self.invoice)
        self.invoice.button_draft()
        self.invoice.name = False
        self.invoice.unlink()
        self.assertFalse(pause.is_whole)
        self.assertIn("INV", pause.item_names)
        self.assertFalse(pause._get_holds())
        self._propose()
        self.assertEqual(self._reason(self.other_invoice), ["dunned"])

    def test_search_by_state(self):
        running, planned = self._pause(), self._pause(date_from=self._day(5))
        ended = self._pause(self.invoice)
        ended.action_end()
        past = self._pause(self.other_invoice)
        self._began(past, days_ago=9, length=4)
        for state, expected in (
            ("running", running),
            ("planned", planned),
            ("ended", ended | past),
        ):
            found = self.env["collections.pause"].search(
                [("state", "=", state), ("debtor_id", "=", self.debtor.id)]
            )
            self.assertEqual(found.sorted("id"), expected.sorted("id"))
            self.assertEqual(set(found.mapped("state")), {state})
        unfinished = self.env["collections.pause"].search(
            [("state", "!=", "ended"), ("debtor_id", "=", self.debtor.id)]
        )
        self.assertEqual(unfinished, running | planned)

    def test_dialog_from_an_item_fills_in_its_part(self):
        action = (
            self._item(self.invoice).with_user(self.collector).action_dunning_hold()
        )
        pause = (
            self.env["collections.pause"]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"reason": "agreement", "amount": 250})
        )
        self.assertEqual(pause._get_holds().amount, 250)
        self.assertEqual(fields.Date.to_string(pause.date_to), str(self._day(30)))
