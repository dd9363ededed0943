from datetime import date

from odoo.tests import TransactionCase, tagged

NBSP = "\N{NO-BREAK SPACE}"


@tagged("post_install", "-at_install")
class TestInterestRateLabel(TransactionCase):
    """How letters name the rate: in words that the debtor can check."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Half-years to come: nothing published can change them.
        published = {
            "ecb": ["2.15", "2.15", "2.40", "3.00"],
            "fr_legal_individual": ["6.67", "6.84"],
            "boe": ["3.75"],
        }
        days = [date(2040, 1, 1), date(2040, 7, 1), date(2041, 1, 1), date(2041, 7, 1)]
        cls.env["collections.interest.rate"].create(
            [
                {"series": series, "date": day, "percent": percent}
                for series, percents in published.items()
                for day, percent in zip(days, percents, strict=False)
            ]
        )
        cls.regime = cls.env["collections.interest.regime"].create(
            {"name": "Business", "series": "ecb", "margin": 10}
        )

    def _label(self, first, last, lang="en_US", **values):
        self.regime.write(values)
        regime = self.regime.with_context(lang=lang)
        label = regime._get_rate_label(date(*first), date(*last))
        return label.replace(NBSP, " ")

    def test_one_half_year(self):
        self.assertEqual(
            self._label((2040, 3, 5), (2040, 6, 30)),
            "ECB rate on January 1, 2040 (2.15 %) plus 10 points, i.e. 12.15 %",
        )

    def test_no_wrap_before_the_sign(self):
        label = self.regime._get_rate_label(date(2040, 3, 5), date(2040, 3, 5))
        self.assertIn(f"12.15{NBSP}%", label)

    def test_half_years_of_one_rate_are_one(self):
        self.assertEqual(
            self._label((2040, 3, 5), (2040, 12, 31)),
            "ECB rate on January 1, 2040 (2.15 %) plus 10 points, i.e. 12.15 %",
        )

    def test_each_half_year_is_named(self):
        self.assertEqual(
            self._label((2040, 8, 1), (2041, 7, 1)),
            "ECB rate plus 10 points, i.e. 12.15 % from July 1, 2040 (2.15 %), "
            "12.40 % from January 1, 2041 (2.40 %), and "
            "13.00 % from July 1, 2041 (3.00 %)",
        )

    def test_a_frozen_rate_is_that_of_each_delay(self):
        self.assertEqual(
            self._label((2040, 8, 1), (2041, 2, 1), rate_mode="frozen"),
            "ECB rate plus 10 points, i.e. 12.15 % for a delay that began from July 1, "
            "2040 on (2.15 %) and 12.40 % for a delay that began from January 1, 2041 "
            "on (2.40 %)",
        )

    def test_rounded(self):
        self.assertEqual(
            self._label((2041, 1, 1), (2041, 6, 30), margin=8, rate_step=0.5),
            "ECB rate on January 1, 2041 (2.40 %) plus 8 points, "
            "rounded up to the half point, i.e. 10.50 %",
        )

    def test_published_rate_alone(self):
        values = {"series": "fr_legal_individual", "margin": 0}
        self.assertEqual(
            self._label((2040, 3, 5), (2040, 3, 6), **values),
            "French legal rate for individuals on January 1, 2040, i.e. 6.67 %",
        )
        self.assertEqual(
            self._label((2040, 3, 5), (2040, 8, 6)),
            "French legal rate for individuals, i.e. 6.67 % from January 1, 2040 "
            "and 6.84 % from July 1, 2040",
        )

    def test_bank_of_england_counts_from_the_day_before(self):
        self.assertEqual(
            self._label((2040, 3, 5), (2040, 3, 6), series="boe", margin=8),
            "Bank of England rate on December 31, 2039 (3.75 %) plus 8 points, "
            "i.e. 11.75 %",
        )

    def test_fixed_rate(self):
        values = {"series": False, "margin": 5}
        self.assertEqual(self._label((2040, 3, 5), (2041, 3, 6), **values), "5.00 %")

    def test_unknown_rate_is_not_guessed(self):
        self.assertEqual(
            self._label((2042, 3, 5), (2042, 3, 6)),
            "ECB rate on January 1, 2042, not known yet, plus 10 points",
        )
        self.assertEqual(
            self._label((2041, 8, 1), (2042, 3, 6)),
            "ECB rate plus 10 points, i.e. 13.00 % from July 1, 2041 (3.00 %) "
            "and a rate not known yet from January 1, 2042",
        )

    def test_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.assertEqual(
            self._label((2041, 3, 5), (2041, 3, 6), "fr_FR"),
            "taux BCE au 1er janvier 2041 (2,40 %) majoré de 10 points, soit 12,40 %",
        )
        self.assertEqual(
            self._label((2040, 8, 1), (2041, 3, 6), "fr_FR"),
            "taux BCE majoré de 10 points, soit 12,15 % à compter du 1er juillet 2040 "
            "(2,15 %) et 12,40 % à compter du 1er janvier 2041 (2,40 %)",
        )
        self.assertEqual(
            self._label((2041, 3, 5), (2041, 3, 6), "fr_FR", margin=8, rate_step=0.5),
            "taux BCE au 1er janvier 2041 (2,40 %) majoré de 8 points, "
            "arrondi au demi-point supérieur, soit 10,50 %",
        )
