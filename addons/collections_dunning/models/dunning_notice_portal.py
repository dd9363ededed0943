from odoo import SUPERUSER_ID, api, models

from ..tools import epc_qr


class DunningNotice(models.Model):
    """The link of a notice to the customer's own page.

    Texts, previews and what the chatter keeps show the page's public address, where
    one logs in. Only what leaves shows the signed link in its place, so that whoever
    reads a notice here can't act as the customer.
    """

    _inherit = "dunning.notice"

    def _get_portal_address(self):
        """Return where customers who have an account log in to see their page.

        :rtype: str
        """
        return f"{self.get_base_url()}/my/collections"

    def _has_portal_link(self):
        """Tell whether this notice opens the customer's page to whoever gets it.

        An approved recipient from outside may read a notice, not the whole account.

        :rtype: bool
        """
        self.ensure_one()
        customers = self.recipient_ids.commercial_partner_id
        return customers == self.debtor_id.partner_id

    @api.model
    def _may_show_portal_link(self):
        """Tell whether a letter may be shown to the user with its signed link.

        Who is asked is the user, whatever is done as superuser in his name.

        :rtype: bool
        """
        return self.env.uid == SUPERUSER_ID or self.env.user.has_group(
            "collections_dunning.collections_dunning_group_collector"
        )

    def _prepare_portal_link(self):
        """Return what is written in place of the page's public address.

        :return: ``portal_address``, and ``portal_link``: the signed link, or the
            address again.
        :rtype: dict
        """
        self.ensure_one()
        address = self._get_portal_address()
        return {
            "portal_address": address,
            "portal_link": self.debtor_id._get_portal_url()
            if self._has_portal_link()
            else address,
        }

    @api.model
    def _write_portal_link(self, email, text):
        """Return a text of an e-mail that leaves, with its signed link.

        :param dict email: see ``_prepare_emails``.
        :param str text: plain text or HTML.
        :rtype: str
        """
        if "portal_link" not in email:
            return text
        return text.replace(email["portal_address"], email["portal_link"])

    def _get_portal_qr(self):
        """Return the code on a letter that opens the customer's page.

        :return: an image for HTML; of a draft, and for who is no Collector, of the
            page's public address; False when somebody from outside gets the letter.
        :rtype: str
        """
        self.ensure_one()
        if not self._has_portal_link():
            return False
        link = self._prepare_portal_link()
        is_live = self.state != "draft" and self._may_show_portal_link()
        name = "portal_link" if is_live else "portal_address"
        return epc_qr.build_image(link[name])
