from odoo import api, models
from odoo.tools import email_normalize

from ..tools import delivery_status

# A notice in another state did not leave, or is settled otherwise.
RETURNABLE_STATES = ("sending", "in_doubt", "sent")


class DunningNotice(models.Model):
    """Messages that come back: the level falls back, the address is to be mended."""

    _inherit = "dunning.notice"

    @api.model
    def _receive_bounce(self, message, message_dict):
        """Hold a returned message against the notices; called by the mail gateway.

        :param email.message.EmailMessage message: what came back.
        :param dict message_dict: what core has read in it.
        """
        references = message_dict.get("bounced_msg_ids")
        if not references:
            return
        notices = self.search(
            [
                ("message_ref", "in", references),
                ("state", "in", RETURNABLE_STATES),
            ]
        )
        status = delivery_status.read(message)
        if not status.is_returned:
            return
        address = email_normalize(message_dict.get("bounced_email") or "")
        for notice in notices:
            if address and address != email_normalize(notice.email_to):
                notice._set_copy_bounced(address, status)
            else:
                notice._set_bounced(status)

    def _set_bounced(self, status):
        """The main recipient did not get this notice: its level does not count.

        :param delivery_status.DeliveryStatus status: what the returned message says.
        """
        self.ensure_one()
        error = self._get_company_env()._(
            "Returned by the mail server of %(address)s: %(answer)s",
            address=self.email_to,
            answer=status.diagnostic,
        )
        self._set_state("bounced", error=error, email_refused=status.is_permanent)
        self._call_attention(
            self.responsible_id or self._get_mail_watcher(),
            self._get_company_env()._("A notice came back: correct the address"),
            error,
        )

    def _set_copy_bounced(self, address, status):
        """A copy came back: the notice stays sent, and says so."""
        self.ensure_one()
        self.error = self._get_company_env()._(
            "Sent, but the copy to %(address)s came back: %(answer)s",
            address=address,
            answer=status.diagnostic,
        )
