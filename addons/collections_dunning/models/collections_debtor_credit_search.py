from odoo import api, fields, models
from odoo.tools import SQL

VALUES = ("credit_limit", "currency_id", "limit_action", "age_limit_days", "age_action")
ALL_STATUSES = {"ok", "too_old", "over_limit", "on_hold"}


class CollectionsDebtor(models.Model):
    """Find customers by what the credit rule says of them.

    The same rule as ``_get_credit_findings``, for all customers in one query.
    """

    _inherit = "collections.debtor"

    def _search_is_over_limit(self, operator, value):
        return self._search_credit(SQL("c.over_limit"), operator, value)

    def _search_credit_hold(self, operator, value):
        return self._search_credit(SQL("c.on_hold"), operator, value)

    def _search_credit(self, condition, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        found = SQL(
            "(SELECT c.id FROM (%s) c WHERE %s)", self._get_credit_sql(), condition
        )
        return [("id", "in", found)]

    def _search_credit_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Who owes nothing and is not held has no row: he is within the rule.
        wanted = ALL_STATUSES & set(value)
        negative = "ok" in wanted
        found = SQL(
            """
            (SELECT c.id
               FROM (%s) c
              WHERE CASE WHEN c.on_hold THEN 'on_hold'
                         WHEN c.over_limit THEN 'over_limit'
                         WHEN c.too_old THEN 'too_old'
                         ELSE 'ok' END = ANY(%s))
            """,
            self._get_credit_sql(),
            list(ALL_STATUSES - wanted if negative else wanted),
        )
        return [("id", "not in" if negative else "in", found)]

    @api.model
    def _get_credit_sql(self):
        """Return what the rule says today of whoever owes something or is held.

        :return: rows of ``id`` (debtor), ``over_limit``, ``too_old``, ``on_hold``.
        :rtype: SQL
        """
        self.flush_model()
        self.env["res.partner"].flush_model(["credit_limit"])
        self.env["collections.segment"].flush_model(["active", "credit_policy_id"])
        self.env["collections.credit.request"].flush_model()
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT r.id,
                   r.is_over AND r.limit_action <> 'none' AS over_limit,
                   r.is_old AND r.age_action <> 'none' AS too_old,
                   r.is_held OR r.is_over AND r.limit_action = 'block'
                             OR r.is_old AND r.age_action = 'block' AS on_hold
              FROM (SELECT d.id,
                           d.credit_hold_by_hand IS TRUE OR d.id IN (
                               SELECT n.debtor_id FROM (%(suspending)s) n) AS is_held,
                           coalesce(round(s.amount::numeric, company.decimals)
                                    > %(limit)s, FALSE) AS is_over,
                           coalesce(%(today)s - s.date_maturity
                                    > nullif(policy.age_limit_days, 0), FALSE)
                               AS is_old,
                           coalesce(policy.limit_action, 'warn') AS limit_action,
                           coalesce(policy.age_action, 'warn') AS age_action
                      FROM collections_debtor d
                      JOIN res_partner p ON p.id = d.partner_id
                      JOIN %(companies)s ON company.id = d.company_id
                 LEFT JOIN collections_segment segment ON segment.id = d.segment_id
                                                      AND segment.active
                 LEFT JOIN %(policies)s own ON own.id = d.credit_policy_id
                 LEFT JOIN %(policies)s given ON given.id = segment.credit_policy_id
                 LEFT JOIN %(policies)s policy
                        ON policy.id = coalesce(own.id, given.id, company.policy_id)
                 LEFT JOIN (SELECT e.root_id, e.partner_id, sum(e.amount) AS amount,
                                   min(e.date_maturity) AS date_maturity
                              FROM (%(exposure)s) e
                          GROUP BY e.root_id, e.partner_id) s
                        ON s.partner_id = d.partner_id AND s.root_id = company.root_id
                   ) r
             WHERE r.is_held OR r.is_over OR r.is_old
            """,
            suspending=self._get_suspending_sql(today),
            limit=self._get_limit_sql(),
            today=today,
            companies=self._get_credit_companies_sql(),
            policies=self._get_credit_policies_sql(),
            exposure=self._get_exposure_sql(today),
        )

    @api.model
    def _get_limit_sql(self):
        """Return the limit as ``_compute_applied_credit_limit`` gives it.

        :return: of ``d`` (debtor), ``p`` (its partner), ``policy`` and ``company``.
        :rtype: SQL
        """
        entered = SQL(
            "coalesce((p.credit_limit ->> company.root_id::text)::numeric, "
            "company.fallback)"
        )
        return SQL(
            """
            coalesce(
                CASE WHEN EXISTS (
                         SELECT FROM collections_credit_request q
                          WHERE q.debtor_id = d.id AND q.state = 'granted'
                            AND round(q.amount_granted, company.decimals)
                                = round(%(entered)s, company.decimals))
                     THEN %(entered)s
                     WHEN %(entered)s <> 0 AND %(entered)s <> company.fallback
                     THEN %(entered)s END,
                CASE WHEN policy.currency_id = company.currency_id
                     THEN policy.credit_limit END,
                company.default_limit)
            """,
            entered=entered,
        )

    @api.model
    def _get_credit_companies_sql(self):
        """Return what the rule takes from each company, as a table ``company``."""
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        partners = self.env["res.partner"].sudo()
        field = partners._fields["credit_limit"]
        rows = []
        for company in companies:
            root = company.root_id
            fallback = field.get_company_dependent_fallback(partners.with_company(root))
            rows.append(
                (
                    company.id,
                    root.id,
                    root.currency_id.id,
                    root.currency_id.decimal_places,
                    company._get_dunning_credit_policy().id or None,
                    fallback or 0.0,
                    root._get_default_credit_limit() or None,
                )
            )
        columns = SQL(
            "unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[], "
            "%s::numeric[], %s::numeric[])",
            *map(list, zip(*rows, strict=True)),
        )
        return SQL(
            "%s company (id, root_id, currency_id, decimals, policy_id, fallback, "
            "default_limit)",
            columns,
        )

    @api.model
    def _get_credit_policies_sql(self):
        """Return what counts in each policy, as a table of its id and its values."""
        values = self.env["collections.credit.policy"]._get_effective_values(VALUES)
        columns = [[row[name] for row in values.values()] for name in VALUES]
        return SQL(
            "(SELECT * FROM unnest(%s::int[], %s::numeric[], %s::int[], %s::varchar[], "
            "%s::int[], %s::varchar[]) p (id, credit_limit, currency_id, limit_action, "
            "age_limit_days, age_action))",
            list(values),
            *columns,
        )
