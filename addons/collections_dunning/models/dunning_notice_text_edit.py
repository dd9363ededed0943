from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import letter_text


class DunningNotice(models.Model):
    """The text of a notice as a person reviews and changes it."""

    _inherit = "dunning.notice"

    preview_subject = fields.Char(
        string="Subject as Received", compute="_compute_preview"
    )
    preview_body = fields.Text(string="Text as Received", compute="_compute_preview")
    preview_error = fields.Char(compute="_compute_preview")
    preview_note = fields.Char(
        string="Text Used",
        compute="_compute_preview_note",
        help="Its language, and which of the level's texts.",
    )

    @api.depends(
        "state",
        "subject",
        "body",
        "custom_subject",
        "custom_body",
        "level_id",
        "channel",
        "tone",
        "lang",
        "recipient_id",
        "line_ids",
    )
    def _compute_preview(self):
        """Show what was sent, or what would be sent now."""
        frozen = self.filtered("body")
        texts = (self - frozen)._render_texts()
        for notice in self:
            text = texts.get(notice.id) or {
                "subject": notice.subject,
                "body": notice.body,
                "error": False,
            }
            notice.preview_subject = text["subject"]
            notice.preview_body = notice._show_sections(text["body"])
            notice.preview_error = text["error"]

    @api.depends("custom_body", "level_id", "tone", "lang", "debtor_id")
    def _compute_preview_note(self):
        for notice in self:
            notice.preview_note = notice._describe_writing()

    @api.constrains("custom_subject", "custom_body")
    def _check_custom_texts(self):
        """Refuse an own text with a mistake, like the text of a level."""
        texts = self.env["dunning.level.text"]
        for notice in self:
            texts._check_text("subject", notice.custom_subject, notice.lang)
            texts._check_text("body", notice.custom_body, notice.lang)

    def action_edit_text(self):
        """Copy the level's text into this draft, so that a person can change it.

        The fields stay fields: amounts and dates are filled in at the sending.

        :raise UserError: when the notice is no draft, or the level has no text in the
            notice's language.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_collector()
        subject, body = self._get_text_sources()[self.id]
        if not subject or not body:
            raise UserError(self._describe_missing_text())
        self.write({"custom_subject": subject, "custom_body": body})
        return True

    def action_reset_text(self):
        """Give this draft the text of its level again."""
        self.ensure_one()
        self.check_access("write")
        self._check_collector()
        self.write({"custom_subject": False, "custom_body": False})
        return True

    def _describe_writing(self):
        """Return the language of this notice and with which text it is written.

        :rtype: str
        """
        self.ensure_one()
        texts = self.env["dunning.level.text"]
        language = self.env["res.lang"]._get_data(code=self.lang).name or self.lang
        if self.custom_body:
            return self.env._("%(language)s, with a text of its own", language=language)
        key = self._find_text_key(texts._get_stored_texts(self.level_id))
        if not key:
            return self.env._("%(language)s: there is no text", language=language)
        _level, audience, tone, _lang = key
        return self.env._(
            "%(language)s, with the text: %(text)s",
            language=language,
            text=texts.new({"tone": tone, "audience": audience})._get_label(),
        )

    @api.model
    def _show_sections(self, body):
        """Return a rendered text with words where the table and the payment go.

        :param str body: text made by :meth:`_render_texts`.
        :rtype: str
        """
        if not body:
            return ""
        words = {
            "items": self.env._("▤ table of the items"),
            "payment": self.env._("▤ how to pay"),
        }
        return "\n\n".join(
            text or words[kind] for kind, text in letter_text.split_sections(body)
        )
