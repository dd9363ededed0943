from odoo import models


class CollectionsAgreement(models.AbstractModel):
    """Agreements by e-mail: to the customer alone, or in test mode to ourselves."""

    _inherit = "collections.agreement"

    # === WHO MAY READ IT === #

    def message_post(self, **kwargs):
        """What leaves us goes to the customer's company, or in test mode to us.

        :raise UserError: names who is not of the customer's company.
        """
        partners = self.env["res.partner"].browse(kwargs.get("partner_ids") or [])
        outside = partners.sudo().filtered("partner_share")
        addresses = kwargs.get("outgoing_email_to")
        if outside or addresses:
            self.ensure_one()
            debtor = self.debtor_id
            if self.company_id._is_dunning_test_mode():
                colleagues = (partners - outside).ids
                kwargs.update(debtor._get_statement_test_values(kwargs))
                kwargs["partner_ids"] = colleagues
            else:
                debtor._check_statement_recipients(
                    outside.with_env(self.env), addresses
                )
        return super().message_post(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Followers who are neither colleagues nor of the customer get no e-mail."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        outside = [data["id"] for data in recipients if data["share"] and data["id"]]
        if not self or not outside:
            return recipients
        partners = self.env["res.partner"].browse(outside)
        family = self.sudo().debtor_id._get_statement_family(partners)
        strangers = set(outside) - set(family.ids)
        return [data for data in recipients if data["id"] not in strangers]

    def _mail_get_partners(self, introspect_fields=False):
        """Who signs is whom we talk to; the customer where nobody is known."""
        partners = super()._mail_get_partners(introspect_fields=introspect_fields)
        for record in self:
            partners[record.id] = record.contact_id or record.partner_id
        return partners

    def _get_company_env(self):
        """Return an environment that speaks the language of the company."""
        lang = self.company_id.partner_id.lang
        return self.with_context(lang=lang).env if lang else self.env

    # === OUR LETTERS === #

    def _write_to_customer(self, template, document):
        """Mail the customer a document of this agreement; the letter is on his file.

        :param str template: XML id of the ``mail.template``.
        :param ir.attachment document: the PDF.
        :return: whether there was anybody to write to.
        :rtype: bool
        """
        self.ensure_one()
        record = self.sudo()
        letter = record.debtor_id._write_to_customer(
            template,
            record,
            record._get_signatory().filtered("email_normalized"),
            attachments=document.sudo(),
        )
        env = record._get_company_env()
        name = document.name
        text = env._("%(file)s was mailed to nobody", file=name)
        if letter:
            names = ", ".join(letter.notified_partner_ids.mapped("name"))
            text = env._(
                "%(file)s mailed to %(names)s",
                file=name,
                names=names or letter.outgoing_email_to or "",
            )
        record._message_log(body=text)
        return bool(letter)

    def _get_signatory(self):
        """Return who signs for the customer; nobody who is a stranger by now.

        :rtype: res.partner
        """
        contact = self.contact_id
        return contact & self.debtor_id._get_statement_family(contact)
