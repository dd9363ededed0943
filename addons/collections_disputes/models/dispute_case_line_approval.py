"""What is being approved stays what it is."""

from odoo import api, models
from odoo.exceptions import UserError


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Add nothing to what somebody is to approve."""
        case_ids = {vals["case_id"] for vals in vals_list if vals.get("case_id")}
        self._check_not_in_approval(self.env["dispute.case"].browse(case_ids))
        return super().create(vals_list)

    def write(self, vals):
        """Change nothing of what somebody is to approve."""
        self._check_not_in_approval(self.case_id)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_in_approval(self):
        self._check_not_in_approval(self.case_id)

    @api.model
    def _check_not_in_approval(self, cases):
        """Refuse to change items while their outcome waits for an approval.

        What the ledger itself changes goes on: it only ever lowers the amounts.

        :param dispute.case cases: of the items.
        :raise UserError: names the case.
        """
        if self.env.su:
            return
        waiting = cases.filtered("needs_approval")[:1]
        if waiting:
            raise UserError(
                self.env._(
                    "The outcome of %(dispute)s waits for an approval: its items stay "
                    "as they are until it is approved or refused.",
                    dispute=waiting.name,
                )
            )
