from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .promise_common import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseTour(PromiseCommon, HttpCase):
    def test_promise_on_the_phone(self):
        """A collector records what a customer says, in a real browser."""
        invoice = self._create_invoice(days_late=10, amount=500)
        self._propose()
        self.start_tour(
            f"/odoo/collections.debtor/{self._debtor().id}",
            "dunning_promise",
            login="dunning_collector",
        )
        promise = self.env["collections.promise"].search(
            [("debtor_id", "=", self._debtor().id)]
        )
        self.assertRecordValues(
            promise,
            [
                {
                    "state": "open",
                    "amount": 300,
                    "date": self.today + timedelta(days=7),
                    "note": "Waits for a transfer",
                    "user_id": self.collector.id,
                }
            ],
        )
        self.assertEqual(promise.item_ids, self._item(invoice))
        self.assertEqual(promise._get_holds().amount, 300)
