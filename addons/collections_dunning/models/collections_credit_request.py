from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..const import CREDIT_REQUEST_STATES, MANAGER

# What a Credit Manager decides about: he alone changes it once it was asked for.
CONTENT = {
    "debtor_id",
    "amount",
    "amount_granted",
    "date_to",
    "decision_note",
    "reason",
}


class CollectionsCreditRequest(models.Model):
    """A credit limit asked for, decided by a Credit Manager, with an end.

    A granted one is the customer's own limit in Odoo (``credit_limit`` of the
    partner, in the root company), until its end.
    """

    _name = "collections.credit.request"
    _description = "Credit Request"
    _inherit = "collections.credit.dated"
    _order = "id desc"

    amount = fields.Monetary(
        string="Limit Asked For",
        required=True,
        help="In the company's currency.",
    )
    amount_granted = fields.Monetary(
        string="Limit Granted",
        compute="_compute_amount_granted",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
    )
    date_from = fields.Date(string="Asked On", required=True, readonly=True, copy=False)
    date_to = fields.Date(
        string="Valid Until",
        required=True,
        copy=False,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), years=1),
        help="Last day of the limit: then the one of the credit policy is back.",
    )
    reason = fields.Text(required=True, help="Why this customer needs this credit.")
    document = fields.Binary(help="What supports the request.")
    user_id = fields.Many2one(
        "res.users",
        string="Asked By",
        default=lambda self: self.env.user,
        readonly=True,
        index="btree_not_null",
        copy=False,
    )
    state = fields.Selection(
        CREDIT_REQUEST_STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Date(readonly=True, copy=False)
    decision_note = fields.Text(
        string="Reason of the Decision",
        copy=False,
        help="Required when the request is refused.",
    )
    review_date = fields.Date(
        string="Next Review",
        readonly=True,
        copy=False,
        help="A granted limit is looked at once a year.",
    )
    reviewed_on = fields.Date(string="Last Review", readonly=True, copy=False)

    is_changeable = fields.Boolean(compute="_compute_is_changeable")

    # What a Credit Manager looks at before he decides.
    has_applied_credit_limit = fields.Boolean(
        related="debtor_id.has_applied_credit_limit"
    )
    applied_credit_limit = fields.Monetary(related="debtor_id.applied_credit_limit")
    credit_limit_source = fields.Char(related="debtor_id.credit_limit_source")
    exposure = fields.Monetary(related="debtor_id.exposure")
    amount_overdue = fields.Monetary(related="debtor_id.amount_overdue")
    uncovered_exposure = fields.Monetary(
        related="debtor_id.uncovered_exposure", related_sudo=False
    )
    rating_id = fields.Many2one(related="debtor_id.rating_id", related_sudo=False)
    grade = fields.Selection(related="debtor_id.grade")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0 AND amount_granted > 0)",
        "A limit is greater than zero.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount")
    def _compute_amount_granted(self):
        for request in self:
            request.amount_granted = request.amount

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_is_changeable(self):
        """What was asked for is changed by a Credit Manager alone, until he decides."""
        is_manager = self.env.user.has_group(MANAGER)
        for request in self:
            request.is_changeable = request.state == "draft" or (
                request.state == "asked" and is_manager
            )

    def _is_in_force(self, date):
        """Override: only what was granted counts."""
        return self.state == "granted" and super()._is_in_force(date)

    @api.depends("state")
    def _compute_is_current(self):
        return super()._compute_is_current()

    @api.depends("partner_id", "amount_granted", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for request in self:
            amount = formatLang(
                self.env, request.amount_granted, currency_obj=request.currency_id
            )
            parts = (request.partner_id.name, amount)
            request.display_name = " – ".join(part for part in parts if part)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Draft requests.

        :raise ValidationError: when the limit would have ended already.
        """
        self._check_not_past(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to change what is being decided, or was.

        :raise UserError: says what to do instead.
        """
        if CONTENT & vals.keys() and not self.env.su:
            self._check_changeable()
        return super().write(vals)

    def _check_changeable(self):
        for request in self:
            if not request.is_changeable:
                raise UserError(
                    self.env._(
                        "%(request)s: what is being decided, or was, stays as it is. "
                        "Ask anew instead.",
                        request=request.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(request.decided_on for request in self):
            raise UserError(self.env._("A request that was decided stays on record."))

    # === WHAT ENDS === #

    def _is_worth_telling(self):
        return self.state == "granted"

    def _get_end_summary(self):
        return self.env._(
            "This credit limit ends on %(date)s: ask anew, or let it end",
            date=format_date(self.env, self.date_to),
        )
