"""What is disputed is not dunned: the hold of each line."""

from odoo import models

from ..const import OPEN_STATES


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    def _hold(self):
        """Bring the holds of these lines up to date.

        An amount that changed is another hold: the former one tells what was held
        until then. The amount of a hold is empty when all of the item is disputed.
        """
        wanted = {line: line._get_held_amount() for line in self}
        changed = self.filtered(
            lambda line: (
                not (
                    line.hold_id
                    and wanted[line] is not None
                    and line._is_held_right(wanted[line])
                )
            )
        )
        changed.hold_id._end()
        held = changed.filtered(lambda line: wanted[line] is not None)
        (changed - held).hold_id = False
        holds = self.env["dunning.hold"].create(
            [line._prepare_hold(wanted[line]) for line in held]
        )
        for line, hold in zip(held, holds, strict=True):
            line.hold_id = hold

    def _get_held_amount(self):
        """Return what is to be held of the item.

        :return: 0 for all of it; None for nothing, since it is not disputed any more,
            or not owed at present.
        :rtype: float
        """
        self.ensure_one()
        residual = self._get_residual()
        if self.case_id.state not in OPEN_STATES or not self.amount or not residual:
            return None
        if not self.case_id.debtor_id or not self._is_same_debt():
            return None
        whole = self.currency_id.compare_amounts(self.amount, residual) >= 0
        return 0 if whole else self.amount

    def _is_held_right(self, wanted):
        """Tell whether the hold still holds what it should.

        :param float wanted: see :meth:`_get_held_amount`.
        :rtype: bool
        """
        hold = self.hold_id
        # A part that is all that is left holds all of it.
        amounts = {wanted, self.amount if not wanted else wanted}
        return (
            hold.move_line_id == self.move_line_id
            and hold.debtor_id == self.case_id.debtor_id
            and not hold.date_to
            and hold.amount in amounts
        )

    def _prepare_hold(self, amount):
        """Return the values of the hold of this line.

        :param float amount: 0 for all of the item.
        :rtype: dict
        """
        case = self.case_id
        return {
            "debtor_id": case.debtor_id.id,
            "move_line_id": self.move_line_id.id,
            "reason": "disputed",
            "amount": amount,
            "note": " · ".join(filter(None, [case.name, case.reason_id.name])),
            "origin_model": case._name,
            "origin_id": case.id,
        }

    def _get_residual(self):
        """Return what is open of the debt that is disputed.

        :return: in the currency of the item; 0 while its entry is not posted.
        :rtype: float
        """
        self.ensure_one()
        item = self.move_line_id
        if item.parent_state != "posted" or item.reconciled:
            return 0.0
        return max(item.amount_residual_currency, 0.0)
