from odoo import models
from odoo.tools import format_date


class DunningAssessment(models.AbstractModel):
    """What "Why?" says of the clock of public buyers and of interest invoices."""

    _inherit = "dunning.assessment"

    def _get_clock_values(self, move, row):
        """Return what the sentences say of the days to pay of an item.

        ``due`` is the last day to pay by its own clock.

        :rtype: dict
        """
        clock = format_date(self.env, row["clock"]) if row["clock"] else ""
        values = {
            "due": clock,
            "suspended": format_date(self.env, move.dunning_suspended_on)
            if not row["clock"]
            else "",
            "deposited": "",
            "deposit_note": "",
            "is_late_charge": row["is_late_charge"],
        }
        if move.sudo().dunning_is_public and move.move_type == "out_invoice":
            if move.dunning_deposit_date:
                values["deposited"] = format_date(self.env, move.dunning_deposit_date)
            else:
                values["deposit_note"] = self.env._(
                    "The deposit date on the portal of the public buyer is not "
                    "recorded: its days to pay are counted to the due date."
                )
        return values

    def _get_not_due_sentence(self, values):
        """Return why an item is not late, by the clock of its debtor."""
        if values["suspended"]:
            return self.env._(
                "%(name)s is not late: it is suspended since %(suspended)s, and the "
                "days to pay of the public buyer stand still.",
                **values,
            )
        if values["deposited"]:
            return self.env._(
                "%(name)s is not late: deposited on %(deposited)s, it is to be paid by "
                "%(due)s.",
                **values,
            )
        return self.env._("%(name)s is not late: it is due on %(due)s.", **values)

    def _get_no_procedure_sentence(self, values):
        if values["is_late_charge"]:
            return self.env._(
                "%(name)s is not dunned: it is an invoice of late interest, and the "
                "company has no procedure for these.",
                **values,
            )
        return self.env._(
            "%(name)s is not dunned: neither the debtor nor the company has a "
            "procedure.",
            **values,
        )
