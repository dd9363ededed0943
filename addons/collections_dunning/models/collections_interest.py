import datetime
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, models

from ..tools import late_interest

# Before any invoice: a balance begins here, whatever came before the due date.
BEGINNING = datetime.date(1900, 1, 1)
DAY = datetime.timedelta(days=1)


@dataclass
class ItemInterest:
    """Interest and compensation of one item, in its currency.

    :ivar str status: ``late``; or why there is nothing: ``not_late``, ``no_regime``,
        ``missing_rate``, ``before_formal`` (runs from the formal notice only),
        ``late_charge`` (an invoice of interest bears none), ``waived_by_plan`` (while
        a payment plan is respected), ``settled`` (by a settlement offer).
    :ivar regime: collections.interest.regime, may be empty.
    :ivar list segments: see ``late_interest.Segment``.
    :ivar Decimal interest: rounded to the cent.
    :ivar Decimal compensation: of the invoice, on one of its installments.
    :ivar Decimal daily: what one more day adds, not rounded.
    :ivar date missing_from: first day of the half-year without a rate.
    :ivar compensation_currency: res.currency of a compensation that is left out,
        because the item is in another one.
    :ivar bool in_draft: an invoice of interest about this item is not posted yet.
    """

    status: str
    regime: object = None
    segments: list = field(default_factory=list)
    interest: Decimal = Decimal(0)
    compensation: Decimal = Decimal(0)
    daily: Decimal = Decimal(0)
    missing_from: datetime.date = None
    compensation_currency: object = None
    in_draft: bool = False


