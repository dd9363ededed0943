from odoo import api, fields, models
from odoo.tools import SQL

# Overdue open items by customer, as the customer's file sums them up.
OVERDUE = """
    SELECT p.commercial_partner_id AS partner_id, sum(l.amount_residual) AS amount
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
       AND l.reconciled IS NOT TRUE AND a.account_type = 'asset_receivable'
       AND l.amount_residual > 0 AND l.date_maturity < %(today)s
  GROUP BY p.commercial_partner_id
"""
# The figures that conditions look at; NULL, which fits nothing, where one is unknown.
FIGURES = """
    CASE WHEN d.settled_count > 0 THEN d.late_days_average END AS late_days_average,
    CASE WHEN d.settled_count > 0 THEN d.on_time_share END AS on_time_share,
    CASE WHEN d.has_trend THEN d.late_days_trend END AS late_days_trend,
    coalesce(d.oldest_late_days, 0) AS oldest_late_days,
    CASE WHEN d.settled_count > 0 THEN d.notices_per_invoice END AS notices_per_invoice,
    CASE WHEN d.promise_count > 0 THEN d.promise_kept_share END AS promise_kept_share,
    coalesce(d.settled_count, 0) AS settled_count,
    CASE WHEN d.grade IS NOT NULL THEN 100 - (
        SELECT sum(value::numeric) FROM jsonb_each_text(d.grade_parts))
     END AS grade_points,
    extract(year FROM age(%(today)s, d.first_invoice_date)) * 12
        + extract(month FROM age(%(today)s, d.first_invoice_date)) AS months_known,
    coalesce(d.sales_amount, 0) AS sales_amount,
    coalesce(overdue.amount, 0) AS overdue_amount
"""


class CollectionsSegment(models.Model):
    """Which customer belongs where: all of a company at once, in one statement."""

    _inherit = "collections.segment"

    @api.model
    def _sort_customers(self, company):
        """Put each customer into the first segment that fits; tell who changed.

        A change is logged on the customer, see ``collections_segment_warning`` for
        what the Credit Manager hears of.

        :param res.company company: whose customers.
        """
        changes = self._assign(company)
        self._log_changes(company, changes)
        if changes:
            self._warn_of_worsened(company, changes)

    @api.model
    def _assign(self, company, partners=None):
        """Put the customers of a company into the first segment that fits.

        Who is pinned stays; who stays where he is is not written. Nobody worsens of
        whom too little is known to judge: he has no grade.

        :param res.company company: whose customers.
        :param res.partner partners: only these; None: all.
        :return: one row for each customer who changed: ``id`` of the debtor,
            ``former_id``, ``segment_id``, ``is_worse``.
        :rtype: list(dict)
        """
        for model in (
            *("account.move.line", "res.partner", "collections.debtor"),
            *("collections.segment", "collections.segment.condition"),
        ):
            self.env[model].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH found AS (%(found)s)
                UPDATE collections_debtor d
                   SET segment_id = found.segment_id,
                       segment_former_id = found.former_id,
                       segment_date = %(today)s,
                       segment_worsened_on = CASE
                           WHEN changed.is_worse THEN %(today)s::date
                           WHEN changed.is_better THEN NULL
                           ELSE d.segment_worsened_on END
                  FROM found
             LEFT JOIN collections_segment segment ON segment.id = found.segment_id
             LEFT JOIN collections_segment former ON former.id = found.former_id
            CROSS JOIN LATERAL (
                       SELECT coalesce(found.grade IS NOT NULL
                                       AND segment.severity > former.severity, FALSE)
                                  AS is_worse,
                              segment.severity < former.severity AS is_better) changed
                 WHERE d.id = found.id
                   AND found.segment_id IS DISTINCT FROM found.former_id
             RETURNING d.id, found.former_id, found.segment_id, changed.is_worse
                """,
                found=self._get_found_sql(company, partners),
                today=fields.Date.context_today(self),
            )
        )
        if rows:
            self.env["collections.debtor"].invalidate_model(
                [
                    *("segment_id", "segment_former_id", "segment_date"),
                    *("segment_worsened_on", "applied_tone", "applied_responsible_id"),
                ]
            )
        return rows

    def _get_found_sql(self, company, partners):
        """Return the query of the segment that each customer fits first.

        :return: query of ``id``, ``former_id``, ``segment_id`` (NULL: fits none) and
            ``grade``; those who are pinned are not in it.
        :rtype: SQL
        """
        values = {
            "company": company.id,
            "today": SQL("%s::date", fields.Date.context_today(self)),
        }
        only = SQL("TRUE")
        if partners is not None:
            only = SQL("d.partner_id = ANY(%s)", partners.commercial_partner_id.ids)
        segments = self.sudo().search([("company_id", "parent_of", company.ids)])
        segments |= self.sudo().search([("company_id", "=", False)])
        cases = [
            SQL("WHEN %s THEN %s", segment._get_match_sql(), segment.id)
            for segment in segments.sorted()
        ]
        return SQL(
            """
            SELECT id, former_id, grade, %(segment)s AS segment_id
              FROM (SELECT d.id, d.partner_id, d.segment_id AS former_id, d.grade,
                           d.is_strategic, p.country_id, %(figures)s
                      FROM collections_debtor d
                      JOIN res_partner p ON p.id = d.partner_id
                 LEFT JOIN (%(overdue)s) overdue ON overdue.partner_id = d.partner_id
                     WHERE d.company_id = %(company)s
                       AND d.segment_pinned IS NOT TRUE AND %(only)s) fact
            """,
            segment=SQL("CASE %s END", SQL(" ").join(cases))
            if cases
            else SQL("NULL::int"),
            figures=SQL(FIGURES, today=values["today"]),
            overdue=SQL(OVERDUE, **values),
            company=company.id,
            only=only,
        )

    def _get_match_sql(self):
        """Return whether a customer (``fact``) fits this segment.

        All conditions hold; without any, everybody fits.

        :rtype: SQL
        """
        self.ensure_one()
        operators = {"at_least": SQL(">="), "at_most": SQL("<=")}
        tests = [
            SQL(
                "%s %s %s",
                SQL.identifier(condition.figure),
                operators[condition.operator],
                condition.value,
            )
            for condition in self.condition_ids
        ]
        if self.only_strategic:
            tests.append(SQL("is_strategic"))
        if self.country_ids:
            tests.append(SQL("country_id = ANY(%s)", self.country_ids.ids))
        if self.tag_ids:
            tags = self.tag_ids.search([("id", "child_of", self.tag_ids.ids)])
            tests.append(
                SQL(
                    "EXISTS (SELECT FROM res_partner_res_partner_category_rel tagged "
                    "WHERE tagged.partner_id = fact.partner_id "
                    "AND tagged.category_id = ANY(%s))",
                    tags.ids,
                )
            )
        return SQL(" AND ").join(tests) if tests else SQL("TRUE")
