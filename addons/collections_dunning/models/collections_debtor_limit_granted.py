from odoo import models
from odoo.tools import format_date


class CollectionsDebtor(models.Model):
    """A limit that a Credit Manager has granted: until when it counts."""

    _inherit = "collections.debtor"

    def _get_own_limit(self, root):
        """Override: say until when the limit was granted.

        Also when it happens to be what the core gives customers without one.
        """
        limit, source = super()._get_own_limit(root)
        debtor = self.sudo()
        request = debtor.granted_request_id
        entered = debtor.partner_id.with_company(root).credit_limit
        if not request or self.currency_id.compare_amounts(
            entered, request.amount_granted
        ):
            return limit, source
        return entered, self.env._(
            "granted until %(date)s", date=format_date(self.env, request.date_to)
        )
