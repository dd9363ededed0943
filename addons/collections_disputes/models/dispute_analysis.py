from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CASE_STATES, FOUND_JUSTIFIED, ORIGINS, RESOLUTIONS, SIDES


class DisputeAnalysis(models.Model):
    """What was disputed, why, and how it ended: one row for each disputed item.

    A case of which the items are not known yet has one row, without amount. Counts
    and averages are those of cases: each weighs the same, however many items it has.
    """

    _name = "dispute.analysis"
    _description = "Dispute Analysis"
    _auto = False
    _order = "date_open desc, id desc"
    _rec_name = "case_id"

    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    case_id = fields.Many2one("dispute.case", string="Dispute", readonly=True)
    case_count = fields.Float(
        string="Disputes",
        digits=(16, 0),
        readonly=True,
        help="A dispute about several items counts once.",
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    reason_id = fields.Many2one("dispute.reason", readonly=True)
    cause_id = fields.Many2one("dispute.cause", string="Root Cause", readonly=True)
    side = fields.Selection(SIDES, string="At Fault", readonly=True)
    origin = fields.Selection(ORIGINS, readonly=True)
    state = fields.Selection(CASE_STATES, readonly=True)
    resolution = fields.Selection(RESOLUTIONS, readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    date_open = fields.Datetime(string="Opened", readonly=True)
    date_closed = fields.Datetime(string="Closed", readonly=True)
    amount = fields.Monetary(
        string="Disputed",
        currency_field="company_currency_id",
        readonly=True,
        help="At first; in the company's currency, at the rate of the opening day.",
    )
    days_to_solve = fields.Float(
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="From the opening to the end. Open disputes don't count.",
    )
    share_justified = fields.Float(
        string="Justified (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="Share of the closed disputes in which the customer was right.",
    )
    same_product_count = fields.Integer(
        string="Same Cause and Product", aggregator="max", readonly=True
    )
    same_salesperson_count = fields.Integer(
        string="Same Cause and Salesperson", aggregator="max", readonly=True
    )
    same_customer_count = fields.Integer(
        string="Same Cause and Customer", aggregator="max", readonly=True
    )

    _depends = {
        "dispute.case": [
            "cause_id",
            "company_id",
            "date_closed",
            "date_open",
            "origin",
            "partner_id",
            "reason_id",
            "resolution",
            "side",
            "state",
            "user_id",
        ],
        "dispute.case.line": [
            "amount_company_opened",
            "case_id",
            "move_id",
            "product_id",
        ],
        "account.move": ["invoice_user_id"],
        "res.partner": ["commercial_partner_id"],
        "res.company": ["currency_id"],
    }

    @property
    def _table_query(self):
        return SQL("%s %s", self._select(), self._from())

    @api.model
    def _select(self):
        return SQL(
            """
            SELECT coalesce(line.id, -dispute.id) AS id,
                   dispute.company_id,
                   company.currency_id AS company_currency_id,
                   dispute.id AS case_id,
                   1.0 / count(*) OVER (PARTITION BY dispute.id) AS case_count,
                   coalesce(partner.commercial_partner_id, dispute.partner_id)
                       AS partner_id,
                   line.move_id,
                   move.invoice_user_id AS salesperson_id,
                   line.product_id,
                   dispute.reason_id,
                   dispute.cause_id,
                   dispute.side,
                   dispute.origin,
                   dispute.state,
                   dispute.resolution,
                   dispute.user_id,
                   dispute.date_open,
                   dispute.date_closed,
                   coalesce(line.amount_company_opened, 0) AS amount,
                   extract(epoch FROM dispute.date_closed - dispute.date_open) / 86400
                       AS days_to_solve,
                   CASE WHEN dispute.resolution IS NULL THEN NULL
                        WHEN dispute.resolution IN %(justified)s THEN 100
                        ELSE 0 END AS share_justified,
                   %(same_product)s AS same_product_count,
                   %(same_salesperson)s AS same_salesperson_count,
                   %(same_customer)s AS same_customer_count
            """,
            justified=FOUND_JUSTIFIED,
            same_product=self._select_same(SQL("line.product_id")),
            same_salesperson=self._select_same(SQL("move.invoice_user_id")),
            same_customer=self._select_same(
                SQL("coalesce(partner.commercial_partner_id, dispute.partner_id)")
            ),
        )

    @api.model
    def _select_same(self, column):
        """Return how many cases of a company have the same cause and something else.

        :param SQL column: what else they have in common.
        :rtype: SQL
        """
        # PostgreSQL has no count(DISTINCT …) OVER: two ranks make one.
        partition = SQL("PARTITION BY dispute.company_id, dispute.cause_id, %s", column)
        return SQL(
            """
            CASE WHEN dispute.cause_id IS NULL OR %(column)s IS NULL THEN 0
                 ELSE dense_rank() OVER (%(partition)s ORDER BY dispute.id)
                    + dense_rank() OVER (%(partition)s ORDER BY dispute.id DESC) - 1
            END
            """,
            column=column,
            partition=partition,
        )

    @api.model
    def _from(self):
        return SQL(
            """
              FROM dispute_case dispute
              JOIN res_company company ON company.id = dispute.company_id
         LEFT JOIN dispute_case_line line ON line.case_id = dispute.id
         LEFT JOIN account_move move ON move.id = line.move_id
         LEFT JOIN res_partner partner ON partner.id = dispute.partner_id
            """
        )

    def _read_group_select(self, aggregate_spec, query):
        """Average over cases, not over items: a case of ten items counts once."""
        name, _colon, aggregator = aggregate_spec.partition(":")
        if aggregator != "avg" or name not in ("days_to_solve", "share_justified"):
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            """
            sum(%(value)s * %(weight)s)
            / nullif(sum(%(weight)s) FILTER (WHERE %(value)s IS NOT NULL), 0)
            """,
            value=self._field_to_sql(self._table, name, query),
            weight=self._field_to_sql(self._table, "case_count", query),
        )

    def action_open_case(self):
        """Open the dispute of this row."""
        self.ensure_one()
        return self.case_id._get_records_action()
