import logging
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory

import psycopg2

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools.sending_work import Work

_logger = logging.getLogger(__name__)

# Key of the lock that keeps two sending jobs of one database apart.
LOCK_KEY = 1685417583
TRIES = 5
# Invoices that are printed before the first message of a batch leaves.
PRINTS_PER_BATCH = 50
# Messages of so many bytes are recorded before the batch ends.
RECORDED_BYTES = 32 * 1024 * 1024


class DunningNotice(models.Model):
    """Sending e-mails: each notice leaves once, or is shown as in doubt.

    ``queued`` → ``sending`` is committed before the server is spoken to, ``sent``
    after it accepted. A notice found ``sending`` when nobody is sending was left by
    a crash: nobody knows whether it left, so a person decides.
    """

    _inherit = "dunning.notice"

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_send(self, batch_size=50):
        """Send the queued e-mails; nothing else in the system sends a notice.

        A second call while one is at work does nothing.

        :param int batch_size: notices to check and write at once.
        """
        if self.env["ir.mail_server"]._disable_send():
            return
        self = self.sudo()
        with self._lock_sending() as locked:
            if not locked:
                _logger.info("Dunning notices are being sent already")
                return
            self._recover()
            self._send_queue(batch_size)

    @contextmanager
    def _lock_sending(self):
        """Hold the lock of the sending job beyond single transactions.

        :return: False when another process holds it.
        """
        [(locked,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_lock(%s)", LOCK_KEY)
        )
        try:
            yield locked
        finally:
            if locked:
                # A broken connection has lost its locks already.
                with suppress(psycopg2.InterfaceError, psycopg2.OperationalError):
                    self.env.cr.rollback()
                    self.env.cr.execute(SQL("SELECT pg_advisory_unlock(%s)", LOCK_KEY))

    def _recover(self):
        """Settle what a crash left behind."""
        left = self.search([("state", "=", "sending"), ("channel", "=", "email")])
        left.filtered("is_test")._settle_test(
            self.env._("The server stopped while it was sent.")
        )
        left = left.filtered(lambda notice: notice.state == "sending")
        for notice in left:
            env = notice._get_company_env()
            notice._set_state(
                "in_doubt", error=env._("The server stopped while it was sent.")
            )
        left._ask_to_settle()
        self._clear_delivery_activities()
        self._commit()
        self._repair_records()

    def _send_queue(self, batch_size):
        """Send what is queued now, as far as the time of the job allows."""
        rows = self._get_queue()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(rows))
        work = Work(self._connect)
        try:
            # What changed meanwhile is checked and written anew, once.
            for _attempt in range(2):
                rows = self._send_rows(rows, batch_size, work)
        finally:
            work.sessions.close()
        self._report_stopped(work.stopped_ids)
        self._clear_delivery_activities()
        self.env["dunning.run"].search([("state", "=", "confirmed")])._set_done()
        if not work.seconds:
            # Out of time: let other jobs have their turn.
            self.env.ref("collections_dunning.ir_cron_dunning_notice_send")._trigger()
        progress(remaining=0)

    def _get_queue(self):
        """Return the e-mails to send now, those that were put off before at the end.

        For those that wait for their sending hours, the job is woken then.

        :return: id and sender of each.
        :rtype: list(tuple)
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id, company_id, coalesce(signatory_id, responsible_id)"
                " FROM dunning_notice"
                " WHERE state = 'queued' AND channel = 'email'"
                " ORDER BY postponed_since NULLS FIRST, id"
            )
        )
        queued = self.browse([row[0] for row in rows])
        leaving = queued._filter_leaving()
        (queued - leaving)._wake_at_opening()
        leaving_ids = set(leaving.ids)
        return [row for row in rows if row[0] in leaving_ids]

    def _send_rows(self, rows, batch_size, work):
        """Send these notices in batches.

        :param list(tuple) rows: see :meth:`_get_queue`.
        :return: those that changed meanwhile, to be tried again.
        :rtype: list(tuple)
        """
        changed = []
        for batch in self._split_batches(rows, batch_size):
            ids = [row[0] for row in batch if work.can_send(row[1:])]
            if not ids or not work.seconds:
                continue
            with TemporaryDirectory(prefix="dunning-invoices-") as work.folder:
                emails = self._prepare_safely(ids, work)
                self._send_batch(emails, work, changed)
        return changed

    def _split_batches(self, rows, size):
        """Yield these notices in batches; printing invoices makes them smaller.

        :param int size: largest number of notices in a batch.
        :return: yields lists of rows.
        :rtype: iterator(list(tuple))
        """
        prints = self.browse([row[0] for row in rows])._count_prints()
        batch, printed = [], 0
        for row in rows:
            count = prints.get(row[0], 0)
            if len(batch) == size or batch and printed + count > PRINTS_PER_BATCH:
                yield batch
                batch, printed = [], 0
            batch.append(row)
            printed += count
        if batch:
            yield batch

    def _prepare_safely(self, ids, work):
        """Prepare a batch; a notice that can't be prepared fails alone.

        :rtype: list(dict)
        """
        try:
            return self._insist(self._prepare_batch, ids, work)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Somebody works on them: they wait for the next job.
            return []
        except Exception as error:
            self.env.cr.rollback()
            if len(ids) > 1:
                one_by_one = (self._prepare_safely([one], work) for one in ids)
                return [email for emails in one_by_one for email in emails]
            _logger.exception("Dunning notice %s can't be prepared", ids)
            self._insist(self.browse(ids)._set_failed, str(error))
            return []

    def _prepare_batch(self, ids, work):
        """Hold queued notices against the ledger, then write their e-mails.

        :rtype: list(dict)
        """
        notices = self.search([("id", "in", ids), ("state", "=", "queued")], order="id")
        # Whoever is not in test mode any more waits for the sending hours.
        notices = notices._filter_leaving()
        notices = self.env["dunning.proposal"]._refresh_notices(notices)
        for notice in notices:
            notice.deadline_date = notice._get_deadline_date()
        tests = notices._filter_tests()
        notices = tests | (notices - tests)._number_emails()
        emails = notices._prepare_emails(work.senders, work.folder)
        watched = notices._read_watched()
        for email in emails:
            email["watched"] = watched[email["id"]]
        order = {notice_id: position for position, notice_id in enumerate(ids)}
        return sorted(emails, key=lambda email: order[email["id"]])

    def _set_failed(self, error):
        self._set_state("failed", error=error)

    def _number_emails(self):
        """Number these notices before they are written: a text may show its number.

        :return: those that have a number: the sequence of formal notices, which has
            no gaps, may be in use by somebody who prints.
        :rtype: dunning.notice
        """
        formal = self.filtered("is_formal")
        (self - formal)._assign_names()
        for notice in formal:
            with suppress(psycopg2.errors.LockNotAvailable), self.env.cr.savepoint():
                notice._assign_names()
        return self.filtered("name")

    def _send_batch(self, emails, work, changed):
        """Send prepared e-mails one by one, until the time is up.

        Those whose invoices were printed leave even then: to print them again costs
        more than to send them. What was accepted is recorded at the end, or when it
        fills the memory.

        :param list changed: gets those to be prepared again, as rows.
        """
        sent = []
        for email in emails:
            if not work.can_send(email["sender_key"]):
                continue
            if not work.seconds and not any(file.path for file in email["files"]):
                continue
            outcome = self._deliver(email, work)
            if outcome == "changed":
                changed.append((email["id"], *email["sender_key"]))
            elif outcome == "sent":
                sent.append(email)
            if sum(len(done["source"]) for done in sent) > RECORDED_BYTES:
                self._record_and_forget(sent)
        self._record_and_forget(sent)

    def _record_and_forget(self, sent):
        """Record what was sent; its sources leave the memory."""
        self._insist(self._record_sent, sent)
        for email in sent:
            del email["source"]
        sent.clear()

    # === DATABASE === #

    def _insist(self, step, *args, work=None):
        """Run and commit a step that only touches the database.

        Somebody may be writing the same rows: then it is run again. What the outer
        world knows already must get into the database.

        :param Work work: given when the step settles a notice of it.
        """
        for attempt in range(TRIES):
            try:
                result = step(*args)
                if work:
                    work.seconds = self.env["ir.cron"]._commit_progress(1)
                else:
                    self._commit()
                return result
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                if attempt == TRIES - 1:
                    raise

    def _commit(self):
        """Commit without noting progress of the job, which costs more than the rest."""
        self.env["ir.cron"].with_context(ir_cron_progress_id=None)._commit_progress()
