from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .interest_common import InterestCommon


@tagged("post_install", "-at_install")
class TestInterestTours(InterestCommon, HttpCase):
    """Late interest in a real browser, in two languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(
            ["base", "web", "collections_dunning"], ["fr_FR"], overwrite=True
        )
        cls._publish_around_today()
        cls.formal.charging = "claim"

    @classmethod
    def _publish_around_today(cls):
        """Publish another rate for this half-year than for those before."""
        rates = cls.env["collections.interest.rate"].sudo()
        day = rates._get_half_year(cls.today)
        percents = {str(day): 2.40}
        for _half_year in range(2):
            day = rates._get_half_year(day - timedelta(days=1))
            percents[str(day)] = 2.15
        cls._publish("ecb", percents)

    def _draft_formal_notice(self):
        """Draft a formal notice about an invoice that was paid in part meanwhile."""
        invoice = self._create_invoice(200, 1000)
        half_year = self.env["collections.interest.rate"]._get_half_year(self.today)
        self._pay(invoice, 400, half_year)
        proposal = self.env["dunning.proposal"].sudo()
        reminder = proposal._draft_for_items(self._item(invoice), self.second)
        self._send(reminder, days_ago=12)
        return proposal._draft_for_items(self._item(invoice), self.formal)

    def _read_interest(self, tour):
        notice = self._draft_formal_notice()
        self.start_tour(
            f"/odoo/dunning.notice/{notice.id}", tour, login=self.manager.login
        )

    def test_read_interest(self):
        """From a notice to the computation, the customer's file and the regime."""
        self._read_interest("dunning_read_interest")

    def test_read_interest_in_french(self):
        self.manager.lang = "fr_FR"
        self._read_interest("dunning_read_interest_in_french")
