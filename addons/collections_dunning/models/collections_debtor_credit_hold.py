from odoo import fields, models


class CollectionsDebtor(models.Model):
    """A person puts a customer on credit hold, and a Credit Manager releases him."""

    _inherit = "collections.debtor"

    def action_credit_hold(self):
        """Open the dialog that asks why this customer gets nothing more on credit.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Hold"),
            "res_model": "collections.credit.hold",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_id": self.id},
        }

    def action_credit_release(self):
        """End the hold by hand; what the ledger or the policy holds stays.

        :raise AccessError: when the user is no Credit Manager.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        held = self.filtered("credit_hold_by_hand")
        held.sudo().write(
            {
                "credit_hold_by_hand": False,
                "credit_hold_reason": False,
                "credit_hold_user_id": False,
                "credit_hold_date": False,
            }
        )
        for debtor in held:
            debtor._message_log(body=self.env._("Released from credit hold."))

    def _put_on_credit_hold(self, reason):
        """Accept no order of these customers until a Credit Manager releases them.

        :param str reason: said to whoever wants to confirm an order.
        """
        self.sudo().write(
            {
                "credit_hold_by_hand": True,
                "credit_hold_reason": reason,
                "credit_hold_user_id": self.env.uid,
                "credit_hold_date": fields.Date.context_today(self),
            }
        )
        for debtor in self:
            debtor._message_log(
                body=self.env._("Put on credit hold: %(reason)s", reason=reason)
            )

    def _merge_credit_hold(self, target):
        """Keep a customer on hold when his file goes away.

        :param collections.debtor target: the file that stays.
        """
        if self.credit_hold_by_hand and not target.credit_hold_by_hand:
            target.sudo().write(
                {
                    "credit_hold_by_hand": True,
                    "credit_hold_reason": self.credit_hold_reason,
                    "credit_hold_user_id": self.credit_hold_user_id.id,
                    "credit_hold_date": self.credit_hold_date,
                }
            )
