import logging
from email.utils import format_datetime

from odoo import api, models
from odoo.tools.mail import plaintext2html

_logger = logging.getLogger(__name__)

REPAIR_SIZE = 50


class DunningNotice(models.Model):
    """What is kept of a notice that was sent by e-mail.

    Its source (.eml), its message in the chatter, by whose Message-ID answers and
    bounces find the notice, a line on the debtor's file, the follow-up. All of it is
    written at once for a batch, after the notices were settled; if the server stops
    in between, the next start of the job does it.
    """

    _inherit = "dunning.notice"

    _to_record_idx = models.Index(
        "(id) WHERE channel = 'email' AND state IN ('sent', 'bounced')"
        " AND message_ref IS NOT NULL AND eml_attachment_id IS NULL"
    )

    def _record_sent(self, emails):
        """Keep what was sent.

        :param list(dict) emails: see ``_prepare_emails``, with their ``source``.
        """
        if not emails:
            return
        notices = self.browse([email["id"] for email in emails]).exists()
        emails = {email["id"]: email for email in emails}
        attachments = self.env["ir.attachment"].create(
            [notice._prepare_eml_vals(emails[notice.id]) for notice in notices]
        )
        for notice, attachment in zip(notices, attachments, strict=True):
            notice.eml_attachment_id = attachment
        # A test was for ourselves.
        notices = notices.filtered(lambda notice: not notice.is_test)
        self.env["mail.message"].create(
            [notice._prepare_message_vals(emails[notice.id]) for notice in notices]
            + [notice._prepare_debtor_message_vals() for notice in notices]
        )
        notices._follow_up()

    def _prepare_eml_vals(self, email):
        return {
            "name": f"{(self.name or self.level_id.name).replace('/', '-')}.eml",
            "raw": email["source"],
            "mimetype": "message/rfc822",
            "res_model": self._name,
            "res_id": self.id,
            # Whoever may not read the field can't read the file: it holds the link.
            "res_field": "eml_attachment_id",
            "company_id": self.company_id.id,
        }

    def _prepare_message_vals(self, email):
        """Return the values of the message in the chatter of this notice."""
        author = self._get_signatory().partner_id or self.company_id.partner_id
        return {
            "model": self._name,
            "res_id": self.id,
            "message_type": "email_outgoing",
            # Not a note: answers are comments, of which followers are told.
            "subtype_id": self._get_record_id("mail.mt_comment"),
            "message_id": email["message_id"],
            "date": self.sent_at,
            "author_id": author.id,
            "email_from": email["email_from"],
            "reply_to": email["reply_to"],
            "outgoing_email_to": email["to"],
            "subject": self.subject,
            "body": plaintext2html(email["text"]),
            "record_company_id": self.company_id.id,
        }

    def _prepare_debtor_message_vals(self):
        """Return the values of the line on the debtor's file."""
        env = self._get_company_env()
        level = self.level_id.with_env(env)
        return {
            "model": self.debtor_id._name,
            "res_id": self.debtor_id.id,
            "message_type": "notification",
            "subtype_id": self._get_record_id("mail.mt_note"),
            "date": self.sent_at,
            "author_id": self._get_record_id("base.partner_root"),
            "email_from": self.company_id.email_formatted,
            "reply_to": False,
            "body": env._(
                "%(level)s sent to %(address)s: %(notice)s",
                level=level.name,
                address=self.email_to or self.recipient_id.name,
                notice=self._get_html_link(title=self.name),
            ),
            "record_company_id": self.company_id.id,
        }

    @api.model
    def _get_record_id(self, xmlid):
        """Return the id of a record of core, from the cache and without a query."""
        return self.env["ir.model.data"]._xmlid_to_res_id(xmlid)

    def _follow_up(self):
        """Schedule the follow-up of the level; have the responsible follow answers."""
        quiet = self.with_context(mail_activity_quick_update=True)
        quiet.filtered("level_id.activity_type_id")._schedule_activities()
        for user, notices in self.grouped("responsible_id").items():
            if user:
                notices._message_subscribe(user.partner_id.ids)

    # === REPAIR === #

    @api.model
    def _repair_records(self):
        """Keep what was sent and not recorded, because the server stopped."""
        notices = self.search(
            [
                ("channel", "=", "email"),
                ("state", "in", ("sent", "bounced")),
                ("message_ref", "!=", False),
                ("eml_attachment_id", "=", False),
            ],
            order="id",
        )
        for start in range(0, len(notices), REPAIR_SIZE):
            batch = notices[start : start + REPAIR_SIZE]
            try:
                self._insist(batch._repair_batch)
            except Exception:
                # Answers may go astray, but what is queued must leave.
                self.env.cr.rollback()
                _logger.exception("Sent notices that can't be recorded: %s", batch.ids)

    def _repair_batch(self):
        self._assign_names()
        for notice in self:
            self._record_sent([notice._rebuild_email()])

    def _rebuild_email(self):
        """Write the e-mail of a notice that was sent again, as far as it is known.

        Its text was stored before it left; the amounts are those of its lines.

        :rtype: dict
        """
        self.ensure_one()
        email = {
            **self._prepare_sender(),
            **self._write_again({"subject": self.subject, "body": self.body}),
            **self._prepare_portal_link(),
            "message_id": self.message_ref,
            "to": self.email_to,
            "cc": self.copy_ids.mapped("email_formatted"),
        }
        message = self._build_message(email)
        message.replace_header("Date", format_datetime(self.sent_at))
        email["source"] = message.as_bytes()
        return email
