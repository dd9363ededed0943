from odoo import api, models
from odoo.tools import email_normalize

from ..tools import mail_text


class DisputeCase(models.Model):
    """Which case a mail belongs to, and which mails belong to none.

    Whatever arrives is a stranger's word: its sender decides nothing but whose case it
    may be, and nobody gets to read anything by it.
    """

    _inherit = "dispute.case"

    @api.model
    def _route_mail(self, message, message_dict, route):
        """Decide what becomes of a mail that core would give to a case.

        :param email.message.EmailMessage message: the mail.
        :param dict message_dict: what core has read in it.
        :param tuple route: core's (model, thread id, values, user id, alias).
        :return: the route, with the case that the mail names; False: it is nobody's.
        :rtype: tuple | bool
        """
        model, thread_id, values, user_id, alias = route
        sender = email_normalize(message_dict.get("email_from") or "")
        if self._is_own_address(sender):
            return False
        if not thread_id:
            if mail_text.is_automatic(message):
                return False
            case = self._find_named_case(message_dict, sender)
            return (model, case.id, values, user_id, alias)
        case = self.sudo().browse(thread_id)
        if mail_text.is_automatic(message) or not case._is_known_sender(sender):
            # Somebody is away, or it is an outsider's word: a note among ourselves.
            message_dict["is_internal"] = True
        return route

    @api.model
    def _is_own_address(self, address):
        """Tell whether a mail comes from one of our own addresses: a loop.

        Colleagues are no loop: they forward what customers wrote to them.

        :param str address: normalized.
        :rtype: bool
        """
        if not address:
            return False
        domain = [("partner_id.email_normalized", "=", address)]
        if self.env["res.company"].sudo().search_count(domain, limit=1):
            return True
        return bool(self.env["mail.alias.domain"].sudo()._find_aliases([address]))

    @api.model
    def _find_named_case(self, message_dict, sender):
        """Return the case whose number the subject names, when it is the sender's.

        :param dict message_dict: what core has read in the mail.
        :param str sender: normalized address.
        :rtype: dispute.case
        """
        words = mail_text.get_words(message_dict.get("subject"))
        cases = self.sudo().search([("name", "in", words)]) if words else self
        return cases.filtered(lambda case: case._is_known_sender(sender))[:1]

    def _is_known_sender(self, address):
        """Tell whether somebody may write in this case: its customer, or one of us.

        :param str address: normalized.
        :rtype: bool
        """
        self.ensure_one()
        if not address:
            return False
        if not self.partner_id and address == email_normalize(self.email_from or ""):
            return True
        partners = self.env["res.partner"].sudo()
        partners = partners.search([("email_normalized", "=", address)])
        colleagues = partners.filtered(lambda partner: not partner.partner_share)
        return bool(colleagues or self._get_answer_family(partners))
