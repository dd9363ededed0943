from odoo import api, models

from ..const import ACTIVITY_CHANNELS
from ..tools import letter_text


class DunningNotice(models.Model):
    """The text of a notice: its source and what becomes of it.

    What the fields of a text show is in ``dunning_notice_text_values``.
    """

    _inherit = "dunning.notice"

    def _render_texts(self):
        """Write the subject and body of these notices, each in its own language.

        The body is plain text; ``letter_text.split_sections`` tells where the items
        table and the payment block go.

        :return: by notice id, a dict of ``subject``, ``body`` and ``error``: a
            message when the text is missing in that language or wrong, else False.
        :rtype: dict(int, dict)
        """
        written = self.filtered(lambda n: n.channel not in ACTIVITY_CHANNELS)
        values = written._get_text_values()
        sources = written._get_text_sources()
        empty = {"subject": "", "body": "", "error": False}
        result = {notice.id: dict(empty) for notice in self - written}
        for notice in written:
            result[notice.id] = notice._render_text(
                *sources[notice.id], values[notice.id]
            )
        return result

    def _render_text(self, subject, body, values):
        """Fill in one notice's text.

        :param str subject: source of the subject; None: missing in the language.
        :param str body: source of the body; None: missing in the language.
        :param dict values: see :meth:`_get_text_values`.
        :rtype: dict
        """
        self.ensure_one()
        if not subject or not body or values["consequence"] is None:
            return self._refuse_text(self._describe_missing_text())
        result = {"error": False}
        for name, source in (("subject", subject), ("body", body)):
            try:
                result[name] = letter_text.render(source, values)
            except letter_text.LetterTextError as error:
                texts = self.env["dunning.level.text"]
                return self._refuse_text(texts._describe_error(error, name))
        # A line break in a subject would end the header of an e-mail.
        result["subject"] = result["subject"].replace("\n", " ")
        return result

    @api.model
    def _refuse_text(self, error):
        return {"subject": "", "body": "", "error": error}

    def _describe_missing_text(self):
        """Return the message about a text that is missing in the notice's language."""
        language = self.env["res.lang"]._get_data(code=self.lang)
        return self.env._(
            "The level “%(level)s” has no text or no consequence in %(language)s.",
            level=self.level_id.name,
            language=language.name or self.lang,
        )

    def _get_text_sources(self):
        """Return the text of each notice before its fields are filled in.

        The notice's own text, else the level's for such a customer, else the level's
        for everybody; each in the notice's tone, else in the standard tone: always in
        the notice's language, never another.

        :return: (subject, body) by notice id; None where there is none.
        :rtype: dict(int, tuple)
        """
        texts = self.env["dunning.level.text"]._get_stored_texts(self.level_id)
        result = {}
        for notice in self:
            key = notice._find_text_key(texts)
            subject, body = texts[key] if key else (None, None)
            result[notice.id] = (
                notice.custom_subject or subject,
                notice.custom_body or body,
            )
        return result

    def _find_text_key(self, texts):
        """Return which text of the level this notice is written with.

        :param dict texts: see ``dunning.level.text._get_stored_texts``.
        :return: (level id, audience or None, tone, language); None: no text is
            complete in the notice's language.
        :rtype: tuple
        """
        self.ensure_one()
        level = self.level_id.id or self.level_id._origin.id
        keys = [
            (level, audience, tone, self.lang)
            for audience in dict.fromkeys((self._get_audience(), None))
            for tone in (self.tone, "standard")
        ]
        return next((key for key in keys if all(texts.get(key, (None,)))), None)
