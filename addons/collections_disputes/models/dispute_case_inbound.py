from odoo import Command, api, fields, models
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
        return case

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
        words = mail_text.get_own_words(msg_dict.get("body"))
        text = f"{msg_dict.get('subject') or ''}\n{words}"
        contact, items = self._identify(msg_dict, company, text)
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
            "line_ids": [Command.create({"move_line_id": item.id}) for item in items],
        }

    @api.model
    def _identify(self, msg_dict, company, text):
        """Return who wrote a mail, and the open items that it names.

        One address may stand for several customers, an accountant's say: then the
        numbers decide. Nobody when they don't.

        :param dict msg_dict: what core has read in the mail.
        :param res.company company: whose alias it was sent to.
        :param str text: what the sender wrote.
        :return: the contact, and items of one company and currency.
        :rtype: tuple(res.partner, account.move.line)
        """
        contacts = self._find_contacts(email_normalize(msg_dict["email_from"] or ""))
        customers = contacts.commercial_partner_id
        items = self._find_named_items(customers, company, text)
        if len(customers) > 1:
            customers = items.partner_id
        if len(customers) != 1:
            return contacts.browse(), items.browse()
        items = items.filtered(lambda item: item.partner_id == customers)
        first = items[:1]
        same = items.filtered(
            lambda item: (
                (item.company_id, item.currency_id)
                == (first.company_id, first.currency_id)
            )
        )
        contacts = contacts.filtered(lambda c: c.commercial_partner_id == customers)
        return contacts[:1], same

    @api.model
    def _find_contacts(self, address):
        """Return the customers' contacts that have an address; never colleagues.

        :param str address: normalized.
        :rtype: res.partner
        """
        if not address:
            return self.env["res.partner"]
        domain = [
            ("email_normalized", "=", address),
            ("company_id", "in", [False, self.env.company.id]),
        ]
        contacts = self.env["res.partner"].sudo().search(domain)
        return contacts.filtered("partner_share")

    @api.model
    def _find_named_items(self, customers, company, text):
        """Return the open items of customers whose invoice a text names.

        :param res.partner customers: commercial partners.
        :param res.company company: the items of its branches too.
        :param str text: what somebody wrote.
        :rtype: account.move.line
        """
        items = self.env["account.move.line"].sudo()
        if not customers:
            return items
        items = items.search(
            [
                ("company_id", "child_of", company.id),
                ("partner_id", "in", customers.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
            ],
            order="date_maturity, id",
        )
        named = mail_text.find_numbers(text, items.mapped("move_name"))
        items = items.filtered(lambda item: item.move_name in named)
        left = items._get_disputable()
        return items.filtered(
            lambda item: item.currency_id.compare_amounts(left[item.id], 0) > 0
        )

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

    def _message_receive_bounce(self, email, partner):
        """Have the owner mend the address at which a customer does not hear us."""
        result = super()._message_receive_bounce(email, partner)
        for case in self:
            summary = case._get_company_env()._(
                "Our message to %(address)s came back", address=email
            )
            case._call_owner(summary)
        return result

    def _call_owner(self, summary):
        """Give the owner something to do today.

        :param str summary: what it is, in the language of the company.
        """
        for case in self:
            user = case.user_id or case._get_responsible()
            case.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, user_id=user.id
            )

    def _get_responsible(self):
        """Return who follows a case that has no owner yet.

        :rtype: res.users
        """
        self.ensure_one()
        company = self.company_id.sudo()
        return (
            self.debtor_id.sudo().responsible_id.filtered("active")
            or company._get_dunning_lineage().dunning_responsible_id.filtered("active")
        )[:1]

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

    def _get_company_env(self):
        """Return an environment that speaks the language of the company."""
        lang = self.company_id.partner_id.lang
        return self.with_context(lang=lang).env if lang else self.env
