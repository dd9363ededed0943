from odoo import models
from odoo.exceptions import UserError
from odoo.tools import formataddr

from ..const import PORTAL_CODE_MINUTES


class CollectionsDebtor(models.Model):
    """Who signs for a customer, and the message with the code to do so."""

    _inherit = "collections.debtor"

    def _get_portal_signatory(self, document):
        """Return to whom the code is mailed with which a document is signed.

        The contact it names, else the first dunning contact whose address works: of
        the customer's own company, never a recipient from outside.

        :param document: a payment plan or a settlement offer of this debtor.
        :return: somebody with an e-mail address, or nobody.
        :rtype: res.partner
        """
        self.ensure_one()
        for contact in (document.contact_id, self.statement_recipient_id):
            if (
                contact.email_normalized
                and contact.commercial_partner_id == self.partner_id
            ):
                return contact
        return contact.browse()

    def _get_portal_code_address(self, contact):
        """Return the address a code is bound to.

        :param res.partner contact: see :meth:`_get_portal_signatory`.
        :rtype: str
        :raise UserError: when there is nobody to mail it to.
        """
        if not contact.email_normalized:
            raise UserError(
                self.env._("We have no e-mail address of yours. Please call us.")
            )
        return contact.email_normalized

    def _prepare_portal_code_mail(self, document, contact, code):
        """Return the message with a code, in the contact's language.

        In test mode it goes to the test address.

        :param document: what is to be signed.
        :param res.partner contact: who gets the code.
        :param str code: the code.
        :return: values of ``ir.mail_server._build_email__``.
        :rtype: dict
        """
        self.ensure_one()
        lang = contact.lang or self._get_statement_lang()
        debtor = self.with_context(lang=lang)
        document = document.with_context(lang=lang)
        address = formataddr((contact.name or "", contact.email_normalized))
        subject = debtor.env._(
            "%(company)s: your code to sign %(document)s",
            company=self.company_id.name,
            document=document.name,
        )
        if self.company_id._is_dunning_test_mode():
            address = self.company_id.root_id.dunning_test_email
            subject = self._mark_as_test(subject, contact)
        values = {
            "debtor": debtor,
            "document": document,
            "code": code,
            "minutes": PORTAL_CODE_MINUTES,
        }
        body = debtor.env["ir.qweb"]._render(
            "collections_dunning.portal_code_email", values
        )
        return {
            "email_from": self._get_statement_sender(),
            "email_to": [address],
            "subject": subject,
            "body": str(body),
            "headers": {
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
            },
        }

    def _mask_address(self, contact):
        """Return an e-mail address as those recognise it who know it already.

        :param res.partner contact: with an address.
        :rtype: str
        """
        name, _at, domain = contact.email_normalized.partition("@")
        return f"{name[0]}•••@{domain}"
