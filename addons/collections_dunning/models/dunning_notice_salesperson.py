from odoo import api, fields, models


class DunningNotice(models.Model):
    """What a salesperson is told before a notice leaves."""

    _inherit = "dunning.notice"

    salesperson_told_on = fields.Date(compute="_compute_salesperson_told_on")
    salesperson_wait_until = fields.Date(
        string="Leaves From",
        compute="_compute_salesperson_told_on",
        help="Two working days after the salesperson was told.",
    )

    @api.depends("debtor_id", "level_id", "state")
    def _compute_salesperson_told_on(self):
        today = fields.Date.context_today(self)
        announcements = self.env["dunning.announcement"].sudo()
        waiting = self.filtered(lambda n: n.state in ("draft", "queued"))
        current = announcements._get_current(waiting.debtor_id, today)
        for notice in self:
            told = current.get((notice.debtor_id.id, notice.level_id.id))
            told = told if told and notice in waiting else announcements
            notice.salesperson_told_on = told.told_on
            notice.salesperson_wait_until = told.leaves_on

    def _tells_salesperson(self):
        """Tell whether a salesperson hears of this notice before it leaves.

        :rtype: bool
        """
        self.ensure_one()
        when = self.level_id.tells_salesperson
        return when == "always" or when == "strategic" and self.debtor_id.is_strategic

    def _filter_not_announced(self):
        """Return the notices that have to wait: their salesperson may still object.

        Or was not told yet: the scheduled run does so.

        :rtype: dunning.notice
        """
        today = fields.Date.context_today(self)
        announced = self.filtered(lambda n: n._tells_salesperson() and not n.send_now)
        return announced.filtered(
            lambda n: (
                n.salesperson_wait_until > today
                if n.salesperson_wait_until
                else self.env["dunning.announcement"]._get_salesperson(
                    n.debtor_id, n.line_ids.move_id
                )
            )
        )
