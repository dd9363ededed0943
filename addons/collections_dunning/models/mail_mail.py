from odoo import api, models
from odoo.tools import email_normalize_all


class MailMail(models.Model):
    """What waits in core's queue about debtors: in test mode none of it leaves."""

    _inherit = "mail.mail"

    def send(self, *args, **kwargs):
        """Send these messages, but what test mode forbids."""
        withheld = self._withhold_in_test_mode()
        return super(MailMail, self - withheld).send(*args, **kwargs)

    @api.model
    def _get_test_mode_models(self):
        """Hook: return the models whose messages to customers test mode withholds.

        Their records have a ``company_id`` and ``_get_company_env()``.

        :rtype: tuple(str)
        """
        return (
            "collections.debtor",
            "collections.payment.plan",
            "collections.settlement",
            "dunning.notice",
        )

    def _withhold_in_test_mode(self):
        """Cancel those of these messages that would reach a customer in test mode.

        Statements of account, copies of letters, and whatever else is about a debtor
        or a notice. What is of ours, or goes to the test address, leaves.

        :return: those that were cancelled.
        :rtype: mail.mail
        """
        withheld = self.browse()
        waiting = self.sudo().filtered(lambda mail: mail.state == "outgoing")
        for model in self._get_test_mode_models():
            mails = waiting.filtered(lambda mail: mail.model == model)  # noqa: B023
            ids = set(mails.mapped("res_id"))  # several messages about one record
            records = self.env[model].sudo().browse(ids).exists()
            testing = records.company_id._get_dunning_test_addresses()
            by_id = records.grouped("id")
            for mail in mails:
                record = by_id.get(mail.res_id)
                if not record or record.company_id.id not in testing:
                    continue
                outside = mail._get_outside_addresses(testing[record.company_id.id])
                if outside:
                    mail._withhold(record, outside)
                    withheld |= mail
        withheld._forget_statements()
        return withheld

    def _get_outside_addresses(self, test_address):
        """Return the addresses of this message that are not of ours.

        :rtype: list(str)
        """
        self.ensure_one()
        outside = self.recipient_ids.filtered("partner_share")
        typed = email_normalize_all(f"{self.email_to or ''}, {self.email_cc or ''}")
        return [
            *(partner.email_normalized or partner.name for partner in outside),
            *(address for address in typed if address != test_address),
        ]

    def _withhold(self, record, addresses):
        """Cancel this message, and say so on the file it is about."""
        self.ensure_one()
        text = record._get_company_env()._(
            "Test mode: a message to %(addresses)s was not sent.",
            addresses=", ".join(addresses),
        )
        self.write({"state": "cancel", "failure_reason": text})
        self.env["mail.notification"].sudo().search(
            [("mail_mail_id", "=", self.id), ("notification_status", "=", "ready")]
        ).notification_status = "canceled"
        record._message_log(body=text)

    def _forget_statements(self):
        """Statements that were queued, and did not leave, are due again."""
        statements = self.filtered(
            lambda mail: (
                mail.model == "collections.debtor"
                and mail.message_type == "email_outgoing"
            )
        )
        debtors = self.env["collections.debtor"].browse(statements.mapped("res_id"))
        debtors._forget_statements()
