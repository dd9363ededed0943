from odoo import Command, api, fields, models


class DunningProposal(models.AbstractModel):
    """Messages of payment plans are held against their plan, not item by item."""

    _inherit = "dunning.proposal"

    @api.model
    def _refresh_notices(self, notices):
        of_plans = notices.filtered("plan_id")
        going = super()._refresh_notices(notices - of_plans)
        return notices & (going | self._refresh_plan_notices(of_plans))

    def _refresh_plan_notices(self, notices):
        """Bring what unsent messages of plans ask for up to date with the ledger.

        What was paid meanwhile is asked for no more. Nobody is told that an installment
        is missing while a fresh receipt may be it; a formal notice waits while a
        receipt is to be allocated, as any other does.

        :param dunning.notice notices: drafts and queued ones, of plans.
        :return: those that still say what is true.
        :rtype: dunning.notice
        """
        if not notices:
            return notices
        notices.plan_id._match_payments()
        for notice in notices:
            self._refresh_plan_notice(notice.sudo())
        gone = notices.filtered(lambda notice: not notice._is_plan_notice_due())
        if gone:
            gone._set_state(
                "cancelled",
                error=self.env._("The payment plan asks for it no more."),
            )
            gone.activity_ids.sudo().unlink()
        back = self._take_back(
            (notices - gone).filtered(lambda n: n._is_installment_received())
        )
        today = fields.Date.context_today(self)
        formal = (notices - gone).filtered("is_formal")
        for company, own in formal.grouped("company_id").items():
            self.env["dunning.assessment"]._assess_claims(
                company, today, own.partner_id
            )
            back |= self._take_back_formal(own)
        return notices - gone - back

    def _refresh_plan_notice(self, notice):
        """Write what the plan says now into one of its messages."""
        notice.write(
            {
                "amount_claimed": max(notice._get_plan_claim(), 0.0),
                "deadline_date": notice._get_deadline_date(),
                "plan_schedule": notice._read_plan_schedule(),
                "line_ids": [
                    Command.clear(),
                    *(
                        Command.create(line._prepare_notice_line_vals())
                        for line in notice.plan_id.line_ids
                        if line._is_open_debt()
                    ),
                ],
            }
        )
