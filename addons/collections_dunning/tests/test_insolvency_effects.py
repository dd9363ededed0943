from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .insolvency_common import InsolvencyCommon
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestInsolvencyArrangements(PlanCommon):
    """Payment plans and offers about what may not be paid end, and none is made."""

    def _record(self):
        return (
            self.env["collections.insolvency"]
            .with_user(self.collector)
            .create({"debtor_id": self.debtor.id, "judgment_date": self._day(-2)})
            .with_env(self.env)
        )

    def _create_offer(self):
        account = self.company_data["default_account_expense"]
        return (
            self.env["collections.settlement"]
            .with_user(self.manager)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "currency_id": self.company.currency_id.id,
                    "item_ids": self._item(self.invoice).ids,
                    "percent": 50,
                    "date": self._day(10),
                    "write_off_account_id": account.id,
                }
            )
        )

    def test_a_plan_in_force_ends(self):
        plan = self._create_accepted()
        self.assertEqual(plan.state, "accepted")
        record = self._record()
        self.assertEqual(plan.state, "broken")
        reasons = self.env["dunning.hold"].search(
            [("debtor_id", "=", self.debtor.id), ("date_to", "=", False)]
        )
        self.assertEqual(set(reasons.mapped("reason")), {"insolvency"})
        self.assertEqual(reasons.mapped("origin_id"), [record.id] * 2)
        said = self.debtor.message_ids[:5].mapped("body")
        self.assertTrue(any(plan.name in body for body in said))

    def test_a_proposed_one_is_dropped(self):
        plan = self._create_plan()
        plan.action_propose()
        self._record()
        self.assertEqual(plan.state, "cancelled")

    def test_it_ends_too_when_the_day_of_the_judgment_is_corrected(self):
        record = self._record()
        record.judgment_date = self._day(-300)
        plan = self._create_accepted()
        record.judgment_date = self._day(-2)
        self.assertEqual(plan.state, "broken")
        said = self.debtor.message_ids[:5].mapped("body")
        self.assertTrue(any(plan.name in body for body in said))

    def test_it_ends_too_when_somebody_says_it_was_born_before(self):
        record = self._record()
        record.judgment_date = self._day(-300)
        plan = self._create_accepted()
        record.item_ids.with_user(self.collector).write({"birth": "before"})
        self.assertEqual(plan.state, "broken")

    def test_a_promise_ends_once_its_invoice_was_born_before(self):
        """Its day of delivery is typed after the promise was made."""
        record = self._record()
        record.judgment_date = self._day(-300)
        promise = (
            self.env["collections.promise"]
            .with_user(self.collector)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "currency_id": self.company.currency_id.id,
                    "date": self._day(5),
                    "amount": 100,
                    "item_ids": self._item(self.invoice).ids,
                }
            )
        )
        self.invoice.delivery_date = self._day(-301)
        record._cron_watch()
        self.assertEqual(promise.state, "cancelled")

    def test_an_offer_is_taken_back(self):
        offer = self._create_offer()
        self._record()
        self.assertEqual(offer.state, "cancelled")

    def test_no_plan_is_made_of_it(self):
        self._record()
        plan = self._create_plan()
        with self.assertRaisesRegex(ValidationError, "may not be paid"):
            plan.action_propose()

    def test_no_offer_is_made_about_it(self):
        self._record()
        offer = self._create_offer()
        with self.assertRaisesRegex(ValidationError, "may not be paid"):
            offer.action_offer()

    def test_no_promise_is_taken_for_it(self):
        self._record()
        with self.assertRaisesRegex(ValidationError, "Nothing of these invoices"):
            self.env["collections.promise"].with_user(self.collector).create(
                {
                    "debtor_id": self.debtor.id,
                    "currency_id": self.company.currency_id.id,
                    "amount": 50,
                    "date": self._day(5),
                    "item_ids": self._item(self.invoice).ids,
                }
            )


