import io

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import trans_export


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_every_term_of_the_code_is_in_the_translation(self):
        """A term added since the last export has no translation: name it."""
        french = polib.pofile(file_path("collections_dunning_sale/i18n/fr.po"))
        known = {entry.msgid for entry in french}
        template = io.BytesIO()
        trans_export(False, ["collections_dunning_sale"], template, "po", self.env)
        terms = polib.pofile(template.getvalue().decode())
        self.assertEqual([e.msgid for e in terms if e.msgid not in known], [])
