from urllib.parse import quote

from odoo import api, fields, models


class CollectionsCreditPolicySending(models.Model):
    """One sending of the credit policy to a customer: what he got, when, and who."""

    _name = "collections.credit.policy.sending"
    _description = "Credit Policy Sent"
    _order = "date desc, id desc"
    _rec_name = "document_name"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    debtor_id = fields.Many2one(
        "collections.debtor",
        string="Customer",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="cascade",
    )
    policy_id = fields.Many2one(
        "collections.credit.policy",
        string="Credit Policy",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(string="Sent On", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Sent By", readonly=True)
    recipient_id = fields.Many2one(
        "res.partner", string="Sent To", readonly=True, ondelete="set null"
    )
    email = fields.Char(string="Address", readonly=True)
    document = fields.Binary(attachment=True, readonly=True)
    document_name = fields.Char(readonly=True)
    fingerprint = fields.Char(
        readonly=True, help="Tells whether the policy has changed since."
    )
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null")
    is_failed = fields.Boolean(
        string="Not Delivered",
        compute="_compute_is_failed",
        help="The e-mail was refused, or withheld by test mode.",
    )
    is_told = fields.Boolean(
        readonly=True, help="Somebody was asked to send the changed policy again."
    )

    @api.depends("message_id.notification_ids.notification_status")
    def _compute_is_failed(self):
        for sending in self:
            states = sending.sudo().message_id.notification_ids.mapped(
                "notification_status"
            )
            sending.is_failed = bool({"bounce", "exception", "canceled"} & set(states))

    def action_open_document(self):
        """Open the page as it was sent."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/document/"
            f"{quote(self.document_name or '')}",
            "target": "new",
        }

    @api.model
    def _cron_watch(self):
        """Ask each company's Credit Manager to send what has changed since it was sent.

        One task for all customers concerned, and once for each sending.
        """
        debtors = self.env["collections.debtor"]
        changed = debtors.search([("policy_state", "=", "changed")])
        for company, mine in changed.grouped("company_id").items():
            news = mine.filtered(lambda debtor: not debtor.policy_sending_id.is_told)
            if news:
                news.with_company(company)._ask_to_send_policy(company)
                news.policy_sending_id.sudo().is_told = True
            self.env["ir.cron"]._commit_progress(1)
