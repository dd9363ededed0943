from odoo.tests import tagged

from .delivery_common import DeliveryCommon
from .interest_common import InterestCommon


@tagged("post_install", "-at_install")
class TestEmailCharges(DeliveryCommon, InterestCommon):
    """Interest and compensation in e-mails that arrive at a real server."""

    def _receive_email(self, charging, amount=1000.0):
        """Send a reminder and return its notice and its two parts, spaces plain."""
        mailbox = self._serve()
        self.first.charging = charging
        invoice = self._create_invoice(10, amount)
        notice = self._propose().notice_ids.filtered(
            lambda n: invoice in n.line_ids.move_id
        )
        notice.sudo()._queue()
        notice.run_id.sudo().state = "confirmed"
        self._run_job()
        self.assertEqual(notice.state, "sent", notice.error)
        [(_recipients, message)] = mailbox.messages
        parts = (
            message.get_body([kind]).get_content().replace("\xa0", " ")
            for kind in ("plain", "html")
        )
        return notice, *parts

    def _format(self, amount):
        return f"${amount:,.2f}"

    def test_shown_is_told_apart_from_what_is_asked_for(self):
        notice, plain, html = self._receive_email("show")
        self.assertGreater(notice.amount_interest, 0)
        self.assertEqual(notice.amount_total, 1000)
        interest = self._format(notice.amount_interest)
        self.assertIn("Total to pay: $1,000.00", plain)
        self.assertIn("For information, not asked for today", plain)
        self.assertRegex(plain, rf"Late interest up to .*: \{interest}")
        self.assertIn("Please pay $1,000.00.", plain)
        for words in (interest, "$40.00", "Late interest", "not asked for today"):
            self.assertIn(words, html)
        self.assertNotIn("Computation", plain + html)

    def test_claimed_comes_with_its_computation(self):
        notice, plain, html = self._receive_email("claim")
        interest = self._format(notice.amount_interest)
        self.assertIn(f"Please pay {self._format(notice.amount_total)}.", plain)
        self.assertIn("Principal: $1,000.00", plain)
        self.assertIn(f"Total to pay: {self._format(notice.amount_total)}", plain)
        segment = notice.line_ids.interest_segments[-1]
        self.assertIn(f"(Days: {segment['days']})", plain)
        for part in (plain, html):
            self.assertIn("Computation of interest and compensation", part)
            self.assertIn(interest, part)
            self.assertIn(f"{float(segment['amount']):.4f}", part)
            self.assertNotIn("not asked for today", part)

    def test_silent(self):
        _notice, plain, html = self._receive_email("none")
        for words in ("interest", "compensation", "Principal"):
            self.assertNotIn(words, (plain + html).lower())
