from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningNotice(models.Model):
    """Why its invoices are late: asked when the customer answers, or was called."""

    _inherit = "dunning.notice"

    late_cause_id = fields.Many2one(
        "collections.late.cause",
        string="Why Late?",
        compute="_compute_late_cause_id",
        inverse="_inverse_late_cause_id",
        help="Of the invoices claimed here, when all have the same. A click records it "
        "for those of which none is known yet, or else for all.",
    )
    late_cause_asked = fields.Boolean(
        compute="_compute_late_cause_asked",
        help="The customer was reached, and there is an invoice to tell the cause of.",
    )

    @api.depends("line_ids.move_id.late_cause_id")
    def _compute_late_cause_id(self):
        for notice in self:
            invoices = notice._get_late_invoices()
            causes = invoices.late_cause_id
            known = len(causes) == 1 and all(move.late_cause_id for move in invoices)
            notice.late_cause_id = causes if known else False

    def _inverse_late_cause_id(self):
        self._check_collector()
        for notice in self:
            invoices = notice._get_late_invoices()
            unknown = invoices.filtered(lambda move: not move.late_cause_id)
            (unknown or invoices)._set_late_cause(notice.late_cause_id)
        # Where they differ now, there is none to show.
        self.invalidate_recordset(["late_cause_id"])

    @api.depends("state", "channel", "line_ids.move_id", "line_ids.clock_date")
    def _compute_late_cause_asked(self):
        today = fields.Date.context_today(self)
        for notice in self:
            reached = notice.state == "sent" or (
                notice.state == "queued" and notice.channel == "phone"
            )
            days = notice._get_late_lines().mapped("clock_date")
            notice.late_cause_asked = reached and any(
                day < today for day in days if day
            )

    def _get_late_lines(self):
        """Return the lines of these notices that claim an invoice.

        :rtype: dunning.notice.line
        """
        return self.line_ids.filtered(
            lambda line: line.kind == "1_item" and line.move_id._filter_late_cause()
        )

    def _get_late_invoices(self):
        """Return the invoices claimed by these notices.

        :rtype: account.move
        """
        return self._get_late_lines().move_id

    # === ACTION METHODS === #

    def action_log_call(self):
        """Open the dialog that asks how a call went; the notice is sent with it.

        :rtype: dict
        :raise AccessError: when the user is no Collector.
        :raise UserError: when this is no call, or it was made already.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_collector()
        self._check_call()
        return self.env["collections.late.cause.dialog"]._open(
            self._get_late_invoices(), notice=self
        )

    def _check_call(self):
        if self.channel != "phone" or self.state != "queued":
            raise UserError(self.env._("This is no call to be made."))

    def _log_call(self, feedback):
        """Count this call as made, and end its activity with what was said.

        :param str feedback: what was said; kept in the chatter.
        :raise UserError: when it was made already, and in test mode.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_call()
        self._check_postable()
        # Its end is what makes the notice a sent one.
        own = self.activity_ids.filtered(lambda activity: activity._get_notices_done())
        own.action_feedback(feedback=feedback or False)
        if self.state == "queued":
            self.action_post()
