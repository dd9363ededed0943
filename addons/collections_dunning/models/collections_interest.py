import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools import late_interest

# Before any invoice: a balance begins here, whatever came before the due date.
BEGINNING = datetime.date(1900, 1, 1)
DAY = datetime.timedelta(days=1)


@dataclass
class ItemInterest:
    """Interest and compensation of one item, in its currency.

    :ivar str status: ``late``; or why there is nothing: ``not_late``, ``no_regime``,
        ``missing_rate``, ``before_formal`` (runs from the formal notice only),
        ``late_charge`` (an invoice of interest bears none).
    :ivar regime: collections.interest.regime, may be empty.
    :ivar list segments: see ``late_interest.Segment``.
    :ivar Decimal interest: rounded to the cent.
    :ivar Decimal compensation: of the invoice, on one of its installments.
    :ivar Decimal daily: what one more day adds, not rounded.
    :ivar date missing_from: first day of the half-year without a rate.
    :ivar compensation_currency: res.currency of a compensation that is left out,
        because the item is in another one.
    """

    status: str
    regime: object = None
    segments: list = field(default_factory=list)
    interest: Decimal = Decimal(0)
    compensation: Decimal = Decimal(0)
    daily: Decimal = Decimal(0)
    missing_from: datetime.date = None
    compensation_currency: object = None


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
        :param dict deductions: Decimal by item id: part of the principal that is not
            asked for, in the currency of the item: disputed, or covered by credits.
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
                row, received.get(row["id"], []), deductions.get(row["id"])
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
        due = row["due"]
        if row["is_late_charge"]:
            return ItemInterest("late_charge")
        if due is None or due >= stop_date or row["amount"] <= 0:
            return ItemInterest("not_late", regime)
        if not regime:
            return ItemInterest("no_regime")
        if regime.starts == "formal_notice":
            if not row["formal_on"]:
                return ItemInterest("before_formal", regime)
            due = max(due, row["formal_on"])
        last = min(stop_date, (row["insolvent_on"] or datetime.date.max) - DAY)
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
            interest=computed.total,
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

    def _get_balances(self, row, received, deduction):
        """Return the principal of an item over time.

        :param list received: (day, amount, is retroactive), in order of time.
        :param Decimal deduction: part that is not asked for, from the first day on.
        :rtype: list(tuple(date, Decimal))
        """
        amount = row["amount"] - (deduction or 0)
        amount -= sum(credit for _day, credit, retroactive in received if retroactive)
        balances = {BEGINNING: max(amount, Decimal(0))}
        for day, credit, retroactive in received:
            if not retroactive:
                amount -= credit
                balances[day + DAY] = max(amount, Decimal(0))
        return list(balances.items())

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

    # === READING === #

    def _flush(self):
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "collections.debtor",
            "collections.interest.charge",
            "dunning.hold",
            "dunning.level",
            "dunning.notice",
            "dunning.notice.line",
            "res.partner",
        ):
            self.env[model].flush_model()

    def _read_items(self, move_lines, stop_date):
        """Return what the interest of each item depends on.

        ``due`` is the last day it was not late, ``formal_on`` the day of the first
        formal notice that claimed it, ``insolvent_on`` that of the judgment,
        ``charged`` the periods whose interest was invoiced, in order of time.

        :rtype: list(dict)
        """
        self._flush()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.company_id, l.currency_id,
                       l.amount_currency::text AS amount,
                       CASE WHEN m.move_type = 'entry' THEN l.amount_currency
                            ELSE m.amount_total END::text AS invoice_amount,
                       p.commercial_partner_id AS partner_id, d.id AS debtor_id,
                       %(due)s AS due,
                       coalesce(m.is_late_charge, FALSE) AS is_late_charge,
                       formal.day AS formal_on, insolvency.day AS insolvent_on,
                       charge.periods AS charged,
                       coalesce(compensation.charged, FALSE) AS compensation_charged,
                       l.id = first.id AS carries_compensation
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
             LEFT JOIN res_partner p ON p.id = l.partner_id
             LEFT JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                           AND d.company_id = l.company_id
             LEFT JOIN LATERAL (%(formal)s) formal ON TRUE
             LEFT JOIN LATERAL (%(insolvency)s) insolvency ON TRUE
             LEFT JOIN LATERAL (
                       SELECT array_agg(ARRAY[c.date_from, c.date_to]
                                        ORDER BY c.date_from) AS periods
                         FROM (%(charges)s) c
                        WHERE c.move_id = l.move_id AND c.date_to IS NOT NULL
                          AND coalesce(c.move_line_id, l.id) = l.id
                       ) charge ON TRUE
             LEFT JOIN LATERAL (
                       SELECT TRUE AS charged FROM (%(charges)s) c
                        WHERE c.move_id = l.move_id AND c.amount_compensation > 0
                        LIMIT 1) compensation ON TRUE
             LEFT JOIN LATERAL (%(first)s) first ON TRUE
                 WHERE l.id = ANY(%(ids)s)
                """,
                due=self.env["account.move.line"]._get_clock_sql(stop_date),
                formal=self._get_formal_sql(),
                insolvency=self._get_insolvency_sql(stop_date),
                charges=self.env["collections.interest.charge"]._get_live_sql(),
                first=self._get_first_installment_sql(),
                ids=list(move_lines._origin.ids),
            )
        )
        for row in rows:
            # The driver would make floats of numbers.
            row["amount"] = Decimal(row["amount"])
            row["invoice_amount"] = Decimal(row["invoice_amount"])
        return rows

    def _get_formal_sql(self):
        """Return the query of the day an item (``l``) was first formally claimed.

        The first presentation, else two days after the letter was posted.
        """
        return SQL(
            """
            SELECT min(coalesce(n.presented_on, n.posted_on + 2, n.sent_at::date))
                   AS day
              FROM dunning_notice_line nl
              JOIN dunning_notice n ON n.id = nl.notice_id AND n.state = 'sent'
              JOIN dunning_level level ON level.id = nl.level_id AND level.is_formal
             WHERE nl.move_line_id = l.id AND nl.live AND nl.move_id = l.move_id
               AND nl.date_maturity = coalesce(l.date_maturity, l.date)
            """
        )

    def _get_insolvency_sql(self, stop_date):
        """Return the query of the day on which the interest of an item (``l``) stops.

        Article L622-28 of the French commercial code: at the judgment.
        """
        return SQL(
            """
            SELECT min(h.date_from) AS day
              FROM dunning_hold h
             WHERE h.debtor_id = d.id AND h.reason = 'insolvency'
               AND coalesce(h.move_line_id, l.id) = l.id
               AND h.date_from <= %(day)s
               AND coalesce(h.date_to, %(day)s) >= %(day)s
            """,
            day=stop_date,
        )

    def _get_first_installment_sql(self):
        """Return the query of the installment that carries the compensation.

        The first open one of the invoice (``l``); when all are settled, the first
        that was settled late.
        """
        return SQL(
            """
            SELECT other.id
              FROM account_move_line other
             WHERE other.move_id = l.move_id AND other.account_id = l.account_id
               AND other.amount_currency > 0
          ORDER BY other.reconciled IS TRUE,
                   NOT EXISTS (SELECT FROM account_partial_reconcile late
                                WHERE late.debit_move_id = other.id
                                  AND late.max_date > other.date_maturity),
                   other.date_maturity, other.id
             LIMIT 1
            """
        )

    def _read_received(self, move_lines):
        """Return what lowered the principal of each item, in order of time.

        :return: (day, amount, is retroactive) by item id: a credit note that reverses
            the invoice counts from the first day on.
        :rtype: dict(int, list)
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.debit_move_id, part.max_date,
                       part.debit_amount_currency::text,
                       coalesce(credit.reversed_entry_id = item.move_id, FALSE)
                  FROM account_partial_reconcile part
                  JOIN account_move_line item ON item.id = part.debit_move_id
                  JOIN account_move_line other ON other.id = part.credit_move_id
                  JOIN account_move credit ON credit.id = other.move_id
                 WHERE part.debit_move_id = ANY(%s)
                   AND part.debit_amount_currency <> 0
              ORDER BY part.max_date, part.id
                """,
                list(move_lines._origin.ids),
            )
        )
        received = {}
        for item_id, day, amount, retroactive in rows:
            entry = (day, Decimal(amount), retroactive)
            received.setdefault(item_id, []).append(entry)
        return received

    def _get_regimes(self, rows):
        """Return the regime of each item: its debtor's, or that of who has no file yet.

        :rtype: dict(int, collections.interest.regime)
        """
        debtors = self.env["collections.debtor"].sudo()
        debtors = debtors.browse({row["debtor_id"] for row in rows if row["debtor_id"]})
        by_debtor = {debtor.id: debtor.applied_regime_id for debtor in debtors}
        strangers = [row for row in rows if not row["debtor_id"]]
        unknown = self._get_default_regimes(
            {(row["company_id"], row["partner_id"]) for row in strangers}
        )
        return {
            row["id"]: by_debtor[row["debtor_id"]]
            if row["debtor_id"]
            else unknown[row["company_id"], row["partner_id"]]
            for row in rows
        }

    def _get_default_regimes(self, keys):
        """Return the regimes of customers that have no file yet.

        :param set keys: pairs of the ids of a company and a customer.
        :rtype: dict(tuple, collections.interest.regime)
        """
        debtors = self.env["collections.debtor"].sudo()
        partners = self.env["res.partner"].sudo()
        partners = partners.browse({key[1] for key in keys if key[1]})
        kinds = {
            partner.id: debtors._get_default_debtor_type(partner)
            for partner in partners
        }
        wanted = {key: (key[0], kinds.get(key[1])) for key in keys}
        companies = self.env["res.company"].sudo()
        regimes = self.env["collections.interest.regime"]
        found = {
            (company_id, kind): regimes._find_regime(companies.browse(company_id), kind)
            for company_id, kind in set(wanted.values())
        }
        return {key: found[wanted[key]] for key in keys}
