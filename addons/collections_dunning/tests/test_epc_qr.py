from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import epc_qr

IBAN = "FR76 3000 6000 0112 3456 7890 189"


@tagged("post_install", "-at_install")
class TestEpcQr(BaseCase):
    def build(self, **values):
        fields = {
            "name": "Ma Société SAS",
            "iban": IBAN,
            "bic": "AGRIFRPP",
            "amount": Decimal("1234.5"),
            "reference": "RF18539007547034",
            **values,
        }
        return epc_qr.build_payload(**fields)

    def test_payload_with_reference(self):
        self.assertEqual(
            self.build(),
            "BCD\n002\n1\nSCT\nAGRIFRPP\nMa Société SAS\n"
            "FR7630006000011234567890189\nEUR1234.50\n\nRF18539007547034",
        )

    def test_payload_with_text(self):
        lines = self.build(reference="", text="Facture 12", bic="").split("\n")
        self.assertEqual(lines[4], "")
        self.assertEqual(lines[7:], ["EUR1234.50", "", "", "Facture 12"])

    def test_last_line_is_the_last_one_filled(self):
        self.assertTrue(self.build(reference="").endswith("EUR1234.50"))

    def test_amount_has_two_decimals(self):
        for amount, expected in (
            (Decimal("0.01"), "EUR0.01"),
            (12, "EUR12.00"),
            (1234.1, "EUR1234.10"),
            (Decimal("999999999.99"), "EUR999999999.99"),
        ):
            self.assertEqual(self.build(amount=amount).split("\n")[7], expected)

    def test_errors(self):
        for values in (
            {"name": ""},
            {"name": "x" * 71},
            {"iban": "FR7630006000011234567890188"},
            {"iban": "123456789"},
            {"iban": None},
            {"bic": "AGRI"},
            {"amount": 0},
            {"amount": -5},
            {"amount": Decimal("1000000000")},
            {"reference": "RF19539007547034"},
            {"text": "both"},
            {"reference": "", "text": "x" * 141},
            {"reference": "", "text": "two\nlines"},
        ):
            with self.assertRaises(ValueError, msg=str(values)):
                self.build(**values)

    def test_too_many_bytes(self):
        with self.assertRaises(ValueError):
            self.build(reference="", name="é" * 70, text="é" * 140)
