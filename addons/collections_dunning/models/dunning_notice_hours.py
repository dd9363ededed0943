from odoo import api, fields, models
from odoo.tools import format_date, format_time


class DunningNotice(models.Model):
    """When queued e-mails leave: in the sending hours of their company."""

    _inherit = "dunning.notice"

    sending_note = fields.Char(
        compute="_compute_sending_note",
        help="When this e-mail leaves, or would leave if it was queued now.",
    )

    @api.depends("state", "channel", "send_now", "company_id", "level_id.is_formal")
    @api.depends_context("lang")
    def _compute_sending_note(self):
        waiting = self.filtered(
            lambda n: n.channel == "email" and n.state in ("draft", "queued")
        )
        (self - waiting).sending_note = False
        now = fields.Datetime.now()
        for key, notices in (
            waiting.sudo().grouped(lambda n: n._get_hours_key()).items()
        ):
            notices.sending_note = self._describe_sending(now, *key)

    def _describe_sending(self, now, company, is_formal):
        """Return the sentence that says when an e-mail leaves.

        :param datetime now: UTC.
        :param res.company company: whose sending hours count; empty: at any hour.
        :rtype: str
        """
        start = company._get_next_sending(now, is_formal) if company else now
        if not start:
            return self.env._("Waits for the next working day")
        if start <= now:
            return self.env._("Leaves within minutes")
        tz = company._get_dunning_tz()
        local = fields.Datetime.context_timestamp(self.with_context(tz=tz.zone), start)
        return self.env._(
            "Leaves on %(day)s from %(time)s",
            day=format_date(self.env, local.date(), date_format="EEEE d MMMM"),
            time=format_time(self.env, start, tz=tz.zone, time_format="short"),
        )

    def _get_hours_key(self):
        """Return whose sending hours this notice waits for, and whether it is formal.

        What one person sends by hand, and what goes to the test address alone, leaves
        at any hour: then there is no company.

        :rtype: tuple(res.company, bool)
        """
        self.ensure_one()
        at_once = self.send_now or self.company_id._get_dunning_test_addresses()
        return self.company_id.browse() if at_once else self.company_id, self.is_formal

    def _filter_leaving(self):
        """Return the notices among these that may leave now.

        :rtype: dunning.notice
        """
        now = fields.Datetime.now()
        leaving = self.browse()
        for (company, formal), notices in self.grouped(
            lambda notice: notice._get_hours_key()
        ).items():
            if not company or company._is_sending_open(now, formal):
                leaving |= notices
        return leaving

    def _wake_at_opening(self):
        """Have the job start again when the first of these notices may leave."""
        now = fields.Datetime.now()
        openings = [
            company._get_next_sending(now, formal)
            for company, formal in self.grouped(lambda n: n._get_hours_key())
            if company
        ]
        start = min(filter(None, openings), default=None)
        cron = self.env.ref("collections_dunning.ir_cron_dunning_notice_send")
        if start and not self._is_woken(cron, now, start):
            cron._trigger(at=start)

    @api.model
    def _is_woken(self, cron, first, last):
        """Tell whether the job is to start in a period already, but for its routine.

        :param datetime first: UTC, not included.
        :param datetime last: UTC, included.
        """
        domain = [
            ("cron_id", "=", cron.id),
            ("call_at", ">", first),
            ("call_at", "<=", last),
        ]
        return bool(self.env["ir.cron.trigger"].sudo().search_count(domain, limit=1))
