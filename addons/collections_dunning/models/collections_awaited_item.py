from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang


class CollectionsAwaited(models.AbstractModel):
    """The items of an awaited payment, and what keeps them from being dunned."""

    _inherit = "collections.awaited"

    # === CHECKS === #

    @api.constrains("item_ids", "debtor_id", "currency_id", "contact_id")
    def _check_items(self):
        """Refuse what is not open, or is somebody else's.

        :raise ValidationError: names the item or the contact.
        """
        for record in self.sudo():
            if not record.item_ids:
                raise ValidationError(self.env._("Say which invoices this is about."))
            for item in record.item_ids:
                if not record._is_own(item) or item.currency_id != record.currency_id:
                    raise ValidationError(
                        self.env._(
                            "%(item)s is no receivable of %(customer)s in "
                            "%(currency)s.",
                            item=item.display_name,
                            customer=record.partner_id.display_name,
                            currency=record.currency_id.name,
                        )
                    )
            contact = record.contact_id
            if contact and contact.commercial_partner_id != record.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s is not of %(customer)s.",
                        name=contact.display_name,
                        customer=record.partner_id.display_name,
                    )
                )

    def _is_own(self, item):
        """Tell whether an item is a receivable of this debtor.

        :param account.move.line item: any item.
        :rtype: bool
        """
        self.ensure_one()
        return (
            item.company_id == self.company_id
            and item.account_type == "asset_receivable"
            and item.partner_id.commercial_partner_id == self.partner_id
        )

    def _get_until_date(self):
        """Return the last day on which the payment is waited for.

        :rtype: date
        """
        self.ensure_one()
        grace = self.company_id.sudo().dunning_promise_grace
        return fields.Date.add(self.date, days=max(grace, 0))

    # === HOLDS === #

    def _get_holds(self):
        """Return what these hold or held.

        :rtype: dunning.hold
        """
        return self.env["dunning.hold"]._find_by_origin(self)

    def _end_holds(self):
        """End what these hold still."""
        today = fields.Date.context_today(self)
        self._get_holds().filtered(
            lambda hold: not hold.date_to or hold.date_to >= today
        )._end()

    # === WORDS === #

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _log_on_debtor(self, body):
        """Note something on the customer's file, where everything is read.

        :param str body: plain text.
        """
        self.ensure_one()
        self.debtor_id.sudo()._message_log(body=body)
