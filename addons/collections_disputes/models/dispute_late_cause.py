"""A dispute is a cause of lateness: told by its case, unless a person told another."""

from collections import defaultdict

from odoo import api, models

from ..const import FOUND_JUSTIFIED, OPEN_STATES

# The causes that cases tell: these alone are ever replaced by another one.
CAUSES = {
    "open": "collections_dunning.collections_late_cause_dispute",
    "justified": "collections_disputes.collections_late_cause_justified",
    "unjustified": "collections_disputes.collections_late_cause_unjustified",
}


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    def write(self, vals):
        result = super().write(vals)
        if {"state", "resolution", "side"} & vals.keys():
            self.sudo().line_ids.move_id._follow_disputes()
        return result

    def unlink(self):
        invoices = self.sudo().line_ids.move_id
        result = super().unlink()
        invoices.exists()._follow_disputes()
        return result

    def _get_verdict(self):
        """Return what the outcome of this case says about who was right.

        :return: ``open`` (not known), ``justified`` or ``unjustified``.
        :rtype: str
        """
        self.ensure_one()
        if self.resolution in FOUND_JUSTIFIED:
            return "justified"
        if self.resolution in ("rejected", "withdrawn"):
            return "unjustified"
        if self.resolution and self.side == "customer":
            return "unjustified"
        if self.resolution and self.side in ("us", "carrier", "supplier"):
            return "justified"
        return "open"


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.sudo().move_id._follow_disputes()
        return lines

    def write(self, vals):
        before = self.sudo().move_id if "move_line_id" in vals else None
        result = super().write(vals)
        if before is not None:
            (before | self.sudo().move_id)._follow_disputes()
        return result

    def unlink(self):
        invoices = self.sudo().move_id
        result = super().unlink()
        invoices.exists()._follow_disputes()
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    def _follow_disputes(self):
        """Take the cause of lateness from the disputes about these invoices.

        From those that are open, or else from the last one that has ended. What a
        person has told is left alone.
        """
        causes = {key: self.env.ref(name, False) for key, name in CAUSES.items()}
        own = [cause for cause in causes.values() if cause]
        lines = self.env["dispute.case.line"].sudo()
        by_move = lines.search([("move_id", "in", self.ids)]).grouped("move_id")
        changed = defaultdict(self.browse)
        for move in self.sudo()._filter_late_cause():
            cases = by_move.get(move, lines).case_id
            last = cases.filtered(lambda case: case.state in OPEN_STATES)
            last = last or cases.sorted("date_closed", reverse=True)
            told = move.late_cause_id
            cause = causes[last[0]._get_verdict()] if last else None
            cause = cause or told.browse()
            if told != cause and (not told or told in own):
                changed[cause] |= move
        # Each write of invoices checks that they balance: one for all of a cause.
        for cause, moves in changed.items():
            moves._set_late_cause(cause)
