from odoo import api, models
from odoo.exceptions import UserError

from ..const import OPEN_STATES


class DunningHold(models.Model):
    _inherit = "dunning.hold"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is disputed has a case, with an owner and an end."""
        holds = super().create(vals_list)
        if not self.env.su and "disputed" in holds.mapped("reason"):
            self._refuse_without_case()
        return holds

    def action_end(self):
        """Override: an open dispute holds until it ends."""
        self._check_not_disputed()
        return super().action_end()

    def write(self, vals):
        if {"amount", "date_from", "date_to", "move_line_id", "reason"} & vals.keys():
            self._check_not_disputed()
        if vals.get("reason") == "disputed" and not self.env.su:
            if any(hold.reason != "disputed" for hold in self):
                self._refuse_without_case()
        return super().write(vals)

    def unlink(self):
        self._check_not_disputed()
        return super().unlink()

    def _refuse_without_case(self):
        """Refuse to hold as disputed what nobody works on.

        :raise UserError: always.
        """
        raise UserError(
            self.env._("Open a dispute instead: it holds what the customer disputes.")
        )

    def _check_not_disputed(self):
        """Refuse to change by hand what an open dispute holds.

        :raise UserError: names the dispute.
        """
        if self.env.su:
            return
        case_ids = [
            hold.origin_id for hold in self if hold.origin_model == "dispute.case"
        ]
        cases = self.env["dispute.case"].sudo().browse(case_ids).exists()
        held = cases.filtered(lambda case: case.state in OPEN_STATES)
        if held:
            raise UserError(
                self.env._(
                    "%(dispute)s holds this: change the dispute, or resolve it.",
                    dispute=held[0].name,
                )
            )
