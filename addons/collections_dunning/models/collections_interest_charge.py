from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CollectionsInterestCharge(models.Model):
    """What was invoiced of a late item: days of interest, or the compensation.

    A row follows the line of the charge invoice that asks for it: the line removed,
    the row is gone. It counts while its invoice is neither cancelled nor deleted nor
    credited in full; a partial credit note is a favour and frees no day.
    """

    _name = "collections.interest.charge"
    _description = "Invoiced Late Interest"
    _order = "id desc"
    _rec_name = "move_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    debtor_id = fields.Many2one(
        "collections.debtor",
        string="Customer",
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    # Empty once the item was made anew: its days stay charged, see _get_live_sql.
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Late Item",
        index=True,
        readonly=True,
        ondelete="set null",
    )
    # By which an installment made anew is known again.
    date_maturity = fields.Date(string="Due Date", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Late Invoice",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    charge_move_id = fields.Many2one(
        "account.move",
        string="Charge Invoice",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    charge_line_id = fields.Many2one(
        "account.move.line",
        string="Line of the Charge Invoice",
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    charge_state = fields.Selection(related="charge_move_id.state")
    is_live = fields.Boolean(
        string="Counts",
        compute="_compute_is_live",
        search="_search_is_live",
        help="Not once the charge invoice is cancelled or credited in full: then its "
        "days can be invoiced again.",
    )
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    days = fields.Integer(compute="_compute_days", store=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_interest = fields.Monetary(string="Interest", readonly=True)
    amount_compensation = fields.Monetary(string="Compensation", readonly=True)
    segments = fields.Json(readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("date_from", "date_to")
    def _compute_days(self):
        for charge in self:
            first, last = charge.date_from, charge.date_to
            charge.days = (last - first).days + 1 if first and last else 0

    @api.depends("charge_move_id.state", "charge_move_id.reversal_move_ids.state")
    def _compute_is_live(self):
        live = self.search([("id", "in", self.ids), ("is_live", "=", True)])
        for charge in self:
            charge.is_live = charge._origin in live

    def _search_is_live(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self._flush_live()
        return [("id", "in", SQL("(SELECT id FROM (%s) live)", self._get_live_sql()))]

    # === BUSINESS METHODS === #

    def _flush_live(self):
        self.flush_model()
        self.env["account.move.line"].flush_model(["date_maturity", "account_id"])
        self.env["account.move"].flush_model(
            ["state", "move_type", "reversed_entry_id", "amount_total"]
        )

    def _get_live_sql(self):
        """Return the query of the charges that count.

        Not by the payment state: a credit note for goods may settle it, too. Nor does
        a favour free days that leaves nothing to pay. An item made anew is that of
        the invoice due on the same day; where none is, or several are, the charge
        counts for the whole invoice (no item): nothing is asked for twice.

        :return: id, move_id, move_line_id, charge_move_id, date_from, date_to,
            amount_compensation.
        :rtype: SQL
        """
        left_out = self.env.context.get("collections_without_charges_of")
        if not isinstance(left_out, models.BaseModel):
            left_out = self.browse()
        return SQL(
            """
            SELECT charge.id, charge.move_id, charge.charge_move_id,
                   charge.date_from, charge.date_to, charge.amount_compensation,
                   coalesce(charge.move_line_id, (
                       SELECT min(item.id)
                         FROM account_move_line item
                         JOIN account_account a ON a.id = item.account_id
                        WHERE item.move_id = charge.move_id
                          AND item.date_maturity = charge.date_maturity
                          AND a.account_type = 'asset_receivable'
                       HAVING count(*) = 1)) AS move_line_id
              FROM collections_interest_charge charge
              JOIN account_move invoice ON invoice.id = charge.charge_move_id
             WHERE invoice.state <> 'cancel'
               AND invoice.id <> ALL(%s)
               AND (invoice.state = 'draft' OR invoice.amount_total > (
                    -- One that asks for nothing counts while it is not credited.
                    SELECT coalesce(sum(credit.amount_total), -1)
                      FROM account_move credit
                     WHERE credit.reversed_entry_id = invoice.id
                       AND credit.move_type = 'out_refund'
                       AND credit.state = 'posted'))
            """,
            left_out.ids,
        )

    def _lock_debtors(self, debtors):
        """Let nobody else invoice charges of these debtors until this is committed.

        Written, not only locked: who began before another's commit doesn't see it, and
        has to begin again rather than to invoice the same days.

        :param collections.debtor debtors: whose charges are decided on.
        """
        debtors.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE collections_debtor SET id = id WHERE id = ANY(%s)",
                sorted(debtors.ids),
            )
        )

    def _check_not_twice(self):
        """Refuse to count again what was invoiced meanwhile by another invoice.

        :raise UserError: names the invoice.
        """
        if not self:
            return
        self._lock_debtors(self.sudo().debtor_id)
        found = self._find_overlap()
        if found:
            late, charge = self.env["account.move"].sudo().browse(found)
            raise UserError(
                self.env._(
                    "The late interest of %(invoice)s was invoiced again meanwhile, "
                    "by %(charge)s: cancel that first.",
                    invoice=late.display_name,
                    charge=charge.display_name,
                )
            )

    def _find_overlap(self):
        """Return a late invoice whose days, or compensation, two invoices charge.

        :return: ids of the late one and of the other charge invoice; None: there is
            none.
        :rtype: tuple(int, int)
        """
        self._flush_live()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mine.move_id, other.charge_move_id
                  FROM (%(live)s) mine
                  JOIN (%(live)s) other
                    ON other.move_id = mine.move_id
                   AND other.charge_move_id <> mine.charge_move_id
                  JOIN account_move late ON late.id = mine.move_id
                 WHERE mine.id = ANY(%(ids)s)
                   AND (mine.amount_compensation > 0 AND other.amount_compensation > 0
                        -- An entry may hold the debts of many: each has its own.
                        AND (late.move_type <> 'entry'
                             OR coalesce(mine.move_line_id, other.move_line_id, 0)
                                = coalesce(other.move_line_id, mine.move_line_id, 0))
                        OR coalesce(mine.move_line_id, other.move_line_id, 0)
                           = coalesce(other.move_line_id, mine.move_line_id, 0)
                       AND mine.date_from <= other.date_to
                       AND other.date_from <= mine.date_to)
                 LIMIT 1
                """,
                live=self._get_live_sql(),
                ids=self.ids,
            )
        )
        return rows[0] if rows else None

    # === ACTION METHODS === #

    def action_open_charge_move(self):
        """Open the invoice that asks for it."""
        self.ensure_one()
        return self.charge_move_id._get_records_action()
