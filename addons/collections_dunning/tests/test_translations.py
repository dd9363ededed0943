import io

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import trans_export

from ..tools.letter_text_error import MESSAGES, LetterTextError


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = "collections_dunning"
        french = polib.pofile(file_path(f"{cls.module}/i18n/fr.po"))
        cls.french = {entry.msgid for entry in french}

    def test_every_term_of_the_code_is_in_the_translation(self):
        """A term added since the last export has no translation: name it."""
        template = io.BytesIO()
        trans_export(False, [self.module], template, "po", self.env)
        terms = polib.pofile(template.getvalue().decode())
        missing = [entry.msgid for entry in terms if entry.msgid not in self.french]
        self.assertEqual(missing, [])

    def test_mistakes_in_a_text_are_told_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        texts = self.env["dunning.level.text"].with_context(lang="fr_FR")
        for code, message in MESSAGES.items():
            error = LetterTextError(
                code, 3, name="nmber", hint="number", tag="{{ x }}", token="{{"
            )
            told = texts._describe_error(error, "body")
            self.assertTrue(told.startswith("texte, ligne 3"), told)
            self.assertNotIn(message % error.values, told)
