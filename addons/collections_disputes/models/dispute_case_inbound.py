from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, human_size, plaintext2html

from ..tools import mail_text

# Of one mail: what exceeds this is dropped, and noted.
MAX_FILES = 20
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_MAIL_BYTES = 25 * 1024 * 1024
# What a case shows of a mail; the whole of it is in the chatter.
MAX_DESCRIPTION = 5000


class DisputeCase(models.Model):
    """Mails that come in: a new one opens a case, an answer is filed in its case."""

    _inherit = "dispute.case"
    # Core counts the cases that one address has opened lately: a loop.
    _primary_email = "email_from"

    email_from = fields.Char(
        string="Sender",
        readonly=True,
        copy=False,
        help="Whose mail opened this case. Without a customer, our answers go there.",
    )

    # === OPENING === #

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Open a case: the customer by the sender, items by the numbers it names.

        Core's own would take the subject for the number of the case.
        """
        values = dict(custom_values or {})
        company = self.env["res.company"].browse(values.get("company_id"))
        company = company or self.env.company
        cases = self.with_company(company)
        dropped = cases._drop_attachments(msg_dict)
        case = cases._create_from_mail(cases._prepare_mail_vals(msg_dict, company))
        case._note_dropped(dropped)
        case._tell_unheld()
        return case.with_context(dispute_opened=True)

    @api.model
    def _create_from_mail(self, values):
        """Open a case; without items when they can't be disputed: no mail is lost.

        :param dict values: see :meth:`_prepare_mail_vals`.
        :rtype: dispute.case
        """
        try:
            with self.env.cr.savepoint():
                return self.create(values)
        except UserError:
            return self.create({**values, "line_ids": []})

    @api.model
    def _prepare_mail_vals(self, msg_dict, company):
        """Return the values of the case that a mail opens.

        :param dict msg_dict: what core has read in the mail.
        :param res.company company: whose alias it was sent to.
        :rtype: dict
        """
        contact, items = self._identify(msg_dict, company)
        words = mail_text.get_own_words(msg_dict.get("body"))
        copies = self._mail_cc_sanitized_raw_dict(msg_dict.get("cc"))
        return {
            "title": msg_dict.get("subject"),
            "description": plaintext2html(words[:MAX_DESCRIPTION]),
            "origin": "email",
            "email_from": msg_dict.get("email_from"),
            "email_cc": ", ".join(copies.values()),
            "company_id": (items.company_id or company).id,
            "currency_id": (items.currency_id or company.currency_id).id,
            "partner_id": contact.commercial_partner_id.id,
            "contact_id": contact.id,
            "line_ids": self._prepare_lines(items, self._get_text(msg_dict)),
        }

    # === ANSWERS === #

    def message_update(self, msg_dict, update_vals=None):
        """File an answer in its case, with what came with it."""
        dropped = self._drop_attachments(msg_dict)
        result = super().message_update(msg_dict, update_vals)
        for case in self:
            case._note_dropped(dropped)
            if case.user_id.active:
                case._message_subscribe(case.user_id.partner_id.ids)
        return result

    def _message_post_after_hook(self, message, msg_values):
        """Have the owner look at what the customer wrote."""
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_customers_word(message):
            self.sudo()._receive_word(message)
        elif message.message_type == "email" and message.is_internal:
            self.sudo()._receive_note(message)
        return result

    @api.model
    def _is_customers_word(self, message):
        """Tell whether a message is what a customer wrote, by mail or in the portal.

        :rtype: bool
        """
        return (
            message.message_type in ("email", "comment")
            and not message.is_internal
            and message.subtype_id == self.env.ref("mail.mt_comment")
            and (not message.author_id or message.author_id.partner_share)
        )

    def _receive_word(self, message):
        """It is our turn again; a case that has nothing planned gets an activity."""
        self.ensure_one()
        self._acknowledge()
        if self.state == "waiting_customer":
            self.state = "waiting_us"
        if not self.activity_ids:
            self._call_owner(self._get_company_env()._("The customer wrote"))

    def _receive_note(self, message):
        """Have the owner look at what somebody wrote and the customer does not see.

        Who answers by mail thinks that the customer has read it.
        """
        self.ensure_one()
        if self.env.context.get("dispute_opened") or self._is_machine("reply"):
            return
        env = self._get_company_env()
        address = email_normalize(message.email_from or "") or message.email_from
        if self._is_colleague(address):
            summary = env._(
                "%(address)s wrote by mail: a note, not sent to the customer",
                address=address,
            )
        else:
            summary = env._(
                "%(address)s wrote, unknown at this customer's: a note",
                address=address,
            )
        self._call_owner(summary)

    def _message_receive_bounce(self, email, partner):
        """Have the owner mend the address at which a customer does not hear us."""
        result = super()._message_receive_bounce(email, partner)
        for case in self:
            summary = case._get_company_env()._(
                "Our message to %(address)s came back", address=email
            )
            case._call_owner(summary)
        return result

    @api.model
    def _tell_flood(self, message_dict, routes):
        """Have somebody look at who writes so often that core files no more of it.

        :param dict message_dict: what core has read in the mail.
        :param list(tuple) routes: where it would have gone.
        """
        sender = email_normalize(message_dict.get("email_from") or "")
        case_ids = [route[1] for route in routes if route[0] == self._name and route[1]]
        case = self.browse(case_ids[:1]) or self.search(
            [("email_from", "ilike", sender)], order="id desc", limit=1
        )
        if case:
            summary = case._get_company_env()._(
                "%(address)s writes too often: mails were refused", address=sender
            )
            case._call_owner(summary)

    def _call_owner(self, summary):
        """Give the owner something to do today, unless he has it to do already.

        :param str summary: what it is, in the language of the company.
        """
        for case in self:
            if summary in case.activity_ids.mapped("summary"):
                continue
            user = case.user_id.filtered("active") or case._get_responsible()
            case.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, user_id=user.id
            )

    def _get_responsible(self):
        """Return who sees to a case whose owner is nobody, or has left.

        :rtype: res.users
        """
        self.ensure_one()
        company = self.company_id.sudo()
        responsible = self.debtor_id.sudo().applied_responsible_id
        return company._get_dunning_attendant(
            responsible.filtered(company._has_at_work)
        )

    # === ATTACHMENTS === #

    @api.model
    def _drop_attachments(self, msg_dict):
        """Take off a mail what is too large or too much.

        :param dict msg_dict: what core has read in the mail; changed.
        :return: name and size in bytes of what was dropped.
        :rtype: list(tuple(str, int))
        """
        kept, dropped, total = [], [], 0
        for attachment in msg_dict.get("attachments") or []:
            size = mail_text.get_size(attachment[1])
            fits = size <= MAX_FILE_BYTES and total + size <= MAX_MAIL_BYTES
            if fits and len(kept) < MAX_FILES:
                kept.append(attachment)
                total += size
            else:
                dropped.append((attachment[0], size))
        msg_dict["attachments"] = kept
        return dropped

    def _note_dropped(self, dropped):
        """Say in the chatter which files of a mail were not kept.

        :param list dropped: see :meth:`_drop_attachments`.
        """
        if not dropped:
            return
        files = ", ".join(f"{name} ({human_size(size)})" for name, size in dropped)
        body = self._get_company_env()._(
            "Too large or too many, not kept of the mail that came in: %(files)s",
            files=files,
        )
        self._message_log(body=body)
        self._call_owner(
            self._get_company_env()._(
                "Ask the customer for the files that were too large"
            )
        )

    def _get_company_env(self):
        """Return an environment that speaks the language of the company."""
        lang = self.company_id.partner_id.lang
        return self.with_context(lang=lang).env if lang else self.env
