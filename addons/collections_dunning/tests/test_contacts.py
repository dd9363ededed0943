from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestContacts(DunningCommon):
    """How often, after what, and about what a debtor is written to."""

    def _end(self, run, days_ago=0):
        """The notices of a run were sent some days ago."""
        self._send(run.notice_ids, days_ago=days_ago)
        run.notice_ids.sudo().queued_on = self.today - timedelta(days=days_ago)
        run.sudo().state = "done"

    def _add_event_level(self, event, **vals):
        return self.env["dunning.level"].create(
            {
                "name": event,
                "procedure_id": self.procedure.id,
                "event": event,
                "day_offset": 0,
                "minimum_days": 0,
                "days_to_pay": 8,
                "approval": "automatic",
                "text_ids": [Command.create({"subject": "Event", "body": "Event"})],
                **vals,
            }
        )

    def _hold(self, first, last, **vals):
        """Hold the debtor from and to a number of days ago."""
        return (
            self.env["dunning.hold"]
            .sudo()
            .create(
                {
                    "debtor_id": self._debtor().id,
                    "reason": "paused",
                    "date_from": self.today - timedelta(days=first),
                    "date_to": self.today - timedelta(days=last),
                    **vals,
                }
            )
        )

    # === GAP === #

    def test_seven_days_between_two_contacts(self):
        self.assertEqual(
            self.env["res.company"].create({"name": "New"}).dunning_contact_gap, 7
        )
        self.company.dunning_contact_gap = 7
        self._create_invoice(10)
        self._end(self._propose(), days_ago=6)
        invoice = self._create_invoice(8, 50)
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])
        tomorrow = self.today + timedelta(days=1)
        self.assertEqual(self._decision(invoice).next_date, tomorrow)
        self.assertFalse(run.notice_ids)
        earlier = fields.Datetime.now() - timedelta(days=7)
        self.env["dunning.notice"].search([]).sudo().sent_at = earlier
        run.action_propose()
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_calls_and_letters_count_as_contacts(self):
        self.company.dunning_contact_gap = 7
        for channel in ("phone", "letter"):
            customer = self._create_customer(f"{channel} SA")
            self._create_invoice(10, partner=customer)
            run = self._propose()
            notice = run.notice_ids.filtered(lambda n: n.partner_id == customer)  # noqa: B023
            notice.sudo().channel = channel
            self._end(run, days_ago=3)
            invoice = self._create_invoice(8, partner=customer)
            self._propose()
            self.assertEqual(self._reason(invoice), ["waiting"], channel)
            self.env["dunning.run"].search([("state", "=", "proposed")]).action_cancel()

    def test_call_to_make_is_a_contact_too(self):
        self.company.dunning_contact_gap = 7
        self._create_invoice(13, 3000)
        self._end(self._propose(), days_ago=9)
        run = self._propose()
        self.assertEqual(run.notice_ids.channel, "phone")
        run.action_confirm()
        self.assertEqual(run.notice_ids.state, "queued")
        invoice = self._create_invoice(8, 50)
        self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])

    def test_letter_that_lies_about_is_a_contact_to_come(self):
        self.company.dunning_contact_gap = 7
        self.first.channel = "letter"
        self._create_invoice(10)
        run = self._propose()
        run.action_confirm()
        run.notice_ids.sudo().queued_on = self.today - timedelta(days=30)
        invoice = self._create_invoice(8, 50)
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])
        self.assertFalse(self._decision(invoice).next_date)
        self.assertIn("on its way", invoice.get_dunning_explanation()["sentence"])

    def test_draft_somebody_works_on_is_a_contact_to_come(self):
        self._create_invoice(10)
        run = self._propose()
        run.notice_ids.action_disapprove()
        run.sudo().state = "confirmed"
        invoice = self._create_invoice(8, 50)
        self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])

    def test_draft_that_waited_leaves_no_sooner_than_the_gap(self):
        self.company.dunning_contact_gap = 7
        self.company.dunning_review_amount = 1
        self._create_invoice(10)
        run = self._propose()
        draft = run.notice_ids
        draft.action_approve()
        other = draft.sudo().copy({"approved": False})
        other._set_sent()
        run.action_confirm()
        self.assertEqual(draft.state, "draft")
        self.assertTrue(draft.approved)
        self.assertIn("contacted", draft.error)
        other.sent_at = fields.Datetime.now() - timedelta(days=7)
        draft.sudo()._queue_approved()
        self.assertEqual(draft.state, "queued")
        self.assertFalse(draft.error)

    def test_quiet_day_writes_nothing_about_what_waits_for_another_kind(self):
        self._create_invoice(13, 3000)
        self._end(self._propose(), days_ago=3)
        invoice = self._create_invoice(6, 50)
        self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])
        self.assertFalse(self._decision(invoice).next_date)

    def test_sixty_invoices_make_one_message(self):
        for _number in range(60):
            self._create_invoice(10, 5)
        run = self._propose()
        self.assertEqual(len(run.notice_ids), 1)
        self.assertEqual(len(run.notice_ids.line_ids), 60)

    # === FALLING DUE === #

    def test_no_courtesy_message_while_anything_is_overdue(self):
        self._create_invoice(10)
        coming = self._create_invoice(-3)
        far = self._create_invoice(-11)
        notice = self._propose().notice_ids
        self.assertEqual(notice.level_id, self.first)
        lines = notice.line_ids.filtered(lambda line: line.kind == "5_coming")
        self.assertEqual(lines.move_id, coming)
        self.assertNotIn(far, notice.line_ids.move_id)
        self.assertEqual(notice.amount_claimed, 100)
        self.assertFalse(lines.level_id)

    def test_item_that_falls_due_meanwhile_is_listed_as_overdue(self):
        self._create_invoice(10)
        coming = self._create_invoice(0)
        notice = self._propose().notice_ids
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.env["dunning.proposal"].sudo()._refresh_notices(notice.sudo())
        line = notice.line_ids.filtered(lambda line: line.move_id == coming)
        self.assertEqual(line.kind, "4_information")
        self.assertEqual(notice.amount_claimed, 100)

    # === AFTER A STOP === #

    def test_suspended_days_do_not_count(self):
        invoice = self._create_invoice(10)
        self._hold(9, 3)
        self._propose()
        # 10 days late, 7 of them suspended: 3, and the first level wants 5.
        self.assertEqual(self._reason(invoice), ["waiting"])
        self.assertEqual(
            self._decision(invoice).next_date, self.today + timedelta(days=2)
        )

    def test_stops_that_overlap_count_once(self):
        invoice = self._create_invoice(20)
        self._hold(12, 6)
        self._hold(10, 4, move_line_id=self._item(invoice).id)
        self.env["dunning.assessment"]._assess(self.company, self.today)
        self.env.cr.execute(
            "SELECT ladder_days FROM dunning_assessed WHERE id = %s",
            [self._item(invoice).id],
        )
        self.assertEqual(self.env.cr.fetchone()[0], 20 - 9)

    def test_new_date_to_pay_comes_first_after_a_stop(self):
        level = self._add_event_level("after_stop")
        invoice = self._create_invoice(60)
        self._end(self._propose(), days_ago=40)
        self._hold(35, 12)
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, level)
        self.assertEqual(run.notice_ids.deadline_date, self.today + timedelta(days=8))
        self._end(run, days_ago=8)
        run = self._propose()
        # The new date is today: nothing more before it has passed.
        self.assertEqual(self._reason(invoice), ["waiting"])
        self.assertFalse(run.notice_ids)
        run.action_cancel()
        self.env["dunning.notice"].search([("level_id", "=", level.id)]).sudo().write(
            {"sent_at": fields.Datetime.now() - timedelta(days=9)}
        )
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, self.second)

    def test_a_part_that_was_held_did_not_stop_the_rest(self):
        """Also when what was held is credited since, and more than what is left."""
        self._add_event_level("after_stop")
        invoice = self._create_invoice(60, 1000)
        self._end(self._propose(), days_ago=30)
        item = self._item(invoice)
        self._hold(40, 12, move_line_id=item.id, reason="disputed", amount=800)
        credit = self._item(self._create_credit_note(800))
        (item | credit).reconcile()
        self.assertEqual(self._propose().notice_ids.level_id, self.second)

    def test_jump_passes_no_level_over_after_a_stop(self):
        self.procedure.progression = "jump"
        level = self._add_event_level("after_stop", days_to_pay=0)
        self._create_invoice(10 + 60)
        self._end(self._propose(), days_ago=40)
        notice = self.env["dunning.notice"].search([("state", "=", "sent")])
        self.assertEqual(notice.level_id, self.second)
        notice.line_ids.sudo().day_offset = self.first.day_offset
        notice.line_ids.sudo().level_id = self.first
        self._hold(35, 30)
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, level)
        self._end(run, days_ago=10)
        self.assertEqual(self._propose().notice_ids.level_id, self.second)

    def test_second_stop_gets_its_message_too(self):
        level = self._add_event_level("after_stop")
        self._create_invoice(80)
        self._end(self._propose(), days_ago=60)
        self._hold(55, 45)
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, level)
        self._end(run, days_ago=40)
        self._hold(35, 1)
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, level)
        self.assertEqual(run.notice_ids.line_ids.cycle, 1)

    def test_stop_before_any_reminder_begins_the_ladder(self):
        self._add_event_level("after_stop")
        self._create_invoice(40)
        self._hold(30, 1)
        self.assertEqual(self._propose().notice_ids.level_id, self.first)

    def test_deadline_of_a_formal_notice_passes_first(self):
        """It may be late: a registered letter's days run from its presentation."""
        self.formal.approval = "automatic"
        task = self.env["dunning.level"].create(
            {
                "name": "Decide",
                "procedure_id": self.procedure.id,
                "day_offset": 40,
                "minimum_days": 0,
                "channel": "task",
            }
        )
        invoice = self._create_invoice(60)
        for days_ago in (40, 30, 20):
            run = self._propose()
            self._end(run, days_ago=days_ago)
        notice = run.notice_ids
        self.assertTrue(notice.is_formal)
        notice.sudo().deadline_date = self.today
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])
        run.action_cancel()
        notice.sudo().deadline_date = self.today - timedelta(days=1)
        self.assertEqual(self._propose().notice_ids.level_id, task)

    # === REJECTED PAYMENT === #

    def test_rejected_payment_is_told_at_once(self):
        self.company.dunning_contact_gap = 7
        level = self._add_event_level("rejected")
        invoice = self._create_invoice(30)
        self._end(self._propose(), days_ago=1)
        rejection = self.env["collections.payment.rejection"].create(
            {
                "debtor_id": self._debtor().id,
                "move_line_ids": [Command.set(self._item(invoice).ids)],
                "amount": 100,
            }
        )
        drafts = self.env["dunning.notice"].search([("level_id", "=", level.id)])
        drafts.filtered(lambda n: n.state != "cancelled")._set_state("cancelled")
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, level)
        self.assertEqual(self._reason(invoice), ["dunned"])
        self._end(run)
        run = self._propose()
        self.assertEqual(self._reason(invoice), ["waiting"])
        run.action_cancel()
        # Told once: the ladder goes on where it was.
        self._end_long_ago(level)
        rejection.date = self.today - timedelta(days=30)
        self.assertEqual(self._propose().notice_ids.level_id, self.second)

    def _end_long_ago(self, level):
        notices = self.env["dunning.notice"].search([("state", "=", "sent")])
        notices.sudo().sent_at = fields.Datetime.now() - timedelta(days=20)

    def test_rejected_payment_is_no_part_of_another_message(self):
        rejected = self._add_event_level("rejected")
        stopped = self._add_event_level("after_stop")
        debited = self._create_invoice(60)
        disputed = self._create_invoice(60)
        self._end(self._propose(), days_ago=40)
        self._hold(35, 1, move_line_id=self._item(disputed).id, reason="disputed")
        self._reject(debited)
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id, rejected)
        claimed = run.notice_ids.line_ids.filtered(lambda li: li.kind == "1_item")
        self.assertEqual(claimed.move_id, debited)
        self.assertEqual(self._reason(disputed), ["waiting"])
        self._end(run, days_ago=1)
        self.assertEqual(self._propose().notice_ids.level_id, stopped)

    def _reject(self, invoice):
        """Record a rejected payment; the draft it makes at once is dropped."""
        self.env["collections.payment.rejection"].create(
            {
                "debtor_id": self._debtor().id,
                "move_line_ids": [Command.set(self._item(invoice).ids)],
                "date": self.today - timedelta(days=2),
                "amount": 100,
            }
        )
        drafts = self.env["dunning.notice"].search(
            [("state", "in", ("draft", "queued")), ("run_id", "=", False)]
        )
        drafts._set_state("cancelled")

    def test_rejected_payment_is_told_before_the_due_date(self):
        level = self._add_event_level("rejected")
        invoice = self._create_invoice(-2)
        self.env["collections.payment.rejection"].create(
            {
                "debtor_id": self._debtor().id,
                "move_line_ids": [Command.set(self._item(invoice).ids)],
                "amount": 100,
            }
        )
        notices = self.env["dunning.notice"].search([("level_id", "=", level.id)])
        self.assertEqual(notices.line_ids.move_id, invoice)

    # === GROUPING === #

    def test_one_message_for_each_address(self):
        branches = [
            self._create_customer(
                f"Branch{number}",
                parent_id=self.customer.id,
                type="invoice",
                is_company=False,
            )
            for number in (1, 2)
        ]
        first, second = (self._create_invoice(10, partner=p) for p in branches)
        run = self._propose()
        self.assertEqual(len(run.notice_ids), 1)
        self._debtor().grouping = "address"
        run.action_propose()
        found = {n.recipient_id: n.line_ids.move_id for n in run.notice_ids}
        self.assertEqual(found, dict(zip(branches, (first, second), strict=True)))

    def test_one_message_for_each_reference(self):
        moves = [self._create_invoice(10, ref=ref) for ref in ("PO1", "PO1", "PO2")]
        self._debtor().grouping = "reference"
        run = self._propose()
        claimed = sorted(run.notice_ids.mapped("amount_claimed"))
        self.assertEqual(claimed, [100, 200])
        self.assertEqual(len(run.notice_ids.line_ids), len(moves))
        self._assert_ties_out(run)

    # === WHAT A PERSON LOOKS AT === #

    def _review_reason(self):
        self.env["dunning.run"].search([("state", "=", "proposed")]).action_cancel()
        notice = self._propose(date=fields.Date.today()).notice_ids
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.approved, not notice.review_reason)
        return notice.review_reason

    def test_nothing_to_look_at(self):
        self._create_invoice(10)
        self.assertFalse(self._review_reason())

    def test_large_amount(self):
        self._create_invoice(10, 500)
        self.company.dunning_review_amount = 500
        self.assertEqual(self._review_reason(), "large_amount")
        self.company.dunning_review_amount = 501
        self.assertFalse(self._review_reason())

    def test_strategic_customer(self):
        self._create_invoice(10)
        self._debtor().is_strategic = True
        self.assertEqual(self._review_reason(), "strategic")

    def test_open_credit(self):
        self._create_invoice(10)
        self._create_credit_note(20)
        self.assertEqual(self._review_reason(), "open_credit")

    def test_recent_receipt(self):
        self._create_invoice(10)
        paid = self._create_invoice(10)
        self._pay(paid, date=self.today - timedelta(days=10))
        self.assertEqual(self._review_reason(), "recent_receipt")

    def test_receipt_of_eleven_days_ago(self):
        self._create_invoice(10)
        paid = self._create_invoice(10)
        self._pay(paid, date=self.today - timedelta(days=11))
        self.assertFalse(self._review_reason())

    def test_firmer_tone(self):
        self._create_invoice(30)
        self._end(self._propose(), days_ago=10)
        self.assertFalse(self._review_reason())
        self._debtor().tone = "firm"
        self.assertEqual(self._review_reason(), "firmer_tone")

    def test_new_recipient(self):
        self._create_invoice(30)
        self._end(self._propose(), days_ago=10)
        self._create_customer(
            "Marie",
            parent_id=self.customer.id,
            is_company=False,
            is_dunning_contact=True,
        )
        self.assertEqual(self._review_reason(), "new_recipient")

    def test_formal_notice_in_a_slow_period_needs_a_click(self):
        self.formal.approval = "automatic"
        with freeze_time("2026-08-12 10:00:00"):
            self._formal_is_next()
            self.assertEqual(self._review_reason(), "slow_period")
        with freeze_time("2026-08-21 10:00:00"):
            self.assertFalse(self._review_reason())

    def _formal_is_next(self):
        """One invoice had a formal notice and was paid; another comes to its own."""
        late = (self.today - fields.Date.today()).days
        self.company.dunning_start_date = fields.Date.today() - timedelta(days=500)
        first = self._create_invoice(late + 100)
        self._remind(3)
        self._pay(first, date=fields.Date.today() - timedelta(days=30))
        self._create_invoice(late + 60)
        self._remind(2)

    def _remind(self, times):
        """Send what is due, a number of times, some time ago."""
        for days_ago in range(40, 40 - times, -1):
            run = self._propose(date=fields.Date.today())
            run.notice_ids._set_sent()
            moment = fields.Datetime.now() - timedelta(days=days_ago)
            run.notice_ids.sudo().sent_at = moment
            run.sudo().state = "done"

    # === BANK === #

    def test_stale_bank(self):
        self._create_invoice(10)
        run = self._propose()
        self.assertFalse(run.manual_reason)
        self.assertEqual(run.last_receipt_date, self.today)
        run.action_cancel()
        self.env["account.move"].search(
            [("journal_id.type", "=", "bank")]
        ).button_draft()
        run = self._propose()
        self.assertEqual(run.manual_reason, "stale_bank")
        self.assertFalse(run.last_receipt_date)

    def test_bank_is_stale_after_three_working_days(self):
        self.env["account.move"].search(
            [("journal_id.type", "=", "bank")]
        ).button_draft()
        with freeze_time("2026-03-11 10:00:00"):  # a Wednesday
            entry = self._record_bank_entry()
            entry.button_draft()
            entry.date = "2026-03-06"
            entry.action_post()
            run = self._propose(date=fields.Date.today())
            self.assertFalse(run.manual_reason)
        with freeze_time("2026-03-12 10:00:00"):
            run.action_cancel()
            run = self._propose(date=fields.Date.today())
            self.assertEqual(run.manual_reason, "stale_bank")
