import base64
import io
import re
from datetime import date

from pypdf import PdfReader

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .insolvency_common import InsolvencyCommon
from .interest_common import InterestCommon

JUDGMENT = date(2025, 3, 3)


@tagged("post_install", "-at_install")
class TestInsolvencyDeadlines(InsolvencyCommon):
    """Deadlines are activities, and count from the publication."""

    def _deadlines(self, record):
        prefix = "collections_dunning.mail_activity_type_insolvency_"
        return {
            name: record.activity_ids.filtered(
                lambda a, name=name: a.activity_type_id == self.env.ref(prefix + name)
            ).mapped("date_deadline")
            for name in ("publication", "declare", "reclaim", "relief")
        }

    def test_they_count_from_the_publication(self):
        record = self._record(
            judgment_date=date(2025, 12, 20),
            publication_date=date(2025, 12, 31),
            creditor_abroad=False,
        )
        self.assertEqual(
            self._deadlines(record),
            {
                "publication": [],
                "declare": [date(2026, 2, 28)],
                "reclaim": [date(2026, 3, 31)],
                "relief": [date(2026, 6, 30)],
            },
        )
        self.assertEqual(record.activity_ids.user_id, self.collector)

    def test_without_it_somebody_looks_for_it(self):
        record = self._record(publication_date=False)
        found = self._deadlines(record)
        self.assertEqual(found["publication"], [self._day(15)])
        self.assertFalse(found["declare"])
        record.with_user(self.collector).publication_date = self._day(-1)
        found = self._deadlines(record)
        self.assertFalse(found["publication"])
        self.assertEqual(found["declare"], [record.declare_deadline])

    def test_a_creditor_abroad_has_two_more_months_to_declare(self):
        for country, zip_code, months in (
            ("FR", "69003", 2),
            ("FR", "97400", 4),
            ("BE", "1000", 4),
        ):
            self.company.write(
                {
                    "country_id": self.env.ref(f"base.{country.lower()}").id,
                    "zip": zip_code,
                }
            )
            record = self._record(publication_date=date(2025, 12, 1))
            month = date(2025, 12, 1).month + months
            self.assertEqual(record.declare_deadline, date(2026, month - 12, 1))
            self.assertEqual(record.reclaim_deadline, date(2026, 3, 1))
            record.with_user(self.manager).action_close("mistake")

    def _record(self, **vals):
        if vals.get("publication_date") and "judgment_date" not in vals:
            vals["judgment_date"] = vals["publication_date"]
        return super()._record(**vals)

    def test_once_declared_only_the_goods_are_left(self):
        record = self._record()
        record.with_user(self.collector).action_declare()
        found = self._deadlines(record)
        self.assertFalse(found["declare"] + found["relief"])
        self.assertTrue(found["reclaim"])

    def test_what_is_done_stays_done(self):
        """Another day of the publication moves what is left, and no more."""
        record = self._record()
        prefix = "collections_dunning.mail_activity_type_insolvency_"
        record.activity_feedback([f"{prefix}reclaim"])
        record.with_user(self.collector).publication_date = self._day(-30)
        found = self._deadlines(record)
        self.assertFalse(found["reclaim"])
        self.assertEqual(found["declare"], [record.declare_deadline])
        record.with_user(self.collector).action_declare()
        self.assertFalse(record.activity_ids)

    def test_another_responsible_gets_them(self):
        record = self._record()
        record.with_user(self.collector).user_id = self.manager
        self.assertEqual(record.activity_ids.user_id, self.manager)

    def test_closed_nothing_is_left(self):
        record = self._record()
        record.with_user(self.manager).action_close("annulled")
        self.assertFalse(record.activity_ids)


