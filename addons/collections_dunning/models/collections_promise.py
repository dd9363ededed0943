from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..const import ARRANGEMENT_ORIGINS, PROMISE_STATES


class CollectionsPromise(models.Model):
    """A payment that a customer has announced: amount, date and items.

    Its items are held until the date and the company's grace have passed. Whether it
    was kept is decided by what the ledger says then.
    """

    _name = "collections.promise"
    _description = "Promise to Pay"
    _inherit = ["mail.thread", "mail.activity.mixin", "collections.awaited"]
    _order = "date desc, id desc"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        "res.partner", string="Promised By", index="btree_not_null"
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(string="Promised", required=True)
    date = fields.Date(string="Pays On", required=True, index=True, tracking=True)
    item_ids = fields.Many2many(
        "account.move.line",
        "collections_promise_item_rel",
        "promise_id",
        "move_line_id",
        string="Items",
    )
    origin = fields.Selection(ARRANGEMENT_ORIGINS, required=True, default="phone")
    notice_id = fields.Many2one(
        "dunning.notice",
        string="Answers",
        index="btree_not_null",
        ondelete="set null",
        help="The notice to which the customer replied so.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded By",
        default=lambda self: self.env.user,
        index="btree_not_null",
        readonly=True,
    )
    note = fields.Char(string="Remark")
    previous_id = fields.Many2one(
        "collections.promise",
        string="Replaces",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        copy=False,
        help="The promise that the customer asked to put off.",
    )
    amount_open = fields.Monetary(
        string="Open Then",
        readonly=True,
        copy=False,
        help="Open amount of the items when the payment was announced.",
    )
    item_names = fields.Char(
        string="Invoices",
        readonly=True,
        copy=False,
        help="Their numbers at that time: an entry can be deleted.",
    )
    send_confirmation = fields.Boolean(
        string="Confirm by E-mail",
        copy=False,
        help="The customer is told what we noted, in his language.",
    )
    confirmed_on = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        PROMISE_STATES,
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    amount_paid = fields.Monetary(
        string="Paid",
        readonly=True,
        copy=False,
        help="Received for these items since the promise, as far as it goes.",
    )
    paid_on = fields.Date(
        string="Last Paid On",
        readonly=True,
        copy=False,
        help="Day of the last payment that counts for it.",
    )
    decided_on = fields.Date(readonly=True, copy=False)
    kept_rate = fields.Float(
        string="Kept (%)",
        compute="_compute_kept_rate",
        store=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of the promises that were decided; one partly kept was not kept.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A promised amount is greater than zero."
    )

    @api.depends("state")
    def _compute_kept_rate(self):
        for promise in self:
            promise.kept_rate = 100.0 if promise.state == "kept" else 0.0

    def _read_group_select(self, aggregate_spec, query):
        """Leave the promises that were not decided out of the rate."""
        if aggregate_spec != "kept_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "avg(%(rate)s) FILTER (WHERE %(state)s IN ('kept', 'partly', 'broken'))",
            rate=self._field_to_sql(self._table, "kept_rate", query),
            state=self._field_to_sql(self._table, "state", query),
        )

    @api.depends("partner_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for promise in self:
            names = (promise.partner_id.name, format_date(self.env, promise.date))
            promise.display_name = " – ".join(name for name in names if name)
