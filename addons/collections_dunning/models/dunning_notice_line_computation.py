from decimal import ROUND_HALF_UP, Decimal

from odoo import fields, models
from odoo.tools import format_date

CENT = Decimal("0.01")
# Decimals of a period's interest: the fewest with which its invoice adds up.
FEWEST_DIGITS, MOST_DIGITS = 4, 10


class DunningNoticeLine(models.Model):
    """The computation of the interest of one item, from what was frozen."""

    _inherit = "dunning.notice.line"

    def _prepare_computation(self, write, names):
        """Return the computation of one item.

        :param TextWriter write: of the notice's language and currency.
        :param dict names: see ``dunning.notice._get_charge_names``.
        :rtype: dict
        """
        self.ensure_one()
        digits = self._get_computation_digits()
        totals = [
            (names[name], write.amount(self[name]))
            for name in ("amount_interest", "amount_compensation")
            if self[name]
        ]
        number = self.move_name or ""
        day = format_date(self.env, self._get_due_date())
        return {
            "title": self.env._("%(invoice)s, due on %(day)s", invoice=number, day=day),
            # The same, beside the first rows of a table.
            "captions": {0: number, 1: self.env._("due on %(day)s", day=day)},
            "segments": [
                self._prepare_segment(segment, write, digits)
                for segment in self.interest_segments or ()
            ],
            "totals": totals,
        }

    def _prepare_segment(self, segment, write, digits):
        first, last = (
            format_date(self.env, fields.Date.to_date(segment[key]))
            for key in ("from", "to")
        )
        return {
            "period": self.env._("%(first)s to %(last)s", first=first, last=last),
            "days": str(segment["days"]),
            "principal": write.amount(Decimal(segment["principal"])),
            "rate": write.percent(Decimal(segment["rate"])),
            "amount": write.number(Decimal(segment["amount"]), digits),
        }

    def _get_computation_digits(self):
        """Return how many decimals the periods need to add up to their total.

        :rtype: int
        """
        total = Decimal(str(self.amount_interest)).quantize(CENT)
        amounts = [Decimal(row["amount"]) for row in self.interest_segments or ()]
        for digits in range(FEWEST_DIGITS, MOST_DIGITS):
            unit = Decimal(1).scaleb(-digits)
            added = sum(amount.quantize(unit, ROUND_HALF_UP) for amount in amounts)
            if Decimal(added).quantize(CENT, ROUND_HALF_UP) == total:
                return digits
        return MOST_DIGITS
