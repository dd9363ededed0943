from datetime import timedelta

from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestBehaviour(DisputeCommon):
    """Days of a dispute count against the customer only when he was wrong."""

    def _dispute(self, resolution):
        """Dispute an invoice 20 days late for 12 of these days, then pay it."""
        invoice = self._create_invoice(days_late=20)
        case = self._open(invoice)
        case.sudo().write(
            {
                "state": "rejected" if resolution == "rejected" else "resolved",
                "resolution": resolution,
                "date_open": self.today - timedelta(days=15),
                "date_closed": self.today - timedelta(days=3),
            }
        )
        self._pay(invoice)
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(self.company, is_past=True)
        self.env["collections.behaviour"]._update(self.company)
        return debtors.search(
            [
                ("partner_id", "=", self.customer.id),
                ("company_id", "=", self.company.id),
            ]
        )

    def test_found_justified(self):
        debtor = self._dispute("goodwill")
        self.assertEqual(debtor.late_days_average, 8.0)
        self.assertEqual(
            (debtor.closed_dispute_count, debtor.justified_share), (1, 100)
        )

    def test_rejected(self):
        debtor = self._dispute("rejected")
        self.assertEqual(debtor.late_days_average, 20.0)
        self.assertEqual((debtor.closed_dispute_count, debtor.justified_share), (1, 0))
