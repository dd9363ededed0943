from odoo import api, models
from odoo.exceptions import UserError, ValidationError

# What makes the schedule, and the schedule.
SCHEDULE = {
    "line_ids",
    "installment_ids",
    "with_charges",
    "date",
    "currency_id",
    "down_payment",
    "installment_count",
    "interval",
    "first_date",
    "rounding",
    "valid_until",
}
# What the customer has read and agrees to.
TERMS = SCHEDULE | {
    "debtor_id",
    "interest_mode",
    "notice_days",
    "requires_current",
    "note",
}


class CollectionsPaymentPlan(models.Model):
    """What makes the terms of a plan true, and keeps them as the customer has them."""

    _inherit = "collections.payment.plan"

    # === CONSTRAINT METHODS === #

    @api.constrains("line_ids")
    def _check_lines(self):
        """Refuse items that this plan can't spread.

        :raise ValidationError: names the item and says why.
        """
        for plan in self.filtered(lambda plan: plan.state == "draft"):
            for line in plan.line_ids:
                problem = line._get_problem()
                if problem:
                    raise ValidationError(
                        self.env._(
                            "%(item)s: %(problem)s",
                            item=line.move_name or "?",
                            problem=problem,
                        )
                    )
            items = plan.line_ids.move_line_id
            if len(items) < len(plan.line_ids.filtered("move_line_id")):
                raise ValidationError(self.env._("An item is in this plan twice."))

    @api.constrains("notice_days")
    def _check_notice_days(self):
        if any(plan.notice_days < 1 for plan in self):
            raise ValidationError(
                self.env._(
                    "The customer has at least one day to pay after the formal notice."
                )
            )

    @api.constrains("contact_id")
    def _check_contact_id(self):
        """A stranger signs nothing for a customer, and gets no code to do so.

        :raise ValidationError: names the contact.
        """
        for plan in self.filtered("contact_id"):
            if plan.contact_id not in plan.debtor_id._get_statement_family(
                plan.contact_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s is not of the company of %(customer)s.",
                        name=plan.contact_id.display_name,
                        customer=plan.partner_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A plan without a schedule gets the one that its terms make."""
        plans = super().create(vals_list)
        for plan, vals in zip(plans, vals_list, strict=True):
            if not vals.get("installment_ids"):
                plan._build_installments()
        plans._check_schedule()
        return plans

    def write(self, vals):
        """Terms are those that the customer has read: only a draft changes."""
        if TERMS & vals.keys():
            self._check_changeable()
        result = super().write(vals)
        drafts = self.filtered(lambda plan: plan.state == "draft")
        if SCHEDULE & vals.keys():
            if "installment_ids" not in vals:
                for plan in drafts:
                    plan._build_installments()
            drafts._check_schedule()
        if TERMS & vals.keys():
            drafts.filtered("approved_by_id")._withdraw_approval()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        """What a customer has seen is kept.

        :raise UserError: names the plan.
        """
        for plan in self.filtered(lambda plan: plan.state != "draft"):
            raise UserError(
                self.env._("%(plan)s was proposed: it is kept.", plan=plan.display_name)
            )

    def _change_terms(self):
        """Items or installments of these plans were changed: nobody approved that.

        :raise UserError: when a customer has the plan already.
        """
        self._check_changeable()
        if not self.env.su:
            self.filtered("approved_by_id")._withdraw_approval()

    def _check_changeable(self):
        """Refuse to touch items and installments of what the customer has.

        :raise UserError: names the plan.
        """
        if self.env.su:
            return
        for plan in self.filtered(lambda plan: plan.state != "draft"):
            raise UserError(
                self.env._(
                    "%(plan)s was proposed already: renegotiate it to change its "
                    "terms.",
                    plan=plan.display_name,
                )
            )
