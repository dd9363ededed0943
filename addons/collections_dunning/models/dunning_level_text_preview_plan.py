from odoo import api, models

from ..const import PLAN_EVENTS


class DunningLevelText(models.Model):
    """The preview of messages about payment plans: on a plan, not on open items."""

    _inherit = "dunning.level.text"

    @api.depends("level_id", "audience")
    def _compute_preview_debtor_id(self):
        """Offer the customer of the last plan."""
        of_plans = self._filter_of_plans()
        others = self - of_plans
        result = super(DunningLevelText, others)._compute_preview_debtor_id()
        plan = self.env["collections.payment.plan"].search([], limit=1)
        of_plans.preview_debtor_id = plan.debtor_id
        return result

    def _filter_of_plans(self):
        return self.filtered(lambda text: text.level_id.event in PLAN_EVENTS)

    def _render_preview(self):
        self.ensure_one()
        debtor = self.preview_debtor_id
        if not debtor or not self._filter_of_plans():
            return super()._render_preview()
        debtor.check_access("read")  # the values are read without access rules
        notice = self._make_preview_notice(debtor)
        if not notice.plan_id:
            error = self.env._(
                "%(customer)s has no payment plan: choose another customer.",
                customer=debtor.display_name,
            )
            return {"subject": "", "body": "", "error": error}
        values = notice._get_text_values()[notice.id]
        return notice._render_text(*self._get_preview_source(), values)

    def _make_preview_notice(self, debtor):
        if not self._filter_of_plans():
            return super()._make_preview_notice(debtor)
        plan = (
            self.env["collections.payment.plan"]
            .sudo()
            .search([("debtor_id", "=", debtor.id)], limit=1)
        )
        installments = plan._get_installments()
        unpaid = installments.filtered(lambda each: each.amount_paid < each.amount)
        notice = self._make_notice_of(debtor)
        notice.update(
            {
                "tone": self.tone,
                "lang": self.preview_lang,
                "currency_id": plan.currency_id or debtor.currency_id,
                "plan_id": plan.id,
                "charging": "none",
            }
        )
        if self.level_id.event.startswith("installment_"):
            notice.installment_id = (unpaid or installments)[:1].id
        notice.amount_claimed = notice._get_plan_claim() if plan else 0.0
        return notice
