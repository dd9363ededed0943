from odoo import models


class CollectionsPaymentPlan(models.Model):
    """Documents and messages of a plan."""

    _inherit = "collections.payment.plan"

    def _send_offer(self):
        """Mail the agreement to the customer, to be signed."""

    def _store_agreement(self):
        """Keep the agreement with the proof of who signed it."""

    def _draft_notice(self, event, installment=None):
        """Draft the message that an event of this plan brings about, once."""
        return self.env["dunning.notice"]


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_dunning_plan_level(self, event):
        """Return the level of a message of payment plans."""
        return self.dunning_plan_procedure_id.level_ids.filtered(
            lambda level: level.active and level.event == event
        )[:1]
