from odoo import api, models

from ..tools import mail_text


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        """Override to decide what becomes of mails that concern disputes."""
        route = super()._routing_check_route(
            message, message_dict, route, raise_exception=raise_exception
        )
        if not route or route[0] != "dispute.case":
            return route
        # Whoever feeds mails to us need not work for the company they are for.
        cases = self.env["dispute.case"].sudo()
        return cases._route_mail(message, message_dict, route)

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """Override: somebody has to know that mails about disputes were refused."""
        is_loop = super()._detect_loop_sender(message, message_dict, routes)
        if is_loop and any(route[0] == "dispute.case" for route in routes):
            self.env["dispute.case"].sudo()._tell_flood(message_dict, routes)
        return is_loop

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Override: what a machine wrote gets no automatic answer."""
        if mail_text.is_automatic_reply(message):
            self = self.with_context(dispute_machine="reply")
        elif mail_text.is_automatic(message):
            self = self.with_context(dispute_machine="mail")
        return super()._message_route_process(message, message_dict, routes)
