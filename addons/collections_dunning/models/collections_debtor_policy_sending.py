from base64 import b64encode

from odoo import api, fields, models
from odoo.tools.mail import plaintext2html

from .ir_actions_report import DEBTOR_POLICY_REPORT

TEMPLATE = "collections_dunning.mail_template_credit_policy"
# More names than that are counted.
NAMES_IN_TASK = 20


class CollectionsDebtor(models.Model):
    """The credit policy sent to customers, like their statements of account."""

    _inherit = "collections.debtor"

    policy_sending_ids = fields.One2many(
        "collections.credit.policy.sending", "debtor_id", string="Policies Sent"
    )
    policy_sending_id = fields.Many2one(
        "collections.credit.policy.sending",
        string="Policy Last Sent",
        compute="_compute_policy_sending_id",
    )
    policy_sent_on = fields.Datetime(compute="_compute_policy_sending_id")
    policy_state = fields.Selection(
        [
            ("never", "Never Sent"),
            ("sent", "Sent"),
            ("changed", "Changed since Sent"),
            ("failed", "Not Delivered"),
        ],
        string="Policy Sent",
        compute="_compute_policy_state",
        search="_search_policy_state",
        help="Changed: another policy applies now, or it says something else than the "
        "page that this customer has.",
    )

    # === COMPUTE METHODS === #

    @api.depends("policy_sending_ids")
    def _compute_policy_sending_id(self):
        sendings = self.env["collections.credit.policy.sending"]
        groups = sendings._read_group(
            [("debtor_id", "in", self.ids)], ["debtor_id"], ["id:max"]
        )
        last = {debtor.id: sending_id for debtor, sending_id in groups}
        for debtor in self:
            sending = sendings.browse(last.get(debtor._origin.id))
            sending = sending.with_prefetch(last.values())
            debtor.policy_sending_id = sending
            debtor.policy_sent_on = sending.date

    @api.depends("policy_sending_id", "applied_credit_policy_id")
    def _compute_policy_state(self):
        found = {}
        for debtor in self:
            sending, policy = debtor.policy_sending_id, debtor.applied_credit_policy_id
            if not sending:
                debtor.policy_state = "never"
                continue
            key = (debtor.company_id, policy)
            if key not in found:
                found[key] = self._get_policy_debtor(*key)._get_policy_fingerprint()
            if sending.policy_id != policy or sending.fingerprint != found[key]:
                debtor.policy_state = "changed"
            else:
                debtor.policy_state = "failed" if sending.is_failed else "sent"

    def _search_policy_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        sendings = self.env["collections.credit.policy.sending"]
        [[debtors]] = sendings._read_group([], aggregates=["debtor_id:recordset"])
        if "never" in value:
            others = debtors.filtered(lambda debtor: debtor.policy_state not in value)
            return [("id", "not in", others.ids)]
        found = debtors.filtered(lambda debtor: debtor.policy_state in value)
        return [("id", "in", found.ids)]

    # === ACTION METHODS === #

    def action_credit_policy(self):
        """Open the dialog that prints and sends the credit policy of these customers.

        :rtype: dict
        """
        return self.env["collections.credit.policy.document"]._open(self)

    def action_open_policy_sendings(self):
        """Open what was sent to this customer.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collections.credit.policy.sending",
            "view_mode": "list",
            "domain": [("debtor_id", "=", self.id)],
            "name": self.env._("Credit Policies Sent"),
        }

    # === BUSINESS METHODS === #

    def _send_credit_policies(self):
        """Mail these customers their credit policy, and record it.

        Who has no address that works gets none, which is noted on his file. In test
        mode all of them go to the test address, and nothing is recorded.

        :return: the debtors whose policies are on their way.
        :rtype: collections.debtor
        :raise AccessError: when the user is no Collector.
        """
        self.env["dunning.notice"]._check_collector()
        self.check_access("read")
        recipients = self._get_policy_recipients()
        ready = self.filtered(lambda debtor: debtor.id in recipients)
        for debtor in self - ready:
            debtor._message_log(
                body=debtor._get_company_env()._(
                    "The credit policy was not sent: no policy applies, or no e-mail "
                    "address works."
                )
            )
        report = self.env["ir.actions.report"]
        for debtors, pages in report._print_dunning_letters(
            ready, DEBTOR_POLICY_REPORT
        ):
            for debtor, page in zip(debtors, pages, strict=True):
                debtor._send_credit_policy(recipients[debtor.id], page)
        return ready

    def _get_policy_recipients(self):
        """Return whom the credit policies of these debtors are sent to.

        :return: by debtor id; who has no policy, or no address, is left out.
        :rtype: dict(int, res.partner)
        """
        with_policy = self.filtered("applied_credit_policy_id")
        return with_policy._get_statement_recipients() if with_policy else {}

    def _send_credit_policy(self, recipient, page):
        """Mail one customer his credit policy.

        :param res.partner recipient: whom.
        :param bytes page: the PDF.
        """
        self.ensure_one()
        localized = self.with_context(lang=self._get_statement_lang())
        name = localized._get_policy_document_name()
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": page,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        letter = self._write_to_customer(
            TEMPLATE, self, recipient, attachments=attachment
        )
        if not letter or self.company_id._is_dunning_test_mode():
            return
        policy = self.applied_credit_policy_id
        document = self._get_policy_debtor(self.company_id, policy)
        self.env["collections.credit.policy.sending"].sudo().create(
            {
                "company_id": self.company_id.id,
                "debtor_id": self.id,
                "policy_id": policy.id,
                "date": fields.Datetime.now(),
                "user_id": self.env.uid,
                "recipient_id": recipient.id,
                "email": recipient.email_normalized,
                "document": b64encode(page),
                "document_name": name,
                "fingerprint": document._get_policy_fingerprint(),
                "message_id": letter.id,
            }
        )

    def _get_policy_document_name(self):
        """Return the name of the file, in the language of ``self.env``."""
        title = self.env._("Credit policy")
        if len(self) == 1 and self.partner_id:
            title = f"{title} {self.partner_id.name}"
        return f"{title} {fields.Date.context_today(self)}.pdf".replace("/", "-")

    def _ask_to_send_policy(self, company):
        """Give the Credit Manager one task: these customers have an outdated policy.

        :param res.company company: whose customers these are.
        """
        user = company._get_dunning_manager() or company._get_dunning_attendant(
            self.env["res.users"]
        )
        env = self.with_context(lang=user.lang or self.env.lang).env
        names = self.partner_id.mapped("name")
        lines = names[:NAMES_IN_TASK]
        if len(names) > NAMES_IN_TASK:
            lines.append(env._("and %(count)s more", count=len(names) - NAMES_IN_TASK))
        first = self[0].with_context(mail_activity_quick_update=True)
        first.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=env._(
                "The credit policy changed: send it again to %(count)s customers",
                count=len(self),
            ),
            note=plaintext2html("\n".join(lines)),
        )
