from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, formatLang

from ..const import GUARANTEE_KINDS


class CollectionsGuarantee(models.Model):
    """What secures our claims on a customer: a surety, the goods, a bank."""

    _name = "collections.guarantee"
    _description = "Guarantee"
    _inherit = "collections.credit.dated"
    _order = "date_to, id"

    kind = fields.Selection(
        GUARANTEE_KINDS, required=True, default="surety", tracking=True
    )
    guarantor_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        help="Who answers for the customer: a parent company, a manager, a bank.",
    )
    reference = fields.Char(help="Number of the deed, or the clause of our terms.")
    amount = fields.Monetary(
        string="Up To",
        help="Most that it covers, in the company's currency. 0: the whole claim.",
    )
    date_to = fields.Date(help="Empty: until it is released.")
    document = fields.Binary(help="The deed, or the signed terms.")
    released_on = fields.Date(readonly=True, copy=False, tracking=True)

    _amount_positive = models.Constraint(
        "CHECK (amount IS NULL OR amount >= 0)", "A guarantee can't be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("released_on")
    def _compute_is_current(self):
        return super()._compute_is_current()

    def _is_in_force(self, date):
        """Override: what was released guarantees nothing."""
        is_released = self.released_on and self.released_on <= date
        return not is_released and super()._is_in_force(date)

    @api.model
    def _get_in_force_domain(self, date):
        return [
            *super()._get_in_force_domain(date),
            "|",
            ("released_on", "=", False),
            ("released_on", ">", date),
        ]

    @api.depends("kind", "guarantor_id", "amount", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Kind, guarantor, amount and end: as claims in insolvency list it, too."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for guarantee in self:
            until = guarantee.date_to and self.env._(
                "until %(date)s", date=format_date(self.env, guarantee.date_to)
            )
            amount = guarantee.amount and formatLang(
                self.env, guarantee.amount, currency_obj=guarantee.currency_id
            )
            parts = (
                kinds.get(guarantee.kind),
                guarantee.guarantor_id.name,
                amount,
                until,
            )
            guarantee.display_name = " · ".join(part for part in parts if part)

    # === CONSTRAINT METHODS === #

    @api.constrains("kind", "guarantor_id")
    def _check_guarantor_id(self):
        for guarantee in self:
            guarantor = guarantee.guarantor_id
            if guarantee.kind in ("surety", "bank") and not guarantor:
                raise ValidationError(
                    self.env._("Name who guarantees: the surety, or the bank.")
                )
            if guarantor and guarantor.commercial_partner_id == guarantee.partner_id:
                raise ValidationError(
                    self.env._("A customer can't guarantee his own debts.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Record guarantees.

        :raise ValidationError: when one has ended already.
        """
        self._check_not_past(vals_list)
        return super().create(vals_list)

    # === ACTION METHODS === #

    def action_release(self):
        """Give these guarantees back: from today on they secure nothing.

        :raise AccessError: when the user is no Collector.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        held = self.filtered(lambda guarantee: not guarantee.released_on)
        held.sudo().released_on = fields.Date.context_today(self)
        held._drop_questions()
        return True

    # === WHAT ENDS === #

    def _is_worth_telling(self):
        return not self.released_on

    def _get_end_summary(self):
        return self.env._(
            "This guarantee ends on %(date)s: extend it, or grant less credit",
            date=format_date(self.env, self.date_to),
        )
