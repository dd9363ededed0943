from email.utils import make_msgid

from odoo import models
from odoo.exceptions import UserError

from ..const import LETTER_CHANNELS
from ..tools import smtp_session


class DunningNotice(models.Model):
    """A sample: the message of a draft, sent to one of us."""

    _inherit = "dunning.notice"

    def _send_sample(self, user):
        """Send the message of this notice to a user, marked as a sample.

        Nothing is written: neither number nor level, no line in a chatter.

        :param res.users user: gets it at the user's own address, and nobody else.
        :raise UserError: when it can't be written or sent; the message says why.
        """
        self.ensure_one()
        notice = self.sudo()
        email = notice._prepare_sample(user)
        try:
            session = self._connect(email["server_id"], email["smtp_from"])
            self._send_message(email, session, user.email_normalized)
            if session:
                session.quit()
        except Exception as error:
            answer = smtp_session.judge(error, False).answer
            raise UserError(
                self.env._("The sample can't be sent: %(answer)s", answer=answer)
            ) from error

    def _prepare_sample(self, user):
        """Return the e-mail of the sample.

        :param res.users user: who gets it.
        :return: see ``_prepare_emails``.
        :rtype: dict
        :raise UserError: when there is nothing to send, or nobody to send it to.
        """
        text = self._render_texts()[self.id]
        sender = self._prepare_sender()
        if text["error"] or not text["body"]:
            raise UserError(text["error"] or self.env._("A call has no message."))
        if not user.email_normalized or sender["server_id"] is None:
            raise UserError(
                self.env._("There is no e-mail address to send the sample from or to.")
            )
        return {
            **sender,
            **self._write_sample(text, self._get_sample_mark(user)),
            "message_id": make_msgid(),
            "to": self._format_address(user.partner_id),
            "cc": [],
        }

    def _get_sample_mark(self, user):
        env = self.with_context(lang=user.lang).env
        return {
            "prefix": env._("[Sample]"),
            "note": env._(
                "Sample: this is what %(recipients)s would receive.",
                recipients=self._describe_recipients(),
            ),
        }

    def _write_sample(self, text, mark):
        """Return the message of an e-mail; of a letter its text, with its pages.

        :param dict text: see ``_render_texts``.
        :param dict mark: see ``_prepare_content``.
        :rtype: dict
        """
        if self.channel not in LETTER_CHANNELS:
            return self._write_again(text, mark)
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, _type = report._render_qweb_pdf(
            "collections_dunning.dunning_letter_report_action", self.ids
        )
        pages = (f"{self.level_id.name}.pdf", content, "application/pdf")
        return {**self._prepare_content(text, mark), "attachments": [pages]}
