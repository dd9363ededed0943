from odoo import api, fields, models
from odoo.tools import SQL

from ..const import LATE_SIDES, ON_TIME_DAYS


class CollectionsLateInvoice(models.Model):
    """Why invoices are paid late: one row for each that is, or was paid, late.

    Late is what it is for the payment behaviour: more than three days past the last
    day to pay, or past the day the invoice was sent when that was later. An invoice
    whose cause somebody told is shown however few its days.
    """

    _name = "collections.late.invoice"
    _description = "Cause of Lateness of an Invoice"
    _auto = False
    _order = "date_maturity desc, id desc"
    _rec_name = "move_id"

    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    debtor_id = fields.Many2one("collections.debtor", readonly=True)
    segment_id = fields.Many2one("collections.segment", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    cause_id = fields.Many2one(
        "collections.late.cause",
        readonly=True,
        help="Empty: nobody has said yet.",
    )
    side = fields.Selection(LATE_SIDES, string="At Fault", readonly=True)
    remark = fields.Char(readonly=True)
    recorded_by_id = fields.Many2one("res.users", readonly=True)
    recorded_on = fields.Date(readonly=True)
    invoice_date = fields.Date(readonly=True)
    date_maturity = fields.Date(
        string="To Be Paid By",
        readonly=True,
        help="Last day on which the first late installment was not late.",
    )
    settled_on = fields.Date(
        readonly=True, help="Last payment or credit; empty while something is open."
    )
    days_late = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="Up to the last payment, or up to today; of the latest installment.",
    )
    amount_late = fields.Monetary(
        string="Late Amount",
        currency_field="company_currency_id",
        readonly=True,
        help="What is open past its last day to pay, or was settled after it; in the "
        "company's currency.",
    )
    is_open = fields.Boolean(string="Still Open", readonly=True)

    _depends = {
        "account.move": [
            "commercial_partner_id",
            "company_id",
            "dunning_deposit_date",
            "dunning_resumed_on",
            "dunning_sent_on",
            "dunning_suspended_on",
            "invoice_date",
            "invoice_user_id",
            "is_late_charge",
            "late_cause_date",
            "late_cause_id",
            "late_cause_remark",
            "late_cause_user_id",
            "move_type",
            "state",
        ],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "balance",
            "company_id",
            "date_maturity",
            "move_id",
            "parent_state",
            "reconciled",
        ],
        "account.account": ["account_type"],
        "account.partial.reconcile": ["amount", "debit_move_id", "max_date"],
        "collections.debtor": ["company_id", "debtor_type", "partner_id", "segment_id"],
        "collections.late.cause": ["side"],
        "res.company": ["currency_id"],
    }

    @property
    def _table_query(self):
        """The late invoices as of today, in the time zone of the user."""
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT move.id,
                   move.company_id,
                   company.currency_id AS company_currency_id,
                   move.id AS move_id,
                   late.partner_id,
                   late.debtor_id,
                   debtor.segment_id,
                   move.invoice_user_id AS salesperson_id,
                   move.late_cause_id AS cause_id,
                   cause.side,
                   move.late_cause_remark AS remark,
                   move.late_cause_user_id AS recorded_by_id,
                   move.late_cause_date AS recorded_on,
                   move.invoice_date,
                   late.date_maturity,
                   late.settled_on,
                   late.days_late,
                   late.amount_late,
                   late.is_open
              FROM (%(late)s) late
              JOIN account_move move ON move.id = late.move_id
              JOIN res_company company ON company.id = move.company_id
         LEFT JOIN collections_debtor debtor ON debtor.id = late.debtor_id
         LEFT JOIN collections_late_cause cause ON cause.id = move.late_cause_id
            """,
            late=self._get_late_sql(today),
        )

    @api.model
    def _get_late_sql(self, today):
        """Return the query of the late items, summed up by invoice.

        By customer too, though an invoice has but one: what asks for one customer
        alone reads no other's items.

        :param date today: open items are late up to this day.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT item.move_id,
                   item.partner_id,
                   item.debtor_id,
                   min(item.clock) AS date_maturity,
                   CASE WHEN bool_and(item.reconciled)
                        THEN max(item.settled_on) END AS settled_on,
                   max(item.days_late) AS days_late,
                   sum(item.amount_late) AS amount_late,
                   NOT bool_and(item.reconciled) AS is_open
              FROM (SELECT item.*,
                           CASE WHEN item.reconciled THEN item.settled_on
                                ELSE %(today)s::date END - item.clock AS days_late
                      FROM (%(items)s) item) item
             WHERE item.days_late > CASE WHEN item.is_told THEN 0
                                         ELSE %(on_time)s END
          GROUP BY item.move_id, item.partner_id, item.debtor_id
            """,
            today=today,
            on_time=ON_TIME_DAYS,
            items=self._get_items_sql(today),
        )

    @api.model
    def _get_items_sql(self, today):
        """Return the query of the items of invoices that are past their last day."""
        return SQL(
            """
            SELECT clocked.*, paid.settled_on,
                   CASE WHEN clocked.reconciled THEN 0 ELSE clocked.residual END
                       + coalesce(paid.late, 0) AS amount_late
              FROM (SELECT l.id, l.move_id, l.reconciled IS TRUE AS reconciled,
                           l.amount_residual AS residual,
                           m.commercial_partner_id AS partner_id, d.id AS debtor_id,
                           m.late_cause_id IS NOT NULL AS is_told,
                           greatest(%(clock)s, m.dunning_sent_on) AS clock
                      FROM account_move_line l
                      JOIN account_move m ON m.id = l.move_id
                      JOIN account_account a ON a.id = l.account_id
                 LEFT JOIN collections_debtor d
                        ON d.partner_id = m.commercial_partner_id
                       AND d.company_id = l.company_id
                     WHERE l.parent_state = 'posted' AND l.balance > 0
                       AND a.account_type = 'asset_receivable'
                       AND m.move_type IN ('out_invoice', 'out_receipt')
                       AND m.is_late_charge IS NOT TRUE) clocked
         LEFT JOIN LATERAL (
                   SELECT max(part.max_date) AS settled_on,
                          sum(part.amount) FILTER (WHERE part.max_date > clocked.clock)
                              AS late
                     FROM account_partial_reconcile part
                    WHERE part.debit_move_id = clocked.id) paid ON TRUE
             WHERE clocked.clock < %(today)s
            """,
            clock=self.env["account.move.line"]._get_clock_sql(today),
            today=today,
        )

    # === ACTION METHODS === #

    def action_open_invoice(self):
        """Open the invoice of this row."""
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_open_late_cause(self):
        """Open the dialog that asks why these invoices are paid late.

        :raise AccessError: when the user is no Collector.
        """
        return self.move_id.action_open_late_cause()
