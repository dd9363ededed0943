from odoo import api, fields, models

from ..const import (
    ARRANGEMENT_ORIGINS,
    LIVE_PLAN_STATES,
    PLAN_INTEREST,
    PLAN_INTERVALS,
    PLAN_STATES,
)


class CollectionsPaymentPlan(models.Model):
    """A written schedule by which a customer pays what is due already.

    Accounting is untouched: due dates stay. While it is respected its items are held;
    what is paid for them is matched to its installments, the oldest first.
    """

    _name = "collections.payment.plan"
    _description = "Payment Plan"
    _inherit = ["collections.agreement", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", readonly=True, copy=False, help="Taken when it is proposed."
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "collections.payment.plan",
        string="Replaces",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        "collections.payment.plan", "previous_id", string="Replaced By"
    )
    debtor_id = fields.Many2one(
        "collections.debtor",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", store=True, index=True)
    contact_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        help="Who signs for the customer, and gets the code to do so.",
    )
    responsible_id = fields.Many2one("res.users", index="btree_not_null")
    currency_id = fields.Many2one("res.currency", required=True)
    lang = fields.Char(string="Language")
    state = fields.Selection(
        PLAN_STATES,
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    origin = fields.Selection(ARRANGEMENT_ORIGINS, required=True, default="phone")
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the plan: balances and interest are those of this day.",
    )
    valid_until = fields.Date(
        help="Last day to accept it, and to pay the down payment. Its items are not "
        "dunned until then."
    )
    line_ids = fields.One2many(
        "collections.payment.plan.line", "plan_id", string="Items", copy=True
    )
    installment_ids = fields.One2many(
        "collections.payment.plan.installment", "plan_id", copy=True
    )
    with_charges = fields.Boolean(
        string="With Interest",
        help="Interest and compensation so far are part of the amount; they are "
        "invoiced when the plan is accepted.",
    )
    interest_mode = fields.Selection(
        PLAN_INTEREST,
        string="Further Interest",
        required=True,
        default="kept",
        help="What becomes of the interest that goes on while the plan is respected. "
        "Once it is broken, all interest is due again.",
    )
    amount_principal = fields.Monetary(
        string="Principal", compute="_compute_amount_total", store=True
    )
    amount_charges = fields.Monetary(
        string="Interest and Compensation",
        compute="_compute_amount_total",
        store=True,
    )
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amount_total", store=True
    )
    amount_paid = fields.Monetary(
        string="Paid",
        readonly=True,
        copy=False,
        help="What was paid or credited of its items since the plan was proposed.",
    )
    amount_remaining = fields.Monetary(
        string="Remaining", compute="_compute_amount_remaining", store=True
    )
    next_date = fields.Date(
        string="Next Installment",
        compute="_compute_next_date",
        help="The first installment that is not paid.",
    )
    version_count = fields.Integer(compute="_compute_version_count")
    notice_count = fields.Integer(compute="_compute_notice_count")
    # How the schedule was made; it may be edited afterwards.
    down_payment = fields.Monetary()
    installment_count = fields.Integer(string="Installments", default=3)
    interval = fields.Selection(PLAN_INTERVALS, required=True, default="month")
    first_date = fields.Date(string="First Installment On")
    rounding = fields.Float(string="Rounded To", default=0.01, digits=(12, 2))
    requires_current = fields.Boolean(
        string="New Invoices Paid on Time",
        help="The plan is late too when a newer invoice is overdue.",
    )
    notice_days = fields.Integer(
        string="Days of Notice",
        default=8,
        help="Days from the first presentation of the formal notice after which the "
        "balance may be declared due at once.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    accepted_on = fields.Date(readonly=True, copy=False)
    accelerated_on = fields.Date(
        readonly=True, copy=False, help="Day the balance was declared due at once."
    )
    ended_on = fields.Date(readonly=True, copy=False)
    note = fields.Text(string="Particular Terms")

    # === COMPUTE METHODS === #

    @api.depends("name", "version", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            name = plan.name or self.env._("Draft Payment Plan")
            if plan.version > 1:
                name = self.env._(
                    "%(plan)s, version %(version)s", plan=name, version=plan.version
                )
            plan.display_name = name

    @api.depends(
        "with_charges",
        "line_ids.amount",
        "line_ids.amount_interest",
        "line_ids.amount_compensation",
        "line_ids.is_charge",
    )
    def _compute_amount_total(self):
        for plan in self:
            # The invoice of the charges is an item too, once they are invoiced.
            lines = plan.line_ids.filtered(lambda line: not line.is_charge)
            charges = 0.0
            if plan.with_charges:
                charges = sum(lines.mapped("amount_interest"))
                charges += sum(lines.mapped("amount_compensation"))
            plan.amount_principal = sum(lines.mapped("amount"))
            plan.amount_charges = charges
            plan.amount_total = plan.amount_principal + charges

    @api.depends("amount_total", "amount_paid")
    def _compute_amount_remaining(self):
        for plan in self:
            plan.amount_remaining = max(plan.amount_total - plan.amount_paid, 0.0)

    @api.depends("installment_ids.state", "installment_ids.date")
    def _compute_next_date(self):
        for plan in self:
            dates = [
                each.date
                for each in plan.installment_ids
                if each.date and each.state != "paid"
            ]
            is_current = plan.state in ("proposed", *LIVE_PLAN_STATES)
            plan.next_date = min(dates, default=False) if is_current else False

    @api.depends("name")
    def _compute_version_count(self):
        for plan in self:
            plan.version_count = (
                self.search_count(plan._get_versions_domain()) if plan.name else 1
            )

    def _compute_notice_count(self):
        groups = self.env["dunning.notice"]._read_group(
            [("plan_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["plan_id"],
            ["__count"],
        )
        counts = {plan.id: count for plan, count in groups}
        for plan in self:
            plan.notice_count = counts.get(plan.id, 0)

    # === ACTION METHODS === #

    def action_open_debtor(self):
        """Open the customer's file."""
        self.ensure_one()
        return self.debtor_id._get_records_action()

    def action_open_notices(self):
        """Open the messages about this plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.dunning_notice_action"
        )
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {}}

    def action_view_agreement(self):
        """Show the agreement as the customer has it; of a draft, as he would get it."""
        self.ensure_one()
        self.check_access("read")
        document = self.agreement_attachment_id or self.offer_attachment_id
        if document:
            url = f"/web/content/{document.id}"
            return {"type": "ir.actions.act_url", "url": url, "target": "new"}
        report = self.env["ir.actions.report"]._get_report(self._get_agreement_report())
        return report.report_action(self, config=False)

    def action_open_versions(self):
        """Open all versions of this plan: what was agreed before is kept."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_payment_plan_action"
        )
        return {**action, "domain": self._get_versions_domain(), "context": {}}

    # === BUSINESS METHODS === #

    def _get_versions_domain(self):
        """Return the domain of the versions of this plan, itself too."""
        self.ensure_one()
        return [("company_id", "=", self.company_id.id), ("name", "=", self.name)]

    def _is_live(self):
        """Tell whether the customer signed this plan, and has not broken it.

        :rtype: bool
        """
        self.ensure_one()
        return self.state in LIVE_PLAN_STATES
