from odoo import api, fields, models
from odoo.tools import SQL

from ..const import AGREED_REASONS


class CollectionsDebtor(models.Model):
    """How much we have at risk with a customer.

    Counted over the root company and all of its branches: a customer of several
    branches has one limit.
    """

    _inherit = "collections.debtor"

    exposure = fields.Monetary(
        compute="_compute_exposure",
        help="Open receivables less credits, with the orders that are not invoiced "
        "yet where Sales is installed: of the company and all of its branches.",
    )
    exposure_orders = fields.Monetary(
        string="Orders to Invoice",
        compute="_compute_exposure",
        help="Part of the exposure: what is ordered and not invoiced yet.",
    )
    exposure_available = fields.Monetary(
        string="Left of the Limit",
        compute="_compute_exposure_used",
        help="What the customer may order before he reaches his credit limit.",
    )
    exposure_used_share = fields.Float(
        string="Limit Used (%)", digits=(16, 1), compute="_compute_exposure_used"
    )

    @api.depends("partner_id", "company_id")
    def _compute_exposure(self):
        exposures = self._get_exposures()
        for debtor in self:
            row = exposures.get(debtor._get_exposure_key(), {})
            debtor.exposure = row.get("amount", 0.0)
            debtor.exposure_orders = row.get("orders", 0.0)

    @api.depends("exposure", "applied_credit_limit", "has_applied_credit_limit")
    def _compute_exposure_used(self):
        for debtor in self:
            limit = debtor.applied_credit_limit
            used = max(debtor.exposure, 0.0)
            debtor.exposure_available = max(limit - debtor.exposure, 0.0)
            debtor.exposure_used_share = 100 * used / limit if limit else 0.0

    def _get_exposure_key(self):
        return self.company_id.root_id.id, self.partner_id.id

    def _get_exposures(self, date=None):
        """Read what is at risk with these customers, in one query.

        :param date date: day as of which items are late; None: today.
        :return: by root company id and customer id, in the currency of the company:
            ``amount``, ``orders`` (a part of it) and ``days_late`` of the oldest item
            about which nothing was agreed. Who owes nothing is not in it.
        :rtype: dict(tuple, dict)
        """
        roots = self.company_id.root_id
        if not roots or not self.partner_id.ids:
            return {}
        today = date or fields.Date.context_today(self)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT e.root_id, e.partner_id, sum(e.amount) AS amount,
                       coalesce(sum(e.amount) FILTER (WHERE e.is_order), 0) AS orders,
                       greatest(%(today)s - min(e.date_maturity), 0) AS days_late
                  FROM (%(exposure)s) e
                 WHERE e.root_id = ANY(%(roots)s) AND e.partner_id = ANY(%(partners)s)
              GROUP BY e.root_id, e.partner_id
                """,
                today=today,
                exposure=self._get_exposure_sql(today),
                roots=roots.ids,
                partners=self.partner_id.ids,
            )
        )
        return {(row.pop("root_id"), row.pop("partner_id")): row for row in rows}

    @api.model
    def _get_exposure_sql(self, today):
        """Return the query of what is at risk; other addons add rows of their own.

        :param date today: day as of which holds count.
        :return: rows of ``root_id``, ``partner_id`` (who is invoiced), ``amount`` in
            the currency of the root company, ``date_maturity`` (of debt that may be
            too old, else empty) and ``is_order``; several for one customer.
        :rtype: SQL
        """
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL(
            """
            SELECT split_part(c.parent_path, '/', 1)::int AS root_id,
                   p.commercial_partner_id AS partner_id,
                   l.amount_residual AS amount,
                   CASE WHEN l.amount_residual > 0 AND NOT %(agreed)s
                        THEN l.date_maturity END AS date_maturity,
                   FALSE AS is_order
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN res_partner p ON p.id = l.partner_id
              JOIN res_company c ON c.id = l.company_id
             WHERE l.parent_state = 'posted'
               AND a.account_type = 'asset_receivable'
               AND l.reconciled IS NOT TRUE
            """,
            agreed=self._get_agreed_sql(today),
        )

    @api.model
    def _get_agreed_sql(self, today):
        """Return the condition that an item is disputed, in a plan, or frozen by law.

        Whoever pays as agreed, or rightly not yet, goes on getting his deliveries.

        :param date today: day as of which holds count.
        :return: condition on ``l`` (item) and ``p`` (its partner).
        :rtype: SQL
        """
        self.env["dunning.hold"].flush_model()
        holds = SQL(
            "FROM dunning_hold h WHERE h.reason = ANY(%(reasons)s) "
            "AND h.date_from <= %(today)s "
            "AND (h.date_to IS NULL OR h.date_to >= %(today)s)",
            reasons=list(AGREED_REASONS),
            today=today,
        )
        return SQL(
            """(l.id IN (SELECT h.move_line_id %(holds)s
                            AND h.move_line_id IS NOT NULL
                            AND coalesce(h.amount, 0) = 0)
             OR (l.company_id, p.commercial_partner_id) IN (
                    SELECT d.company_id, d.partner_id
                      FROM collections_debtor d
                     WHERE d.id IN (SELECT h.debtor_id %(holds)s
                                       AND h.move_line_id IS NULL)))""",
            holds=holds,
        )
