import hashlib
from base64 import b64encode

from babel import Locale

from odoo.tests import tagged

from ..tools.text_writer import TextWriter
from .plan_letter_common import PlanLetterCommon

ARTICLES = (
    "Acknowledgement of the debt",
    "Schedule of payments",
    "Means of payment",
    "Interest and compensation",
    "Suspension of action",
    "Acceleration",
    "Early payment",
    "No novation, guarantees",
    "Law and court",
    "Copies and signature",
)


@tagged("post_install", "-at_install")
class TestPlanAgreement(PlanLetterCommon):
    """The agreement on paper, frozen when it is offered, proved when it is signed."""

    prints = True

    # === CONTENTS === #

    def test_contents_of_the_agreement(self):
        self.customer.company_registry = "552032534"
        plan = self._create_euro_plan(notice_days=12)
        text = self._read_words(plan._get_agreement_pdf())
        for words in (
            "Payment plan agreement (draft)",
            "Durand SARL",
            "12 rue des Lilas, 69003 Lyon",
            "552032534",
            "Represented by Jeanne Durand, acting as Managing Director",
            "Represented by Collector, acting as Collections Officer",
            self.first_due.name,
            self.second_due.name,
            "€8,437.52 (eight thousand, four hundred and thirty-seven euro, fifty-two",
            "a down payment and 6 installments",
            "Down payment",
            "€1,187.52 €0.00",
            "FR76 3000 6000 0112 3456 7890 189",
            plan.payment_reference,
            "first payment, €1,500.00",
            "suspends all reminders and all legal action",
            "formal notice by registered letter",
            "no effect 12 (twelve) days after its first presentation",
            "before its date, at any time and without charge",
            "no novation",
            "retention of title",
            "French law",
            "two original copies",
            "articles 1366 and 1367",
            "by hand: “Read and approved",
        ):
            self.assertIn(words, text)

    def test_articles_are_numbered_and_the_acceleration_keeps_its_place(self):
        plan = self._create_euro_plan(note="Goods stay in the warehouse.\nBoth agree.")
        text = self._read_words(plan._get_agreement_pdf())
        titles = [*ARTICLES[:8], "Particular terms", *ARTICLES[8:]]
        places = [
            text.index(f"Article {number} – {title}")
            for number, title in enumerate(titles, 1)
        ]
        self.assertEqual(places, sorted(places))
        self.assertIn("Goods stay in the warehouse. Both agree.", text)
        self.assertEqual(ARTICLES.index("Acceleration") + 1, 6)

    def test_no_page_holds_mere_signatures(self):
        plan = self._create_euro_plan()
        last = self._read_pages(plan._get_agreement_pdf())[-1]
        self.assertIn("Article 10", last)
        self.assertIn("For the Debtor", last)

    def test_interest_kept_capped_or_waived(self):
        plan = self._create_euro_plan()
        for mode, charged, expected in (
            ("kept", False, "They remain due until full payment."),
            ("kept", True, "remains due until full payment"),
            ("capped", False, "no interest accrues after that day"),
            ("capped", True, "no interest accrues after"),
            ("waived", False, "The Creditor waives them"),
            ("waived", True, "waives the interest that accrues after"),
        ):
            with self.subTest(mode=mode, charged=charged):
                plan.sudo().write({"interest_mode": mode, "with_charges": charged})
                lines = plan.sudo().line_ids
                lines.write({"amount_interest": 0, "amount_compensation": 0})
                lines[0].amount_interest = 100 if charged else 0
                [article] = [
                    a for a in plan._get_agreement_articles() if a["key"] == "interest"
                ]
                so_far, further = article["paragraphs"]
                self.assertIn(expected, further)
                self.assertEqual("€100.00" in so_far, charged)
                self.assertEqual("not part of the sum" in so_far, not charged)
                self.assertEqual("under article 6" in further, mode != "kept")

    def test_charges_are_listed_where_they_are_part_of_it(self):
        plan = self._create_euro_plan(with_charges=True)
        lines = plan.sudo().line_ids
        lines.write({"amount_interest": 0, "amount_compensation": 40})
        lines[0].amount_interest = 120.5
        table = plan.sudo()._get_agreement_items()
        self.assertEqual(table["heads"][4:], ["Interest", "Compensation"])
        self.assertEqual(table["rows"][0][4:], ["€120.50", "€40.00"])
        self.assertEqual(table["rows"][1][4:], ["", "€40.00"])
        self.assertEqual(
            [amount for _label, amount in table["totals"]],
            ["€8,437.52", "€200.50", "€8,638.02"],
        )

    def test_new_invoices_paid_on_time(self):
        plan = self._create_euro_plan(requires_current=True)
        text = self._read_words(plan._get_agreement_pdf())
        self.assertIn("The Debtor pays on their due dates the invoices", text)
        self.assertIn("falls due while this plan runs is not paid on its due", text)

    def test_a_consumer_keeps_the_court_of_the_law(self):
        plan = self._create_euro_plan()
        law = " ".join(plan.sudo()._get_law_article()["paragraphs"])
        self.assertIn("competent court of the Creditor's seat, in Lyon", law)
        self.debtor.sudo().debtor_type = "consumer"
        law = " ".join(plan.sudo()._get_law_article()["paragraphs"])
        self.assertIn("the court that the law designates", law)

    def test_unknown_signatory_leaves_room_to_write(self):
        plan = self._create_euro_plan(contact_id=False)
        lines = plan.sudo()._get_agreement_parties()[1]["lines"]
        self.assertIn("Represented by ......", lines[-1])

    def test_amounts_in_words(self):
        french = TextWriter(Locale.parse("fr_FR"), "EUR")
        self.assertEqual(
            french.amount_words(8437.52),
            "huit mille quatre cent trente-sept euros et cinquante-deux centimes",
        )
        # A currency whose name nobody taught: core's own words, never none.
        self.assertEqual(TextWriter(Locale.parse("fr_FR"), "XPF").amount_words(2), "")
        plan = self._create_plan()
        plan.sudo().currency_id = self.env.ref("base.XPF")
        self.assertRegex(plan._write_amount_twice(2), r"\(Two .+\)")

    def test_french_writes_amounts_and_dates_its_way(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        plan = self._create_euro_plan(lang="fr_FR")
        text = self._read_words(plan._get_agreement_pdf())
        self.assertIn("8 437,52 €", text)
        self.assertIn("huit mille quatre cent trente-sept euros", text)

    # === FROZEN === #

    def test_what_was_offered_stays(self):
        plan = self._create_euro_plan()
        self.customer.name = "Durand Frères"
        self.assertIn("Durand Frères", self._read_words(plan._get_agreement_pdf()))
        plan.action_propose()
        offered = plan._get_agreement_pdf()
        self.customer.name = "Durand et fils"
        self.assertEqual(plan._get_agreement_pdf(), offered)
        self.assertIn("Durand Frères", self._read_words(offered))
        action = self.env.ref(
            "collections_dunning.collections_payment_plan_report_action"
        )
        printed, _type = action._render_qweb_pdf(action.report_name, plan.ids)
        self.assertEqual(self._read_pages(printed), self._read_pages(offered))

    def test_proof_of_signature(self):
        plan = self._propose_plan()
        shown = plan._get_agreement_pdf()
        self._accept(
            plan,
            acceptance="portal",
            signed_on="2026-11-22 09:30:15",
            signed_ip="203.0.113.7",
            signed_email="jeanne@durand.example.com",
            signature=self._draw(),
        )
        signed = plan._get_agreement_pdf(signed=True)
        self.assertEqual(plan.sudo().agreement_attachment_id.raw, signed)
        *pages, proof = self._read_pages(signed)
        self.assertEqual(pages, self._read_pages(shown))
        for words in (
            "Jeanne Durand",
            "203.0.113.7",
            "jeanne@durand.example.com",
            "2026-11-22 09:30:15 UTC",
            plan.name,
            hashlib.sha256(shown).hexdigest(),
        ):
            self.assertIn(words, proof)
        self.assertTrue(self._read(signed).pages[-1].images)
        # The offer itself is kept as it was.
        self.assertEqual(plan._get_agreement_pdf(), shown)

    def test_a_signature_is_a_picture_and_a_name_is_text(self):
        plan = self._propose_plan()
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///x"/></svg>'
        self._accept(
            plan,
            acceptance="portal",
            signed_by="<b>Mallory</b>",
            signature=b64encode(svg),
            signed_ip="::1",
        )
        signed = plan._get_agreement_pdf(signed=True)
        self.assertIn("<b>Mallory</b>", self._read_pages(signed)[-1])
        self.assertEqual(plan.sudo()._get_signature_image(), "")

    def test_signed_by_hand(self):
        plan = self._propose_plan()
        scan = b"%PDF-1.4 signed"
        plan.with_user(self.collector).action_accept(
            "Jeanne Durand", b64encode(scan).decode(), "signed plan.pdf"
        )
        proof = self._read_pages(plan._get_agreement_pdf(signed=True))[-1]
        self.assertIn("signed by hand", proof)
        self.assertIn("Recorded by Collector", proof)
        self.assertIn("signed plan.pdf", proof)
        self.assertIn(hashlib.sha256(scan).hexdigest(), proof)

    # === SETTLEMENT === #

    def test_settlement_offer(self):
        offer = self._make_settlement()
        text = self._read_words(offer._get_offer_pdf())
        for words in (
            "Settlement offer RT/2026/00003",
            "Represented by Jeanne Durand, acting as Managing Director",
            self.first_due.name,
            "€8,437.52 (eight thousand",
            "If €6,750.02 (six thousand, seven hundred and fifty euro, two cents)",
            "waives the rest, €1,687.50",
            "lapses, without further notice",
            "FR76 3000 6000 0112 3456 7890 189",
            "articles 2044 and 2052",
            "French law",
        ):
            self.assertIn(words, text)

    def test_settlement_that_reduces(self):
        offer = self._make_settlement(kind="reduction", note="He is a friend.")
        text = self._read_words(offer._get_offer_pdf())
        self.assertIn("The Creditor reduces this sum to €6,750.02", text)
        self.assertIn("as if it had never been granted", text)
        # Why we offer it is no business of the customer's.
        self.assertNotIn("friend", text)

    def test_settlement_is_frozen_and_proved_like_a_plan(self):
        offer = self._make_settlement(state="offered")
        shown = offer._freeze_offer().raw
        offer.write({"signed_by": "Jeanne Durand", "acceptance": "portal"})
        offer._store_agreement()
        proof = self._read_pages(offer._get_agreement_pdf(signed=True))[-1]
        self.assertIn(hashlib.sha256(shown).hexdigest(), proof)
