from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Override to tell the dunning notice whose message came back."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        self.env["dunning.notice"].sudo()._receive_bounce(email_message, message_dict)
        return result
