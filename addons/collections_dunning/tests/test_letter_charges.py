import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..tools import epc_qr
from .letter_common import LetterCommon

CENT = Decimal("0.01")
# What a period of the annex says: first day, last day, days, base, rate, interest.
FRENCH_PERIOD = re.compile(
    r"du (\d\d/\d\d/\d{4}) au (\d\d/\d\d/\d{4}) (\d+) ([\d ]+,\d\d) € ([\d,]+) % "
    r"([\d ]+,\d{4})"
)
ENGLISH_PERIOD = re.compile(
    r"(\d\d/\d\d/\d{4}) to (\d\d/\d\d/\d{4}) (\d+) €([\d,]+\.\d\d) ([\d.]+) % "
    r"([\d,]+\.\d{4})"
)


@tagged("post_install", "-at_install")
class TestLetterCharges(LetterCommon):
    """Interest and compensation on paper, with the regimes and texts installed."""

    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time("2026-08-31 10:00:00"))
        super().setUpClass()
        ref = "collections_dunning.dunning_level_"
        cls.formal_notice = cls.env.ref(f"{ref}formal")
        cls.second_reminder = cls.env.ref(f"{ref}second")
        (cls.formal_notice | cls.second_reminder).attach_invoices = False

    @classmethod
    def _create_due(cls, due, amount, partner=None):
        return cls._create_invoice(
            0,
            amount,
            partner,
            currency_id=cls.euro.id,
            invoice_date=due,
            invoice_date_due=due,
        )

    def _create_two(self, partner=None):
        """Return an invoice paid in part after it was late, and another one."""
        first = self._create_due("2026-05-31", 10000, partner)
        self._pay(first, 4000, "2026-07-10")
        return first | self._create_due("2026-06-15", 1200, partner)

    def _print(self, invoices, level=None, **debtor_vals):
        """Print the notice of invoices and return it with the text of its pages."""
        partner = invoices.commercial_partner_id
        self.env["collections.debtor"]._ensure_for(self.company, partner)
        self._debtor(partner).write(debtor_vals)
        level = level or self.formal_notice
        notice = self._draft(*invoices, level=level)
        if notice.channel == "email":
            notice.channel = "letter"
        notice.action_print()
        self.assertEqual(notice.state, "printed", notice.error)
        return notice, self._get_pages(notice)

    def _read_periods(self, pattern, page, date_format, decimal=","):
        """Return the interest of each period of an annex, computed anew."""

        def number(text):
            text = text.replace("\xa0", "").replace(" ", "")
            if decimal == ",":
                return Decimal(text.replace(",", "."))
            return Decimal(text.replace(",", ""))

        amounts = []
        for first, last, days, base, rate, amount in pattern.findall(page):
            first, last = (datetime.strptime(d, date_format) for d in (first, last))
            self.assertEqual((last - first).days + 1, int(days))
            computed = number(base) * number(rate) * int(days) / 36500
            self.assertEqual(
                computed.quantize(Decimal("0.0001"), ROUND_HALF_UP), number(amount)
            )
            amounts.append(number(amount))
        return amounts

    # === THE ANNEX === #

    def test_the_annex_adds_up_by_hand(self):
        self.customer.lang = "fr_FR"
        notice, pages = self._print(self._create_two())
        letter, annex = " ".join(pages[:-1]), pages[-1]
        amounts = self._read_periods(FRENCH_PERIOD, annex, "%d/%m/%Y")
        self.assertEqual(len(amounts), 5)
        first = sum(amounts[:3]).quantize(CENT, ROUND_HALF_UP)
        second = sum(amounts[3:]).quantize(CENT, ROUND_HALF_UP)
        self.assertEqual((first, second), (Decimal("239.83"), Decimal("31.27")))
        self.assertIn("Pénalités de retard 239,83 €", annex)
        self.assertIn("Pénalités de retard 31,27 €", annex)
        self.assertEqual(annex.count("Indemnité forfaitaire 40,00 €"), 2)
        self.assertAlmostEqual(notice.amount_interest, float(first + second), 2)
        for text in (letter, annex):
            self.assertIn("Pénalités de retard au 31/08/2026 271,10 €", text)
            self.assertIn("Indemnité forfaitaire 80,00 €", text)
        self.assertIn("Total 351,10 €", annex)
        self.assertIn("Principal 7 200,00 €", letter)
        self.assertIn("À régler 7 551,10 €", letter)
        # 7,200.00 at 12.40 % for one day.
        self.assertIn("en vigueur 2,45 €", annex)
        self.assertIn("2,45 € par jour", letter)
        self.assertIn("Annexes : décompte des intérêts et indemnités", letter)
        self.assertIn(f"{len(pages)} / {len(pages)}", annex)

    def test_the_annex_in_english(self):
        _notice, pages = self._print(self._create_two())
        letter, annex = " ".join(pages[:-1]), pages[-1]
        amounts = self._read_periods(ENGLISH_PERIOD, annex, "%m/%d/%Y", ".")
        self.assertEqual(
            [sum(part).quantize(CENT) for part in (amounts[:3], amounts[3:])],
            [Decimal("239.83"), Decimal("31.27")],
        )
        self.assertIn("Late interest up to 08/31/2026 €271.10", letter)
        self.assertIn("To be paid €7,551.10", letter)

    def test_the_annex_prints_what_was_frozen(self):
        notice = self._draft(*self._create_two(), level=self.formal_notice)
        before = notice._prepare_computation()
        rates = self.env["collections.interest.rate"].sudo()
        rates.search([("series", "=", "ecb")]).percent = 9
        self.env.invalidate_all()
        self.assertEqual(notice._prepare_computation(), before)

    def test_periods_show_the_decimals_that_their_total_needs(self):
        notice = self._draft(*self._create_two(), level=self.formal_notice)
        line = notice.line_ids[0]
        row = dict(line.interest_segments[0])
        # 2 × 10.00249 is 20.00498: four decimals would make it 20.01.
        rows = [{**row, "amount": "10.00249"}] * 2
        line.sudo().write({"interest_segments": rows, "amount_interest": 20.00})
        self.assertEqual(line._get_computation_digits(), 5)

    def test_forty_invoices(self):
        invoices = [
            self._create_due(f"2026-0{3 + i % 4}-{10 + i % 18}", 100 + 37 * i)
            for i in range(40)
        ]
        notice, pages = self._print(self.env["account.move"].union(*invoices))
        whole = " ".join(pages)
        annex = whole[whole.index("Annex: ") :]
        amounts = self._read_periods(ENGLISH_PERIOD, annex, "%m/%d/%Y", ".")
        self.assertEqual(len(amounts), 80)
        self.assertAlmostEqual(notice.amount_interest, float(sum(amounts)), delta=0.2)
        for number, page in enumerate(pages, 1):
            self.assertIn(f"{number} / {len(pages)}", page)
            if "Annex: " in " ".join(pages[:number]):
                self.assertIn("Yearly rate", page, "the head of the table repeats")
        self.assertEqual(
            whole.count("Fixed compensation €1,600.00"), 2, "on the letter, the annex"
        )

    # === WHAT THE LETTER SAYS === #

    def test_a_french_business(self):
        self.customer.lang = "fr_FR"
        _notice, pages = self._print(self._create_two())
        letter = " ".join(pages)
        for words in (
            "L. 441-10",
            "D. 441-5",
            "12,15 % à compter du 1er janvier 2026 (2,15 %) et 12,40 %",
            "de nous payer la somme de 7 551,10 €, soit 7 200,00 € en principal, "
            "271,10 € de pénalités de retard et 80,00 € d'indemnité forfaitaire, dans "
            "un délai de huit jours à compter de la première présentation",
            "article 700",
        ):
            self.assertIn(words, letter)
        self.assertNotIn("frais de rappel", letter)

    def test_a_public_buyer(self):
        self.customer.lang = "fr_FR"
        invoice = self._create_due("2026-05-31", 10000)
        _notice, pages = self._print(invoice, debtor_type="public")
        letter = " ".join(pages)
        for words in (
            "Intérêts moratoires",
            "L. 2192-13",
            "R. 2192-31",
            "D. 2192-35",
            "majoré de 8 points",
            "10,15 %",
            "R. 541-1",
            "mandatement d'office",
            "médiateur des entreprises",
            "de la mandater",
        ):
            self.assertIn(words, letter)
        for words in ("441-10", "article 700", "injonction", "Pénalités"):
            self.assertNotIn(words, letter)

    def test_a_consumer(self):
        customer = self._create_customer("Jean Petit", is_company=False, lang="fr_FR")
        invoice = self._create_due("2026-05-31", 450, customer)
        notice, [letter] = self._print(invoice)
        self.assertEqual(notice.amount_total, 450)
        self.assertIn("articles 1231-6 et 1344-1 du code civil", letter)
        self.assertIn("courront à compter de la présente", letter)
        for words in ("441-10", "forfaitaire", "40,00", "Pénalités"):
            self.assertNotIn(words, letter)

    def test_a_customer_abroad(self):
        for code, european in (("de", True), ("dk", False), ("gb", False)):
            country = self.env.ref("base.uk" if code == "gb" else f"base.{code}")
            customer = self._create_customer(f"{code} Ltd", country_id=country.id)
            invoice = self._create_due("2026-05-31", 1000, customer)
            _notice, pages = self._print(invoice)
            letter = " ".join(pages)
            self.assertIn("INTERNATIONAL REGISTERED LETTER", letter)
            self.assertIn("days of receipt of this letter", letter)
            self.assertIn("441-10", letter)
            self.assertEqual("European order for payment" in letter, european, code)
            for words in ("ACKNOWLEDGEMENT", "first presentation", "1344", "700"):
                self.assertNotIn(words, letter)

    def test_shown_stands_apart(self):
        invoice = self._create_due("2026-05-31", 1200)
        notice, [letter] = self._print(invoice, self.second_reminder)
        self.assertEqual(notice.amount_total, 1200)
        self.assertIn("To be paid €1,200.00", letter)
        self.assertIn("For information, not asked for today", letter)
        self.assertIn("Late interest up to 08/31/2026 €37.26", letter)
        self.assertIn("Fixed compensation €40.00", letter)
        self.assertIn("do not ask for these sums today and reserve our", letter)
        self.assertNotIn("Annex", letter)

    def test_rights_are_reserved_when_a_rate_is_missing(self):
        rates = self.env["collections.interest.rate"].sudo()
        rates.search([("series", "=", "ecb"), ("date", ">=", "2026-07-01")]).unlink()
        invoice = self._create_due("2026-05-31", 1200)
        notice, [letter] = self._print(invoice)
        self.assertEqual(notice.amount_total, 1200)
        self.assertIn("We reserve our rights to them", letter)
        self.assertNotIn("Late interest", letter)

    def test_waived_is_not_mentioned(self):
        _notice, [letter] = self._print(
            self._create_due("2026-05-31", 1200),
            charging="waive",
            charging_reason="Agreed",
        )
        for words in ("441-10", "interest", "compensation for recovery"):
            self.assertNotIn(words, letter)

    def test_disputed_amounts_stay_out_of_the_claim(self):
        invoices = self._create_two()
        self.env["collections.debtor"]._ensure_for(self.company, self.customer)
        self.env["dunning.hold"].sudo().create(
            {
                "debtor_id": self._debtor().id,
                "move_line_id": self._item(invoices[1]).id,
                "reason": "disputed",
                "amount": 200,
            }
        )
        _notice, pages = self._print(invoices)
        letter = " ".join(pages)
        self.assertIn("does not cover the amounts you dispute (€200.00)", letter)
        self.assertIn("Principal €7,000.00", letter)
        # The disputed part bears no interest that is claimed: 1,000 does.
        self.assertIn("€26.06", letter)

    def test_a_fee_where_the_law_allows_it(self):
        self.company.partner_id.country_id = self.env.ref("base.ch")
        self.formal_notice.fee = 20
        notice, pages = self._print(self._create_invoice(60, 500))
        letter = " ".join(pages)
        self.assertEqual(notice.amount_fee, 20)
        self.assertIn("Reminder fee $20.00", letter)
        self.assertIn("a reminder fee of $20.00", letter)

    def test_the_payment_code_asks_for_all_of_it(self):
        with patch.object(
            epc_qr, "build_payload", side_effect=epc_qr.build_payload
        ) as built:
            notice, pages = self._print(self._create_two())
        self.assertEqual(built.call_args.args[3], notice.amount_total)
        self.assertIn("Amount €7,551.10", " ".join(pages))
