from base64 import b64encode
from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.ir_actions_report import DEBTOR_POLICY_REPORT, POLICY_REPORT
from ..tools import letter_pdf


class CollectionsCreditPolicyDocument(models.TransientModel):
    """Prints credit policies on one page each, and sends them to customers."""

    _name = "collections.credit.policy.document"
    _description = "Credit Policy on Paper"

    policy_id = fields.Many2one(
        "collections.credit.policy", string="Credit Policy", readonly=True
    )
    debtor_ids = fields.Many2many(
        "collections.debtor", string="Customers", readonly=True
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self._get_default_lang(),
    )
    debtor_count = fields.Integer(compute="_compute_recipients")
    ready_count = fields.Integer(compute="_compute_recipients")
    policies = fields.Char(string="Policy", compute="_compute_recipients")
    recipients = fields.Char(string="Send to", compute="_compute_recipients")
    unready = fields.Char(string="Can't Be Sent", compute="_compute_recipients")
    outdated = fields.Char(string="Sent Before", compute="_compute_recipients")
    document = fields.Binary(compute="_compute_document")

    @api.model
    def _get_default_lang(self):
        return self.env.lang or self.env["res.lang"].get_installed()[0][0]

    @api.model
    def _open(self, debtors):
        """Open the dialog about the credit policies of customers.

        :param collections.debtor debtors: the customers.
        :rtype: dict
        :raise UserError: when there is none.
        """
        if not debtors:
            raise UserError(self.env._("Choose customers."))
        debtors.check_access("read")
        dialog = self.create({"debtor_ids": debtors.ids})
        return dialog._get_records_action(
            name=self.env._("Credit Policy"), target="new"
        )

    @api.depends("debtor_ids")
    def _compute_recipients(self):
        for dialog in self:
            debtors = dialog.debtor_ids
            recipients = debtors._get_policy_recipients()
            lost = debtors.filtered(lambda d: d.id not in recipients)  # noqa: B023
            dialog.debtor_count = len(debtors)
            dialog.ready_count = len(recipients)
            dialog.unready = ", ".join(lost.partner_id.mapped("name"))
            policies = debtors.applied_credit_policy_id or dialog.policy_id
            dialog.policies = ", ".join(policies.mapped("name"))
            dialog.recipients = len(debtors) == 1 and ", ".join(
                f"{partner.display_name} <{partner.email_normalized}>"
                for partner in recipients.values()
            )
            dialog.outdated = len(debtors) == 1 and dialog._describe_last(debtors)

    def _describe_last(self, debtor):
        """Return when the policy was last sent to a customer, and what is of it."""
        last = debtor.policy_sending_id
        if not last:
            return ""
        states = dict(debtor._fields["policy_state"]._description_selection(self.env))
        day = fields.Datetime.context_timestamp(self, last.date).date()
        return self.env._(
            "%(date)s to %(email)s: %(state)s",
            date=format_date(self.env, day),
            email=last.email,
            state=states[debtor.policy_state],
        )

    @api.depends("debtor_ids", "policy_id", "lang")
    def _compute_document(self):
        """Printed when it is downloaded: nothing is stored."""
        for dialog in self:
            dialog.document = b64encode(dialog._print())

    def _print(self):
        """Return the pages: of each customer, or of the policy in the chosen language.

        :rtype: bytes
        """
        self.ensure_one()
        report = self.env["ir.actions.report"]
        records, name = self.debtor_ids, DEBTOR_POLICY_REPORT
        if not records:
            records, name = self.policy_id, POLICY_REPORT
            report = report.with_context(lang=self.lang)
        records.check_access("read")
        pages = [
            page
            for _batch, batch_pages in report._print_dunning_letters(records, name)
            for page in batch_pages
        ]
        return letter_pdf.merge(pages)

    def action_print(self):
        """Download the policy as PDF, a page for each customer."""
        self.ensure_one()
        debtors = self.debtor_ids.with_context(lang=self.lang)
        name = debtors._get_policy_document_name()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/document/{quote(name)}"
            "?download=true",
            "target": "download",
        }

    def action_send(self):
        """Mail the policy to these customers.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        sent = self.debtor_ids._send_credit_policies()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if sent else "warning",
                "message": self.env._(
                    "%(count)s credit policies are on their way.", count=len(sent)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
