from odoo import api, fields, models


class CollectionsInterestInvoiceLine(models.TransientModel):
    """What one late invoice has borne that was not invoiced."""

    _name = "collections.interest.invoice.line"
    _description = "Charges of a Late Invoice"

    wizard_id = fields.Many2one(
        "collections.interest.invoice", required=True, ondelete="cascade"
    )
    is_selected = fields.Boolean(string="Invoice It", default=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    move_id = fields.Many2one("account.move", string="Late Invoice", readonly=True)
    move_line_ids = fields.Many2many("account.move.line", string="Items", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_from = fields.Date(string="From", compute="_compute_charges")
    date_to = fields.Date(string="To", compute="_compute_charges")
    days = fields.Integer(compute="_compute_charges")
    amount_interest = fields.Monetary(string="Interest", compute="_compute_charges")
    amount_compensation = fields.Monetary(
        string="Compensation", compute="_compute_charges"
    )
    note = fields.Char(string="Why Not", compute="_compute_charges")

    @api.depends("wizard_id.stop_date", "move_line_ids")
    def _compute_charges(self):
        charges = self.env["collections.interest.charge"]
        for wizard, lines in self.grouped("wizard_id").items():
            day = wizard.stop_date or fields.Date.context_today(self)
            items = charges._filter_chargeable(lines.move_line_ids._origin)
            computed = self.env["collections.interest"]._compute_interest(items, day)
            refusals = charges._get_refusals(items, computed)
            for line in lines:
                line._set_charges(computed, refusals)

    def _set_charges(self, computed, refusals):
        """Show what the items of this line have borne.

        :param dict computed: ItemInterest by item id.
        :param dict refusals: reason by item id.
        """
        self.ensure_one()
        items = self.move_line_ids._origin
        found = [computed[item.id] for item in items if item.id in computed]
        segments = [segment for item in found for segment in item.segments]
        round_amount = self.currency_id.round
        self.note = next(filter(None, map(refusals.get, items.ids)), False)
        self.date_from = min((s.first_day for s in segments), default=False)
        self.date_to = max((s.last_day for s in segments), default=False)
        # Installments may be late on the same days.
        self.days = max(
            (sum(s.days for s in item.segments) for item in found), default=0
        )
        self.amount_interest = sum(round_amount(float(i.interest)) for i in found)
        self.amount_compensation = sum(
            round_amount(float(i.compensation)) for i in found
        )
