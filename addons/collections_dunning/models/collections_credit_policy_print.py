from odoo import fields, models


class CollectionsCreditPolicy(models.Model):
    """The credit policy on paper, and who has to get it again."""

    _inherit = "collections.credit.policy"

    changed_count = fields.Integer(
        string="To Send Again", compute="_compute_changed_count"
    )

    def _compute_changed_count(self):
        """Count the customers whose page says something else by now."""
        debtors = self.env["collections.debtor"]
        changed = debtors.search([("policy_state", "=", "changed")])
        by_policy = changed.grouped("applied_credit_policy_id")
        for policy in self:
            policy.changed_count = len(by_policy.get(policy._origin, debtors))

    def action_print(self):
        """Open the dialog that prints this policy in a language.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        dialog = self.env["collections.credit.policy.document"].create(
            {"policy_id": self.id}
        )
        return dialog._get_records_action(
            name=self.env._("Credit Policy"), target="new"
        )

    def action_open_changed(self):
        """Open the customers that have to get this policy again."""
        self.ensure_one()
        debtors = self.env["collections.debtor"]
        changed = debtors.search([("policy_state", "=", "changed")])
        mine = changed.filtered(lambda d: d.applied_credit_policy_id == self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "collections.debtor",
            "view_mode": "list,form",
            "domain": [("id", "in", mine.ids)],
            "name": self.env._("To Send Again"),
        }
