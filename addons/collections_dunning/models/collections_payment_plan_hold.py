from odoo import fields, models


class CollectionsPaymentPlan(models.Model):
    """Holds: nothing else keeps the items of a plan from being dunned."""

    _inherit = "collections.payment.plan"

    def _hold_items(self, date_to=False):
        """Keep the items of this plan from being dunned.

        :param date date_to: last day; False: until the holds are ended.
        """
        plan = self.sudo()
        held = plan._get_holds()
        held.write({"date_to": date_to})
        plan._get_holds().create(
            [
                {
                    "debtor_id": plan.debtor_id.id,
                    "move_line_id": item.id,
                    "reason": "payment_plan",
                    "date_from": fields.Date.context_today(plan),
                    "date_to": date_to,
                    "note": plan.display_name,
                    "origin_model": plan._name,
                    "origin_id": plan.id,
                }
                for item in plan.line_ids.move_line_id - held.move_line_id
            ]
        )
        plan.line_ids.invalidate_recordset(["hold_id"])

    def _release_items(self, told_date=False):
        """End the holds of these plans: dunning goes on as after any stop.

        :param date told_date: last day to pay that the customer was told, if any.
        """
        holds = self._get_holds()
        if holds:
            holds._end(told_date=told_date)
            self.line_ids.invalidate_recordset(["hold_id"])

    def _get_holds(self):
        """Return what keeps the items of these plans from being dunned.

        :rtype: dunning.hold
        """
        return self.env["dunning.hold"]._find_by_origin(self)
