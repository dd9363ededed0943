from odoo import api, models

from ..const import LIVE_PLAN_STATES


class AccountPartialReconcile(models.Model):
    """What is allocated to items of payment plans, or taken back, is matched soon.

    Not here: booking a payment never waits for dunning.
    """

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._wake_plans()
        return partials

    def unlink(self):
        self._wake_plans()
        return super().unlink()

    def _wake_plans(self):
        """Have the plans of these items looked at, once this is committed."""
        items = self.debit_move_id | self.credit_move_id
        planned = self.env["collections.payment.plan.line"].sudo()
        if planned.search_count(
            [
                ("move_line_id", "in", items.ids),
                ("plan_id.state", "in", LIVE_PLAN_STATES),
            ],
            limit=1,
        ):
            self.env.ref("collections_dunning.ir_cron_payment_plan")._trigger()
