import logging

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..const import ACTIVITY_CHANNELS

_logger = logging.getLogger(__name__)

TRIES = 5
# Indexes that a run meets when another process has made the company's run.
DONE_ELSEWHERE = ("dunning_decision_move_line_open_uniq", "dunning_run_proposed_uniq")


class DunningRun(models.Model):
    _inherit = "dunning.run"

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_run(self):
        """Assess each company once a day; send what may leave by itself.

        Companies are independent: the failure of one is logged and does not hold up
        the others. A second call on one day does nothing.
        """
        # Each company has its run, so all of them are wanted.
        companies = self.env["res.company"].search(  # pylint: disable=no-search-all
            [], order="id"
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            self._run_company_safely(company)
            if not progress(1):
                break

    def _run_company_safely(self, company):
        """Make the run of a company, whatever other processes are doing."""
        for _attempt in range(TRIES):
            try:
                self._run_company(company)
                self.env.flush_all()
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Somebody wrote what the run reads: it reads anew.
                self.env.cr.rollback()
            except Exception as error:
                self.env.cr.rollback()
                if self._is_done_elsewhere(error):
                    _logger.info("Dunning run of %s: already done", company.name)
                    return
                _logger.exception("Dunning run of %s failed", company.name)
                return
        _logger.error("Dunning run of %s: given up, try again", company.name)

    def _is_done_elsewhere(self, error):
        """Tell whether another process assessed the same items: its work stands."""
        return (
            isinstance(error, UniqueViolation)
            and error.diag.constraint_name in DONE_ELSEWHERE
        )

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
        if not self._has_procedure(company):
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
        self._decide_arrangements(company)
        former = self._supersede(company)
        run = self.create(
            {"company_id": company.id, "date": today, "is_scheduled": True}
        )
        self._refresh_waiting(company, run)
        former._set_done()
        run._propose()
        run._tell_salespersons()
        if not run.manual_reason:
            run._send_automatic()
        run._schedule_tasks()
        return run

    def _has_procedure(self, company):
        """Tell whether anybody is dunned in a company."""
        own = [("company_id", "=", company.id), ("procedure_id", "!=", False)]
        policies = self.env["collections.credit.policy"]
        return (
            company._get_dunning_procedure()
            or self.env["collections.debtor"].search_count(own, limit=1)
            or policies._is_any_procedure_given(company)
        )

    def _supersede(self, company):
        """Close the former runs of a company whose drafts still wait.

        Their decisions stay: they are the history. Untouched drafts are dropped,
        today's run drafts them anew; but a formal notice waits for its approval,
        whatever else is sent to the debtor meanwhile.

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
        former._drop_drafts(keep_formal=True)
        asked = [("company_id", "=", company.id), ("activity_ids", "!=", False)]
        self.search(asked).activity_ids.sudo().unlink()
        former.filtered(lambda run: run.state == "proposed").state = "confirmed"
        return former

    def _refresh_waiting(self, company, run):
        """Hold what waits for a person against the ledger.

        Letters to print and calls to make lose what was paid; the drafts somebody
        worked on, and those of no run, move to today's run.

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
        waiting = self.env["dunning.proposal"]._refresh_notices(waiting)
        waiting.filtered(lambda n: n.state == "draft").run_id = run
        # A call somebody cancelled, or of a user who is gone, must not get lost.
        waiting.filtered(
            lambda n: (
                n.channel in ACTIVITY_CHANNELS
                and n.state == "queued"
                and not n.activity_ids.filtered("user_id.active")
            )
        )._schedule_activities()

    def _send_automatic(self):
        """Queue the notices of automatic levels that nobody needs to look at."""
        self.ensure_one()
        self.notice_ids._queue_approved()
        if not self.notice_ids.filtered(lambda n: n.state == "draft"):
            self.state = "confirmed"
            self._set_done()
