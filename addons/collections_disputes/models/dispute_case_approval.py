"""Outcomes that a Credit Manager approves."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.collections_dunning.const import MANAGER

from ..const import FOUND_JUSTIFIED

APPROVAL = "collections_disputes.mail_activity_type_approval"


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    # === ACTION METHODS === #

    def action_approve(self):
        """Approve what was chosen for these disputes: it is done now.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when nothing waits for an approval.
        """
        self._check_approval()
        for case in self.sudo():
            values = case.request_values
            case.activity_feedback([APPROVAL], feedback=self.env._("Approved"))
            case.write({"needs_approval": False, "requested_resolution": False})
            case._apply(values)
        return True

    def action_refuse(self):
        """Refuse what was chosen for these disputes: they go on.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when nothing waits for an approval.
        """
        self._check_approval()
        for case in self.sudo():
            chooser = case.requested_by_id
            case.activity_feedback([APPROVAL], feedback=self.env._("Refused"))
            case.write(
                {
                    "needs_approval": False,
                    "requested_resolution": False,
                    "request_values": False,
                    "state": "review",
                }
            )
            case._plan_answer(chooser)
        return True

    def _check_approval(self):
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        if any(not case.needs_approval for case in self):
            raise UserError(self.env._("Nothing waits for an approval here."))

    # === BUSINESS METHODS === #

    def _needs_approval(self, resolution, scope):
        """Tell whether a Credit Manager has to approve an outcome.

        :rtype: bool
        """
        self.ensure_one()
        limit = self.company_id._get_dispute_setting("dispute_approval_amount")
        is_manager = self.env.user.has_group(MANAGER)
        if resolution not in FOUND_JUSTIFIED or is_manager or not limit:
            return False
        given = self._get_given_amount(resolution, scope)
        return self.company_id.currency_id.compare_amounts(given, limit) >= 0

    def _get_given_amount(self, resolution, scope):
        """Return what an outcome gives to the customer, in the company's currency.

        A corrected invoice takes all of the former one back.

        :rtype: float
        """
        amount = self.amount_disputed
        if scope == "invoice" or resolution == "corrected_invoice":
            amount = sum(self.line_ids.move_id.mapped("amount_total"))
        return self.currency_id._convert(
            amount,
            self.company_id.currency_id,
            self.company_id,
            fields.Date.context_today(self),
        )

    def _request_approval(self, values):
        """Have a Credit Manager approve or refuse an outcome.

        :param dict values: see :meth:`action_resolve`.
        """
        self.write(
            {
                "requested_resolution": values["resolution"],
                "request_values": values,
                "requested_by_id": self.env.uid,
                "needs_approval": True,
                "state": "waiting_us",
            }
        )
        manager = self.company_id._get_dispute_approver()
        if not manager:
            return
        case = self.with_context(lang=manager.lang or self.env.lang)
        labels = dict(case._fields["resolution"]._description_selection(case.env))
        amount = case._get_given_amount(values["resolution"], values["scope"])
        case.activity_schedule(
            APPROVAL,
            user_id=manager.id,
            summary=case.env._(
                "%(outcome)s of %(amount)s to %(customer)s: approve or refuse",
                outcome=labels[values["resolution"]],
                amount=formatLang(
                    case.env, amount, currency_obj=case.company_id.currency_id
                ),
                customer=case.partner_id.name,
            ),
        )
