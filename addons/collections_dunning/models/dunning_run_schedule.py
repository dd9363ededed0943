import logging

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class DunningRun(models.Model):
    _inherit = "dunning.run"

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_run(self):
        """Assess each company once a day; send what may leave by itself.

        Companies are independent: the failure of one is logged and does not hold up
        the others. A second call on one day does nothing.
        """
        companies = self.env["res.company"].search([], order="id")
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            try:
                self._run_company(company)
            except (SerializationFailure, UniqueViolation):
                # Another process assessed the same items: its work stands.
                self.env.cr.rollback()
                _logger.info("Dunning run of %s: already done", company.name)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Dunning run of %s failed", company.name)
            if not progress(1):
                break

    def _run_company(self, company):
        """Make today's scheduled run of a company.

        :param res.company company: whose items are assessed.
        :return: the run, empty when there was nothing to do.
        :rtype: dunning.run
        """
        # First of all the lock: a snapshot of the ledger that is older than the lock
        # would miss what another run has just written.
        if not self._try_lock(company):
            _logger.info("Dunning run of %s: already running", company.name)
            return self.browse()
        if not company._get_dunning_procedure():
            return self.browse()
        self = self.with_company(company)
        today = fields.Date.context_today(self)
        done_today = self.search_count(
            [
                ("company_id", "=", company.id),
                ("date", ">=", today),
                ("is_simulation", "=", False),
                ("state", "in", ("proposed", "confirmed", "done")),
            ],
            limit=1,
        )
        if done_today:
            return self.browse()
        former = self._supersede(company)
        run = self.create(
            {"company_id": company.id, "date": today, "is_scheduled": True}
        )
        self._refresh_waiting(company, run)
        former._set_done()
        run._propose()
        if company._is_dunning_active():
            run._send_automatic()
        run._schedule_reviews()
        return run

    def _supersede(self, company):
        """Close the former runs of a company whose drafts still wait.

        Their decisions stay: they are the history. Untouched drafts are dropped,
        today's run drafts them anew.

        :return: the runs that were closed.
        :rtype: dunning.run
        """
        former = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("proposed", "confirmed")),
                ("is_simulation", "=", False),
            ]
        )
        former._drop_drafts()
        former.activity_ids.sudo().unlink()
        former.filtered(lambda run: run.state == "proposed").state = "confirmed"
        return former

    def _refresh_waiting(self, company, run):
        """Hold what waits for a person against the ledger.

        Letters to print and calls to make lose what was paid; the drafts somebody
        worked on move to today's run.

        :param dunning.run run: today's.
        """
        waiting = self.env["dunning.notice"].search(
            [
                ("company_id", "=", company.id),
                "|",
                ("state", "=", "draft"),
                "&",
                ("state", "=", "queued"),
                ("channel", "!=", "email"),
                "|",
                ("run_id", "=", False),
                ("run_id.is_simulation", "=", False),
            ]
        )
        self.env["dunning.proposal"]._refresh_notices(waiting)
        waiting.filtered(lambda n: n.state == "draft" and n.run_id).run_id = run

    def _send_automatic(self):
        """Queue the notices of automatic levels that nobody needs to look at."""
        self.ensure_one()
        ready = self.notice_ids.filtered(lambda n: n.state == "draft" and n.approved)
        ready._queue()
        if not self.notice_ids.filtered(lambda n: n.state == "draft"):
            self.state = "confirmed"
            self._set_done()

    def _schedule_reviews(self):
        """Ask each responsible once to look at the drafts that wait."""
        self.ensure_one()
        groups = self.env["dunning.notice"]._read_group(
            [("run_id", "=", self.id), ("state", "=", "draft")],
            ["responsible_id"],
            ["__count"],
        )
        for user, count in groups:
            env = self.with_context(lang=user.lang).env
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=env._("%(count)s notices to review", count=count),
                user_id=(user or self.company_id.dunning_responsible_id).id
                or self.env.uid,
            )
