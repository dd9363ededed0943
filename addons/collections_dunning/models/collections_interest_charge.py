from odoo import fields, models
from odoo.tools import SQL


class CollectionsInterestCharge(models.Model):
    """Days of a late item whose interest was invoiced: never twice for the same days.

    The compensation of the invoice is charged with its first row. A row counts while
    its charge invoice is neither cancelled, deleted nor reversed.
    """

    _name = "collections.interest.charge"
    _description = "Invoiced Late Interest"
    _order = "date_to desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    debtor_id = fields.Many2one(
        "collections.debtor", index=True, readonly=True, ondelete="restrict"
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Late Item",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(
        "account.move", string="Late Invoice", required=True, index=True, readonly=True
    )
    charge_move_id = fields.Many2one(
        "account.move",
        string="Charge Invoice",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    date_from = fields.Date(required=True, readonly=True)
    date_to = fields.Date(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_interest = fields.Monetary(readonly=True)
    amount_compensation = fields.Monetary(readonly=True)
    segments = fields.Json(readonly=True)

    # === BUSINESS METHODS === #

    def _get_live_sql(self):
        """Return the query of the charges that count.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT charge.*
              FROM collections_interest_charge charge
              JOIN account_move invoice ON invoice.id = charge.charge_move_id
             WHERE invoice.state <> 'cancel'
               AND invoice.payment_state IS DISTINCT FROM 'reversed'
            """
        )