@tagged("post_install", "-at_install")
class TestInsolvencyClaim(InterestCommon):
    """What is declared: principal, interest up to the judgment, compensation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._create_due("2025-01-31")
        cls.coming = cls._create_due("2025-03-31", 500, invoice_date="2025-02-15")
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.trustee = cls._create_customer("Me Vasseur", lang="fr_FR")

    def _record(self, **vals):
        records = self.env["collections.insolvency"].with_user(self.collector)
        return records.create(
            {
                "debtor_id": self._debtor().id,
                "judgment_date": JUDGMENT,
                "publication_date": date(2025, 3, 12),
                "court": "Tribunal de commerce de Lyon",
                "case_number": "2025RJ0042",
                "trustee_id": self.trustee.id,
                **vals,
            }
        ).with_env(self.env)

    def _sums(self, record):
        return (
            record.claim_principal,
            record.claim_interest,
            record.claim_compensation,
            record.claim_total,
        )

    def test_interest_stops_on_the_eve_of_the_judgment(self):
        """1,200 × 13.15 % × 30 / 365, from 1 February to 2 March."""
        record = self._record()
        self.assertEqual(self._sums(record), (1700, 12.97, 40, 1752.97))

    def test_a_waiver_is_not_declared(self):
        self._debtor().write({"charging": "waive", "charging_reason": "Goodwill"})
        record = self._record()
        self.assertFalse(record.claims_interest)
        self.assertEqual(self._sums(record), (1700, 0, 0, 1700))

    def test_of_a_split_item_the_part_before_is_declared(self):
        record = self._record()
        [item] = record.item_ids.filtered(lambda i: i.move_id == self.late)
        item.with_user(self.collector).write(
            {"birth": "straddling", "amount_before": 600}
        )
        # Half of the interest, too.
        self.assertEqual(self._sums(record), (1100, 6.48, 40, 1146.48))

    def test_on_the_later_part_interest_goes_on(self):
        """600 × 13.15 % × 119 / 365 + 600 × 13.15 % × 30 / 365, up to 30 June."""
        record = self._record()
        [item] = record.item_ids.filtered(lambda i: i.move_id == self.late)
        item.with_user(self.collector).write(
            {"birth": "straddling", "amount_before": 600}
        )
        [computed] = self._compute(self.late, "2025-06-30")
        principals = [segment.principal for segment in computed.segments]
        self.assertEqual(principals, [1200, 600])
        self.assertEqual(computed.segments[1].first_day, JUDGMENT)

    def test_credits_before_the_judgment_are_deducted(self):
        self._receive(100, date=date(2025, 2, 20))
        self._receive(70, date=date(2025, 4, 20))
        record = self._record()
        self.assertEqual(record.claim_principal, 1600)

    def test_another_currency_counts_at_the_rate_of_the_judgment(self):
        chf = self.env.ref("base.CHF")
        chf.active = True
        for day, rate in (("2025-01-01", 1), ("2025-03-01", 2), ("2025-04-01", 4)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": chf.id,
                    "name": day,
                    "rate": rate,
                    "company_id": self.company.id,
                }
            )
        self._create_due(
            "2025-03-31", 300, currency_id=chf.id, invoice_date="2025-02-15"
        )
        record = self._record()
        self.assertEqual(record.claim_principal, 1700 + 150)

    # === THE DECLARATION === #

    def test_the_declaration_says_what_the_law_wants(self):
        record = self._record(
            has_retention_of_title=True, guarantee_note="Surety of Mr Martin"
        )
        pages = PdfReader(io.BytesIO(record._print_claim())).pages
        text = self._compact(" ".join(page.extract_text() for page in pages))
        for part in (
            "Me Vasseur",
            "Tribunal de commerce de Lyon",
            "2025RJ0042",
            "Durand SARL",
            self.company.name,
            "1,752.97",
            "1,200.00",
            "500.00",
            "12.97",
            "40.00",
            "Surety of Mr Martin",
            "L. 624-9",
            "L. 622-25",
            "13.15",
            self.late.name,
            self.coming.name,
        ):
            self.assertIn(self._compact(part), text)

    def _compact(self, text):
        """Whatever the language of the paper: it may be French."""
        return re.sub(r"[\s.,]", "", text)

    def test_what_was_sent_stays(self):
        record = self._record()
        record.with_user(self.collector).action_declare(date(2025, 4, 2))
        self.assertEqual(
            (record.declared_on, record.amount_declared), (date(2025, 4, 2), 1752.97)
        )
        sent = record.claim_attachment_id.raw
        self._pay(self.late)
        self.assertEqual(record._print_claim(), sent)
        with self.assertRaisesRegex(UserError, "already"):
            record.with_user(self.collector).action_declare()

    def test_it_is_declared_to_somebody_and_on_a_day_that_was(self):
        record = self._record(trustee_id=False).with_user(self.collector)
        with self.assertRaisesRegex(UserError, "declared to him"):
            record.action_declare()
        record.trustee_id = self.trustee
        for day in (date(2025, 3, 2), self.today.replace(year=self.today.year + 1)):
            with self.assertRaisesRegex(ValidationError, "correct the day"):
                record.declared_on = day

    def test_guarantees_on_file_are_taken_over(self):
        guarantees = self.env["collections.guarantee"]
        vals = {"debtor_id": self._debtor().id, "date_from": "2025-01-01"}
        guarantees.create({**vals, "kind": "title"})
        guarantees.create(
            {
                **vals,
                "kind": "surety",
                "guarantor_id": self.other_customer.id,
                "amount": 1000,
            }
        )
        record = self._record()
        self.assertTrue(record.has_retention_of_title)
        self.assertIn("Martin SAS", record.guarantee_note)


@tagged("post_install", "-at_install")
class TestInsolvencyCopies(InsolvencyCommon):
    """The administrator gets copies, once the judgment is on file."""

    DOCUMENT = base64.b64encode(b"Judgment of 3 March")

    def _notice(self):
        self._create_later(10)
        return self._propose().notice_ids

    def test_the_judgment_on_file_approves_him(self):
        record = self._record(
            administrator_id=self.administrator.id, document=self.DOCUMENT
        )
        notice = self._notice()
        self.assertEqual(notice.recipient_id.commercial_partner_id, self.customer)
        self.assertEqual(notice.copy_ids, self.administrator)
        [recipient] = self.debtor.outside_recipient_ids
        self.assertEqual(recipient.insolvency_id, record)
        self.assertEqual(recipient.approved_by_id, self.collector)
        self.assertEqual(recipient.with_context(bin_size=False).document, self.DOCUMENT)

    def test_without_a_document_nobody_outside_is_written_to(self):
        record = self._record(administrator_id=self.administrator.id)
        notice = self._notice()
        self.assertFalse(notice.copy_ids)
        self.assertEqual(notice.review_reason, "missing_copy")
        self.assertIn("administrator", notice.copy_note)
        record.with_user(self.collector).document = self.DOCUMENT
        self.assertEqual(notice.copy_ids, self.administrator)
        self.assertFalse(notice.review_reason)

    def test_another_administrator_takes_his_place(self):
        record = self._record(
            administrator_id=self.administrator.id, document=self.DOCUMENT
        )
        notice = self._notice()
        other = self._create_appointed("Me Colin")
        record.with_user(self.collector).administrator_id = other
        self.assertEqual(notice.copy_ids, other)
        self.assertEqual(self.debtor.outside_recipient_ids.partner_id, other)

    def test_in_a_liquidation_it_is_the_liquidator(self):
        self._record(
            kind="liquidation",
            administrator_id=self.administrator.id,
            document=self.DOCUMENT,
        )
        self.assertEqual(self._notice().copy_ids, self.trustee)

    def test_after_the_end_nobody_outside_is_written_to(self):
        record = self._record(
            administrator_id=self.administrator.id, document=self.DOCUMENT
        )
        notice = self._notice()
        record.with_user(self.manager).action_close("paid")
        self.assertFalse(self.debtor.outside_recipient_ids)
        self.assertFalse(notice.copy_ids)

    def test_without_the_document_any_more_he_gets_nothing(self):
        record = self._record(
            administrator_id=self.administrator.id, document=self.DOCUMENT
        )
        notice = self._notice()
        record.with_user(self.collector).document = False
        self.assertFalse(self.debtor.outside_recipient_ids)
        self.assertFalse(notice.copy_ids)

    def test_of_merged_proceedings_only_one_administrator_is_left(self):
        self._record(administrator_id=self.administrator.id, document=self.DOCUMENT)
        self._create_invoice(70, partner=self.other_customer)
        self.env["collections.debtor"]._ensure_for(self.company)
        target = self._debtor(self.other_customer)
        other = self._create_appointed("Me Colin")
        earlier = self._record(
            debtor_id=target.id,
            judgment_date=self._day(-50),
            administrator_id=other.id,
            document=self.DOCUMENT,
        )
        self.debtor.sudo()._merge_into(target.sudo())
        [recipient] = target.outside_recipient_ids
        self.assertEqual(
            (recipient.partner_id, recipient.insolvency_id), (other, earlier)
        )
