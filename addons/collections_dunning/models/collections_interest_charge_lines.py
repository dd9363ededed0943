from datetime import timedelta
from decimal import Decimal

from odoo import Command, models

DAY = timedelta(days=1)


class CollectionsInterestCharge(models.Model):
    """The lines of a charge invoice, and the charges that each makes."""

    _inherit = "collections.interest.charge"

    def _get_invoice_lines(self, items, computed, due_days):
        """Return the lines of one late invoice, with the charges that each makes.

        One for interest and one for compensation; together where they have the same
        account.

        :param account.move.line items: of one late invoice.
        :param dict due_days: last day on which it was not late, by item id.
        :return: values of an invoice line, values of charges.
        :rtype: list(tuple(dict, list(dict)))
        """
        charges = {"interest": ([], []), "compensation": ([], [])}
        for item in items:
            found = computed[item.id]
            round_amount = item.currency_id.round
            row = {
                "move_line_id": item.id,
                "date_maturity": item.date_maturity or item.date,
                "move_id": item.move_id.id,
            }
            interest = round_amount(float(found.interest))
            if interest:
                texts, rows = charges["interest"]
                texts += self._describe_segments(
                    item, found.segments, due_days[item.id]
                )
                rows += [{**row, **vals} for vals in self._get_periods(item, found)]
            compensation = round_amount(float(found.compensation))
            if compensation:
                texts, rows = charges["compensation"]
                texts.append(self._describe_compensation(item))
                rows.append({**row, "amount_compensation": compensation})
        return self._join_by_account(items.company_id, charges)

    def _get_periods(self, item, found):
        """Return what is noted of each period whose days follow each other.

        Days between them are not charged: another invoice asked for them, or nothing
        was open. Rounded so that the periods add up to the interest of the item.

        :param ItemInterest found: what the item has borne.
        :return: values of charges.
        :rtype: list(dict)
        """
        runs = []
        for segment in found.segments:
            if not runs or segment.first_day > runs[-1][-1].last_day + DAY:
                runs.append([])
            runs[-1].append(segment)
        periods, exact, noted = [], Decimal(0), Decimal(0)
        for run in runs:
            exact += sum(segment.amount for segment in run)
            total = found.interest if run is runs[-1] else exact
            rounded = Decimal(str(item.currency_id.round(float(total))))
            periods.append(
                {
                    "date_from": run[0].first_day,
                    "date_to": run[-1].last_day,
                    "amount_interest": float(rounded - noted),
                    "segments": [segment.as_row() for segment in run],
                }
            )
            noted = rounded
        return periods

    def _join_by_account(self, company, charges):
        lines = {}
        for kind, (texts, rows) in charges.items():
            if rows:
                account = company._get_charge_account(kind)
                joined_texts, joined_rows = lines.setdefault(account, ([], []))
                joined_texts += texts
                joined_rows += rows
        return [
            (
                {
                    "name": "\n".join(texts),
                    "account_id": account.id,
                    "quantity": 1,
                    "price_unit": self._sum_rows(rows),
                    "tax_ids": [Command.clear()],
                },
                rows,
            )
            for account, (texts, rows) in lines.items()
        ]

    def _sum_rows(self, rows):
        names = ("amount_interest", "amount_compensation")
        amounts = [Decimal(str(row.get(name, 0))) for row in rows for name in names]
        return float(sum(amounts))
