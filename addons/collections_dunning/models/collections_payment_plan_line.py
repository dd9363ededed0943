from odoo import api, fields, models
from odoo.tools import SQL


class CollectionsPaymentPlanLine(models.Model):
    """One item that a payment plan spreads, as it stood on the day of the plan."""

    _name = "collections.payment.plan.line"
    _description = "Item of a Payment Plan"
    _order = "plan_id, date_maturity, id"

    plan_id = fields.Many2one(
        "collections.payment.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", index="btree_not_null", ondelete="set null"
    )
    # Snapshots: a journal item can be deleted, or re-used for another debt.
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        compute="_compute_item",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )
    move_name = fields.Char(string="Number", compute="_compute_item", store=True)
    invoice_date = fields.Date(compute="_compute_item", store=True)
    date_maturity = fields.Date(string="Due Date", compute="_compute_item", store=True)
    amount = fields.Monetary(
        compute="_compute_item",
        store=True,
        help="Open amount of the item on the day of the plan.",
    )
    amount_interest = fields.Monetary(
        string="Interest", compute="_compute_charges", store=True
    )
    amount_compensation = fields.Monetary(
        string="Compensation", compute="_compute_charges", store=True
    )
    is_charge = fields.Boolean(
        string="Invoice of the Charges",
        readonly=True,
        copy=False,
        help="The invoice of the interest and compensation that this plan asks for.",
    )
    # What was settled before the plan is not paid by it.
    paid_before = fields.Monetary(readonly=True, copy=False)
    # Not stored: an item that is deleted takes its hold along.
    hold_id = fields.Many2one(
        "dunning.hold", compute="_compute_hold_id", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("move_line_id")
    def _compute_item(self):
        for line in self:
            item = line.move_line_id
            if line.plan_id.state != "draft" and line.move_name:
                # As the customer has it, whatever becomes of the item.
                for name in ("move_id", "move_name", "invoice_date", "date_maturity"):
                    line[name] = line[name]
                line.amount = line.amount
                continue
            line.move_id = item.move_id
            line.move_name = item.move_name
            line.invoice_date = item.move_id.invoice_date or item.date
            line.date_maturity = item.date_maturity or item.date
            line.amount = item.amount_residual_currency

    @api.depends("move_line_id", "plan_id.date")
    def _compute_charges(self):
        """Interest and compensation that can be invoiced, up to the day of the plan."""
        charges = self.env["collections.interest.charge"]
        drafts = self.filtered(lambda li: li.plan_id.state == "draft")
        for line in self - drafts:
            line.amount_interest = line.amount_interest
            line.amount_compensation = line.amount_compensation
        for date, lines in drafts.grouped(lambda li: li.plan_id.date).items():
            items = charges._filter_chargeable(lines.move_line_id._origin)
            day = date or fields.Date.context_today(self)
            computed = self.env["collections.interest"]._compute_interest(items, day)
            refused = charges._get_refusals(items, computed)
            for line in lines:
                item = line.move_line_id._origin
                found = item.id not in refused and computed.get(item.id)
                round_amount = (item.currency_id or line.currency_id).round
                line.amount_interest = (
                    round_amount(float(found.interest)) if found else 0.0
                )
                line.amount_compensation = (
                    round_amount(float(found.compensation)) if found else 0.0
                )

    @api.depends("move_line_id", "plan_id")
    def _compute_hold_id(self):
        holds = {
            (hold.origin_id, hold.move_line_id.id): hold
            for hold in self.plan_id._get_holds().sorted("id")
        }
        for line in self:
            key = (line.plan_id._origin.id, line.move_line_id._origin.id)
            line.hold_id = holds.get(key)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.plan_id._change_terms()
        return lines

    def write(self, vals):
        self.plan_id._check_changeable()
        result = super().write(vals)
        self.plan_id._change_terms()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        self.plan_id._change_terms()

    # === BUSINESS METHODS === #

    def _get_problem(self):
        """Return why this item can't be spread by its plan.

        :return: in the user's language; empty when it can.
        :rtype: str
        """
        self.ensure_one()
        plan, item = self.plan_id, self.move_line_id.sudo()
        if not item:
            return self.env._("choose an item.")
        if (
            item.company_id != plan.company_id
            or item.account_type != "asset_receivable"
            or item.partner_id.commercial_partner_id != plan.partner_id
        ):
            return self.env._("it is no receivable of this customer.")
        if item.parent_state != "posted" or item.amount_residual_currency <= 0:
            return self.env._("nothing is open on it.")
        if item.currency_id != plan.currency_id:
            return self.env._("a plan is in one currency.")
        return ""

    def _refresh_amounts(self):
        """Read anew what is open on the items, and what was paid before."""
        self.modified(["move_line_id"])
        settled = self._read_settled()
        for line in self.sudo():
            entries = settled.get(line.id, [])
            line.paid_before = sum(e[1] for e in entries if not e[2])

    def _read_settled(self):
        """Return what has settled the items of these lines, ever, in their currency.

        A credit note and a reversal lower the debt; anything else pays it.

        :return: by line id, (day, amount as float, is credit, is money), in order of
            the days.
        :rtype: dict(int, list(tuple))
        """
        for model in ("account.partial.reconcile", "account.move.line", "account.move"):
            self.env[model].flush_model()
        self.flush_model(["move_line_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, other.date, part.debit_amount_currency::float,
                       coalesce(entry.move_type = 'out_refund'
                                OR entry.reversed_entry_id = item.move_id, FALSE),
                       journal.type IN ('bank', 'cash', 'credit')
                       OR entry.origin_payment_id IS NOT NULL
                  FROM collections_payment_plan_line line
                  JOIN account_move_line item ON item.id = line.move_line_id
                  JOIN account_partial_reconcile part ON part.debit_move_id = item.id
                  JOIN account_move_line other ON other.id = part.credit_move_id
                  JOIN account_move entry ON entry.id = other.move_id
                  JOIN account_journal journal ON journal.id = entry.journal_id
                 WHERE line.id = ANY(%s) AND part.debit_amount_currency <> 0
              ORDER BY other.date, part.id
                """,
                self.ids,
            )
        )
        settled = {}
        for line_id, *entry in rows:
            settled.setdefault(line_id, []).append(tuple(entry))
        return settled
