from base64 import b64encode
from urllib.parse import quote

from odoo import api, fields, models


class CollectionsStatement(models.TransientModel):
    """Prints, exports and sends statements of account."""

    _name = "collections.statement"
    _description = "Statement of Account"

    debtor_ids = fields.Many2many(
        "collections.debtor",
        string="Customers",
        required=True,
        readonly=True,
        default=lambda self: self._get_default_debtors(),
    )
    debtor_count = fields.Integer(compute="_compute_recipients")
    recipients = fields.Char(string="Send to", compute="_compute_recipients")
    ready_count = fields.Integer(compute="_compute_recipients")
    unready = fields.Char(
        string="No E-mail Address That Works", compute="_compute_recipients"
    )
    workbook = fields.Binary(compute="_compute_workbook")

    @api.model
    def _get_default_debtors(self):
        return self.env["collections.debtor"].browse(
            self.env.context.get("active_ids") or []
        )

    @api.depends("debtor_ids")
    def _compute_recipients(self):
        for wizard in self:
            recipients = wizard.debtor_ids._get_statement_recipients()
            lost = wizard.debtor_ids.filtered(lambda d: d.id not in recipients)  # noqa: B023
            wizard.debtor_count = len(wizard.debtor_ids)
            wizard.ready_count = len(recipients)
            wizard.unready = ", ".join(lost.partner_id.mapped("name"))
            wizard.recipients = wizard.debtor_count == 1 and ", ".join(
                f"{partner.display_name} <{partner.email_normalized}>"
                for partner in recipients.values()
            )

    @api.depends("debtor_ids")
    def _compute_workbook(self):
        """Made when it is downloaded: nothing is stored."""
        for wizard in self:
            wizard.workbook = b64encode(wizard._get_debtors()._get_statement_xlsx())

    def _get_debtors(self):
        """Return the debtors in the order of their names."""
        return self.debtor_ids.sorted(lambda debtor: debtor.partner_id.name or "")

    def action_print(self):
        """Download the statements as one PDF."""
        return self.env.ref(
            "collections_dunning.collections_statement_report_action"
        ).report_action(self._get_debtors(), config=False)

    def action_export(self):
        """Download the statements as a workbook, a sheet for each customer."""
        self.ensure_one()
        name = self.debtor_ids._get_statement_name("xlsx")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/workbook/{quote(name)}"
            "?download=true",
            "target": "download",
        }

    def action_send(self):
        """Send one statement by the composer; several go into the mail queue.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        if self.debtor_count == 1:
            return self.debtor_ids.action_send_statement()
        sent = self.debtor_ids._queue_statements()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s statements of account are on their way.",
                    count=len(sent),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
