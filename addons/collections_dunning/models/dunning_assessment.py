from odoo import api, fields, models
from odoo.tools import SQL

from ..const import HOLD_REASONS, REASONS

# The parts of the assessment in their order; each reads the ones before it.
PARTS = ("dunning_item", "dunning_claim", "dunning_assessed")
# Reasons that an item has by itself, see ``_get_refusal_sql``.
REFUSALS = ("not_delivered", "direct_debit", "bill", "retention", "factored")
# What was late by more than this when dunning began is a person's to decide.
OLD_DEBT_DAYS = 90


class DunningAssessment(models.AbstractModel):
    """Why each open item is or is not dunned, by set-based SQL.

    Three parts, each a query that reads the ones before:

    - ``dunning_item``: the open items of a company as of a day, and
    - ``dunning_claim``: what of them can be claimed, after holds, payments on their
      way and credits, both in ``dunning_assessment_claim``;
    - ``dunning_assessed``: level and reason of each, in ``dunning_assessment_level``.

    A run keeps the parts in temporary tables; an explanation reads them as one query
    of a single debtor. The number of queries does not grow with the items.
    """

    _name = "dunning.assessment"
    _description = "Dunning Assessment"

    # === ENTRY POINTS === #

    @api.model
    def _assess(self, company, date, partners=None):
        """Assess the open items into temporary tables, one for each part.

        :param res.company company: whose items are assessed.
        :param date date: day as of which they are.
        :param res.partner partners: items of these customers; None: of all, and old
            debt is put aside.
        :return: ids of the holds that put old debt aside.
        :rtype: list(int)
        """
        self._prepare(company, partners, date < fields.Date.context_today(self))
        aside = []
        parts = self._get_parts(company, date, partners)
        for name in PARTS:
            self._create_temporary_table(name, parts[name])
            if name == PARTS[0] and partners is None:
                aside = self._set_old_debt_aside(company, date)
        return aside

    @api.model
    def _assess_claims(self, company, date, partners):
        """Like :meth:`_assess` without the last part: amounts only."""
        self._prepare(company, partners)
        parts = self._get_parts(company, date, partners)
        for name in PARTS[:2]:
            self._create_temporary_table(name, parts[name])

    @api.model
    def _read_assessed(self, company, date, move_lines):
        """Assess these items without writing anything, for an explanation.

        :param account.move.line move_lines: items of one company.
        :return: one row for each open item among ``move_lines``.
        :rtype: list(dict)
        """
        self._flush()
        partners = move_lines.partner_id.commercial_partner_id
        parts = self._get_parts(company, date, partners)
        ctes = SQL(", ").join(
            SQL("%s AS MATERIALIZED (%s)", SQL.identifier(name), parts[name])
            for name in PARTS
        )
        return self.env.execute_query_dict(
            SQL(
                "WITH %s SELECT * FROM dunning_assessed WHERE id = ANY(%s) "
                "ORDER BY due, id",
                ctes,
                move_lines.ids,
            )
        )

    def _prepare(self, company, partners=None, is_past=False):
        self._flush()
        self.env["collections.debtor"]._ensure_for(company, partners, is_past)
        self.env["collections.insolvency"]._update_all(company, partners)
        # Hash joins over all open items: the default would spill to disk.
        self.env.cr.execute(
            "SELECT set_config('work_mem', '128MB', true),"
            # Compiling the long queries takes longer than it gains.
            " set_config('jit', 'off', true)"
        )

    def _set_old_debt_aside(self, company, date):
        """Hold what was very late when dunning began, until somebody decides.

        Items of ``dunning_item`` that no notice was ever sent about. A hold that was
        ended stays: the item is not put aside again.

        :return: ids of the new holds.
        :rtype: list(int)
        """
        start = company.dunning_start_date or date
        if date < start:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO dunning_hold
                       (debtor_id, company_id, move_line_id, reason, date_from, user_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT i.debtor_id, %(company)s, i.id, 'old_debt', i.clock + %(days)s,
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
                       now() AT TIME ZONE 'UTC'
                  FROM dunning_item i
                 WHERE i.clock < %(start)s::date - %(days)s
                   AND i.residual > 0 AND i.debtor_id IS NOT NULL
                   AND NOT i.non_trade AND NOT i.no_followup AND NOT i.is_payment
                   AND NOT EXISTS (SELECT FROM dunning_hold known
                                    WHERE known.move_line_id = i.id
                                      AND known.reason = 'old_debt')
                   AND NOT EXISTS (SELECT FROM dunning_notice_line nl
                                     JOIN dunning_notice n ON n.id = nl.notice_id
                                    WHERE nl.move_line_id = i.id AND nl.live
                                      AND nl.level_id IS NOT NULL
                                      AND n.state = 'sent')
             RETURNING id
                """,
                company=company.id,
                days=OLD_DEBT_DAYS,
                uid=self.env.uid,
                start=start,
            )
        )
        self.env["dunning.hold"].invalidate_model()
        return [hold_id for (hold_id,) in rows]

    def _flush(self):
        for model in (
            "account.move",
            "account.move.line",
            "account.payment",
            "account.partial.reconcile",
            "payment.transaction",
            "res.partner",
            "collections.debtor",
            "collections.segment",
            "collections.insolvency",
            "collections.insolvency.item",
            "collections.interest.charge",
            "dunning.hold",
            "dunning.level",
            "dunning.procedure",
            "dunning.notice",
            "dunning.notice.line",
            "dunning.decision",
            "collections.pause",
            "collections.payment.rejection",
            "collections.promise",
            "res.partner.bank",
            "account.payment.method.line",
        ):
            self.env[model].flush_model()

    def _create_temporary_table(self, name, query):
        table = SQL.identifier(name)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s AS %s", table, query))
        # What is joined; all columns would take longer than some of the queries.
        self.env.cr.execute(
            SQL("ANALYZE pg_temp.%s (id, move_id, partner_id, debtor_id)", table)
        )

    def _get_parts(self, company, date, partners):
        """Return the query of each part.

        :rtype: dict(str, SQL)
        """
        return {
            "dunning_item": self._get_item_sql(company, date, partners),
            "dunning_claim": self._get_claim_sql(company, date),
            "dunning_assessed": self._get_assessed_sql(company, date),
        }

    # === THE ORDERED TESTS === #

    @api.model
    def _get_tests(self):
        """Return the condition under which each reason refuses an item.

        In the order of ``const.REASONS``, which alone decides the order. The
        conditions read the columns of ``_get_assessed_sql``.

        :rtype: dict(str, SQL)
        """
        holds = {
            key: SQL("fully_held AND hold_reason = %s", key) for key, _ in HOLD_REASONS
        }
        refusals = {
            key: SQL("refusal = %s OR %s", key, holds.get(key, SQL("FALSE")))
            for key in REFUSALS
        }
        tests = {
            "credit": SQL("residual <= 0"),
            "no_partner": SQL("partner_id IS NULL"),
            "non_trade": SQL("non_trade"),
            "no_followup": SQL("no_followup OR blocked"),
            **holds,
            **refusals,
            "payment_in_process": SQL("in_process > 0 AND claimable <= 0"),
            "to_allocate": SQL(
                "is_payment OR days_late > 0 AND (receipt_until IS NOT NULL "
                "OR is_formal AND has_large_receipt)"
            ),
            "covered_by_credit": SQL("claim <= 0"),
            "not_due": SQL(
                "clock IS NULL OR days_late <= 0 AND event IS NULL AND (has_overdue "
                "OR level_offset IS NULL OR days_late < level_offset)"
            ),
            "waiting": SQL(
                "level_id IS NOT NULL "
                "AND (ladder_days < level_offset "
                "OR NOT pending AND (too_soon_until > assessed_on "
                "OR has_pending AND channel <> 'task' "
                "AND event IS DISTINCT FROM 'rejected'))"
            ),
            "notice_pending": SQL("pending"),
            "below_minimum": SQL("level_id IS NULL AND has_levels"),
            "no_recipient": SQL("level_id IS NOT NULL AND recipient_id IS NULL"),
            "no_procedure": SQL("procedure_id IS NULL"),
            "exhausted": SQL("level_id IS NULL"),
            "by_hand": SQL("by_hand"),
        }
        return {key: tests[key] for key, _label in REASONS if key != "dunned"}

    def _get_reason_sql(self):
        """Return the CASE that gives an item its reason: the first that refuses."""
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", test, key) for key, test in self._get_tests().items()
        )
        return SQL("CASE %s ELSE 'dunned' END", cases)
