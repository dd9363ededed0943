from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

# Without an end of the quotation an approval counts so long.
APPROVAL_DAYS = 30


class CollectionsOrderApproval(models.Model):
    """A Credit Manager lets one order pass the credit rule.

    It counts for this order, customer, amount and date, and for what the rule had
    against it on that day; once given, nobody changes it.
    """

    _name = "collections.order.approval"
    _description = "Approval of an Order on Credit"
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "sale.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    order_currency_id = fields.Many2one(
        related="order_id.currency_id", string="Order Currency"
    )
    findings = fields.Text(related="order_id.partner_credit_warning")
    amount = fields.Monetary(
        string="Up To",
        required=True,
        currency_field="order_currency_id",
        help="Of the order, taxes included. More than this needs another approval.",
    )
    date_until = fields.Date(
        string="Valid Until",
        required=True,
        help="Last day on which the order can be confirmed with this approval.",
    )
    reason = fields.Char(required=True)
    kinds = fields.Json(readonly=True)
    user_id = fields.Many2one("res.users", string="Approved By", readonly=True)

    # === CONSTRAINT METHODS === #

    @api.constrains("amount")
    def _check_amount(self):
        for approval in self:
            if approval.order_currency_id.compare_amounts(approval.amount, 0) <= 0:
                raise ValidationError(
                    self.env._("Approve an amount greater than zero.")
                )

    @api.constrains("date_until")
    def _check_date_until(self):
        today = fields.Date.context_today(self)
        if any(approval.date_until < today for approval in self):
            raise ValidationError(self.env._("This approval would end in the past."))

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields_list):
        """Override to propose all of the order, as long as the quotation counts."""
        values = super().default_get(fields_list)
        order = self.env["sale.order"].browse(values.get("order_id"))
        if order:
            today = fields.Date.context_today(self)
            end = order.validity_date
            if not end or end < today:
                end = fields.Date.add(today, days=APPROVAL_DAYS)
            values.update(amount=order.amount_total, date_until=end)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Override: who approves what is known, not typed.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when nothing is to be approved.
        """
        self.env["dunning.notice"]._check_credit_manager()
        approvals = super().create(
            [self._complete(vals) for vals in vals_list],
        )
        for approval in approvals:
            approval._log()
        return approvals

    def _complete(self, vals):
        """Return the values with what the system fills in.

        :rtype: dict
        """
        order = self.env["sale.order"].browse(vals.get("order_id"))
        order.check_access("read")
        findings = order._get_credit_refusals()
        if order.state not in ("draft", "sent") or not findings:
            raise UserError(
                self.env._("Nothing has to be approved in %(order)s.", order=order.name)
            )
        return {
            **vals,
            "partner_id": order._get_credit_partner().id,
            "currency_id": order.currency_id.id,
            "kinds": sorted({finding["kind"] for finding in findings}),
            "user_id": self.env.uid,
        }

    # === BUSINESS METHODS === #

    def _covers(self, order, kinds):
        """Tell whether this approval lets an order pass today.

        :param sale.order order: as it is now.
        :param set kinds: what the rule has against it.
        :rtype: bool
        """
        self.ensure_one()
        return (
            self.order_id == order._origin
            and self.partner_id == order._get_credit_partner()._origin
            and self.currency_id == order.currency_id._origin
            and order.currency_id.compare_amounts(order.amount_total, self.amount) <= 0
            and self.date_until >= fields.Date.context_today(self)
            and kinds <= set(self.kinds or ())
        )

    def _get_words(self):
        """Return who approved what until when, and why, in one sentence.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%(user)s approved up to %(amount)s until %(date)s: %(reason)s",
            user=self.user_id.name,
            amount=formatLang(self.env, self.amount, currency_obj=self.currency_id),
            date=format_date(self.env, self.date_until),
            reason=self.reason,
        )

    def _log(self):
        """Tell the salesperson, and end the activity that asked for it."""
        order = self.order_id.sudo()
        order._close_credit_request(self.reason)
        order.message_post(
            body=self._get_words(), partner_ids=order.user_id.partner_id.ids
        )
