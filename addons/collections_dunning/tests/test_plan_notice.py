from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .plan_letter_common import PlanLetterCommon


@tagged("post_install", "-at_install")
class TestPlanNotice(PlanLetterCommon):
    """Messages of plans: drafted once, held against the ledger, off the ladder."""

    # === DRAFTING === #

    def test_draft_of_an_installment(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_coming", 0)
        self.assertRecordValues(
            notice,
            [
                {
                    "plan_id": plan.id,
                    "channel": "email",
                    "state": "draft",
                    "approved": True,
                    "recipient_id": self.contact.id,
                    "responsible_id": self.collector.id,
                    "amount_claimed": 1500,
                    "amount_total": 1500,
                    "charging": "none",
                }
            ],
        )
        self.assertEqual(notice.line_ids.move_line_id, self.items)
        self.assertEqual(set(notice.line_ids.mapped("kind")), {"4_information"})
        self.assertFalse(notice.line_ids.level_id)
        self.assertIn("Installment of", notice.item_summary)

    def test_drafted_once(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_coming", 0)
        self.assertEqual(self._draft_message(plan, "installment_coming", 0), notice)
        self.assertNotEqual(self._draft_message(plan, "installment_coming", 1), notice)
        # Somebody dropped it: that stands.
        notice.with_user(self.collector).action_cancel()
        self.assertEqual(self._draft_message(plan, "installment_coming", 0), notice)
        # It came back from its address: another one is tried.
        notice.sudo()._set_state("bounced")
        self.assertNotEqual(self._draft_message(plan, "installment_coming", 0), notice)

    def test_no_procedure_no_message(self):
        plan = self._sign_plan()
        self.company.dunning_plan_procedure_id = False
        self.assertFalse(self._draft_message(plan, "installment_coming", 0))

    def test_a_new_company_gets_the_procedure(self):
        company = self.env["res.company"].create({"name": "Newcomer"})
        procedure = self.env.ref("collections_dunning.dunning_procedure_plan")
        self.assertEqual(company.dunning_plan_procedure_id, procedure)

    def test_only_who_has_an_address(self):
        plan = self._sign_plan()
        self.contact.email = False
        notice = self._draft_message(plan, "installment_coming", 0)
        self.assertEqual(notice.recipient_id, self.customer)
        self.customer.write({"email": False, "street": False})
        for event in ("installment_missed", "installment_formal"):
            notice = self._draft_message(plan, event, 0)
            self.assertFalse(notice.recipient_id)
            self.assertEqual(notice.review_reason, "no_recipient")
            self.assertFalse(notice.approved)

    def test_debtor_by_hand_is_approved_by_hand(self):
        plan = self._sign_plan()
        self.debtor.dunning_mode = "by_hand"
        notice = self._draft_message(plan, "installment_coming", 0)
        self.assertFalse(notice.approved)

    # === AGAINST THE LEDGER === #

    def test_paid_meanwhile_is_cancelled(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_missed", 0)
        self._pay_items(1500)
        self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("no more", notice.error)

    def test_paid_in_part_is_reduced(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_missed", 0)
        self._pay_items(400)
        self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertEqual(notice.amount_claimed, 1100)
        self.assertEqual(notice.plan_schedule[0]["paid"], 400)
        residual = dict(
            zip(
                notice.line_ids.move_line_id.ids,
                notice.line_ids.mapped("amount_residual"),
                strict=True,
            )
        )
        self.assertEqual(residual[self.items[0].id], 4600)

    def test_a_queued_one_too(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_missed", 0)
        notice.with_user(self.collector).action_send()
        self._pay_items(1500)
        self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertEqual(notice.state, "cancelled")

    def test_dropped_for_lack_of_a_claim_may_come_again(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_missed", 0)
        payment = self._pay_items(1500)
        self.env["dunning.proposal"]._refresh_notices(notice)
        payment.move_id.line_ids.remove_move_reconcile()
        again = self._draft_message(plan, "installment_missed", 0)
        self.assertNotEqual(again, notice)
        self.assertEqual(again.amount_claimed, 1500)

    def test_a_broken_plan_asks_for_no_installment(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_missed", 0)
        plan.with_user(self.manager).action_break()
        self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertEqual(notice.state, "cancelled")

    def test_formal_notice_waits_while_a_receipt_is_to_be_allocated(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_formal", 0)
        notice.with_user(self.manager).action_approve()
        self._receive(9000, currency_id=self.euro.id)
        self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertEqual(notice.state, "draft")
        self.assertFalse(notice.approved)
        self.assertEqual(notice.review_reason, "recent_receipt")

    def test_nobody_is_told_of_what_may_have_arrived(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_missed", 0)
        notice.with_user(self.collector).action_send()
        self._receive(1500, currency_id=self.euro.id, date=self.today)
        going = self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertFalse(going)
        self.assertEqual(notice.state, "draft")
        self.assertFalse(notice.approved)
        self.assertEqual(notice.review_reason, "recent_receipt")

    def test_printed_letter_that_was_paid_is_not_posted_unseen(self):
        plan = self._sign_plan()
        notice = self._print_formal(plan)
        self.assertFalse(notice._filter_paid_since_printed())
        self._pay_items(100)
        self.assertEqual(notice._filter_paid_since_printed(), notice)

    # === THE FORMAL NOTICE === #

    def _print_formal(self, plan):
        notice = self._draft_message(plan, "installment_formal", 0)
        notice.with_user(self.manager).action_print()
        self.assertEqual(notice.state, "printed", notice.error)
        return notice

    def test_formal_notice_names_amount_days_and_article(self):
        plan = self._sign_plan(notice_days=12)
        self._pay_items(300)
        notice = self._print_formal(plan)
        self.assertTrue(notice.name.startswith(self._get_formal_prefix()))
        text = self._read_words(notice.pdf_attachment_id.raw)
        for words in (
            "REGISTERED LETTER WITH ACKNOWLEDGEMENT OF RECEIPT",
            "For the attention of the legal representative",
            f"agreement {plan.name}",
            "for €1,500.00, has not been paid in full.",
            "Missing of the installment of",
            "pay the missing €1,200.00 within twelve (12) days of the first "
            "presentation",
            "article 1344 of the French civil code",
            "article 6 of the agreement",
            "the whole balance, €8,137.52 today",
            plan.payment_reference,
            self.first_due.name,
        ):
            self.assertIn(words, text)
        self.assertNotIn("by November", text.split("Subject")[0])

    def _get_formal_prefix(self):
        sequence = self.env["ir.sequence"].search(
            [
                ("code", "=", "dunning.notice.formal"),
                ("company_id", "in", (False, self.company.id)),
            ],
            limit=1,
        )
        return sequence.prefix.split("%")[0]

    def test_days_of_the_agreement_run_from_the_first_presentation(self):
        plan = self._sign_plan(notice_days=12)
        with freeze_time(fields.Datetime.now() - timedelta(days=5)):
            notice = self._print_formal(plan)
            notice.with_user(self.collector).action_post()
        notice.presented_on = self._day(-2)
        self.assertEqual(notice.deadline_date, self._day(10))

    def test_only_a_credit_manager_approves_it(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_formal", 0)
        with self.assertRaises(AccessError):
            notice.with_user(self.collector).action_send()
        notice.with_user(self.manager).action_send()
        self.assertEqual(notice.state, "queued")

    # === OTHER LETTERS === #

    def test_acceleration_letter(self):
        plan = self._sign_plan()
        formal = self._print_formal(plan)
        formal.with_user(self.collector).action_post()
        self._pay_items(500)
        notice = self._accelerate(plan)
        self.assertEqual(notice.amount_claimed, 7937.52)
        notice.with_user(self.manager).action_print()
        text = self._read_words(notice.pdf_attachment_id.raw)
        for words in (
            "For the attention of the legal representative",
            f"Our formal notice {formal.name} of",
            "accordance with article 6",
            "declare the balance of the plan due at once",
            "the sum of €7,937.52",
            "interest and compensation are due again",
        ):
            self.assertIn(words, text)
        # Paid in full before it left: nothing is declared any more.
        self.assertTrue(notice._is_plan_notice_due())
        for item in self.items:
            self._pay(item.move_id)
        plan._match_payments()
        self.assertFalse(notice._is_plan_notice_due())

    def test_receipt_of_a_completed_plan(self):
        plan = self._sign_plan(interest_mode="waived")
        for item in self.items:
            self._pay(item.move_id)
        self._watch(plan)
        self.assertEqual(plan.state, "completed")
        notice = plan.notice_ids
        self.assertEqual(notice.level_id.event, "plan_completed")
        self.assertTrue(notice.approved)
        text = notice._render_texts()[notice.id]
        content = notice.sudo()._prepare_content(text)
        self.assertIn("€8,437.52 in all", content["text"])
        self.assertIn("we waive the late-payment interest", content["text"])
        self.assertIn("Paid in all: €8,437.52", content["text"])
        self.assertIn(self.first_due.name, content["html"])
        self.assertNotIn("IBAN", content["text"])
        # Nothing to claim is no reason to drop it.
        self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertEqual(notice.state, "draft")

    # === PROPOSAL AND LADDER === #

    def test_drafts_are_reviewed_with_the_proposal(self):
        plan = self._sign_plan()
        run = self._propose()
        formal = self._draft_message(plan, "installment_formal", 0)
        coming = self._draft_message(plan, "installment_coming", 1)
        self.assertIn(formal, run.review_notice_ids)
        self.assertIn(coming, run.other_notice_ids)
        # Made anew, the proposal keeps what no assessment drafts again.
        run.action_propose()
        self.assertLessEqual(formal | coming, run.notice_ids)
        run.action_cancel()
        self.assertEqual(formal.state, "draft")
        self.assertFalse(formal.run_id)

    def test_the_next_scheduled_run_sends_what_is_automatic(self):
        plan = self._sign_plan()
        coming = self._draft_message(plan, "installment_coming", 0)
        formal = self._draft_message(plan, "installment_formal", 0)
        run = self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertEqual(coming.state, "queued")
        self.assertEqual(formal.state, "draft")
        self.assertEqual(formal.run_id, run)

    def test_nothing_leaves_while_dunning_is_off(self):
        plan = self._sign_plan()
        coming = self._draft_message(plan, "installment_coming", 0)
        self.company.dunning_active = False
        self.env["dunning.run"].sudo()._run_company(self.company)
        self.assertEqual(coming.state, "draft")

    def test_the_ladder_does_not_notice(self):
        plan = self._sign_plan()
        other = self._create_euro_invoice(6, 250)
        for event in ("installment_missed", "installment_formal"):
            self._send(self._draft_message(plan, event, 0).with_user(self.manager))
        run = self._propose()
        self._assert_ties_out(run)
        self.assertEqual(self._reason(self.first_due), ["payment_plan"])
        # Neither a contact too many nor a level sent: the new invoice is dunned.
        self.assertEqual(self._reason(other), ["dunned"])
        self.assertFalse(self.items.dunning_level_id)
        reminder = run.notice_ids.filtered(lambda n: other in n.line_ids.move_id)
        self.assertEqual(reminder.level_id, self.first)
        # And leaves, though the plan's letter is on its way.
        self._draft_message(plan, "installment_missed", 1).sudo()._queue()
        reminder.sudo()._queue_approved()
        self.assertEqual(reminder.state, "queued")
