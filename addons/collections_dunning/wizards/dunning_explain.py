from odoo import api, fields, models


class DunningExplain(models.TransientModel):
    """The answer to "Why?" on an invoice."""

    _name = "dunning.explain"
    _description = "Why an Invoice Is or Is Not Dunned"

    move_id = fields.Many2one("account.move", required=True, readonly=True)
    answer = fields.Html(compute="_compute_answer")

    @api.depends("move_id")
    def _compute_answer(self):
        passed = self._get_passed_labels()
        for dialog in self:
            dialog.answer = self.env["ir.qweb"]._render(
                "collections_dunning.dunning_explain_answer",
                {
                    "explanation": dialog.move_id.get_dunning_explanation(),
                    "passed_labels": passed,
                },
            )

    def _get_passed_labels(self):
        """Return how a test reads that did not refuse an item, by reason.

        :rtype: dict(str, str)
        """
        _ = self.env._
        return {
            "credit": _("not a credit"),
            "no_partner": _("customer known"),
            "non_trade": _("trade receivable"),
            "no_followup": _("not excluded"),
            "insolvency": _("no insolvency"),
            "escalated": _("not with an agency or in court"),
            "disputed": _("not disputed"),
            "promise": _("no promise to pay"),
            "payment_plan": _("no payment plan"),
            "paused": _("not paused"),
            "payment_in_process": _("no payment in process"),
            "covered_by_credit": _("not covered by a credit or a payment"),
            "not_due": _("due"),
            "waiting": _("level reached"),
            "notice_pending": _("on no pending notice"),
            "below_minimum": _("above the minimum"),
            "no_recipient": _("recipient known"),
            "no_procedure": _("procedure known"),
            "exhausted": _("procedure not finished"),
        }
