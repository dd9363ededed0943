from datetime import date

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .charge_common import ChargeCommon

PENALTIES = "Late payment penalties"
COMPENSATION = "compensation for recovery costs"
NO_DISCOUNT = "No discount for early payment"


@tagged("post_install", "-at_install")
class TestInvoiceMentions(ChargeCommon):
    """What French invoices say of late payment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_invoice_mentions = True

    def _print(self, invoice):
        """Return the words of the printed invoice."""
        report = self.env["ir.actions.report"]
        content, _kind = report._render_qweb_html(
            "account.account_invoices", invoice.ids
        )
        return " ".join(html.fromstring(content).text_content().split())

    def test_an_invoice_between_businesses(self):
        text = self._print(self.late)
        self.assertIn(
            "Late payment penalties: ECB rate in force on 1 January and 1 July of each "
            "half-year, plus 10 points (13.15 % a year on the date of the invoice), "
            "due without a reminder from the day after the due date.",
            text,
        )
        self.assertIn("in case of late payment: €40.00.", text)
        self.assertIn(NO_DISCOUNT, text)

    def test_off_by_default_and_for_a_credit_manager_alone(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertFalse(company.dunning_invoice_mentions)
        self.company.dunning_invoice_mentions = False
        self.assertEqual(self.late._get_late_payment_mentions(), [])
        self.assertNotIn(PENALTIES, self._print(self.late))
        with self.assertRaises(AccessError):
            self.company.with_user(self.collector).write(
                {"dunning_invoice_mentions": True}
            )

    def test_the_rate_is_that_of_the_day_of_the_invoice(self):
        later = self._create_due("2025-09-30", invoice_date="2025-08-01")
        self.assertIn("12.15 %", self._print(later))
        self.assertNotIn("13.15 %", self._print(later))

    def test_a_rate_not_published_is_not_guessed(self):
        self._publish("ecb", {"2025-01-01": 3.15})
        later = self._create_due("2025-09-30", invoice_date="2025-08-01")
        [penalties, *_rest] = later._get_late_payment_mentions()
        self.assertIn("plus 10 points", penalties)
        self.assertNotIn("%", penalties)

    def test_a_regime_of_the_debtor_counts(self):
        self._debtor().interest_regime_id = self._create_regime(
            name="Contract", series=False, margin=9
        )
        self.assertIn("penalties: 9.00 % a year", self._print(self.late))

    def test_a_public_buyer_reads_its_own_rate(self):
        self._create_regime(name="Public", debtor_type="public", margin=8)
        self._debtor().debtor_type = "public"
        self.assertIn("11.15 % a year", self._print(self.late))

    def test_a_rate_that_stays_as_it_was_on_the_first_late_day(self):
        self._debtor().interest_regime_id = self._create_regime(rate_mode="frozen")
        self.assertIn("i.e. 13.15 % a year", self._print(self.late))

    def test_not_for_consumers(self):
        consumer = self._create_customer("Jeanne Petit", is_company=False)
        self.assertEqual(
            self._create_due(
                "2025-01-31", partner=consumer
            )._get_late_payment_mentions(),
            [],
        )
        self._debtor().debtor_type = "consumer"
        self.assertNotIn(PENALTIES, self._print(self.late))

    def test_not_on_credit_notes_nor_invoices_of_interest(self):
        self.assertNotIn(PENALTIES, self._print(self._create_credit_note()))
        self.assertNotIn(PENALTIES, self._print(self._invoice(self.late)))

    def test_not_outside_french_law(self):
        for xmlid in ("base.be", "base.mc", "base.ch"):
            self.company.country_id = self.env.ref(xmlid)
            self.regime.country_ids = self.company.country_id
            self.assertEqual(self.late._get_late_payment_mentions(), [])
        self.company.country_id = self.env.ref("base.re")
        self.regime.country_ids = self.company.country_id
        self.assertEqual(len(self.late._get_late_payment_mentions()), 3)

    def test_a_discount_of_the_payment_term_is_not_denied(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2/10, net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "display_on_invoice": True,
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 30})],
            }
        )
        invoice = self._create_due(
            False, invoice_date=date(2025, 8, 20), invoice_payment_term_id=term.id
        )
        text = self._print(invoice)
        self.assertIn("due if paid before", text)
        self.assertIn(PENALTIES, text)
        self.assertIn(COMPENSATION, text)
        self.assertNotIn(NO_DISCOUNT, text)

    def test_in_the_language_of_the_invoice(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        text = self._print(self.late)
        self.assertIn("13,15 %", text)

    def test_a_branch_follows_its_root(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        branch.partner_id.country_id = False
        invoice = self.late.copy({"company_id": branch.id})
        self.assertEqual(len(invoice._get_late_payment_mentions()), 3)

    def test_settings_of_a_credit_manager(self):
        self.company.dunning_invoice_mentions = False
        account = self.company_data["default_account_revenue"]
        settings = self.env["dunning.settings"].with_user(self.manager)
        settings = settings.with_company(self.company)
        screen = settings.create({})
        self.assertTrue(screen.is_french_law)
        screen.dunning_invoice_mentions = True
        screen.dunning_interest_account_id = account
        screen.action_save()
        self.assertTrue(self.company.dunning_invoice_mentions)
        self.assertEqual(self.company.dunning_interest_account_id, account)
        self.assertFalse(self.company.dunning_compensation_account_id)
