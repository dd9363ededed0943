from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..const import LETTER_CHANNELS, LIVE_PLAN_STATES


class DunningNotice(models.Model):
    """What messages of payment plans ask for. Loaded after what it overrides."""

    _inherit = "dunning.notice"

    # === WHAT IS ASKED FOR === #

    def _get_plan_claim(self):
        """Return what this message of a plan asks for, as the plan stands now.

        :return: what is missing of the installment, or the balance of the plan.
        :rtype: float
        """
        self.ensure_one()
        if self.level_id.event == "plan_completed":
            return 0.0
        if self.installment_id:
            return self.installment_id.amount - self.installment_id.amount_paid
        return self.plan_id.amount_remaining

    def _is_plan_notice_due(self):
        """Tell whether this message of a plan still says what is true.

        :rtype: bool
        """
        self.ensure_one()
        event = self.level_id.event
        if event == "plan_completed":
            # A payment may have come back since.
            left = self.plan_id.amount_remaining
            return self.plan_id.state == "completed" and (
                self.currency_id.compare_amounts(left, 0) <= 0
            )
        if event == "plan_accelerated":
            alive = bool(self.plan_id.accelerated_on)
        else:
            alive = self.plan_id.state in LIVE_PLAN_STATES
        return alive and self.currency_id.compare_amounts(self._get_plan_claim(), 0) > 0

    def _is_installment_received(self):
        """Tell whether money that nobody has allocated may be the missing installment.

        :rtype: bool
        """
        self.ensure_one()
        event = self.level_id.event
        return event in (
            "installment_missed",
            "installment_formal",
        ) and self.plan_id._is_covered_by_receipts(self.installment_id)

    def _get_days_to_pay(self):
        """A formal notice of an installment grants what the agreement says."""
        if self.level_id.event == "installment_formal" and self.plan_id:
            return self.plan_id.notice_days
        return super()._get_days_to_pay()

    def _get_payment_reference(self):
        """Whoever pays by installments quotes the reference of the agreement."""
        if self.plan_id:
            return self.plan_id._get_payment_reference()
        return super()._get_payment_reference()

    @api.model
    def _search_payment_reference(self, operator, value):
        """Find messages of plans by the reference of their plan."""
        domain = super()._search_payment_reference(operator, value)
        if domain is NotImplemented:
            return domain
        plans = self.env["collections.payment.plan"].search(
            [("payment_reference", operator, value)]
        )
        own = Domain(domain) & Domain("plan_id", "=", False)
        return own | Domain("plan_id", "in", plans.ids)

    def _filter_paid_since_printed(self):
        """Letters of plans are compared with what is missing of the plan now."""
        of_plans = self.filtered("plan_id")
        of_plans.plan_id._match_payments()
        paid = of_plans.filtered(
            lambda n: (
                not n._is_plan_notice_due()
                or n.currency_id.compare_amounts(n._get_plan_claim(), n.amount_claimed)
                < 0
            )
        )
        return super(DunningNotice, self - of_plans)._filter_paid_since_printed() | paid

    # === WHAT REVIEWERS SEE === #

    def _compute_item_summary(self):
        of_plans = self.filtered("plan_id")
        result = super(DunningNotice, self - of_plans)._compute_item_summary()
        for notice in of_plans:
            notice.item_summary = notice._describe_plan_item()
        return result

    def _describe_plan_item(self):
        """Return what this message of a plan is about, in a few words."""
        if not self.installment_id:
            return self.env._("Payment plan %(plan)s", plan=self.plan_id.name or "")
        return self.env._(
            "Installment of %(date)s of plan %(plan)s",
            date=format_date(self.env, self.installment_id.date),
            plan=self.plan_id.name or "",
        )

    def _is_plan_letter_to_office(self):
        """Tell whether this letter declares a plan's balance due at once.

        As a formal notice, it is for the legal representative.
        """
        return (
            self.channel in LETTER_CHANNELS
            and self.level_id.event == "plan_accelerated"
        )
