from odoo import api, models
from odoo.tools import email_normalize

from ..tools import mail_text


class DisputeCase(models.Model):
    """Which case a mail belongs to, and who may read it.

    Whatever arrives is a stranger's word: its sender decides nothing but whose case it
    may be, and nobody gets to read anything by it. What can be a loop is not answered;
    nothing else is dropped.
    """

    _inherit = "dispute.case"

    # === WHERE === #

    @api.model
    def _route_mail(self, message, message_dict, route):
        """Decide what becomes of a mail that core would give to a case.

        :param email.message.EmailMessage message: the mail.
        :param dict message_dict: what core has read in it.
        :param tuple route: core's (model, thread id, values, user id, alias).
        :return: the route, with the case that the mail names; the customer's file when
            a machine answers and nobody knows to what; False: it is our own mail.
        :rtype: tuple | bool
        """
        model, thread_id, values, user_id, alias = route
        sender = email_normalize(message_dict.get("email_from") or "")
        if self._is_own_alias(sender):
            return False
        if thread_id:
            return route
        company = self.env["res.company"].browse((values or {}).get("company_id"))
        company = company or self.env.company
        case = self._find_named_case(message_dict, sender)
        is_reply = mail_text.is_automatic_reply(message)
        if not case and not is_reply and not self._is_ours(sender, company):
            _contact, items = self._identify(message_dict, company)
            case = self._find_case_of_items(items)
        if case or not is_reply:
            return (model, case.id, values, user_id, alias)
        debtor = self._find_sender_file(sender, company)
        message_dict["is_internal"] = True
        return debtor and (debtor._name, debtor.id, {}, user_id, None) or False

    @api.model
    def _is_own_alias(self, address):
        """Tell whether a mail comes from an address that we send from, or answer at.

        Such a mail would come back for ever. Colleagues, and the company's mailbox, are
        people: they forward what customers wrote to them.

        :param str address: normalized.
        :rtype: bool
        """
        if not address:
            return False
        host = address.partition("@")[2]
        domains = self.env["mail.alias.domain"].sudo()
        domains = domains.search(
            ["|", ("name", "=", host), ("default_from", "=", address)]
        )
        names = ("bounce_email", "catchall_email", "default_from_email")
        if any(address == domain[name] for domain in domains for name in names):
            return True
        aliases = self.env["mail.alias"].sudo()
        return bool(aliases.search_count([("alias_full_name", "=", address)], limit=1))

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

    @api.model
    def _find_sender_file(self, address, company):
        """Return the file of the customer who has an address.

        :param str address: normalized.
        :param res.company company: whose customer.
        :return: nothing when several have it, or nobody.
        :rtype: collections.debtor
        """
        customers = (
            self.with_company(company)._find_contacts(address).commercial_partner_id
        )
        if len(customers) != 1:
            return self.env["collections.debtor"]
        return self._get_debtor(company, customers)

    # === WHO === #

    @api.model
    def _is_colleague(self, address):
        """Tell whether somebody of ours has an address; so may say whoever forges it.

        :param str address: normalized.
        :rtype: bool
        """
        if not address:
            return False
        partners = self.env["res.partner"].sudo()
        partners = partners.search([("email_normalized", "=", address)])
        return any(not partner.partner_share for partner in partners)

    @api.model
    def _is_ours(self, address, company):
        """Tell whether an address is a colleague's, or that of the company itself.

        :param str address: normalized.
        :param res.company company: the mail is for.
        :rtype: bool
        """
        own = company.sudo()._get_dunning_lineage().partner_id
        return self._is_colleague(address) or (
            bool(address) and address in own.mapped("email_normalized")
        )

    def _is_customers_address(self, address):
        """Tell whether an address is that of whose case it is.

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
        return bool(self._get_answer_family(partners))

    def _is_known_sender(self, address):
        """Tell whether somebody may write in this case: its customer, or one of us.

        :param str address: normalized.
        :rtype: bool
        """
        self.ensure_one()
        return self._is_ours(address, self.company_id) or (
            self._is_customers_address(address)
        )

    def _may_speak(self, address):
        """Tell whether the customer may read a mail in the thread: it is his own.

        What comes from one of us by mail never is: anybody can forge that, and would
        speak in our name. The same for what only names a case it is not about.

        :param str address: normalized.
        :rtype: bool
        """
        self.ensure_one()
        return not self._is_ours(address, self.company_id) and (
            self._is_customers_address(address)
        )

    @api.model
    def _is_machine(self, *kinds):
        """Tell whether the mail that is being filed was written by a machine.

        :param str kinds: ``reply``: it answers by itself; ``mail``: no more than that.
            Left out: any.
        :rtype: bool
        """
        kind = self.env.context.get("dispute_machine")
        return bool(kind) and (not kinds or kind in kinds)

    # === WHO READS IT === #

    def _get_incoming_values(self, values):
        """Return what a mail that came in is posted with.

        :param dict values: what core would post it with.
        :rtype: dict
        """
        self.ensure_one()
        partners = (
            self.env["res.partner"].sudo().browse(values.get("partner_ids") or ())
        )
        colleagues = partners.filtered(lambda partner: not partner.partner_share)
        sender = email_normalize(values.get("email_from") or "")
        is_note = values.get("is_internal") or self._is_machine("reply")
        if is_note or not self._may_speak(sender):
            return {
                "is_internal": True,
                "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id(
                    "mail.mt_note"
                ),
                "partner_ids": colleagues.ids,
            }
        family = self._get_answer_family(partners)
        return {"partner_ids": (colleagues | family).ids}
