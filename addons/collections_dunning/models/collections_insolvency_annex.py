from decimal import Decimal

from odoo import models


class CollectionsInsolvency(models.Model):
    """The annexes of the declaration: what is declared, and how interest adds up."""

    _inherit = "collections.insolvency"

    def _get_claim_table(self, lines):
        """Return the list of the claims, each in its currency.

        :rtype: dict
        """
        columns = [
            (self.env._("Invoice"), lambda line, write: line.item.move_name or ""),
            (self.env._("Date"), lambda line, write: self._write_day(line, "invoice")),
            (
                self.env._("Delivery"),
                lambda line, write: self._write_day(line, "delivery"),
            ),
            (self.env._("Due"), lambda line, write: self._write_day(line, "due")),
            (
                self.env._("Amount"),
                lambda line, write: write.amount(
                    line.item.move_line_id.amount_currency
                ),
            ),
            (
                self.env._("Declared"),
                lambda line, write: write.amount(line.principal),
            ),
        ]
        if any(line.interest for line in lines):
            columns.append(
                (
                    self.env._("Interest"),
                    lambda line, write: self._write_charge(write, line.interest),
                )
            )
        if any(line.compensation for line in lines):
            columns.append(
                (
                    self.env._("Compensation"),
                    lambda line, write: self._write_charge(write, line.compensation),
                )
            )
        return {
            "heads": [label for label, _write in columns],
            "texts": 4,
            "rows": [
                [
                    show(line, self._get_claim_writer(line.item.currency_id))
                    for _label, show in columns
                ]
                for line in lines
            ],
        }

    def _write_charge(self, write, amount):
        return write.amount(amount) if amount else ""

    def _write_day(self, line, name):
        """Return a day of an item as a table shows it.

        :param ClaimLine line: its item has the days.
        :param str name: ``invoice``, ``delivery`` or ``due``.
        :rtype: str
        """
        item = line.item
        day = {
            "invoice": item.invoice_date or item.move_line_id.date,
            "delivery": item.delivery_date,
            "due": item.date_maturity if line.principal > 0 else False,
        }[name]
        lang = self.env["res.lang"]._get_data(code=self._get_claim_lang())
        return day.strftime(lang.date_format) if day else ""

    def _get_claim_computation(self, lines, rows):
        """Return the computation of the interest, invoice by invoice.

        As letters show it; empty when there is none.

        :param dict rows: the sums of the claim in words, by name.
        :rtype: dict
        """
        charged = [line for line in lines if line.segments]
        if not charged:
            return {}
        return {
            "title": self.env._("computation of the interest"),
            "note": self.env._(
                "Principal × rate × days ÷ 365, from the day after the due date to the "
                "eve of the judgment."
            ),
            "heads": {
                "item": self.env._("Invoice"),
                "period": self.env._("Period"),
                "days": self.env._("Days"),
                "principal": self.env._("Principal"),
                "rate": self.env._("Rate"),
                "amount": self.env._("Interest"),
            },
            "items": [self._prepare_claim_computation(line) for line in charged],
            "totals": [rows["interest"]],
        }

    def _prepare_claim_computation(self, line):
        write = self._get_claim_writer(line.item.currency_id)
        lang = self.env["res.lang"]._get_data(code=self._get_claim_lang())
        return {
            "captions": {
                0: line.item.move_name or "",
                1: self.env._("due on %(day)s", day=self._write_day(line, "due")),
            },
            "segments": [
                {
                    "period": self.env._(
                        "%(first)s to %(last)s",
                        first=segment.first_day.strftime(lang.date_format),
                        last=segment.last_day.strftime(lang.date_format),
                    ),
                    "days": str(segment.days),
                    "principal": write.amount(segment.principal),
                    "rate": write.percent(segment.rate),
                    "amount": write.number(Decimal(segment.amount), 4),
                }
                for segment in line.segments
            ],
            "totals": [(self.env._("Interest"), write.amount(line.interest))],
        }
