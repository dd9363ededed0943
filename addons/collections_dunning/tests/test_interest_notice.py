from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .interest_common import InterestCommon


@tagged("post_install", "-at_install")
class TestInterestNotice(InterestCommon):
    """What a notice shows or claims beside the principal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second.charging = "show"
        cls.formal.charging = "claim"
        cls.invoice = cls._create_invoice(40, 1000)

    def _get_expected(self, invoice=None, day=None, deduction=None):
        """Return interest and compensation as the items have them."""
        computed = self._compute(
            invoice or self.invoice, str(day or self.today), deduction
        )
        return (
            float(sum(item.interest for item in computed)),
            float(sum(item.compensation for item in computed)),
        )

    def _remind(self, days_ago=2):
        """Send the second reminder, so that the formal notice comes next."""
        notice = self._draft(self.second)
        self._send(notice, days_ago)
        return notice

    def _draft(self, level, invoices=None):
        items = self._item(invoices or self.invoice)
        return self.env["dunning.proposal"].sudo()._draft_for_items(items, level)

    # === SHOWN, CLAIMED, WAIVED === #

    def test_shown_is_not_asked_for(self):
        notice = self._draft(self.second)
        interest, compensation = self._get_expected()
        self.assertGreater(interest, 10)
        self.assertEqual(notice.charging, "show")
        self.assertAlmostEqual(notice.amount_interest, interest, 2)
        self.assertEqual(notice.amount_compensation, compensation)
        self.assertEqual(notice.amount_total, 1000)
        self.assertEqual(notice.interest_regime_id, self.regime)
        self.assertEqual(notice.interest_date, self.today)
        # 12.40 % of 1,000 in 365 parts, or as much of the rate of the day.
        self.assertAlmostEqual(notice.daily_interest, 0.34, delta=0.03)

    def test_claimed_is_part_of_the_total(self):
        self._remind()
        run = self._propose()
        notice = run.notice_ids
        self.assertEqual(notice.level_id, self.formal)
        interest, compensation = self._get_expected()
        self.assertAlmostEqual(notice.amount_total, 1000 + interest + compensation, 2)
        self.assertAlmostEqual(notice.amount_claimed, 1000, 2)
        line = notice.line_ids
        self.assertAlmostEqual(line.amount_interest, interest, 2)
        amounts = [float(part["amount"]) for part in line.interest_segments]
        self.assertAlmostEqual(sum(amounts), interest, delta=0.005)
        self.assertEqual(
            line.interest_segments[0]["from"],
            str(self.invoice.invoice_date_due + timedelta(days=1)),
        )
        self.assertEqual(line.interest_segments[-1]["to"], str(self.today))
        self._assert_ties_out(run)

    def test_a_level_that_is_silent(self):
        notice = self._draft(self.first)
        self.assertEqual((notice.amount_interest, notice.amount_compensation), (0, 0))
        self.assertEqual(notice.amount_total, 1000)
        self.assertFalse(notice.line_ids.interest_segments)
        self.assertFalse(notice.interest_date)

    def test_waived_for_a_debtor(self):
        self._remind()
        self._debtor().write({"charging": "waive", "charging_reason": "Old friends"})
        notice = self._propose().notice_ids
        self.assertEqual(notice.charging, "none")
        self.assertEqual(notice.amount_total, 1000)

    def test_a_waiver_reaches_what_is_queued(self):
        self._remind()
        notice = self._draft(self.formal)
        self.assertGreater(notice.amount_total, 1000)
        notice._set_state("queued")
        self._debtor().write({"charging": "waive", "charging_reason": "Old friends"})
        self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertEqual((notice.state, notice.charging), ("queued", "none"))
        self.assertEqual(notice.amount_total, 1000)

    def test_nobody_claims_what_is_waived(self):
        notice = self._draft(self.second).with_user(self.manager)
        self._debtor().write({"charging": "waive", "charging_reason": "Old friends"})
        with self.assertRaisesRegex(UserError, "waived"):
            notice.charging = "claim"

    def test_only_shown_to_a_debtor(self):
        self._remind()
        self._debtor().charging = "show"
        notice = self._propose().notice_ids
        self.assertEqual(notice.charging, "show")
        self.assertEqual(notice.amount_total, 1000)
        self.assertGreater(notice.amount_interest, 10)

    def test_claimed_from_a_debtor_by_a_reminder(self):
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(self.company, self.customer)
        self._debtor().charging = "claim"
        silent = self._draft(self.first)
        self.assertEqual(silent.charging, "none")
        silent.unlink()
        notice = self._draft(self.second)
        self.assertGreater(notice.amount_total, 1050)

    def test_a_person_decides_on_a_draft(self):
        notice = self._draft(self.second).with_user(self.collector)
        notice.charging = "claim"
        interest, compensation = self._get_expected()
        self.assertAlmostEqual(notice.amount_total, 1000 + interest + compensation, 2)
        with self.assertRaisesRegex(UserError, "Credit Manager"):
            notice.charging = "none"
        notice.with_user(self.manager).charging = "none"
        self.assertEqual(notice.amount_total, 1000)
        self.assertFalse(notice.line_ids.interest_segments)
        self._send(notice.sudo())
        with self.assertRaisesRegex(UserError, "Only a draft"):
            notice.charging = "claim"

    # === WHAT IS CLAIMED BEARS INTEREST === #

    def test_a_disputed_part_bears_none(self):
        self._remind()
        self.env["dunning.hold"].sudo().create(
            {
                "debtor_id": self._debtor().id,
                "move_line_id": self._item(self.invoice).id,
                "reason": "disputed",
                "amount": 300,
            }
        )
        notice = self._draft(self.formal)
        self.assertEqual(notice.amount_claimed, 700)
        interest, compensation = self._get_expected(deduction="300")
        self.assertAlmostEqual(notice.amount_interest, interest, 2)
        self.assertEqual(notice.amount_compensation, compensation)
        self.assertEqual(notice.line_ids.interest_segments[0]["principal"], "700.00")

    def test_what_credits_cover_bears_none(self):
        self._remind()
        self._create_credit_note(400)
        notice = self._draft(self.formal)
        self.assertEqual(notice.amount_claimed, 600)
        # Credited today: the days before bore interest on all of it.
        interest, compensation = self._get_expected()
        self.assertAlmostEqual(notice.amount_interest, interest, 2)
        self.assertAlmostEqual(notice.amount_total, 600 + interest + compensation, 2)

    def test_a_part_payment_lowers_it_before_it_leaves(self):
        self._remind()
        notice = self._draft(self.formal)
        before = notice.amount_interest
        self._pay(self.invoice, 500, self.today - timedelta(days=20))
        self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertLess(notice.amount_interest, before)
        self.assertEqual(notice.amount_claimed, 500)
        self.assertEqual(len(notice.line_ids.interest_segments), 2 + self._is_split())
        interest, compensation = self._get_expected()
        self.assertAlmostEqual(notice.amount_total, 500 + interest + compensation, 2)

    def _is_split(self):
        """Return how many half-years began while the invoice was late."""
        rates = self.env["collections.interest.rate"].sudo()
        first = self.invoice.invoice_date_due + timedelta(days=1)
        begun = rates._get_half_year(self.today)
        published = dict(rates._get_published("ecb"))
        return int(first < begun and published.get(begun) != published.get(first))

    def test_what_was_sent_stays(self):
        self._remind()
        notice = self._draft(self.formal)
        self._send(notice)
        frozen = (
            notice.amount_interest,
            notice.amount_total,
            notice.line_ids.interest_segments,
        )
        self._pay(self.invoice, 500, self.today - timedelta(days=20))
        self.regime.margin = 15
        self._propose()
        self.assertEqual(
            (
                notice.amount_interest,
                notice.amount_total,
                notice.line_ids.interest_segments,
            ),
            frozen,
        )

    def test_one_compensation_for_each_invoice(self):
        self._create_invoice(41, 100)
        self._create_invoice(42, 200)
        invoices = self.env["account.move"].search(
            [("partner_id", "=", self.customer.id), ("move_type", "=", "out_invoice")]
        )
        notice = self._draft(self.second, invoices)
        self.assertEqual(notice.amount_compensation, 120)
        self.assertAlmostEqual(
            notice.amount_interest, sum(notice.line_ids.mapped("amount_interest")), 2
        )

    def test_a_receipt_counts_from_its_day_before_it_is_allocated(self):
        self._receive(400, date=self.today - timedelta(days=25))
        notice = self._draft(self.second)
        self.assertEqual(notice.amount_claimed, 600)
        letter = notice.amount_interest
        payment = self.env["account.payment"].search([("amount", "=", 400)])
        receivable = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        (self._item(self.invoice) | receivable).reconcile()
        self.assertAlmostEqual(letter, self._get_expected()[0], 2)

    def test_a_credit_note_of_the_invoice_counts_from_the_start(self):
        self._remind()
        refund = self.invoice._reverse_moves([{"invoice_date": self.today}])
        refund.invoice_line_ids.price_unit = 400
        refund.action_post()
        refund.line_ids.remove_move_reconcile()
        notice = self._draft(self.formal)
        self.assertEqual(notice.amount_claimed, 600)
        interest, _compensation = self._get_expected(deduction="400")
        self.assertAlmostEqual(notice.amount_interest, interest, 2)

    # === WHAT IS UNKNOWN === #

    def test_a_missing_rate_is_for_a_person(self):
        self._remind()
        self._publish("ecb", {"2015-01-01": 0.05})
        notice = self._propose().notice_ids
        self.assertEqual(notice.charging, "claim")
        self.assertEqual(notice.amount_total, 1000)
        self.assertEqual(notice.amount_compensation, 0)
        self.assertIn("missing", notice.charges_note)
        # Its first formal notice is a graver reason to look at it.
        self.assertIn(notice.review_reason, ("missing_rate", "first_formal"))
        self.second.charging = "claim"
        other = self._create_invoice(25, 500, partner=self.other_customer)
        automatic = self._draft(self.second, other)
        self.assertEqual(automatic.review_reason, "missing_rate")
        self.assertFalse(automatic.approved)

    def test_a_rate_that_is_missing_when_it_is_to_leave(self):
        """On the first day of a half-year: a queued claim is a draft again."""
        self.second.charging = "claim"
        notice = self._draft(self.second)
        notice._set_state("queued")
        self._publish("ecb", {"2015-01-01": 0.05})
        left = self.env["dunning.proposal"]._refresh_notices(notice)
        self.assertFalse(left)
        self.assertEqual(notice.state, "draft")
        self.assertEqual(notice.review_reason, "missing_rate")

    def test_no_regime_no_interest(self):
        self.regime.active = False
        notice = self._draft(self.second)
        self.assertEqual((notice.amount_interest, notice.amount_compensation), (0, 0))
        self.assertIn("regime", notice.charges_note)

    def test_interest_of_a_simulation_is_that_of_its_day(self):
        self._remind(days_ago=30)
        day = self.today + timedelta(days=1)
        run = self._propose(date=day)
        self.assertTrue(run.is_simulation)
        self.assertEqual(run.notice_ids.level_id, self.formal)
        self.assertEqual(run.notice_ids.interest_date, day)

    # === FEE === #

    def test_a_fee_where_the_law_allows_it(self):
        self.second.write({"charging": "claim", "fee": 15})
        notice = self._draft(self.second)
        interest, compensation = self._get_expected()
        self.assertEqual(notice.amount_fee, 15)
        self.assertAlmostEqual(
            notice.amount_total, 1000 + interest + compensation + 15, 2
        )

    def test_no_fee_while_a_rate_is_missing(self):
        self.second.write({"charging": "claim", "fee": 15})
        self._publish("ecb", {"2015-01-01": 0.05})
        self.assertEqual(self._draft(self.second).amount_total, 1000)

    def test_never_a_fee_in_france(self):
        self.second.write({"charging": "claim", "fee": 15})
        self.company.country_id = self.env.ref("base.fr")
        self.regime.country_ids = [Command.link(self.company.country_id.id)]
        notice = self._draft(self.second)
        self.assertEqual(notice.amount_fee, 0)
        self.assertAlmostEqual(notice.amount_total, 1000 + sum(self._get_expected()), 2)

    # === CONSUMERS === #

    def test_a_consumer_owes_interest_from_the_formal_notice(self):
        self.customer.is_company = False
        self._create_regime(
            debtor_type="consumer", starts="formal_notice", tier_ids=False
        )
        self._remind()
        notice = self._draft(self.formal)
        self.assertEqual(notice.amount_total, 1000)
        self.assertIn("formal notice", notice.charges_note)
        self._send(notice, days_ago=12)
        posted = self.today - timedelta(days=12)
        notice.sudo().write({"printed_at": posted, "posted_on": posted})
        [computed] = self._compute(self.invoice, str(self.today))
        first = self.today - timedelta(days=9)
        self.assertEqual(computed.segments[0].first_day, first)
        notice.sudo().presented_on = fields.Date.subtract(self.today, days=5)
        [computed] = self._compute(self.invoice, str(self.today))
        self.assertEqual(computed.segments[0].first_day, self.today - timedelta(days=4))
