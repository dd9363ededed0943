from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..const import AUDIENCES, TONES
from ..text_fields import TEXT_FIELD_EXAMPLES
from ..tools import letter_text
from .dunning_level import came_with_module

TEXTS = ("subject", "body")


class DunningLevelText(models.Model):
    """Subject and body of a level in one tone, for everybody or for some customers.

    Plain text with fields. The notation is that of ``tools.letter_text``, the fields
    are listed in ``text_fields``. The preview is in ``dunning_level_text_preview``.
    """

    _name = "dunning.level.text"
    _description = "Dunning Level Text"
    _order = "level_id, audience nulls first, tone"

    level_id = fields.Many2one(
        "dunning.level", required=True, index=True, ondelete="cascade"
    )
    tone = fields.Selection(TONES, required=True, default="standard")
    audience = fields.Selection(
        AUDIENCES,
        string="For",
        help="Such customers get this text; empty: everybody for whom there is no "
        "other. A customer abroad is a business in another country than yours.",
    )
    subject = fields.Char(required=True, translate=True)
    body = fields.Text(string="Text", required=True, translate=True)

    _level_tone_uniq = models.UniqueIndex(
        "(level_id, tone, coalesce(audience, ''))",
        "This level has a text in this tone for these customers already.",
    )

    @api.depends("level_id", "tone", "audience")
    def _compute_display_name(self):
        for text in self:
            text.display_name = f"{text.level_id.name or ''} – {text._get_label()}"

    def _get_label(self):
        """Return tone and audience of this text in words.

        :rtype: str
        """
        names = (
            dict(self._fields[name]._description_selection(self.env)).get(self[name])
            for name in ("tone", "audience")
        )
        return ", ".join(name for name in names if name)

    # === CONSTRAINT METHODS === #

    @api.constrains(*TEXTS)
    def _check_texts(self):
        """Refuse a text with a mistake, in the language that is being written."""
        for text in self:
            for field_name in TEXTS:
                self._check_text(field_name, text[field_name], self.env.lang)

    @api.model
    def _check_text(self, field_name, source, lang):
        """Refuse a text with a mistake.

        :param str field_name: ``subject`` or ``body``.
        :param str source: the text in that language.
        :param str lang: code of the language, for the message.
        :raise ValidationError: names the language, the line and the problem.
        """
        try:
            letter_text.check(source or "", TEXT_FIELD_EXAMPLES)
        except letter_text.LetterTextError as error:
            language = self.env["res.lang"]._get_data(code=lang or "en_US")
            raise ValidationError(
                self.env._(
                    "%(language)s: %(mistake)s",
                    language=language.name,
                    mistake=self._describe_error(error, field_name),
                )
            ) from None

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        texts = super().create(vals_list)
        lang = self.env.lang or "en_US"
        if lang != "en_US" and self.env["res.lang"]._get_data(code="en_US"):
            # The ORM keeps a copy as English; a notice must not take it for English.
            texts.with_context(lang="en_US").write(dict.fromkeys(TEXTS, ""))
        return texts

    @api.ondelete(at_uninstall=False)
    def _unlink_except_installed(self):
        """An update of the module would bring it back, beside what replaced it."""
        if came_with_module(self):
            raise ValidationError(
                self.env._("This text came with the module: change it instead.")
            )

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """Check the translations as well: no constraint runs on them."""
        if field_name in TEXTS:
            for lang, source in translations.items():
                self._check_text(field_name, source, lang)
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_stored_texts(self, levels):
        """Return the texts of ``levels`` in the languages in which they are written.

        Reading a translated field falls back to English in silence; a notice in the
        wrong language must not leave, so what is stored is read here.

        A level may write with the texts of another one.

        :param dunning.level levels: whose texts are read.
        :return: (subject, body) by (level id, audience or None, tone, language); None:
            not written.
        :rtype: dict(tuple, tuple)
        """
        self.flush_model(["level_id", "audience", "tone", *TEXTS])
        levels.flush_model(["text_level_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT level.id, text.audience, text.tone, text.subject,
                       text.body
                  FROM dunning_level level
                  JOIN dunning_level_text text
                    ON text.level_id = coalesce(level.text_level_id, level.id)
                 WHERE level.id = ANY(%s)
                """,
                list(levels._origin.ids),
            )
        )
        return {
            (level_id, audience, tone, lang): (
                subject.get(lang) or None,
                body.get(lang) or None,
            )
            for level_id, audience, tone, subject, body in rows
            for lang in subject.keys() | body.keys()
        }

    @api.model
    def _describe_error(self, error, field_name):
        """Return what is wrong with a text and where, in the user's language.

        :param LetterTextError error: what was found.
        :param str field_name: ``subject`` or ``body``, where it was found.
        :rtype: str
        """
        # The messages are marked for translation in tools.letter_text_error.
        problem = self.env._(error.message, **error.values)
        if field_name == "subject":
            return self.env._("subject: %(problem)s", problem=problem)
        return self.env._(
            "text, line %(line)s: %(problem)s", line=error.line, problem=problem
        )
