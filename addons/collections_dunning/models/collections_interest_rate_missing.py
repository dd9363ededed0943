from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse

from ..tools.text_writer import TextWriter


class CollectionsInterestRate(models.Model):
    """Half-years whose rate nobody has entered, though overdue items need it."""

    _inherit = "collections.interest.rate"

    @api.model
    @api.readonly
    def get_missing_rates(self):
        """Return what is to be entered, for the companies the user works in.

        :return: one sentence for each rate, the oldest half-year first.
        :rtype: list(str)
        """
        self.check_access("read")
        today = fields.Date.context_today(self)
        missing = self._find_missing(self.env.companies, today)
        labels = dict(self._fields["series"]._description_selection(self.env))
        write = TextWriter(babel_locale_parse(self.env.lang), "EUR")
        return [
            self.env._(
                "%(series)s, from %(day)s (%(count)s customers)",
                series=labels[series],
                day=write.date(day),
                count=count,
            )
            for (series, day), count in sorted(
                missing.items(), key=lambda entry: (entry[0][1], entry[0][0])
            )
        ]

    @api.model
    def _find_missing(self, companies, date):
        """Return the rates that overdue items need and that nobody has entered.

        The half-year of ``date`` and those before it alone: no rate to come is asked
        for.

        :param res.company companies: whose items are looked at.
        :param date date: as of this day.
        :return: number of customers by series and first day of the half-year.
        :rtype: dict(tuple(str, date), int)
        """
        known = {(r.series, r.date) for r in self.sudo().search_fetch([])}
        debtors = defaultdict(set)
        for debtor, late_from in self._read_late_half_years(companies, date):
            for need in self._get_needs(debtor.applied_regime_id, late_from, date):
                if need not in known:
                    debtors[need].add(debtor.id)
        return {need: len(ids) for need, ids in debtors.items()}

    @api.model
    def _get_needs(self, regime, late_from, date):
        """Return the rates that a regime needs for what is late since a half-year.

        Interest that runs from the formal notice needs the rate of the day alone:
        an earlier one was asked for when it was the rate of the day.

        :param date late_from: first day of the half-year of the first late day.
        :param date date: last day that counts.
        :return: series and first day of each half-year.
        :rtype: list(tuple(str, date))
        """
        if not regime.series:
            return []
        if regime.starts == "formal_notice":
            return [(regime.series, self._get_half_year(date))]
        if regime.rate_mode == "frozen":
            return [(regime.series, late_from)]
        needs = []
        while late_from <= date:
            needs.append((regime.series, late_from))
            late_from = self._get_next_half_year(late_from)
        return needs

    @api.model
    def _read_late_half_years(self, companies, date):
        """Return debtors with the half-years in which open items fell late.

        :return: debtor and first day of the half-year.
        :rtype: list(tuple(collections.debtor, date))
        """
        for model in ("account.move", "account.move.line", "collections.debtor"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT debtor_id, make_date(
                           extract(year FROM late)::int,
                           CASE WHEN extract(month FROM late) > 6 THEN 7 ELSE 1 END, 1)
                  FROM (SELECT d.id AS debtor_id, %(due)s + 1 AS late
                          FROM account_move_line l
                          JOIN account_account a ON a.id = l.account_id
                          JOIN account_move m ON m.id = l.move_id
                          JOIN res_partner p ON p.id = l.partner_id
                          JOIN collections_debtor d
                            ON d.partner_id = p.commercial_partner_id
                           AND d.company_id = l.company_id
                         WHERE l.company_id = ANY(%(companies)s)
                           AND a.account_type = 'asset_receivable'
                           AND l.parent_state = 'posted'
                           AND l.reconciled IS NOT TRUE
                           AND l.amount_residual_currency > 0
                           AND m.is_late_charge IS NOT TRUE
                       ) item
                 WHERE late <= %(date)s
              GROUP BY 1, 2
                """,
                due=self.env["account.move.line"]._get_clock_sql(date),
                companies=companies.ids,
                date=date,
            )
        )
        debtors = self.env["collections.debtor"].sudo()
        debtors = debtors.browse({debtor_id for debtor_id, _day in rows})
        by_id = {debtor.id: debtor for debtor in debtors}
        return [(by_id[debtor_id], day) for debtor_id, day in rows]
