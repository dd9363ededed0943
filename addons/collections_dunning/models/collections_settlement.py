from odoo import fields, models

from ..const import SETTLEMENT_KINDS, SETTLEMENT_STATES


class CollectionsSettlement(models.Model):
    """An offer: a part of what is owed, paid by a date, settles all of it."""

    _name = "collections.settlement"
    _description = "Settlement Offer"
    _inherit = ["mail.thread", "mail.activity.mixin", "collections.agreement"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", store=True, index=True)
    contact_id = fields.Many2one("res.partner", index="btree_not_null")
    responsible_id = fields.Many2one("res.users", index="btree_not_null")
    currency_id = fields.Many2one("res.currency", required=True)
    lang = fields.Char(string="Language")
    state = fields.Selection(
        SETTLEMENT_STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    kind = fields.Selection(SETTLEMENT_KINDS, required=True, default="waiver")
    item_ids = fields.Many2many(
        "account.move.line",
        "collections_settlement_item_rel",
        "settlement_id",
        "move_line_id",
        string="Items",
    )
    amount_due = fields.Monetary(
        string="Owed", readonly=True, help="Open amount of the items when offered."
    )
    percent = fields.Float(string="Share to Pay (%)", default=80.0)
    amount = fields.Monetary(string="To Pay")
    amount_waived = fields.Monetary(readonly=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True, copy=False)
    date = fields.Date(string="Pay By", required=True)
    write_off_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Where the rest is booked once the offer is paid.",
    )
    write_off_move_id = fields.Many2one(
        "account.move",
        string="Write-off",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    note = fields.Text(string="Reason")