class CollectionsInterest(models.AbstractModel):
    """Late interest of journal items, from their real history, in batches.

    The principal is the amount of the item, taxes included. A payment lowers it from
    the day after it was received; a credit note that reverses the invoice lowers it
    from the first day on. Days that were invoiced already don't count again.
    """

    _name = "collections.interest"
    _description = "Late Interest"

    @api.model
    def _compute_interest(self, move_lines, stop_date, deductions=None):
        """Return what items have borne up to a day, beside what was invoiced.

        A fixed number of queries, whatever the number of items.

        :param account.move.line move_lines: receivable items, open or settled.
        :param date stop_date: last day that counts.
        :param dict deductions: by item id, (day, Decimal): parts of the principal
            that are not asked for, in the currency of the item: disputed, which has
            no day and counts from the first one on, or covered by a receipt of a day.
        :return: by item id.
        :rtype: dict(int, ItemInterest)
        """
        deductions = deductions or {}
        rows = self._read_items(move_lines, stop_date)
        received = self._read_received(move_lines)
        regimes = self._get_regimes(rows)
        # Read once: records are slow to ask for each item.
        laws = {
            regime: (regime._get_rates(), regime._get_tiers())
            for regime in set(regimes.values())
            if regime
        }
        result = {}
        for row in rows:
            regime = regimes[row["id"]]
            balances = self._get_balances(
                row,
                received.get(row["id"], [])
                + deductions.get(row["id"], [])
                + self._get_insolvent_part(row),
            )
            result[row["id"]] = self._compute_item(
                row, regime, *laws.get(regime, ([], [])), balances, stop_date
            )
        return result

    def _compute_item(self, row, regime, rates, tiers, balances, stop_date):
        """Return the interest of one item.

        :param dict row: see :meth:`_read_items`.
        :param list rates: see :meth:`collections.interest.regime._get_rates`.
        :param list tiers: see :meth:`collections.interest.regime._get_tiers`.
        :param list balances: its principal over time.
        :rtype: ItemInterest
        """
        status = self._get_refusal(row, regime, stop_date)
        if status:
            known = status not in ("late_charge", "no_regime")
            return ItemInterest(status, regime if known else None)
        due = row["due"]
        if regime.starts == "formal_notice":
            due = max(due, row["formal_on"])
        last = min(
            stop_date,
            (row["insolvent_on"] or datetime.date.max) - DAY,
            row["plan_stops_on"] or datetime.date.max,
        )
        uncharged = self._leave_out_charged(balances, row["charged"] or [])
        try:
            computed = late_interest.compute_late_interest(
                uncharged,
                due,
                last,
                rates,
                day_basis=regime.day_basis,
                rate_mode=regime.rate_mode,
            )
        except late_interest.MissingRateError as error:
            half_year = self.env["collections.interest.rate"]._get_half_year(error.day)
            return ItemInterest("missing_rate", regime, missing_from=half_year)
        segments = computed.segments
        goes_on = segments and segments[-1].last_day == stop_date
        item = ItemInterest(
            "late",
            regime,
            segments=segments,
            interest=self._round(computed, row["currency_id"]),
            in_draft=row["in_draft"],
            daily=segments[-1].amount / segments[-1].days if goes_on else Decimal(0),
        )
        if self._owes_compensation(row, balances):
            currency = regime.compensation_currency_id
            if currency.id == row["currency_id"]:
                amount = row["invoice_amount"]
                item.compensation = regime._get_compensation(amount, tiers)
            elif currency:
                item.compensation_currency = currency
        return item

    def _get_refusal(self, row, regime, stop_date):
        """Return why an item bears nothing at all: see :class:`ItemInterest`.

        :return: None when it may bear interest.
        :rtype: str
        """
        due = row["due"]
        if row["is_late_charge"]:
            return "late_charge"
        if due is None or due >= stop_date or row["amount"] <= 0:
            return "not_late"
        if row["is_settled"]:
            return "settled"
        if not regime:
            return "no_regime"
        if row["plan_waives"]:
            return "waived_by_plan"
        if regime.starts == "formal_notice" and not row["formal_on"]:
            return "before_formal"
        return None

    def _round(self, computed, currency_id):
        """Return the total of an item, to the cent or to what its currency counts in.

        :rtype: Decimal
        """
        places = self.env["res.currency"].browse(currency_id).decimal_places
        if places >= 2:
            return computed.total
        exact = sum((segment.amount for segment in computed.segments), Decimal(0))
        return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)

    def _owes_compensation(self, row, balances):
        """Tell whether an item carries the compensation of its invoice.

        Once for an invoice, whatever the days or installments; none from who is
        insolvent (article L441-10 of the French commercial code), or when nothing was
        open on the first late day.

        :rtype: bool
        """
        first_late = [amount for day, amount in balances if day <= row["due"] + DAY]
        return (
            row["carries_compensation"]
            and not row["compensation_charged"]
            and not row["insolvent_on"]
            and first_late[-1] > 0
        )

    # === PRINCIPAL === #

    def _get_balances(self, row, received):
        """Return the principal of an item over time.

        :param list received: (day, amount); without a day: from the first one on.
        :rtype: list(tuple(date, Decimal))
        """
        amount = row["amount"] - sum(part for day, part in received if not day)
        balances = {BEGINNING: max(amount, Decimal(0))}
        for day, part in sorted(entry for entry in received if entry[0]):
            amount -= part
            balances[day + DAY] = max(amount, Decimal(0))
        return list(balances.items())

    def _get_insolvent_part(self, row):
        """Return the part of an item for which interest stopped at a judgment.

        :rtype: list(tuple(date, Decimal))
        """
        if row["insolvent_on"] or not row["insolvent_part"]:
            return []
        part = Decimal(row["insolvent_part"])
        # A receipt counts from the day after it; the judgment from its own.
        return [(row["insolvent_part_from"] - DAY, part)]

    def _leave_out_charged(self, balances, periods):
        """Return the balances without the days whose interest was invoiced.

        :param list periods: first and last day of each; an earlier one may be free
            again while a later one is not.
        """
        for first, last in periods:
            before = [entry for entry in balances if entry[0] < first]
            until = [amount for day, amount in balances if day <= last + DAY]
            after = [entry for entry in balances if entry[0] > last + DAY]
            balances = [*before, (first, Decimal(0)), (last + DAY, until[-1]), *after]
        return balances
