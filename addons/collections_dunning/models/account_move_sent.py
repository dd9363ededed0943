from odoo import fields, models


class AccountMove(models.Model):
    """When a customer got his invoice: before, nobody can blame him for not paying."""

    _inherit = "account.move"

    dunning_sent_on = fields.Date(
        string="First Sent On",
        readonly=True,
        copy=False,
        help="Day on which the invoice was marked as sent for the first time; empty "
        "for what was sent before this was recorded.",
    )

    def write(self, vals):
        if vals.get("is_move_sent"):
            fresh = self.filtered(
                lambda move: not move.is_move_sent and not move.dunning_sent_on
            )
            result = super().write(vals)
            if fresh:
                fresh.sudo().dunning_sent_on = fields.Date.context_today(self)
            return result
        return super().write(vals)
