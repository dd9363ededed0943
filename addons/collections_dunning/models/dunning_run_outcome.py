from odoo import fields, models

from ..const import REASONS


class DunningRunOutcome(models.Model):
    _name = "dunning.run.outcome"
    _description = "Dunning Run Outcome"
    _order = "run_id, sequence, currency_id"
    _log_access = False

    run_id = fields.Many2one(
        "dunning.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    sequence = fields.Integer(help="Place of the reason in the order of the tests.")
    reason = fields.Selection(REASONS)
    currency_id = fields.Many2one("res.currency", required=True)
    item_count = fields.Integer(string="Items")
    amount_residual = fields.Monetary(string="Open")
    amount_claimed = fields.Monetary(string="Claimed")

    def action_open_items(self):
        """Open the items that have this reason as of this run."""
        self.ensure_one()
        return self.run_id._action_open_decisions(
            [("reason", "=", self.reason), ("currency_id", "=", self.currency_id.id)],
            name=dict(self._fields["reason"]._description_selection(self.env))[
                self.reason
            ],
        )
