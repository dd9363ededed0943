from odoo import api, fields, models
from odoo.tools import SQL

from ..const import REASONS

# The keys are in the order of the columns: pivots sort by them.
BUCKETS = [
    ("1_not_due", "Not Due"),
    ("2_1_30", "1–30 Days"),
    ("3_31_60", "31–60 Days"),
    ("4_61_90", "61–90 Days"),
    ("5_over_90", "Over 90 Days"),
    ("6_credit", "Credits"),
]


def get_bucket_sql(residual, days_late):
    """Return the bucket of an item.

    What we owe the customer has a bucket of its own: the others show what is really
    owed, and their sum is still the balance of the ledger.

    :param SQL residual: open amount, negative of a credit.
    :param SQL days_late: days since the due date.
    :rtype: SQL
    """
    return SQL(
        """
        CASE WHEN %(residual)s < 0 THEN '6_credit'
             WHEN %(days)s <= 0 THEN '1_not_due'
             WHEN %(days)s <= 30 THEN '2_1_30'
             WHEN %(days)s <= 60 THEN '3_31_60'
             WHEN %(days)s <= 90 THEN '4_61_90'
             ELSE '5_over_90' END
        """,
        residual=residual,
        days=days_late,
    )


class CollectionsAgedItem(models.Model):
    """The aged balance: one row for each open receivable item of the ledger."""

    _name = "collections.aged.item"
    _description = "Aged Balance"
    _auto = False
    _order = "date_maturity, id"
    _rec_name = "move_name"

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    debtor_id = fields.Many2one("collections.debtor", readonly=True)
    responsible_id = fields.Many2one("res.users", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    move_id = fields.Many2one("account.move", string="Entry", readonly=True)
    move_name = fields.Char(string="Number", readonly=True)
    ref = fields.Char(string="Reference", readonly=True)
    date = fields.Date(readonly=True)
    date_maturity = fields.Date(string="Due Date", readonly=True)
    days_late = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Since the due date in the ledger, for public buyers too.",
    )
    bucket = fields.Selection(BUCKETS, string="Age", readonly=True)
    reason = fields.Selection(
        REASONS,
        string="Decision",
        readonly=True,
        help="Why this item is or is not dunned, as of the last run.",
    )
    plan_id = fields.Many2one(
        "collections.payment.plan",
        string="In Plan",
        readonly=True,
        help="The payment plan in force that spreads this item; its due date stays.",
    )
    promise_date = fields.Date(
        string="Promised For",
        readonly=True,
        help="Next day for which the customer announced a payment of this item.",
    )
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_residual = fields.Monetary(
        string="Open Amount",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency; credits are negative.",
    )
    amount_residual_currency = fields.Monetary(
        string="Open in Currency",
        readonly=True,
        help="In the currency of the item.",
    )

    _depends = {
        "account.move.line": [
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "company_currency_id",
            "company_id",
            "currency_id",
            "date",
            "date_maturity",
            "move_id",
            "move_name",
            "parent_state",
            "partner_id",
            "reconciled",
            "ref",
        ],
        "account.account": ["account_type"],
        "collections.debtor": [
            "company_id",
            "partner_id",
            "responsible_id",
            "segment_id",
        ],
        "collections.payment.plan": ["state"],
        "collections.payment.plan.line": ["move_line_id", "plan_id"],
        "collections.promise": ["date", "item_ids", "state"],
        "collections.segment": ["active", "responsible_id"],
        "dunning.decision": ["closed_run_id", "move_line_id", "reason"],
        "res.company": ["dunning_responsible_id"],
        "res.partner": ["commercial_partner_id"],
    }

    @property
    def _table_query(self):
        """The open items as of today, in the time zone of the user.

        PostgreSQL leaves out what nobody asks for: the tables joined by a unique
        index, and the decision, which is looked up for the rows shown alone.
        """
        today = fields.Date.context_today(self)
        return SQL("%s %s", self._select(today), self._from())

    @api.model
    def _select(self, today):
        days_late = SQL("(%s - coalesce(line.date_maturity, line.date))", today)
        return SQL(
            """
            SELECT line.id,
                   line.company_id,
                   coalesce(partner.commercial_partner_id, line.partner_id)
                       AS partner_id,
                   debtor.id AS debtor_id,
                   coalesce(debtor.responsible_id, (%(of_segment)s),
                            company.dunning_responsible_id) AS responsible_id,
                   line.account_id,
                   line.move_id,
                   line.move_name,
                   line.ref,
                   line.date,
                   coalesce(line.date_maturity, line.date) AS date_maturity,
                   CASE WHEN line.amount_residual_currency < 0 THEN 0
                        ELSE greatest(%(days_late)s, 0) END AS days_late,
                   %(bucket)s AS bucket,
                   (SELECT decision.reason
                      FROM dunning_decision decision
                     WHERE decision.move_line_id = line.id
                       AND decision.closed_run_id IS NULL) AS reason,
                   (SELECT max(plan.id)
                      FROM collections_payment_plan_line planned
                      JOIN collections_payment_plan plan
                        ON plan.id = planned.plan_id
                       AND plan.state IN ('accepted', 'late')
                     WHERE planned.move_line_id = line.id) AS plan_id,
                   (SELECT min(promise.date)
                      FROM collections_promise_item_rel promised
                      JOIN collections_promise promise
                        ON promise.id = promised.promise_id
                       AND promise.state = 'open'
                     WHERE promised.move_line_id = line.id) AS promise_date,
                   line.company_currency_id,
                   line.currency_id,
                   line.amount_residual,
                   line.amount_residual_currency
            """,
            days_late=days_late,
            of_segment=self.env["collections.segment"]._get_responsible_sql("debtor"),
            bucket=get_bucket_sql(SQL("line.amount_residual_currency"), days_late),
        )

    @api.model
    def _from(self):
        return SQL(
            """
              FROM account_move_line line
              JOIN account_account account
                ON account.id = line.account_id
               AND account.account_type = 'asset_receivable'
         LEFT JOIN res_company company ON company.id = line.company_id
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
         LEFT JOIN collections_debtor debtor
                ON debtor.partner_id = partner.commercial_partner_id
               AND debtor.company_id = line.company_id
             WHERE line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
            """
        )

    def action_open_entry(self):
        """Open the invoice or entry of this item."""
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_open_debtor(self):
        """Open the customer's file, as it stands in this company."""
        self.ensure_one()
        return self.debtor_id._get_records_action()
