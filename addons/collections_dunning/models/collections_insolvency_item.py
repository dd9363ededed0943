from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import CLAIM_BIRTHS


class CollectionsInsolvencyItem(models.Model):
    """An open item of an insolvent customer: born before the judgment, or after.

    By the day of delivery; what lies on both sides is split by hand.
    """

    _name = "collections.insolvency.item"
    _description = "Item of Insolvency Proceedings"
    _rec_name = "move_line_id"
    _order = "born_on, id"
    _check_company_auto = True

    insolvency_id = fields.Many2one(
        "collections.insolvency",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="insolvency_id.company_id", store=True, index=True
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Entry")
    move_name = fields.Char(related="move_line_id.move_name", string="Number")
    invoice_date = fields.Date(related="move_line_id.move_id.invoice_date")
    delivery_date = fields.Date(related="move_line_id.move_id.delivery_date")
    date_maturity = fields.Date(related="move_line_id.date_maturity")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    amount_open = fields.Monetary(
        related="move_line_id.amount_residual_currency", string="Open Amount"
    )
    born_on = fields.Date(
        string="Delivered or Invoiced",
        readonly=True,
        help="The delivery date of the invoice, else its own; of a credit note, those "
        "of the invoice that it reverses.",
    )
    birth = fields.Selection(
        CLAIM_BIRTHS,
        string="Born",
        required=True,
        help="Before the judgment: declared, and not dunned. After it: dunned under "
        "the procedure of later claims.",
    )
    amount_before = fields.Monetary(
        string="Part Before",
        help="Of an item on both sides of the judgment: the part born before it.",
    )
    is_by_hand = fields.Boolean(
        string="Decided by Hand",
        readonly=True,
        help="A person said when it was born: dates decide no more.",
    )
    is_to_check = fields.Boolean(
        string="To Check",
        readonly=True,
        help="The dates don't tell for sure: invoiced before and delivered after the "
        "judgment, or invoiced soon after it without a delivery date.",
    )
    amount_claimed = fields.Monetary(
        string="To Declare",
        compute="_compute_amount_claimed",
        help="The open part born before the judgment; a credit is deducted.",
    )

    _item_uniq = models.UniqueIndex(
        "(insolvency_id, move_line_id)", "This item is listed already."
    )

    @api.depends(
        "birth",
        "amount_before",
        "insolvency_id.judgment_date",
        "move_line_id.amount_residual_currency",
        "move_line_id.matched_credit_ids",
    )
    def _compute_amount_claimed(self):
        for item in self:
            amount = item.move_line_id.amount_residual_currency
            if item.birth == "after":
                amount = 0.0
            elif item.birth == "straddling":
                amount = min(item._get_open_before(), amount)
            item.amount_claimed = amount

    def _get_open_before(self):
        """Return what is left of the part before, of an item on both sides.

        A receipt of before the judgment was for what was owed then; a later one is
        not: what was born before may not be paid any more.

        :return: in the currency of the item, never below 0.
        :rtype: float
        """
        self.ensure_one()
        day = self.insolvency_id.judgment_date
        received = self.move_line_id.matched_credit_ids.filtered(
            lambda part: part.credit_move_id.date < day
        )
        left = self.amount_before - sum(received.mapped("debit_amount_currency"))
        return max(self.currency_id.round(left), 0.0)

    @api.constrains("birth", "amount_before")
    def _check_amount_before(self):
        for item in self:
            if item.birth != "straddling":
                continue
            compare = item.currency_id.compare_amounts
            total = item.move_line_id.amount_currency
            if (
                compare(item.amount_before, 0) <= 0
                or compare(item.amount_before, total) >= 0
            ):
                raise ValidationError(
                    self.env._(
                        "%(item)s lies on both sides of the judgment: say which part "
                        "of %(amount)s was born before it.",
                        item=item.move_name,
                        amount=item.currency_id.format(total),
                    )
                )

    def write(self, vals):
        """Take over what a person says of the birth of an item.

        :raise UserError: when the proceedings are closed.
        """
        by_hand = not self.env.su and {"birth", "amount_before"} & vals.keys()
        if by_hand:
            if "closed" in self.insolvency_id.mapped("state"):
                raise UserError(self.env._("These proceedings are closed."))
            if vals.get("birth", "straddling") != "straddling":
                vals = {**vals, "amount_before": 0.0}
        result = super().write(vals)
        if by_hand:
            items = self.sudo()
            items.write({"is_by_hand": True, "is_to_check": False})
            items.insolvency_id._stop(items)
        return result

    def _prepare_hold(self):
        """Return the hold of what of this item was born before the judgment.

        :return: None: nothing of it is held.
        :rtype: dict
        """
        self.ensure_one()
        line = self.move_line_id
        amount = self._get_open_before() if self.birth == "straddling" else 0.0
        is_paid = self.birth == "straddling" and self.currency_id.is_zero(amount)
        if self.birth == "after" or line.amount_currency <= 0 or is_paid:
            return None
        record = self.insolvency_id
        return {
            "debtor_id": record.debtor_id.id,
            "move_line_id": line.id,
            "reason": "insolvency",
            "amount": amount,
            "date_from": fields.Date.to_date(record.judgment_date),
            "note": record.with_env(record.debtor_id._get_company_env())._get_title(),
            "origin_model": record._name,
            "origin_id": record.id,
        }
