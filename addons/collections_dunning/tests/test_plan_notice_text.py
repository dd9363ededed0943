from odoo.tests import tagged

from ..const import PLAN_EVENTS
from ..text_fields import TEXT_FIELD_EXAMPLES
from .plan_letter_common import PlanLetterCommon


@tagged("post_install", "-at_install")
class TestPlanNoticeText(PlanLetterCommon):
    """The texts of plans: fields, tables, preview."""

    def _get_level(self, event):
        return self.company._get_dunning_plan_level(event)

    def test_every_event_has_a_level_with_a_text(self):
        for event in PLAN_EVENTS:
            self.assertTrue(self._get_level(event).text_ids, event)

    def test_fields_of_a_plan(self):
        plan = self._sign_plan(interest_mode="waived")
        self._pay_items(500)
        notice = self._draft_message(plan, "installment_missed", 0)
        values = notice._get_text_values()[notice.id]
        self.assertEqual(values.keys(), TEXT_FIELD_EXAMPLES.keys())
        for name, example in TEXT_FIELD_EXAMPLES.items():
            self.assertIs(type(values[name]), type(example), name)
        self.assertEqual(values["plan_number"], plan.name)
        self.assertEqual(values["plan_article"], 6)
        self.assertEqual(values["plan_total"], "€8,437.52")
        self.assertEqual(values["plan_remaining"], "€7,937.52")
        self.assertEqual(values["installment_amount"], "€1,500.00")
        self.assertEqual(values["total_claimed"], "€1,000.00")
        self.assertIs(values["installment_partly"], True)
        self.assertIs(values["plan_waives"], True)
        self.assertIs(values["plan_keeps"], False)

    def test_schedule_in_an_email(self):
        plan = self._sign_plan()
        self._pay_items(500)
        notice = self._draft_message(plan, "installment_missed", 0)
        content = notice.sudo()._prepare_content(notice._render_texts()[notice.id])
        self.assertIn("of €1,500.00, €1,000.00 is missing", content["text"])
        self.assertIn("- Down payment (Date:", content["text"])
        self.assertIn(plan.payment_reference, content["text"])
        self.assertIn("Missing of the installment of", content["html"])
        self.assertIn("€1,187.52", content["html"])
        # No list of late invoices in a friendly message.
        self.assertNotIn(self.first_due.name, content["html"])

    def test_what_was_sent_is_shown_as_it_was(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_missed", 0)
        self._send(notice)
        self._pay_items(700)
        plan._match_payments()
        rows = notice._prepare_plan_table()["rows"]
        self.assertEqual(rows[0]["paid"], "")

    def test_preview_is_about_a_plan(self):
        text = self._get_level("installment_formal").text_ids
        self._create_invoice(10, partner=self.other_customer)
        self.env["collections.debtor"]._ensure_for(self.company)
        text.preview_debtor_id = self._debtor(self.other_customer)
        self.assertIn("has no payment plan", text.preview_error)
        plan = self._sign_plan()
        text.invalidate_recordset()
        text.preview_debtor_id = self.debtor
        self.assertFalse(text.preview_error)
        self.assertIn(plan.name, text.preview_subject)
        self.assertIn("€1,500.00", text.preview_body)

    def test_reference_finds_plan_and_messages(self):
        plan = self._sign_plan()
        notice = self._draft_message(plan, "installment_coming", 0)
        self.assertEqual(notice.payment_reference, plan.payment_reference)
        wanted = plan.payment_reference.replace(" ", "").lower()
        for text in (plan.payment_reference, wanted, f"VIR {wanted} DURAND"):
            found = self.env["dunning.notice"].search(
                [("payment_reference", "ilike", text)]
            )
            self.assertEqual(found, notice, text)
            self.assertEqual(
                self.plans.search([("payment_reference", "ilike", text)]), plan, text
            )
