from odoo.tests import HttpCase, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLateCauseTour(DunningCommon, HttpCase):
    def test_one_click(self):
        """A collector who reads invoices says why one is late, in a real browser."""
        invoice = self._create_invoice(days_late=10, amount=500)
        notice = self._propose().notice_ids
        self._send(notice)
        self.start_tour(
            f"/odoo/dunning.notice/{notice.id}",
            "dunning_late_cause",
            login="dunning_collector",
        )
        self.assertRecordValues(
            invoice,
            [
                {
                    "late_cause_id": self.env.ref(
                        "collections_dunning.collections_late_cause_approval"
                    ).id,
                    "late_cause_remark": "The director signs on Monday",
                    "late_cause_user_id": self.collector.id,
                }
            ],
        )
