import hashlib

from odoo import api, models
from odoo.tools import email_domain_extract, email_normalize, formataddr

from odoo.addons.base.models.ir_mail_server import extract_rfc2822_addresses


class DunningNotice(models.Model):
    """The e-mail of a notice: whom it comes from and goes to, and its message."""

    _inherit = "dunning.notice"

    def _prepare_emails(self, senders, folder):
        """Write the e-mails of these notices.

        A notice that can't be written becomes ``failed``. What is returned holds no
        record: a commit empties the cache, and 50 notices are sent one by one.

        :param dict senders: what is known of senders already, and is kept there.
        :param str folder: where copies of invoices are put.
        :return: one dict for each e-mail, in the order of the notices.
        :rtype: list(dict)
        """
        texts = self._render_texts()
        tests = self._filter_tests()
        ready = self._set_aside_unsendable(texts, tests)
        shown = ready._prepare_invoices(folder)
        emails = []
        for notice in ready:
            is_test = notice in tests
            mark = notice._get_test_mark() if is_test else None
            emails.append(
                {
                    **notice._get_sender(senders),
                    **(
                        notice._prepare_test_recipients()
                        if is_test
                        else notice._prepare_recipients()
                    ),
                    **notice._prepare_content_with_invoices(
                        texts[notice.id], shown[notice.id], mark
                    ),
                    **notice._prepare_portal_link(),
                    "message_id": notice._get_message_id(),
                    "is_test": is_test,
                }
            )
            emails[-1]["notes"] += notice._describe_lost_copies()
        return emails

    def _set_aside_unsendable(self, texts, tests):
        """Settle the notices among these that can't be written or addressed.

        :param dict texts: see ``_render_texts``.
        :param dunning.notice tests: those of companies in test mode.
        :return: the others.
        :rtype: dunning.notice
        """
        problems = {
            notice: texts[notice.id].get("error") or notice._get_address_problem()
            for notice in self
        }
        for notice, problem in problems.items():
            if problem and notice in tests:
                notice._settle_test(problem)
            elif problem:
                notice._set_state("failed", error=problem)
        return self.filtered(lambda notice: not problems[notice])

    def _get_sender(self, senders):
        """Return whom this notice comes from, see :meth:`_prepare_sender`.

        :param dict senders: what is known of senders already, and is kept there.
        """
        key = self._get_sender_key()
        if key not in senders:
            senders[key] = self._prepare_sender()
        return senders[key]

    def _get_sender_key(self):
        """Return what decides whom a notice comes from, and by which server."""
        return self.company_id.id, self._get_signatory().id or None

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
            self._write_portal_link(email, email["html"]),
            email_cc=email["cc"],
            reply_to=email["reply_to"],
            attachments=email.get("attachments"),
            message_id=email["message_id"],
            subtype="html",
            body_alternative=self._write_portal_link(email, email["text"]),
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
        if not self.recipient_id.email_normalized:
            return self._get_company_env()._(
                "%(name)s has no valid e-mail address.",
                name=self.recipient_id.display_name,
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
        if self.message_ref:
            return self.message_ref
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        seal = hashlib.sha256(f"{database}:{self.id}".encode()).hexdigest()[:16]
        domain = (
            self.company_id.alias_domain_id.name
            or email_domain_extract(self.company_id.email or "")
            or "dunning.invalid"
        )
        return f"<dunning-notice-{self.id}-{seal}@{domain}>"

    # === ADDRESSES === #

    def _prepare_sender(self):
        """Return whom these notices come from and the server they leave by.

        The sender is the company, at the address of who signs. Answers go to the
        catchall address, where there is one; else to the sender.

        :rtype: dict
        """
        self.ensure_one()
        company = self.company_id
        domain = company.alias_domain_id
        servers = self.env["ir.mail_server"].with_company(company)
        address = (
            self._get_signatory().email_normalized
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
            # False: the server of the configuration file. None: nobody can send.
            "server_id": (server.id if server else False) if address else None,
            "smtp_from": smtp_from,
            # Never empty, or core looks for them again for each message.
            "notifications_email": notifications or address,
            "bounce_email": bounce or address,
        }

    def _describe_lost_copies(self):
        """Return what is noted of copies that have no address any more.

        :rtype: list(str)
        """
        lost = self.copy_ids.filtered(lambda partner: not partner.email_normalized)
        env = self._get_company_env()
        return [
            env._("No copy to %(name)s: no valid e-mail address.", name=partner.name)
            for partner in lost
        ]

    def _prepare_recipients(self):
        """Return the addresses of this notice."""
        self.ensure_one()
        recipient = self.recipient_id
        copies = (self.copy_ids - recipient).filtered("email_normalized")
        return {
            "email_to": recipient.email_normalized,
            "to": self._format_address(recipient),
            "copies": copies.mapped("email_normalized"),
            "cc": [self._format_address(partner) for partner in copies],
        }

    def _describe_recipients(self):
        """Return names and addresses of whom this notice goes to.

        :rtype: str
        """
        self.ensure_one()
        return ", ".join(
            f"{partner.name} ({partner.email_normalized})"
            if partner.email_normalized
            else partner.name
            for partner in self.recipient_ids or self.partner_id
        )

    @api.model
    def _format_address(self, partner):
        return formataddr((partner.name or "", partner.email_normalized))
