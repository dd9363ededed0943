import hashlib

from odoo import api, models
from odoo.tools import email_normalize, format_amount, format_date, formataddr
from odoo.tools.mail import plaintext2html

from odoo.addons.base.models.ir_mail_server import extract_rfc2822_addresses

from ..tools import creditor_reference
from ..tools.letter_text import split_sections

TEMPLATE = "collections_dunning.dunning_email"


class DunningNotice(models.Model):
    """What a notice looks like as an e-mail, and who it comes from.

    Nothing is sent here, see ``dunning_notice_delivery``.
    """

    _inherit = "dunning.notice"

    def _prepare_emails(self, senders):
        """Write the e-mails of these notices.

        A notice that can't be written becomes ``failed``. What is returned holds no
        record: a commit empties the cache, and 50 notices are sent one by one.

        :param dict senders: what is known of senders already, and is kept there.
        :return: one dict for each e-mail, in the order of the notices.
        :rtype: list(dict)
        """
        texts = self._render_texts()
        emails = []
        for notice in self:
            text = texts[notice.id]
            problem = text.get("error") or notice._get_address_problem()
            if problem:
                notice._set_state("failed", error=problem)
                continue
            key = notice._get_sender_key()
            if key not in senders:
                senders[key] = notice._prepare_sender()
            emails.append(
                {
                    **senders[key],
                    **notice._prepare_recipients(),
                    **notice._prepare_content(text),
                    "id": notice.id,
                    "message_id": notice._get_message_id(),
                }
            )
        return emails

    def _get_sender_key(self):
        """Return what decides whom a notice comes from, and by which server."""
        return self.company_id.id, self.responsible_id.id or None

    @api.model
    def _build_message(self, email):
        """Return the message of a prepared e-mail.

        :param dict email: see :meth:`_prepare_emails`.
        :rtype: email.message.EmailMessage
        """
        headers = {}
        if email["bounce_email"]:
            headers["Return-Path"] = email["bounce_email"]
        return self.env["ir.mail_server"]._build_email__(
            email["email_from"],
            [email["to"]],
            email["subject"],
            email["html"],
            email_cc=email["cc"],
            reply_to=email["reply_to"],
            message_id=email["message_id"],
            subtype="html",
            body_alternative=email["text"],
            headers=headers,
        )

    @api.model
    def _send_message(self, email, session, address):
        """Hand a message to a mail server.

        :param smtplib.SMTP session: open session.
        :param str address: the only one it is given to, whatever the headers say.
        """
        self.env["ir.mail_server"].with_context(
            domain_notifications_email=email["notifications_email"],
            domain_bounce_address=email["bounce_email"],
            send_validated_to=extract_rfc2822_addresses(address),
        ).send_email(self._build_message(email), smtp_session=session)

    @api.model
    def _connect(self, server_id, smtp_from):
        """Open a session with a mail server; without one, with the configured one.

        :rtype: smtplib.SMTP
        """
        return self.env["ir.mail_server"]._connect__(
            mail_server_id=server_id, smtp_from=smtp_from
        )

    def _get_address_problem(self):
        """Return why this notice can't be addressed, in the company's language.

        :rtype: str (empty when it can)
        """
        self.ensure_one()
        if self._get_strangers():
            return self._get_company_env()._(
                "%(name)s may not receive notices of this customer any more.",
                name=self._get_strangers()[0].display_name,
            )
        for partner in self.recipient_ids:
            if not partner.email_normalized:
                return self._get_company_env()._(
                    "%(name)s has no valid e-mail address.",
                    name=partner.display_name,
                )
        return ""

    def _get_company_env(self):
        """Return an environment that speaks the language of the company."""
        lang = self.company_id.partner_id.lang
        return self.with_context(lang=lang).env if lang else self.env

    def _get_message_id(self):
        """Return the Message-ID of this notice, the same each time it is asked for.

        Whoever receives a message twice, or doubts that it arrived, can recognise it.
        """
        self.ensure_one()
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        seal = hashlib.sha256(f"{database}:{self.id}".encode()).hexdigest()[:16]
        domain = self.company_id.alias_domain_id.name or "dunning.invalid"
        return f"<dunning-notice-{self.id}-{seal}@{domain}>"

    # === ADDRESSES === #

    def _prepare_sender(self):
        """Return whom these notices come from and the server they leave by.

        The sender is the company, at the responsible's address. Answers go to the
        catchall address, where there is one; else to the sender.

        :rtype: dict
        """
        self.ensure_one()
        company = self.company_id
        domain = company.alias_domain_id
        servers = self.env["ir.mail_server"].with_company(company)
        address = (
            self.responsible_id.email_normalized
            or email_normalize(company.email)
            or servers._get_default_from_address()
        )
        email_from = formataddr((company.name, address)) if address else False
        notifications = domain.default_from_email or servers._get_default_from_address()
        server, smtp_from = servers.with_context(
            domain_notifications_email=notifications
        )._find_mail_server(email_from)
        bounce = domain.bounce_email or servers._get_default_bounce_address()
        return {
            "sender_key": self._get_sender_key(),
            "email_from": email_from,
            "reply_to": company.catchall_formatted or email_from,
            "server_id": server.id if server else False,
            "smtp_from": smtp_from,
            # Never empty, or core looks for them again for each message.
            "notifications_email": notifications or address,
            "bounce_email": bounce or address,
        }

    def _prepare_recipients(self):
        """Return the addresses of this notice."""
        self.ensure_one()
        recipient = self.recipient_id
        copies = self.copy_ids - recipient
        return {
            "email_to": recipient.email_normalized,
            "to": self._format_address(recipient),
            "copies": copies.mapped("email_normalized"),
            "cc": [self._format_address(partner) for partner in copies],
        }

    @api.model
    def _format_address(self, partner):
        return formataddr((partner.name or "", partner.email_normalized))

    # === CONTENT === #

    def _prepare_content(self, text):
        """Return subject, text and HTML of this notice, in its language.

        :param dict text: subject and body, as ``_render_texts`` returns them.
        :rtype: dict
        """
        self.ensure_one()
        notice = self.with_context(lang=self.lang)
        values = {
            "lang": self.lang.split("_")[0],
            "labels": notice._get_email_labels(),
            "sections": split_sections(text["body"]),
            "company": self.company_id.name,
            "items": notice._prepare_email_rows(),
            "totals": notice._prepare_email_totals(),
            "information": notice._prepare_email_rows(("4_information",)),
            "payment": notice._prepare_payment_lines(),
        }
        return {
            "subject": text["subject"],
            "body": text["body"],
            "text": self._join_email_text(values),
            "html": self.env["ir.qweb"]._render(
                TEMPLATE,
                {**values, "plaintext2html": plaintext2html},
                minimal_qcontext=True,
            ),
        }

    @api.model
    def _get_email_labels(self):
        """Return the words around the figures, in the language of the context."""
        return {
            "number": self.env._("Invoice"),
            "due": self.env._("Due date"),
            "days_late": self.env._("Days late"),
            "amount": self.env._("Open amount"),
            "items": self.env._("Open items"),
            "information": self.env._(
                "Other overdue items, for information (not claimed here)"
            ),
            "payment": self.env._("Payment by bank transfer"),
        }

    def _prepare_email_rows(self, kinds=("1_item", "2_covered", "3_credit")):
        """Return the lines of the table of items: true open amounts, then credits.

        Of a credit, the part that is deducted here.

        :param tuple kinds: kinds of notice lines to return.
        :rtype: list(dict)
        """
        return [
            {
                "number": line.move_name or "",
                "due": self._format_date(line.date_maturity),
                "days_late": str(line.days_late) if line.days_late > 0 else "",
                "amount": self._format_amount(
                    line.amount_claimed
                    if line.kind == "3_credit"
                    else line.amount_residual
                ),
                "is_credit": line.kind == "3_credit",
            }
            for line in self.line_ids.filtered(lambda line: line.kind in kinds)
        ]

    def _prepare_email_totals(self):
        """Return the lines below the table of items: label and amount.

        What is open but held (disputed, or a payment on its way) is taken off first,
        so that the figures add up.

        :rtype: list(tuple)
        """
        self.ensure_one()
        shown = self.line_ids.filtered(lambda line: line.kind != "4_information")
        charges = self.amount_interest + self.amount_compensation
        totals = [
            (self.env._("Not claimed at present"), -sum(shown.mapped("amount_held"))),
            (self.env._("Principal"), self.amount_claimed if charges else 0.0),
            (self.env._("Late interest"), self.amount_interest),
            (self.env._("Fixed compensation"), self.amount_compensation),
        ]
        rows = [row for row in totals if not self.currency_id.is_zero(row[1])]
        rows.append((self.env._("Total to pay"), self.amount_total))
        return [(label, self._format_amount(amount)) for label, amount in rows]

    def _prepare_payment_lines(self):
        """Return how to pay: label and value; empty without a bank account."""
        self.ensure_one()
        account = self.company_id._get_dunning_bank_account().sudo()
        if not account:
            return []
        holder = account.acc_holder_name or account.partner_id.name
        reference = creditor_reference.format_printed(self._get_payment_reference())
        lines = [
            (self.env._("Account holder"), holder),
            ("IBAN", account.acc_number),
            ("BIC", account.bank_bic),
            (self.env._("Reference to quote"), reference),
        ]
        return [line for line in lines if line[1]]

    def _format_amount(self, amount):
        # The invisible character that core puts after the sign upsets mail readers.
        formatted = format_amount(self.env, amount, self.currency_id)
        return formatted.replace("\N{ZERO WIDTH NO-BREAK SPACE}", "")

    def _format_date(self, date):
        return format_date(self.env, date) if date else ""

    @api.model
    def _join_email_text(self, values):
        """Return the e-mail for those who read no HTML.

        :param dict values: what the template gets.
        :rtype: str
        """
        labels = values["labels"]
        blocks = {
            "items": self._join_item_lines(values["items"], labels)
            + [f"{label}: {amount}" for label, amount in values["totals"]],
            "payment": [f"{label}: {value}" for label, value in values["payment"]],
        }
        if values["information"]:
            blocks["items"] += ["", labels["information"]]
            blocks["items"] += self._join_item_lines(values["information"], labels)
        parts = [
            text if kind == "text" else "\n".join(blocks[kind])
            for kind, text in values["sections"]
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    @api.model
    def _join_item_lines(self, rows, labels):
        lines = []
        for row in rows:
            due = f" ({labels['due']}: {row['due']})" if row["due"] else ""
            lines.append(f"- {row['number']}{due}: {row['amount']}")
        return lines
