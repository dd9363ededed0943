import secrets
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import consteq
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..const import PORTAL_LINK_DAYS

SCOPE = "collections_dunning.portal"


class CollectionsDebtor(models.Model):
    """The signed link that opens a customer's page without a password."""

    _inherit = "collections.debtor"

    portal_nonce = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Part of every link. A new one revokes all links sent so far.",
    )

    # === ACTION METHODS === #

    def action_open_portal_page(self):
        """Open this customer's page as he sees it; nothing can be done there.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self._check_portal_rights("read")
        return {
            "type": "ir.actions.act_url",
            "url": self._get_portal_url(days=1),
            "target": "new",
        }

    def action_revoke_portal_link(self):
        """Revoke every link to these customers' pages that was sent so far.

        :raise AccessError: when the user is no Collector.
        """
        self._check_portal_rights("write")
        for debtor in self.sudo():
            debtor.portal_nonce = secrets.token_urlsafe(9)
            debtor._message_log(
                body=self.env._("Links to the customer's page revoked"),
                author_id=self.env.user.partner_id.id,
            )

    def _check_portal_rights(self, operation):
        self.check_access(operation)
        if not self.env.su and not self.env.user.has_group(
            "collections_dunning.collections_dunning_group_collector"
        ):
            raise AccessError(
                self.env._("Only Collectors handle the links to customers' pages.")
            )

    # === BUSINESS METHODS === #

    def _get_portal_token(self, days=PORTAL_LINK_DAYS):
        """Return the signed part of a link to this customer's page.

        It is the same all day long, so that a text written twice says the same.

        :param int days: how long it works, after today.
        :rtype: str
        """
        self.ensure_one()
        end = datetime.combine(fields.Date.today() + timedelta(days=days + 1), time())
        debtor = self.sudo()
        values = [debtor.id, debtor.portal_nonce or ""]
        return hash_sign(debtor.env, SCOPE, values, expiration=end)

    def _get_portal_url(self, days=PORTAL_LINK_DAYS):
        """Return a link that opens this customer's page, and no other.

        :param int days: how long it works, after today.
        :rtype: str
        """
        self.ensure_one()
        token = self._get_portal_token(days)
        return f"{self.get_base_url()}/collections/{token}"

    @api.model
    def _find_by_portal_token(self, token):
        """Return the debtor whose page a link opens.

        :param str token: what stands in the link: anything anybody typed.
        :return: as superuser; empty when it is wrong, too old or revoked.
        :rtype: collections.debtor
        """
        debtors = self.sudo()
        try:
            values = verify_hash_signed(debtors.env, SCOPE, token)
        except ValueError:  # no token at all
            return debtors
        if not values:
            return debtors
        debtor_id, nonce = values
        debtor = debtors.browse(debtor_id).exists()
        if debtor and consteq(debtor.portal_nonce or "", nonce):
            return debtor
        return debtors
