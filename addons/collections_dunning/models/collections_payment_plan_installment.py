from odoo import api, fields, models

from ..const import INSTALLMENT_STATES


class CollectionsPaymentPlanInstallment(models.Model):
    """One payment of a plan: its date, its amount and what has come of it."""

    _name = "collections.payment.plan.installment"
    _description = "Installment of a Payment Plan"
    _order = "plan_id, date, id"

    plan_id = fields.Many2one(
        "collections.payment.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True, index=True)
    responsible_id = fields.Many2one(
        related="plan_id.responsible_id", store=True, index="btree_not_null"
    )
    plan_state = fields.Selection(
        related="plan_id.state", string="Plan Status", store=True, index=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    is_down_payment = fields.Boolean(string="Down Payment")
    date = fields.Date(required=True, index=True)
    amount = fields.Monetary(required=True)
    amount_paid = fields.Monetary(
        string="Paid",
        readonly=True,
        copy=False,
        help="What was paid or credited of it: payments count for the oldest "
        "installment first, credit notes for the last.",
    )
    amount_open = fields.Monetary(
        string="Open", compute="_compute_amount_open", store=True
    )
    paid_on = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        INSTALLMENT_STATES,
        string="Status",
        required=True,
        default="coming",
        readonly=True,
        copy=False,
        index=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An installment is greater than zero."
    )

    # === COMPUTE METHODS === #

    @api.depends("amount", "amount_paid")
    def _compute_amount_open(self):
        for installment in self:
            installment.amount_open = max(
                installment.amount - installment.amount_paid, 0.0
            )

    @api.depends("plan_id.name", "date")
    def _compute_display_name(self):
        for installment in self:
            installment.display_name = self.env._(
                "%(plan)s, %(date)s",
                plan=installment.plan_id.display_name,
                date=fields.Date.to_string(installment.date),
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        installments = super().create(vals_list)
        installments.plan_id._change_terms()
        return installments

    def write(self, vals):
        self.plan_id._check_changeable()
        result = super().write(vals)
        self.plan_id._change_terms()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        self.plan_id._change_terms()

    # === ACTION METHODS === #

    def action_open_plan(self):
        """Open the plan of this installment."""
        self.ensure_one()
        return self.plan_id._get_records_action()

    # === BUSINESS METHODS === #

    def _get_event(self, levels, today, is_late):
        """Return which message about this installment is due on a day.

        :param dict levels: dunning.level by event; their days count from the
            installment.
        :param date today: the day.
        :param bool is_late: the plan is late: no money waits to be allocated.
        :return: the event, or None.
        :rtype: str
        """
        self.ensure_one()

        def is_due(event):
            level = levels[event]
            day = fields.Date.add(self.date, days=level.day_offset)
            return level and day <= today

        if self.state in ("coming", "partly"):
            # Too late to remind of what falls due today.
            if self.date > today and is_due("installment_coming"):
                return "installment_coming"
        elif self.state == "missed" and is_late:
            if is_due("installment_formal"):
                return "installment_formal"
            if is_due("installment_missed"):
                return "installment_missed"
        return None
