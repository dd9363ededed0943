from odoo import api, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model
    def _get_test_mode_models(self):
        """Override: what we write about a dispute stays with us in test mode too."""
        return (*super()._get_test_mode_models(), "dispute.case")

    def _withhold(self, record, addresses):
        """Override: what did not leave, the customer was not told."""
        result = super()._withhold(record, addresses)
        if record._name == "dispute.case" and self.message_type == "auto_comment":
            record._forget_told()
        return result