@tagged("post_install", "-at_install")
class TestInsolvencyEffects(InsolvencyCommon):
    """What else follows from proceedings under way."""

    def test_the_file_says_so(self):
        record = self._record()
        self.assertEqual(self.debtor.insolvency_id, record)
        self.assertIn("to be declared by", self.debtor.insolvency_note)
        self.assertEqual(self.debtor.status, "held")
        found = self.env["collections.debtor"].search([("insolvency_id", "!=", False)])
        self.assertIn(self.debtor, found)
        self._create_later(10)
        record._cron_watch()
        self.debtor.invalidate_recordset()
        self.assertEqual(self.debtor.status, "overdue")

    def test_the_banner_says_that_the_time_is_over(self):
        day = fields.Date.subtract(self.today, months=3)
        self._record(judgment_date=day, publication_date=day, creditor_abroad=False)
        self.assertIn("relief can be asked for", self.debtor.insolvency_note)

    def test_no_monthly_statement_leaves(self):
        self.company.dunning_statement_monthly = True
        debtors = self.env["collections.debtor"]
        due = debtors._get_due_statements(self.company, self.today)
        self.assertIn(self.debtor.id, self._ids(due))
        self._record()
        due = debtors._get_due_statements(self.company, self.today)
        self.assertNotIn(self.debtor.id, self._ids(due))

    def _ids(self, found):
        return getattr(found, "ids", found)

    def test_what_is_stopped_sleeps_once_they_are_closed(self):
        items = self.env["collections.sleeping.item"]
        domain = [("company_id", "=", self.company.id)]
        record = self._record()
        self.assertFalse(items.search(domain))
        record.with_user(self.manager).action_close("insufficient")
        items.invalidate_model()
        self.assertEqual(items.search(domain).move_id, self.invoice)

    def test_a_rejected_payment_since_follows_the_later_procedure(self):
        later = self._create_later(10)
        self._record()
        found = later._get_applied_procedure(self.debtor)
        self.assertEqual(found, self.later_procedure)
        found = self.invoice._get_applied_procedure(self.debtor)
        self.assertEqual(found, self.procedure)

    def test_a_later_claim_is_not_late_for_once(self):
        """The habit of a customer who paid says nothing of one who is insolvent."""
        reliable = self.env.ref("collections_dunning.collections_segment_reliable")
        self.debtor.sudo().write(
            {"segment_id": reliable.id, "settled_count": 10, "late_days_average": 2}
        )
        later = self._create_later(6)
        self._record()
        run = self._propose()
        self.assertEqual(self._reason(later), ["dunned"], "at +5, not at +10")
        self.assertEqual(run.notice_ids.tone, "standard")

    def test_without_a_procedure_of_later_claims_it_is_the_customers(self):
        self.company.dunning_insolvency_procedure_id = False
        later = self._create_later(10)
        self._record()
        run = self._propose()
        self.assertEqual(run.notice_ids.level_id.procedure_id, self.procedure)
        self.assertEqual(self._reason(later), ["dunned"])

    def test_before_the_judgment_credits_cover_as_ever(self):
        self._receive(5000, date=self._day(-60))
        self._record()
        self.assertEqual(self._read_reason(self._day(-41)), "covered_by_credit")
        self.assertEqual(self._read_reason(self._day(-40)), "insolvency")

    def _read_reason(self, day):
        """Return why the invoice is not dunned, as of a day."""
        assessment = self.env["dunning.assessment"]
        [row] = assessment._read_assessed(self.company, day, self._item(self.invoice))
        return row["reason"]

    # === MERGED CUSTOMERS === #

    def test_merged_files_keep_the_proceedings(self):
        record = self._record()
        self._create_invoice(5, partner=self.other_customer)
        self.env["collections.debtor"]._ensure_for(self.company)
        target = self._debtor(self.other_customer)
        self.debtor.sudo()._merge_into(target.sudo())
        self.assertEqual(target.insolvency_id, record)

    def test_of_two_the_earlier_judgment_counts(self):
        record = self._record()
        self._create_invoice(70, partner=self.other_customer)
        self.env["collections.debtor"]._ensure_for(self.company)
        target = self._debtor(self.other_customer)
        earlier = self._record(
            debtor_id=target.id,
            judgment_date=self._day(-50),
            trustee_id=self.administrator.id,
        )
        self.debtor.sudo()._merge_into(target.sudo())
        self.assertEqual(target.insolvency_id, earlier)
        self.assertEqual((record.state, record.outcome), ("closed", "mistake"))
        self.assertEqual(record.debtor_id, target)
