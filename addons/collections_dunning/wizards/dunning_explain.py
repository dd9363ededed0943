from odoo import api, fields, models


class DunningExplain(models.TransientModel):
    """The answer to "Why?" on an invoice."""

    _name = "dunning.explain"
    _description = "Why an Invoice Is or Is Not Dunned"

    move_id = fields.Many2one("account.move", required=True, readonly=True)
    answer = fields.Html(compute="_compute_answer")
    is_to_send = fields.Boolean(compute="_compute_answer")

    @api.depends("move_id")
    def _compute_answer(self):
        passed = self._get_passed_labels()
        for dialog in self:
            explanation = dialog.move_id.get_dunning_explanation()
            dialog.is_to_send = explanation["reason"] == "not_delivered"
            dialog.answer = self.env["ir.qweb"]._render(
                "collections_dunning.dunning_explain_answer",
                {"explanation": explanation, "passed_labels": passed},
            )

    def action_send_invoice(self):
        """Open core's dialog that sends the invoice."""
        self.ensure_one()
        return self.move_id.action_dunning_send_invoices()

    def _get_passed_labels(self):
        """Return how a test reads that did not refuse an item, by reason.

        :rtype: dict(str, str)
        """
        env = self.env
        return {
            "credit": env._("not a credit"),
            "no_partner": env._("customer known"),
            "non_trade": env._("trade receivable"),
            "no_followup": env._("not excluded"),
            "insolvency": env._("no insolvency"),
            "escalated": env._("not with an agency or in court"),
            "disputed": env._("not disputed"),
            "promise": env._("no promise to pay"),
            "payment_plan": env._("no payment plan"),
            "paused": env._("not paused"),
            "old_debt": env._("not put aside as an old debt"),
            "not_delivered": env._("invoice sent"),
            "direct_debit": env._("no direct debit"),
            "bill": env._("no bill of exchange"),
            "retention": env._("no retention money"),
            "factored": env._("payable to us"),
            "payment_in_process": env._("no payment in process"),
            "to_allocate": env._("no payment to allocate"),
            "covered_by_credit": env._("not covered by a credit or a payment"),
            "not_due": env._("due"),
            "waiting": env._("level reached"),
            "notice_pending": env._("on no pending notice"),
            "below_minimum": env._("above the minimum"),
            "no_recipient": env._("recipient known"),
            "no_procedure": env._("procedure known"),
            "exhausted": env._("procedure not finished"),
            "by_hand": env._("not dunned by hand"),
        }
