from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.collections_dunning.const import CREDIT_ACTIONS

REFUSING = ("approve", "block")


class SaleOrder(models.Model):
    """What the credit rule has against an order, and who let it pass."""

    _inherit = "sale.order"

    credit_action = fields.Selection(
        CREDIT_ACTIONS,
        compute="_compute_credit_action",
        help="What stands between this quotation and its confirmation.",
    )
    credit_requested_on = fields.Datetime(
        string="Approval Asked For", readonly=True, copy=False
    )
    credit_approval_ids = fields.One2many(
        "collections.order.approval",
        "order_id",
        string="Credit Approvals",
        groups="collections_dunning.collections_dunning_group_reader",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "state",
        "company_id",
        "partner_invoice_id",
        "amount_total",
        "credit_approval_ids",
    )
    def _compute_credit_action(self):
        for order in self:
            order.credit_action = "none"
            if order.state in ("draft", "sent"):
                findings = order._get_credit_findings()
                if order._get_credit_refusals(findings):
                    order.credit_action = findings[0]["action"]
                elif findings and not order._get_credit_approval(findings):
                    order.credit_action = "warn"

    @api.depends(
        "state", "partner_invoice_id", "credit_requested_on", "credit_approval_ids"
    )
    def _compute_partner_credit_warning(self):
        """Override: what the credit rule says stands in core's own banner."""
        result = super()._compute_partner_credit_warning()
        for order in self:
            if order.state not in ("draft", "sent"):
                continue
            findings = order._get_credit_findings()
            if findings or order._get_credit_debtor().has_applied_credit_limit:
                lines = [finding["text"] for finding in findings]
                lines += order._get_credit_progress(findings)
                order.partner_credit_warning = "\n".join(lines)
        return result

    def _get_credit_progress(self, findings):
        """Return what has become of the approval, for the banner.

        :rtype: list(str)
        """
        approval = self._get_credit_approval(findings)
        if approval:
            return [approval._get_words()]
        if self.credit_requested_on and self._get_credit_refusals(findings):
            return [self.env._("A Credit Manager was asked for approval.")]
        return []

    # === ACTION METHODS === #

    def action_request_credit_approval(self):
        """Ask a Credit Manager to let these quotations pass.

        :raise UserError: when nothing is to be asked for.
        """
        self.check_access("write")
        for order in self:
            if order.credit_action != "approve":
                raise UserError(
                    self.env._(
                        "No approval can be asked for of %(order)s.", order=order.name
                    )
                )
        self._request_credit_approval()

    def action_approve_credit(self):
        """Open the dialog in which a Credit Manager lets this quotation pass.

        :raise AccessError: when the user is no Credit Manager.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        self.env["dunning.notice"]._check_credit_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Approve on Credit"),
            "res_model": "collections.order.approval",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_refuse_credit(self):
        """Answer the salespeople who asked for approval that there is none.

        :raise AccessError: when the user is no Credit Manager.
        """
        self.check_access("read")
        self.env["dunning.notice"]._check_credit_manager()
        for order in self.sudo().filtered("credit_requested_on"):
            answer = self.env._("Not approved on credit.")
            order._close_credit_request(answer)
            order.message_post(body=answer, partner_ids=order.user_id.partner_id.ids)

    # === BUSINESS METHODS === #

    def _get_credit_partner(self):
        """Return the customer who will owe this order."""
        return self.partner_invoice_id.commercial_partner_id

    def _get_credit_debtor(self):
        """Return the customer's file, with the rights of the system."""
        partner = self._get_credit_partner()._origin
        return self.env["collections.debtor"]._get_for_credit(self.company_id, partner)

    def _get_credit_findings(self):
        """Return what the credit rule has against this order.

        Nothing against what is free, or paid in advance.

        :return: see ``collections.debtor._check_credit``.
        :rtype: list(dict)
        """
        self.ensure_one()
        order = self.sudo()
        if not order._get_credit_partner():
            return []
        paid = order.currency_id.compare_amounts(order.amount_total, order.amount_paid)
        if paid <= 0:
            return []
        amount = -sum(
            tx.amount
            for tx in order.transaction_ids
            # What is booked is part of the exposure already.
            if tx.state in ("authorized", "done") and not tx.payment_id
        )
        if order.state != "sale":  # then it is part of the exposure
            amount += order.amount_total
        return order._get_credit_debtor()._check_credit(amount, order.currency_id)

    def _get_credit_refusals(self, findings=None):
        """Return the findings that keep this order from being confirmed.

        :param list findings: of this order; None: ask for them.
        :rtype: list(dict)
        """
        if findings is None:
            findings = self._get_credit_findings()
        refusals = [f for f in findings if f["action"] in REFUSING]
        return [] if self._get_credit_approval(refusals) else refusals

    def _get_credit_approval(self, findings):
        """Return the approval that covers these findings.

        :rtype: collections.order.approval, with the rights of the system
        """
        kinds = {f["kind"] for f in findings if f["action"] in REFUSING}
        approvals = self.env["collections.order.approval"].sudo()
        if kinds:
            approvals = approvals.search([("order_id", "=", self._origin.id)])
        return approvals.filtered(lambda approval: approval._covers(self, kinds))[:1]

    def _request_credit_approval(self):
        """Give a Credit Manager one activity for each of these quotations."""
        for order in self.filtered(lambda order: not order.credit_requested_on).sudo():
            manager = order.company_id._get_dunning_attendant(
                order.company_id._get_dunning_manager()
            )
            order.credit_requested_on = fields.Datetime.now()
            order.activity_schedule(
                "collections_dunning_sale.mail_activity_type_credit_approval",
                user_id=manager.id,
                note=Markup("<br/>").join(
                    finding["text"] for finding in order._get_credit_findings()
                ),
            )

    def _close_credit_request(self, feedback):
        """End the activity that asked for approval.

        :param str feedback: what came of it.
        """
        self.credit_requested_on = False
        self.activity_feedback(
            ["collections_dunning_sale.mail_activity_type_credit_approval"],
            feedback=feedback,
        )
