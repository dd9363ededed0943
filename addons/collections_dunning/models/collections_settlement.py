from odoo import api, fields, models

from ..const import SETTLEMENT_KINDS, SETTLEMENT_STATES


class CollectionsSettlement(models.Model):
    """An offer: a part of what is owed, paid by a date, settles all of it."""

    _name = "collections.settlement"
    _description = "Settlement Offer"
    _inherit = [
        "collections.agreement",
        "mail.thread",
        "mail.activity.mixin",
        "collections.awaited",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="restrict"
    )
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
        string="Write-off Account",
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
        check_company=True,
    )
    offered_on = fields.Date(readonly=True, copy=False)
    offered_at = fields.Datetime(
        readonly=True, copy=False, help="What is matched from here on pays the offer."
    )
    decided_on = fields.Date(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    note = fields.Text(
        string="Reason", help="Why we offer this: for ourselves, not for the customer."
    )

    _amount_positive = models.Constraint(
        "CHECK (amount IS NULL OR amount >= 0)", "An offer can't be negative."
    )

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = offer.name or self.env._(
                "Draft offer to %(customer)s", customer=offer.partner_id.name or ""
            )
