from odoo.tests import HttpCase, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestInterestRateScreen(DunningCommon, HttpCase):
    """Entering the rate of a half-year, in a real browser."""

    def test_missing_rate_is_entered(self):
        rates = self.env["collections.interest.rate"].sudo()
        half_year = rates._get_half_year(self.today)
        rates.search([("series", "=", "ecb")]).unlink()
        self.company.partner_id.country_id = self.env.ref("base.fr")
        self._create_invoice(0)
        self._create_invoice(1)
        self._propose()
        needed = rates._find_missing(self.company, self.today)
        # On the first day of a half-year, yesterday's due date is the only late one.
        self.assertEqual(set(needed), {("ecb", half_year)})

        self.start_tour(
            "/odoo/action-collections_dunning.collections_interest_rate_action",
            "collections_enter_missing_rate",
            login="dunning_manager",
        )
        rates.invalidate_model()
        entered = rates.search([("series", "=", "ecb")])
        self.assertEqual((entered.date, entered.percent), (half_year, 2.65))
        self.assertFalse(rates._find_missing(self.company, self.today))
