from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import babel_locale_parse

from ..tools.text_writer import TextWriter


class DunningNotice(models.Model):
    """Interest and compensation on paper and in e-mails, and how they are computed.

    What is written comes from the lines of the notice, where it was frozen: printed
    again, it is the same. Words are in the language of the environment.
    """

    _inherit = "dunning.notice"

    def _get_charge_names(self):
        """Return how the law of this notice names what is due beside the principal.

        :return: by field of the notice.
        :rtype: dict(str, str)
        """
        self.ensure_one()
        interest = {
            "public": self.env._("Moratory interest"),
            "consumer": self.env._("Legal interest"),
        }.get(self.debtor_id.sudo().applied_debtor_type)
        return {
            "amount_interest": interest or self.env._("Late interest"),
            "amount_compensation": self.env._("Fixed compensation"),
            "amount_fee": self.env._("Reminder fee"),
        }

    def _get_charge_columns(self):
        """Return what the table of items shows beside the open amounts.

        :return: (name, field of notice and lines); empty when this notice neither
            shows nor claims interest.
        :rtype: list(tuple)
        """
        self.ensure_one()
        if self.charging == "none":
            return []
        names = self._get_charge_names()
        return [
            (names[name], name)
            for name in ("amount_interest", "amount_compensation")
            if not self.currency_id.is_zero(self[name])
        ]

    def _get_charge_rows(self):
        """Return what is due beside the principal, with the day up to which.

        :return: (label, amount).
        :rtype: list(tuple)
        """
        rows = [(name, self[field]) for name, field in self._get_charge_columns()]
        if rows and self.amount_interest and self.interest_date:
            label = self.env._(
                "%(interest)s up to %(day)s",
                interest=rows[0][0],
                day=format_date(self.env, self.interest_date),
            )
            rows[0] = (label, rows[0][1])
        if self.charging == "claim" and self.amount_fee:
            rows.append((self._get_charge_names()["amount_fee"], self.amount_fee))
        return rows

    # === HOW IT IS COMPUTED === #

    def _prepare_computation(self):
        """Return the computation of what is claimed, invoice by invoice.

        :return: title, note, heads of the table, items and totals, all in words; an
            empty dict when this notice claims neither interest nor compensation.
        :rtype: dict
        """
        self.ensure_one()
        if self.charging != "claim" or not self._get_charge_columns():
            return {}
        write = self._get_writer()
        names = self._get_charge_names()
        lines = self._get_claimed_items().filtered(
            lambda line: line.amount_interest or line.amount_compensation
        )
        return {
            "title": self.env._("Computation of interest and compensation"),
            "note": self._describe_computation(),
            "heads": self._get_computation_heads(),
            "items": [line._prepare_computation(write, names) for line in lines],
            "totals": self._get_computation_totals(write),
        }

    def _get_writer(self):
        return TextWriter(babel_locale_parse(self.lang), self.currency_id.name)

    def _describe_computation(self):
        """Return the rule behind the figures."""
        if self.interest_regime_id.day_basis == "actual":
            return self.env._(
                "Interest of a period: base × rate × days / days of the year. Only "
                "the total of each invoice is rounded, to the cent."
            )
        return self.env._(
            "Interest of a period: base × rate × days / 365. Only the total of each "
            "invoice is rounded, to the cent."
        )

    def _get_computation_heads(self):
        return {
            "item": self.env._("Invoice"),
            "period": self.env._("Period, both days included"),
            "days": self.env._("Days"),
            "principal": self.env._("Base"),
            "rate": self.env._("Yearly rate"),
            "amount": self.env._("Interest of the period"),
        }

    def _get_computation_totals(self, write):
        """Return the last rows: what the letter claims, and what a day adds.

        :rtype: list(tuple)
        """
        rows = [
            (label, amount)
            for label, amount in self._get_charge_rows()
            if label != self._get_charge_names()["amount_fee"]
        ]
        totals = [(label, write.amount(amount)) for label, amount in rows]
        if len(rows) > 1:
            total = sum(amount for _label, amount in rows)
            totals.append((self.env._("Total"), write.amount(total)))
        if self.daily_interest:
            label = self.env._("Each further day, at the rate now in force")
            totals.append((label, write.amount(self.daily_interest)))
        return totals
