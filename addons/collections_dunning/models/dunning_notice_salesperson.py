from odoo import api, fields, models
from odoo.tools import format_date

from ..const import MANAGER


class DunningNotice(models.Model):
    """What a salesperson is told before a notice leaves."""

    _inherit = "dunning.notice"

    salesperson_told_on = fields.Date(compute="_compute_salesperson_told_on")
    salesperson_wait_until = fields.Date(
        string="Leaves From",
        compute="_compute_salesperson_told_on",
        help="Two working days after the salesperson was told.",
    )

    def _get_signatory(self):
        """Return who signs this notice: its responsible, if nobody else does.

        :rtype: res.users
        """
        self.ensure_one()
        return self.signatory_id.filtered("active") or self.responsible_id

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

        Never of a test: the customer won't get it.

        :rtype: bool
        """
        self.ensure_one()
        if self.company_id._is_dunning_test_mode():
            return False
        when = self.level_id.tells_salesperson
        return when == "always" or when == "strategic" and self.debtor_id.is_strategic

    def _wait_for_salesperson(self):
        """Return the notices that have to wait: a salesperson may still object.

        Who was not told yet is told now.

        :rtype: dunning.notice
        """
        today = fields.Date.context_today(self)
        announced = self.filtered(lambda n: n._tells_salesperson() and not n.send_now)
        announced._tell_salespersons()
        return announced.filtered(
            lambda n: n.salesperson_wait_until and n.salesperson_wait_until > today
        )

    def _wait_unless_by_hand(self, alone):
        """Return the notices that have to wait for a salesperson, sent by a person.

        One notice that a Credit Manager sends or prints by itself does not wait:
        that is an explicit decision, of which the salesperson is told now. Those of
        a selection wait, as those of a run do; so does what a Collector sends.

        :param bool alone: the user chose this one notice, no selection.
        :rtype: dunning.notice
        """
        is_manager = self.env.su or self.env.user.has_group(MANAGER)
        if not (alone and is_manager):
            return self._wait_for_salesperson()
        self.filtered(lambda n: n._tells_salesperson())._tell_salespersons()
        return self.browse()

    def _tell_salespersons(self):
        """Tell the salespersons of these notices who were not told yet."""
        today = fields.Date.context_today(self)
        untold = self.filtered(lambda n: not n.salesperson_told_on)
        for company, notices in untold.grouped("company_id").items():
            self.env["dunning.announcement"].sudo()._announce(
                company, today, notices._get_announced_groups()
            )
        untold.invalidate_recordset(["salesperson_told_on", "salesperson_wait_until"])

    def _describe_waiting(self):
        """Return whom each of these notices waits for, and until when.

        :rtype: set(str)
        """
        return {
            self.env._(
                "%(customer)s: waits for the salesperson until %(date)s",
                customer=notice.partner_id.name,
                date=format_date(self.env, notice.salesperson_wait_until),
            )
            for notice in self
        }

    def _get_waiting_action(self):
        """Return what tells that these notices were approved and leave later.

        :rtype: dict
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._(
                    "%(count)s notices are approved and leave later", count=len(self)
                ),
                "message": "\n".join(sorted(self._describe_waiting())),
                "type": "warning",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_announced_groups(self):
        """Return what the salespersons are told of these notices.

        :rtype: list(dict)
        """
        return [
            {
                "debtor_id": notice.debtor_id.id,
                "level_id": notice.level_id.id,
                "move_ids": notice.line_ids.filtered("level_id").move_id.ids,
                "leaves_on": None,
            }
            for notice in self.sorted(lambda n: n.level_id.day_offset)
        ]
