from odoo.tests import BaseCase, tagged

from ..tools import css_subset

SHEET = """
@charset "UTF-8";
/* a comment with { */
:root{--blue: #00f;}
*{box-sizing: border-box;}
p, .note{margin: 0; color: var(--blue); padding: 1px;}
.note > b::before{content: "}";}
.other p{margin: 1px;}
#total td:not(.x){color: red;}
@media (min-width: 100px){p{color: green;} .other{color: blue;}}
@media print{p{color: black;}}
@font-face{font-family: 'Lato'; src: url("/lato.ttf") format("truetype");
  font-weight: 400; font-style: normal;}
@font-face{font-family: 'Lato'; src: url("/italic.ttf"); font-style: italic;}
@font-face{font-family: 'Roboto'; src: url("/roboto.ttf"); font-weight: 400;}
"""


@tagged("post_install", "-at_install")
class TestCssSubset(BaseCase):
    def test_tokens(self):
        html = (
            '<p class="note x"><b id="total" data-oe-id="7" data-class="no">t</b></p>'
        )
        self.assertEqual(
            css_subset.get_tokens(html),
            {"*", "html", "body", "p", ".note", ".x", "b", "#total"},
        )

    def test_rules_that_can_apply_are_kept(self):
        css = css_subset.subset(SHEET, frozenset({"*", "p", ".note", "b"}))
        self.assertIn("*{box-sizing: border-box;}", css)
        self.assertIn('.note > b::before{content: "}";}', css)
        self.assertIn("@media (min-width: 100px){p{color: green;}}", css)

    def test_the_others_are_left_out(self):
        css = css_subset.subset(SHEET, frozenset({"*", "p", ".note"}))
        for absent in (".other", "#total", "print", "font-face", "::before", "charset"):
            self.assertNotIn(absent, css)

    def test_custom_properties_are_left_out(self):
        css = css_subset.subset(SHEET, frozenset({"*", "p", ".note"}))
        self.assertNotIn("--blue", css)
        self.assertRegex(css, r"p, \.note\{margin: 0;\s*padding: 1px;\}")

    def test_fonts_are_read_from_the_disk(self):
        css = css_subset.get_font_faces(SHEET, "Lato", lambda url: f"/fonts{url}")
        self.assertEqual(
            css,
            "@font-face{font-family:'Lato';font-weight:400;"
            "src:url('file:///fonts/lato.ttf') format('truetype')}",
        )
