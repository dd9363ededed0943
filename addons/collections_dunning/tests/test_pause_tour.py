from datetime import timedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestPauseTour(DunningCommon, HttpCase):
    @mute_logger("odoo.http")  # the refusal is logged there
    def test_pause_and_extend(self):
        """A collector pauses an invoice from the customer's file, and extends it."""
        invoice = self._create_invoice(days_late=10, amount=500)
        self._propose()
        self.start_tour(
            f"/odoo/collections.debtor/{self._debtor().id}",
            "dunning_pause",
            login="dunning_collector",
        )
        pause = self.env["collections.pause"].search(
            [("debtor_id", "=", self._debtor().id)]
        )
        self.assertRecordValues(
            pause,
            [
                {
                    "reason": "wrong_address",
                    "note": "Letter came back",
                    "date_to": self.today + timedelta(days=12),
                    "after_end": "approve",
                    "user_id": self.collector.id,
                    "is_whole": False,
                }
            ],
        )
        hold = pause._get_holds()
        self.assertEqual(hold.move_line_id, self._item(invoice))
        self.assertEqual(hold.date_to, pause.date_to)
