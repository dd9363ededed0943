from odoo import models

OFFER = "collections_dunning.mail_template_payment_plan_offer"
SIGNED = "collections_dunning.mail_template_payment_plan_signed"


class CollectionsPaymentPlan(models.Model):
    """The plan as the customer gets it: to sign, then signed."""

    _inherit = "collections.payment.plan"

    def _send_offer(self):
        """Freeze the agreement and mail it to the customer, to be signed.

        :return: whether there was anybody to write to.
        :rtype: bool
        """
        self.ensure_one()
        return self._write_to_customer(OFFER, self._freeze_offer())

    def _send_agreement(self):
        """Mail the customer his copy of the signed agreement.

        :return: whether there was anybody to write to.
        :rtype: bool
        """
        self.ensure_one()
        document = self.sudo().agreement_attachment_id or self._store_agreement()
        return self._write_to_customer(SIGNED, document)
