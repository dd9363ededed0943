from odoo import models
from odoo.tools import formataddr

from ..tools.log_filter import hide_tokens_of_messages


class CollectionsDebtor(models.Model):
    """Short letters to the customer about what was agreed, posted on his file."""

    _inherit = "collections.debtor"

    def _write_to_customer(self, template, record, contact, attachments=None):
        """Post a letter on this file and mail it to a contact of the customer.

        Core's mail queue sends it: in test mode to the test address, and to nobody
        outside the customer's company who was not approved.

        :param str template: XML id of the ``mail.template``.
        :param record: what the letter is about; the template is of its model.
        :param res.partner contact: whom we write to; nobody: the dunning contact.
        :param ir.attachment attachments: what goes with it.
        :return: the letter; empty when no address is known.
        :rtype: mail.message
        """
        self.ensure_one()
        debtor = self.sudo()
        recipient = (contact or debtor.contact_id).sudo().filtered("email_normalized")
        if not recipient:
            debtor._message_log(
                body=self._get_company_env()._(
                    "Nothing was sent to the customer: no e-mail address is known."
                )
            )
            return self.env["mail.message"]
        template = self.env.ref(template).sudo()
        letter = template._generate_template(record.ids, ["subject", "body_html"])
        author = debtor._get_letter_author()
        opens_page = recipient.commercial_partner_id == debtor.partner_id
        return debtor.with_context(letter_opens_page=opens_page).message_post(
            body=letter[record.id]["body_html"],
            subject=letter[record.id]["subject"],
            partner_ids=recipient.ids,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=debtor._get_letter_sender(author),
            attachment_ids=(attachments or self.env["ir.attachment"]).ids,
            email_add_signature=False,  # the letter is signed
            notify_skip_followers=True,
            force_send=False,
        )

    def _get_portal_address(self):
        """Return the address of the customer's page, for whoever has an account.

        In a letter that leaves it is replaced by the signed link; what is kept on the
        file opens nothing.

        :rtype: str
        """
        return f"{self.get_base_url()}/my/collections"

    def _notify_by_email_render_layout(self, message, recipients_group, **kwargs):
        """Put the signed link into a letter to the customer itself, nobody else."""
        body = super()._notify_by_email_render_layout(
            message, recipients_group, **kwargs
        )
        if not self or not self.env.context.get("letter_opens_page"):
            return body
        return body.replace(self._get_portal_address(), self._get_portal_url())

    def _message_create(self, values_list):
        """Keep no signed link: answers quote the message that they answer."""
        return super()._message_create(hide_tokens_of_messages(values_list))

    def _get_letter_author(self):
        """Return who signs: the responsible, else the default one, else the company.

        :rtype: res.partner
        """
        self.ensure_one()
        user = self.applied_responsible_id
        return user.filtered("active").partner_id or self.company_id.partner_id

    def _get_letter_sender(self, author):
        """Return whom a letter comes from: the company, at the author's address.

        :param res.partner author: who signs.
        :rtype: str
        """
        self.ensure_one()
        company = self.company_id
        address = author.email_normalized or company.partner_id.email_normalized
        return formataddr((company.name, address)) if address else False
