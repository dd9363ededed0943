from odoo import fields, models

from .account_move_line import LEDGER_GROUPS


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_limitation_date = fields.Date(
        string="Time-Barred On",
        compute="_compute_dunning_limitation_date",
        groups=LEDGER_GROUPS,
        help="First day on which an open item of this invoice can't be enforced any "
        "more, unless the limitation was interrupted.",
    )

    def _compute_dunning_limitation_date(self):
        items = self.line_ids
        days = items._get_limitation_dates()
        for move in self:
            move.dunning_limitation_date = min(
                (days[item.id] for item in move.line_ids._origin if item.id in days),
                default=False,
            )
