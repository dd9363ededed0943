from odoo import api, fields, models
from odoo.tools import SQL

from ..const import (
    HOLD_REASONS,
    LIVE_PLAN_STATES,
    REASONS,
    SLEEPING_CAUSES,
    SLEEPING_REASONS,
)


class CollectionsSleepingItem(models.Model):
    """Sleeping money: open items that nobody is asked to pay, without an end.

    Somebody excluded them, or they wait for somebody, and no date brings them back.
    What an open dispute, plan, offer or pause holds does not sleep: it has an owner.
    """

    _name = "collections.sleeping.item"
    _description = "Sleeping Money"
    _auto = False
    _order = "amount desc, id"
    _rec_name = "move_name"

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    debtor_id = fields.Many2one("collections.debtor", readonly=True)
    responsible_id = fields.Many2one("res.users", readonly=True)
    move_id = fields.Many2one("account.move", string="Entry", readonly=True)
    move_name = fields.Char(string="Number", readonly=True)
    date_maturity = fields.Date(string="Due Date", readonly=True)
    days_late = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Since the due date in the ledger, for public buyers too.",
    )
    cause = fields.Selection(
        [*SLEEPING_CAUSES, *(each for each in REASONS if each[0] in SLEEPING_REASONS)],
        string="Why It Sleeps",
        readonly=True,
    )
    hold_id = fields.Many2one("dunning.hold", readonly=True)
    reason = fields.Selection(HOLD_REASONS, string="Held As", readonly=True)
    note = fields.Char(string="Explanation", readonly=True)
    user_id = fields.Many2one("res.users", string="Held By", readonly=True)
    date = fields.Date(
        string="Since",
        readonly=True,
        help="First day of the hold; of the rest, the night on which it was noticed.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        string="Asleep",
        readonly=True,
        help="In the company's currency: the open amount, or the part that is held.",
    )

    _depends = {
        "account.move.line": [
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "company_currency_id",
            "company_id",
            "date",
            "date_maturity",
            "move_id",
            "move_name",
            "no_followup",
            "parent_state",
            "partner_id",
            "reconciled",
        ],
        "account.account": ["account_type", "non_trade"],
        "account.move": ["payment_state"],
        "collections.debtor": [
            "company_id",
            "dunning_mode",
            "dunning_mode_until",
            "partner_id",
            "responsible_id",
            "segment_id",
        ],
        "collections.insolvency": ["state"],
        "collections.payment.plan": ["state"],
        "collections.segment": ["active", "responsible_id"],
        "collections.settlement": ["state"],
        "collections.sleeping.known": ["date", "move_line_id"],
        "dunning.decision": ["closed_run_id", "move_line_id", "next_date", "reason"],
        "dunning.hold": [
            "amount",
            "date_from",
            "date_to",
            "debtor_id",
            "is_final",
            "move_line_id",
            "note",
            "origin_id",
            "origin_model",
            "reason",
            "user_id",
        ],
        "res.company": ["dunning_responsible_id"],
        "res.partner": ["commercial_partner_id"],
    }

    @property
    def _table_query(self):
        """What sleeps today, in the time zone of the user."""
        today = fields.Date.context_today(self)
        return SQL(
            """
            WITH endless AS MATERIALIZED (%(endless)s),
            of_item AS (
                SELECT move_line_id AS id, %(summary)s
                  FROM endless WHERE move_line_id IS NOT NULL GROUP BY move_line_id),
            of_debtor AS (
                SELECT debtor_id, %(summary)s
                  FROM endless WHERE move_line_id IS NULL GROUP BY debtor_id),
            item AS (%(items)s)
            SELECT item.id, item.company_id, item.partner_id, item.debtor_id,
                   item.responsible_id, item.move_id, item.move_name,
                   item.date_maturity, item.days_late, item.cause, item.currency_id,
                   hold.id AS hold_id, hold.reason, hold.note, hold.user_id,
                   coalesce(hold.date_from, known.date) AS date,
                   CASE WHEN item.cause = 'part'
                        THEN round(item.residual * least(
                             item.part / item.residual_currency, 1),
                             currency.decimal_places)
                        ELSE item.residual END AS amount
              FROM item
              JOIN res_currency currency ON currency.id = item.currency_id
         LEFT JOIN dunning_hold hold ON hold.id = item.hold_id
                                    AND item.cause IN ('hold', 'part', 'old_debt',
                                                       'final')
         LEFT JOIN collections_sleeping_known known ON known.move_line_id = item.id
             WHERE item.cause IS NOT NULL
            """,
            endless=self._get_endless_sql(today),
            summary=SQL(
                """
                (array_agg(id ORDER BY coalesce(amount, 0) <> 0, id))[1] AS hold_id,
                (array_agg(CASE WHEN is_final THEN 'final'
                                WHEN reason = 'old_debt' THEN 'old_debt'
                                WHEN coalesce(amount, 0) <> 0 THEN 'part'
                                ELSE 'hold' END
                           ORDER BY coalesce(amount, 0) <> 0, id))[1] AS cause,
                sum(amount) AS part
                """
            ),
            items=self._get_items_sql(today),
        )

    @api.model
    def _get_endless_sql(self, today):
        """Return the query of the holds in force that nothing ends."""
        living = [
            SQL("WHEN %s THEN EXISTS (%s)", model, query)
            for model, query in self._get_living_origins().items()
        ]
        return SQL(
            """
            SELECT h.*
              FROM dunning_hold h
             WHERE h.date_to IS NULL AND h.date_from <= %s
               AND NOT CASE h.origin_model %s ELSE FALSE END
            """,
            today,
            SQL(" ").join(living),
        )

    @api.model
    def _get_living_origins(self):
        """Return what looks after the holds it wrote, as long as it goes on.

        A hook for what writes holds without an end.

        :return: by name of the model, the query of the record of a hold (``h``) that
            is under way.
        :rtype: dict(str, SQL)
        """
        return {
            "collections.insolvency": SQL(
                "SELECT FROM collections_insolvency o WHERE o.id = h.origin_id "
                "AND o.state <> 'closed'"
            ),
            "collections.payment.plan": SQL(
                "SELECT FROM collections_payment_plan o "
                "WHERE o.id = h.origin_id AND o.state = ANY(%s)",
                list(LIVE_PLAN_STATES),
            ),
            "collections.settlement": SQL(
                "SELECT FROM collections_settlement o WHERE o.id = h.origin_id "
                "AND o.state NOT IN ('lapsed', 'cancelled')"
            ),
        }

    @api.model
    def _get_items_sql(self, today):
        """Return the query of what customers owe, with why each sleeps if it does.

        The first of the causes counts, a part that is held the last: each item is one
        row, so the amounts add up.
        """
        return SQL(
            """
            SELECT line.id, line.company_id,
                   coalesce(partner.commercial_partner_id, line.partner_id)
                       AS partner_id,
                   debtor.id AS debtor_id,
                   coalesce(debtor.responsible_id, (%(of_segment)s),
                            company.dunning_responsible_id) AS responsible_id,
                   line.move_id, line.move_name,
                   coalesce(line.date_maturity, line.date) AS date_maturity,
                   late.days AS days_late,
                   line.company_currency_id AS currency_id,
                   line.amount_residual AS residual,
                   line.amount_residual_currency AS residual_currency,
                   of_item.part,
                   coalesce(CASE WHEN of_item.cause <> 'part' THEN of_item.hold_id END,
                            of_debtor.hold_id, of_item.hold_id) AS hold_id,
                   CASE WHEN line.no_followup THEN 'no_followup'
                        WHEN move.payment_state = 'blocked' THEN 'blocked'
                        WHEN of_item.cause <> 'part' THEN of_item.cause
                        WHEN of_debtor.cause IS NOT NULL THEN of_debtor.cause
                        WHEN late.days > 0 AND debtor.dunning_mode = 'by_hand'
                         AND debtor.dunning_mode_until IS NULL THEN 'by_hand'
                        WHEN late.days > 0 AND decision.reason IS NOT NULL
                        THEN decision.reason
                        ELSE of_item.cause END AS cause
              FROM account_move_line line
              JOIN account_account account
                ON account.id = line.account_id
               AND account.account_type = 'asset_receivable'
               AND account.non_trade IS NOT TRUE
              JOIN account_move move ON move.id = line.move_id
              JOIN res_company company ON company.id = line.company_id
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
         LEFT JOIN collections_debtor debtor
                ON debtor.partner_id = partner.commercial_partner_id
               AND debtor.company_id = line.company_id
         LEFT JOIN of_item ON of_item.id = line.id
         LEFT JOIN of_debtor ON of_debtor.debtor_id = debtor.id
         LEFT JOIN dunning_decision decision
                ON decision.move_line_id = line.id
               AND decision.closed_run_id IS NULL
               AND decision.next_date IS NULL
               AND decision.reason = ANY(%(reasons)s)
        CROSS JOIN LATERAL (
                   SELECT greatest(%(today)s - coalesce(line.date_maturity, line.date),
                                   0) AS days) late
             WHERE line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.amount_residual_currency > 0
            """,
            today=today,
            of_segment=self.env["collections.segment"]._get_responsible_sql("debtor"),
            reasons=list(SLEEPING_REASONS),
        )

    def action_open_entry(self):
        """Open the invoice or entry of this item."""
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_open_debtor(self):
        """Open the customer's file."""
        self.ensure_one()
        return self.debtor_id._get_records_action()
