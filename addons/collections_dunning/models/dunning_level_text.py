from odoo import fields, models
from odoo.tools import SQL

from ..const import TONES


class DunningLevelText(models.Model):
    """Subject and body of a level in one tone: plain text with fields."""

    _name = "dunning.level.text"
    _description = "Dunning Level Text"
    _order = "level_id, tone"

    level_id = fields.Many2one(
        "dunning.level", required=True, index=True, ondelete="cascade"
    )
    tone = fields.Selection(TONES, required=True, default="standard")
    subject = fields.Char(required=True, translate=True)
    body = fields.Text(required=True, translate=True)

    _level_tone_uniq = models.UniqueIndex(
        "(level_id, tone)", "This level has a text in this tone already."
    )

    # === BUSINESS METHODS === #

    def _get_stored_texts(self, levels):
        """Return the texts of ``levels`` in the languages in which they are written.

        Reading a translated field falls back to English in silence; a notice in the
        wrong language must not leave, so what is stored is read here.

        :param dunning.level levels: whose texts are read.
        :return: (subject, body) by (level id, tone, language).
        :rtype: dict(tuple, tuple)
        """
        self.flush_model(["level_id", "tone", "subject", "body"])
        rows = self.env.execute_query(
            SQL(
                "SELECT level_id, tone, subject, body FROM dunning_level_text "
                "WHERE level_id = ANY(%s)",
                list(levels._origin.ids),
            )
        )
        return {
            (level_id, tone, lang): (subject[lang], body[lang])
            for level_id, tone, subject, body in rows
            for lang in subject
            if subject[lang] and body.get(lang)
        }

    def _describe_error(self, error):
        """Return what is wrong with a text, in the user's language.

        :param LetterTextError error: what was found.
        :rtype: str
        """
        return self.env._(
            "Line %(line)s: %(problem)s",
            line=error.line,
            problem=self.env._(error.message, **error.values),
        )
