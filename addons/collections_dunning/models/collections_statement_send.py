from base64 import b64encode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize_all, formataddr

from .ir_actions_report import STATEMENT_REPORT

TEMPLATE = "collections_dunning.mail_template_statement"


class CollectionsDebtor(models.Model):
    """The statement of account by e-mail, through core's composer and mail queue."""

    _inherit = "collections.debtor"

    statement_date = fields.Date(
        string="Last Statement",
        readonly=True,
        copy=False,
        help="When a statement of account was last sent.",
    )
    statement_recipient_id = fields.Many2one(
        "res.partner",
        string="Statement To",
        compute="_compute_statement_recipient_id",
        help="The first of the dunning contacts whose e-mail address works.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_statement_recipient_id(self):
        recipients = self._get_statement_recipients()
        for debtor in self:
            debtor.statement_recipient_id = recipients.get(debtor.id)

    # === BY HAND === #

    def action_send_statement(self):
        """Open the composer with this debtor's statement, as PDF and XLSX.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        template = self.env.ref(TEMPLATE)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Statement of Account"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id,
                "default_notify_skip_followers": True,
                "collections_statement": True,
                "force_email": True,
            },
        }

    def message_post(self, **kwargs):
        """What leaves us goes to whom it may concern, or in test mode to ourselves.

        A statement, and any message to somebody who is not a colleague: the composer
        that sends it need not be the one we opened.
        """
        is_statement = self.env.context.get("collections_statement")
        partners = self.env["res.partner"].browse(kwargs.get("partner_ids") or [])
        addresses = kwargs.get("outgoing_email_to")
        if not is_statement:
            partners = partners.sudo().filtered("partner_share").sudo(False)
        if not (is_statement or partners or addresses):
            return super().message_post(**kwargs)
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        testing = self.company_id._is_dunning_test_mode()
        if testing:
            kwargs.update(self._get_statement_test_values(kwargs))
        else:
            self._check_statement_recipients(partners, addresses)
        if is_statement:
            kwargs["notify_skip_followers"] = True
        message = super().message_post(**kwargs)
        if is_statement and not testing:
            self.sudo().statement_date = fields.Date.context_today(self)
        return message

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Followers who are neither colleagues nor approved get no e-mail."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        outside = [data["id"] for data in recipients if data["share"]]
        if not self or not outside:
            return recipients
        outside = self.env["res.partner"].browse(outside)
        strangers = set((outside - self._get_statement_family(outside)).ids)
        return [data for data in recipients if data["id"] not in strangers]

    def _get_statement_test_values(self, values):
        """Return what a message is posted with instead, in test mode."""
        partners = self.env["res.partner"].browse(values.get("partner_ids") or [])
        return {
            "partner_ids": [],
            "outgoing_email_to": self.company_id.sudo().root_id.dunning_test_email,
            "subject": self._mark_as_test(values.get("subject"), partners),
        }

    def _mark_as_test(self, subject, partners):
        names = ", ".join(partners.mapped("email_normalized")) or self.env._("nobody")
        return self.env._(
            "[Test, for %(addresses)s] %(subject)s",
            addresses=names,
            subject=subject or "",
        )

    def _check_statement_recipients(self, partners, addresses=None):
        """Refuse whoever is neither of the customer's company nor approved.

        :param res.partner partners: whom the statement is to be sent to.
        :param str addresses: more e-mail addresses.
        :raise UserError: names the first who may not receive it.
        """
        self.ensure_one()
        customer = self.partner_id
        family = self._get_statement_family(partners)
        known = set(family.mapped("email_normalized"))
        strangers = (partners.sudo() - family).mapped("display_name")
        strangers += set(email_normalize_all(addresses or "")) - known
        if strangers:
            raise UserError(
                self.env._(
                    "%(name)s is not of the company of %(customer)s. Record and "
                    "approve outside recipients on the customer's file.",
                    name=strangers[0],
                    customer=customer.display_name,
                )
            )

    def _get_statement_family(self, partners):
        """Return everybody who may receive a statement of this debtor.

        :rtype: res.partner
        """
        self.ensure_one()
        approved = self.sudo().outside_recipient_ids.filtered("approved_by_id")
        family = [("commercial_partner_id", "=", self.partner_id.id)]
        return partners.sudo().search(family) | approved.partner_id

    def _forget_statements(self):
        """The last statements of these debtors did not leave: they are due again."""
        self.sudo().write({"statement_date": False, "statement_run_date": False})
        self.sudo().company_id.dunning_statement_date = False

    # === WHO, AND WHAT === #

    def _get_statement_recipients(self):
        """Return whom the statements of these debtors are sent to.

        The first of the dunning contacts whose e-mail address works; whoever has none
        is left out.

        :return: by debtor id.
        :rtype: dict(int, res.partner)
        """
        refused = self.env["dunning.assessment"]._get_refused_sql()
        self.env["dunning.notice"].flush_model(["email_to", "email_refused"])
        self.env["res.partner"].flush_model()
        recipients = {}
        for company, debtors in self.grouped("company_id").items():
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (partner_id) partner_id, id
                      FROM (%(candidates)s) candidate
                     WHERE is_usable
                       AND email_normalized IS NOT NULL
                       AND email_normalized NOT IN (
                           SELECT email_to FROM (%(refused)s) r
                            WHERE email_to IS NOT NULL)
                  ORDER BY partner_id, place, id
                    """,
                    candidates=self.env["res.partner"]._get_dunning_candidates_sql(
                        company, SQL("= ANY(%s)", debtors.partner_id.ids)
                    ),
                    refused=refused,
                )
            )
            found = dict(rows)
            for debtor in debtors:
                if debtor.partner_id.id in found:
                    recipients[debtor.id] = self.env["res.partner"].browse(
                        found[debtor.partner_id.id]
                    )
        return recipients

    def _process_attachments_for_template_post(self, mail_template):
        """Attach the statement as PDF and as XLSX, printed for all records at once."""
        result = super()._process_attachments_for_template_post(mail_template)
        if mail_template != self.env.ref(TEMPLATE, raise_if_not_found=False):
            return result
        report = self.env["ir.actions.report"]
        read = self._get_statements()
        for debtors, statements in report._print_dunning_letters(
            self, STATEMENT_REPORT
        ):
            for debtor, pdf in zip(debtors, statements, strict=True):
                localized = debtor.with_context(lang=debtor._get_statement_lang())
                result.setdefault(debtor.id, {}).setdefault("attachments", []).extend(
                    [
                        (localized._get_statement_name("pdf"), b64encode(pdf)),
                        (
                            localized._get_statement_name("xlsx"),
                            b64encode(debtor._get_statement_xlsx(read)),
                        ),
                    ]
                )
        return result

    # === MANY AT ONCE === #

    def _queue_statements(self):
        """Put the statements of these debtors into core's mail queue.

        Who has no address that works gets none, which is noted on the file. In test
        mode all of them go to the test address.

        :return: the debtors whose statements are on their way.
        :rtype: collections.debtor
        """
        recipients = self._get_statement_recipients()
        ready = self.filtered(lambda debtor: debtor.id in recipients)
        for debtor in self - ready:
            debtor._message_log(
                body=debtor._get_company_env()._(
                    "The statement of account was not sent: no e-mail address works."
                )
            )
        template = self.env.ref(TEMPLATE).sudo()
        mails = template.send_mail_batch(ready.ids)
        for debtor, mail in zip(ready, mails, strict=True):
            mail.write(debtor._prepare_statement_mail(recipients[debtor.id], mail))
        self._notify_statements(mails.filtered("recipient_ids"))
        real = ready.filtered(
            lambda debtor: not debtor.company_id._is_dunning_test_mode()
        )
        real.sudo().statement_date = fields.Date.context_today(self)
        return ready

    def _prepare_statement_mail(self, recipient, mail):
        """Return whom a mail goes to, whatever the template says."""
        values = {
            "email_to": False,
            "email_cc": False,
            "recipient_ids": [fields.Command.set(recipient.ids)],
            # Core shows on the file whether it arrived, and keeps it there.
            "is_notification": True,
            "auto_delete": True,
        }
        if self.company_id._is_dunning_test_mode():
            test = self._get_statement_test_values(
                {"partner_ids": recipient.ids, "subject": mail.subject}
            )
            values.update(
                email_to=test["outgoing_email_to"],
                recipient_ids=[fields.Command.clear()],
                subject=test["subject"],
            )
        return values

    @api.model
    def _notify_statements(self, mails):
        """Let core follow up these mails: a failure shows on the debtor's file."""
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": mail.author_id.id,
                    "mail_message_id": mail.mail_message_id.id,
                    "mail_mail_id": mail.id,
                    "res_partner_id": mail.recipient_ids.id,
                    "notification_type": "email",
                    "notification_status": "ready",
                }
                for mail in mails
            ]
        )

    def _get_company_env(self):
        """Return an environment that speaks the language of the company."""
        lang = self.company_id.partner_id.lang
        return self.with_context(lang=lang).env if lang else self.env

    def _get_statement_sender(self):
        """Return whom the statement comes from: the company, at a collector's address.

        :rtype: str
        """
        self.ensure_one()
        debtor = self.sudo()
        user = debtor.applied_responsible_id
        address = user.email_normalized or debtor.company_id.partner_id.email_normalized
        return formataddr((debtor.company_id.name, address)) if address else ""
