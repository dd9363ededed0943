from odoo import api, models


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
        return self.env["dispute.case"]._route_mail(message, message_dict, route)
