from odoo import models
from odoo.tools import plaintext2html


class CollectionsPaymentPlan(models.Model):
    """A plan that a customer asked for on his page."""

    _inherit = "collections.payment.plan"

    def _ask_for_answer(self, title, words):
        """Have the responsible answer the customer who asked for this plan.

        :param str title: what he asks for, in the company's language.
        :param str words: his own, plain text; may be empty.
        """
        self.ensure_one()
        user = self.company_id._get_dunning_collector(self.responsible_id)
        plan = self.with_context(lang=user.lang or self.env.lang)
        plan.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=plan.env._("Answer the request for a payment plan"),
            note=plaintext2html(f"{title}\n\n{words}".strip()),
            user_id=user.id,
        )
