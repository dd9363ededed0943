from odoo import Command, models

from ..tools.log_filter import hide_tokens_of_messages


class DunningNotice(models.Model):
    """Answers to notices: they reach the responsible and the debtor's file."""

    _inherit = "dunning.notice"

    def message_update(self, msg_dict, update_vals=None):
        """Tell who is responsible today, and who signed, of the answer that comes."""
        for notice in self:
            user = (
                notice.debtor_id.responsible_id
                or notice.responsible_id
                or notice.debtor_id.applied_responsible_id
            )
            told = (user | notice.signatory_id).filtered("active")
            notice._message_subscribe(told.partner_id.ids)
        return super().message_update(msg_dict, update_vals)

    def _message_create(self, values_list):
        """Keep no signed link: answers quote the message that they answer."""
        return super()._message_create(hide_tokens_of_messages(values_list))

    def _message_post_after_hook(self, message, msg_vals):
        """Show what customers answer on the debtor's file too."""
        if message.message_type == "email":
            self.env["mail.message"].sudo().create(self._prepare_answer_vals(message))
        return super()._message_post_after_hook(message, msg_vals)

    def _prepare_answer_vals(self, message):
        """Return the values of the line on the debtor's file, of which nobody is told.

        :param mail.message message: the answer in the chatter of this notice.
        :rtype: dict
        """
        self.ensure_one()
        env = self._get_company_env()
        intro = env._(
            "Answer to %(notice)s:", notice=self._get_html_link(title=self.display_name)
        )
        return {
            "model": self.debtor_id._name,
            "res_id": self.debtor_id.id,
            "message_type": "email",
            "subtype_id": self._get_record_id("mail.mt_note"),
            "date": message.date,
            "author_id": message.author_id.id,
            "email_from": message.email_from,
            "reply_to": False,
            "subject": message.subject,
            "body": intro + message.body,
            "attachment_ids": [Command.set(message.attachment_ids.ids)],
            "record_company_id": self.company_id.id,
        }
