from odoo.tests import BaseCase, tagged

from ..tools import creditor_reference


@tagged("post_install", "-at_install")
class TestCreditorReference(BaseCase):
    def test_known_references(self):
        """Published examples: the first is the one of the standard's guide."""
        for text, reference in (
            ("539007547034", "RF18539007547034"),
            ("000000000539007547034", "RF18000000000539007547034"),
            ("2348236", "RF332348236"),
        ):
            self.assertEqual(creditor_reference.build(text), reference)
            self.assertTrue(creditor_reference.is_valid(reference))

    def test_text_is_cleaned(self):
        self.assertEqual(
            creditor_reference.build("med/2026/00012"),
            creditor_reference.build("MED202600012"),
        )

    def test_every_reference_built_is_valid(self):
        for number in range(2000):
            reference = creditor_reference.build(f"DN{number:08d}")
            self.assertEqual(len(reference), 14)
            self.assertTrue(creditor_reference.is_valid(reference), reference)

    def test_a_slip_of_the_pen_is_found(self):
        reference = creditor_reference.build("DN00000123")
        swapped = reference[:-1] + "4"
        self.assertFalse(creditor_reference.is_valid(swapped))
        self.assertFalse(
            creditor_reference.is_valid(reference[:-3] + reference[-2:] + "2")
        )

    def test_printed_form(self):
        printed = creditor_reference.format_printed("RF18539007547034")
        self.assertEqual(printed, "RF18 5390 0754 7034")
        self.assertTrue(creditor_reference.is_valid(printed))

    def test_what_is_no_reference(self):
        for text in ("", "RF", "RF18", "XX18539007547034", "RF1A539007547034", "FR76"):
            self.assertFalse(creditor_reference.is_valid(text), text)

    def test_errors(self):
        for text in ("", " /-", "1" * 22):
            with self.assertRaises(ValueError):
                creditor_reference.build(text)
