from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext

from .interest_common import InterestCommon


@tagged("post_install", "-at_install")
class TestInterestScreens(InterestCommon):
    """What people see of late interest, each with his own rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.first.charging = "claim"
        cls.invoice = cls._create_invoice(8, 1000)

    def _review(self):
        """Return the draft about the invoice as a Collector sees it."""
        return self._propose().notice_ids.with_user(self.collector)

    def _compute_today(self, invoice):
        return self._compute(invoice, str(self.today))[0]

    # === OPEN ITEMS === #

    def test_open_item_shows_its_interest(self):
        item = self._item(self.invoice).with_user(self.reader)
        computed = self._compute_today(self.invoice)
        self.assertGreater(computed.interest, 2)
        self.assertAlmostEqual(item.dunning_interest, float(computed.interest), 2)
        self.assertEqual(item.dunning_compensation, 40)
        self.assertFalse(item.dunning_interest_note)

    def test_open_items_of_customers_without_a_file(self):
        """Without a file yet, the customer's own data decide."""
        private = self._create_customer("Leroy", is_company=False)
        consumed = self._create_invoice(8, 100, private)
        files = self._debtor() | self._debtor(private)
        files.sudo().unlink()
        items = self._item(self.invoice | consumed).with_user(self.reader)
        business, consumer = items.sorted("balance", reverse=True)
        self.assertGreater(business.dunning_interest, 2)
        self.assertEqual(consumer.dunning_interest, 0)

    def test_open_item_says_why_it_bears_none(self):
        self.regime.active = False
        item = self._item(self.invoice).with_user(self.reader)
        self.assertEqual(item.dunning_interest, 0)
        self.assertIn("No interest regime", item.dunning_interest_note)
        self.assertFalse(item.dunning_interest_computation)

    def test_how_the_interest_of_an_item_is_computed(self):
        """Two half-years and a payment: three periods, in the user's language."""
        invoice = self._create_due("2024-06-20", 1000)
        self._pay(invoice, 400, date(2024, 7, 10))
        self.reader.lang = "fr_FR"
        item = self._item(invoice).with_user(self.reader).with_context(lang="fr_FR")
        action = item.action_dunning_interest()
        shown = self.env[action["res_model"]].with_user(self.reader)
        shown = shown.with_context(lang="fr_FR").browse(action["res_id"])
        Form(shown, view=self.env["ir.ui.view"].browse(action["view_id"]))
        text = html2plaintext(shown.dunning_interest_computation)
        for part in (
            *("21/06/2024", "30/06/2024", "14,50\N{NO-BREAK SPACE}%"),
            *("01/07/2024", "10/07/2024", "14,25\N{NO-BREAK SPACE}%"),
            *("11/07/2024", "31/12/2024", "600,00", "ECB + 10"),
            # 10 days of 14.50 % of 1,000.
            "3,9726",
        ):
            self.assertIn(part, text)

    # === NOTICES === #

    def test_notice_shows_how_it_was_computed(self):
        notice = self._review()
        action = notice.line_ids.action_show_interest()
        line = self.env[action["res_model"]].with_user(self.reader)
        line = line.browse(action["res_id"])
        Form(line)
        text = html2plaintext(line.interest_computation)
        self.assertIn("1,000.00", text)
        self.assertIn("40.00", text)
        self.assertIn(f"{line.amount_interest:.2f}", text)

    def test_collector_decides_what_a_draft_claims(self):
        """What he chooses is computed again as he saves."""
        notice = self._review()
        charges = notice.amount_interest + 40
        self.assertAlmostEqual(notice.amount_charges, charges, 2)
        self.assertAlmostEqual(notice.amount_total, 1000 + charges, 2)
        with Form(notice) as form:
            form.charging = "show"
        self.assertEqual((notice.amount_total, notice.amount_charges), (1000, 0))
        self.assertEqual(notice.amount_compensation, 40)
        with self.assertRaisesRegex(UserError, "Credit Manager"), Form(notice) as form:
            form.charging = "none"
        with Form(notice.with_user(self.manager)) as form:
            form.charging = "none"
        self.assertEqual((notice.amount_interest, notice.amount_compensation), (0, 0))
        with self.assertRaises(AccessError):
            notice.with_user(self.reader).charging = "claim"

    def test_notice_says_what_is_left_out(self):
        self.regime.active = False
        notice = self._review()
        self.assertEqual(notice.amount_charges, 0)
        self.assertIn("No interest regime", notice.charges_note)

    # === DEBTORS === #

    def test_debtor_shows_what_its_items_have_borne(self):
        """Of all its open items, in the company's currency alone."""
        second = self._create_invoice(20, 500)
        self._create_invoice(8, 700, self.other_customer)
        self._create_invoice(-5, 300)
        abroad = self.setup_other_currency("CHF")
        self._create_invoice(30, 900, currency_id=abroad.id)
        self._propose()
        debtors = self._debtor() | self._debtor(self.other_customer)
        debtor, other = debtors.with_user(self.reader)
        mine = [self._compute_today(move) for move in (self.invoice, second)]
        self.assertAlmostEqual(
            debtor.accrued_interest, float(sum(item.interest for item in mine)), 2
        )
        self.assertEqual(debtor.accrued_compensation, 80)
        self.assertIn("CHF", debtor.accrued_note)
        self.assertEqual(other.accrued_compensation, 40)
        self.assertFalse(other.accrued_note)

    def test_debtor_says_that_a_rate_is_missing(self):
        invoice = self._create_due("2012-03-01", 500)
        self._propose()
        debtor = self._debtor().with_user(self.reader)
        self.assertIn("01/01/2012", debtor.accrued_note)
        self.assertTrue(debtor.accrued_interest, "the others bear theirs")
        self.assertFalse(self._compute_today(invoice).interest)

    def test_accrued_interest_takes_no_more_queries_for_more_debtors(self):
        for name in ("Bernard", "Robert", "Richard", "Petit"):
            self._create_invoice(8, 100, self._create_customer(name))
        self._propose()
        debtors = self.env["collections.debtor"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(debtors), 5)
        self._count_accrued(debtors[:1])  # fills the caches
        self.assertEqual(self._count_accrued(debtors), self._count_accrued(debtors[:1]))

    def _count_accrued(self, debtors):
        self.env.flush_all()
        self.env.invalidate_all()
        debtors.mapped("partner_id.name")
        before = self.env.cr.sql_log_count
        debtors.mapped("accrued_interest")
        return self.env.cr.sql_log_count - before

    def test_credit_manager_waives_with_a_reason(self):
        """Who waived, when and why is in the debtor's file; a Collector can't."""
        run = self._propose()
        self.assertEqual(run.notice_ids.charging, "claim")
        debtor = self._debtor().with_user(self.manager)
        with (
            self.assertRaisesRegex(AccessError, "Only a Credit Manager"),
            Form(debtor.with_user(self.collector)) as form,
        ):
            form.charging = "waive"
            form.charging_reason = "Not mine to decide"
        tracked = debtor.with_context(tracking_disable=False, mail_notrack=False)
        with Form(tracked) as form:
            form.charging = "waive"
            form.charging_reason = "Long-standing customer, one delay"
        self.env.flush_all()
        self.env.cr.flush()
        message = debtor.sudo().message_ids.filtered("tracking_value_ids")
        self.assertEqual(message.author_id, self.manager.partner_id)
        self.assertEqual(
            set(message.tracking_value_ids.field_id.mapped("name")),
            {"charging", "charging_reason", "charging_user_id", "charging_date"},
        )
        run.action_propose()
        notice = run.notice_ids
        self.assertEqual((notice.amount_charges, notice.charging), (0, "none"))
