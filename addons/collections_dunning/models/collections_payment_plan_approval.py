from odoo import api, fields, models
from odoo.tools import float_repr, formatLang


class CollectionsPaymentPlan(models.Model):
    """Long plans, and large ones, are approved by a Credit Manager."""

    _inherit = "collections.payment.plan"

    approval_reason = fields.Char(
        string="To Be Approved",
        compute="_compute_approval_reason",
        help="Why a Credit Manager has to approve this plan before it is proposed.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "amount_total",
        "down_payment",
        "installment_ids.date",
        "date",
        "debtor_id.applied_credit_policy_id",
    )
    def _compute_approval_reason(self):
        for plan in self:
            plan.approval_reason = plan._get_approval_reason()

    def _get_approval_reason(self):
        """Return why a Credit Manager has to approve this plan.

        :return: in the user's language; empty when nobody has to.
        :rtype: str
        """
        self.ensure_one()
        company = self.company_id.sudo()
        if not self.installment_ids or not company:
            return ""
        agreed = self.debtor_id.applied_credit_policy_id._get_giver("plan_max_months")
        months = agreed.plan_max_months or company.dunning_plan_approval_months
        start = self.date or fields.Date.context_today(self)
        ends = [each.date for each in self.installment_ids if each.date]
        if ends and max(ends) > fields.Date.add(start, months=months):
            return self.env._("It is longer than %(months)s months.", months=months)
        percent = agreed.plan_least_down_payment
        least = self.amount_total * percent / 100
        if self.currency_id.compare_amounts(self.down_payment, least) < 0:
            return self.env._(
                "Its down payment is less than %(percent)s %%.",
                percent=float_repr(percent, 2).rstrip("0").rstrip("."),
            )
        most = company.dunning_plan_approval_amount
        currency = company.currency_id
        amount = self.currency_id._convert(self.amount_total, currency, company, start)
        if currency.compare_amounts(amount, most) > 0:
            return self.env._(
                "It is about more than %(amount)s.",
                amount=formatLang(self.env, most, currency_obj=currency),
            )
        return ""

    # === ACTION METHODS === #

    def action_request_approval(self):
        """Ask a Credit Manager to approve this plan: an activity, one for each plan.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when the plan is no draft.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        self._check_state("draft")
        manager = self.company_id.sudo()._get_dunning_manager(self.env.user)
        self._ask("approval", self.env._("Approve the payment plan"), user=manager)
        return True

    def action_approve(self):
        """Approve this plan as it stands; it can be proposed then.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when the plan is no draft.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        self._check_state("draft")
        self.sudo().write(
            {"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
        )
        self.activity_ids.sudo().filtered(
            lambda each: each.summary == self.env._("Approve the payment plan")
        ).action_feedback()
        return True

    def _withdraw_approval(self):
        """An approval covers what a Credit Manager saw, nothing else."""
        self.sudo().write({"approved_by_id": False, "approved_on": False})
