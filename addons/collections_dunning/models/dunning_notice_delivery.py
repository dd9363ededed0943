import logging
from contextlib import contextmanager, suppress
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, split_every

from ..tools import smtp_session

_logger = logging.getLogger(__name__)

# Key of the lock that keeps two sending jobs of one database apart.
LOCK_KEY = 1685417583
TRIES = 5
# A mailbox that is full, or a server that asks for patience, for longer than this:
# the notice counts as failed.
PATIENCE = timedelta(days=2)


class Work:
    """What one call of the sending job has found out so far.

    :ivar seconds: left for the job; 0: stop.
    :ivar senders: what is known of each sender, by its key.
    :ivar stopped_ids: the notice at which each server stopped, and its answer.
    """

    def __init__(self, connect):
        self.sessions = smtp_session.Sessions(connect)
        self.seconds = float("inf")
        self.senders = {}
        self.stopped_ids = {}

    def can_send(self, sender_key):
        """Tell whether this sender's server still takes messages."""
        sender = self.senders.get(sender_key)
        return not sender or sender["server_id"] not in self.sessions.stopped

    def note(self, email, verdict):
        """Take note of what a server said; None: it accepted the message."""
        server_id = email["server_id"]
        self.sessions.note(server_id, verdict)
        if (
            server_id in self.sessions.stopped
            and verdict.outcome != smtp_session.IN_DOUBT
        ):
            self.stopped_ids[email["id"]] = verdict.answer


class DunningNotice(models.Model):
    """Sending e-mails: each notice leaves once, or is shown as in doubt.

    ``queued`` → ``sending`` is committed before the server is spoken to, ``sent``
    after it accepted. A notice found ``sending`` when nobody is sending was left by
    a crash: nobody knows whether it left, so a person decides.
    """

    _inherit = "dunning.notice"

    postponed_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="The recipient's server puts the message off since then.",
    )

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_send(self, batch_size=50):
        """Send the queued e-mails; nothing else in the system sends a notice.

        A second call while one is at work does nothing.

        :param int batch_size: notices to check and write at once.
        """
        if self.env["ir.mail_server"]._disable_send():
            return
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
        for notice in left:
            notice._set_in_doubt(
                notice._get_company_env()._("The server stopped while it was sent.")
            )
        left._ask_to_settle()
        self._clear_delivery_activities()
        self.env["ir.cron"]._commit_progress()
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
        if not work.seconds:
            # Out of time: let other jobs have their turn.
            self.env.ref("collections_dunning.ir_cron_dunning_notice_send")._trigger()
        progress(remaining=0)

    def _get_queue(self):
        """Return the e-mails to send, those that were put off before at the end.

        :return: id and sender of each.
        :rtype: list(tuple)
        """
        self.flush_model()
        return self.env.execute_query(
            SQL(
                "SELECT id, company_id, responsible_id FROM dunning_notice"
                " WHERE state = 'queued' AND channel = 'email'"
                " ORDER BY postponed_since NULLS FIRST, id"
            )
        )

    def _send_rows(self, rows, batch_size, work):
        """Send these notices in batches.

        :param list(tuple) rows: see :meth:`_get_queue`.
        :return: those that changed meanwhile, to be tried again.
        :rtype: list(tuple)
        """
        changed = []
        for batch in split_every(batch_size, rows, list):
            ids = [row[0] for row in batch if work.can_send(row[1:])]
            if not ids or not work.seconds:
                continue
            emails = self._insist(self._prepare_batch, ids, work)
            sent = []
            self._send_batch(emails, work, sent, changed)
            self._insist(self._record_sent, sent)
        return changed

    def _prepare_batch(self, ids, work):
        """Hold queued notices against the ledger, then write their e-mails.

        :rtype: list(dict)
        """
        notices = self.search([("id", "in", ids), ("state", "=", "queued")], order="id")
        notices = self.env["dunning.proposal"]._refresh_notices(notices)
        for notice in notices:
            notice.deadline_date = notice._get_deadline_date()
        notices = notices._number_emails()
        order = {notice_id: position for position, notice_id in enumerate(ids)}
        emails = notices._prepare_emails(work.senders)
        return sorted(emails, key=lambda email: order[email["id"]])

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

    def _send_batch(self, emails, work, sent, changed):
        """Send prepared e-mails one by one, until the time is up.

        :param list sent: gets the e-mails that were accepted.
        :param list changed: gets those to be prepared again, as rows.
        """
        for email in emails:
            if not work.can_send(email["sender_key"]):
                continue
            outcome = self._deliver(email, work)
            if outcome == "changed":
                changed.append((email["id"], *email["sender_key"]))
            elif outcome == "sent":
                sent.append(email)
            if outcome not in ("changed", smtp_session.UNREACHABLE):
                work.seconds = self.env["ir.cron"]._commit_progress(1)
            if not work.seconds:
                break

    # === ONE NOTICE === #

    def _deliver(self, email, work):
        """Claim a notice, hand it to the server, and settle it.

        :return: the outcome: ``sent``, ``changed``, or one of ``smtp_session``.
        :rtype: str
        """
        if not self._open_session(email, work):
            return smtp_session.UNREACHABLE
        if not self._claim(email):
            return "changed"
        verdict = self._hand_over(email, work.sessions)
        work.note(email, verdict)
        if verdict:
            self._insist(self._settle_failure, email, verdict)
            return verdict.outcome
        self._insist(self._settle_sent, email)
        if email["copies"]:
            refusals = self._send_copies(email, work.sessions)
            self._insist(self._settle_copies, email, refusals)
        return "sent"

    def _open_session(self, email, work):
        """Connect before the notice is claimed: a dead server leaves no doubt."""
        try:
            work.sessions.get(email["server_id"], email["smtp_from"])
        except Exception as error:
            _logger.info("Dunning notices can't be sent: %r", error)
            answer = smtp_session.judge(error, False).answer
            unreachable = smtp_session.Verdict(smtp_session.UNREACHABLE, answer)
            work.note(email, unreachable)
            return False
        return True

    def _claim(self, email):
        """Take a notice for sending, unless its figures are not true any more.

        Committed at once: from here on a crash leaves a doubt, and nothing else.

        :return: whether the notice may be sent now.
        :rtype: bool
        """
        try:
            self.env.cr.execute(self._get_claim_sql(email))
            claimed = bool(self.env.cr.fetchone())
            self.env["ir.cron"]._commit_progress()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            return False
        return claimed

    def _get_claim_sql(self, email):
        return SQL(
            """
            UPDATE dunning_notice n
               SET state = 'sending', message_ref = %(message_id)s,
                   subject = %(subject)s, body = %(body)s, email_to = %(email_to)s,
                   write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
             WHERE n.id = %(id)s AND n.state = 'queued'
               AND NOT EXISTS (
                   SELECT FROM dunning_notice_line nl
                     LEFT JOIN account_move_line l
                       ON l.id = nl.move_line_id AND l.move_id = nl.move_id
                      AND l.parent_state = 'posted'
                      AND coalesce(l.date_maturity, l.date) = nl.date_maturity
                      AND l.amount_residual_currency = nl.amount_residual
                    WHERE nl.notice_id = n.id AND l.id IS NULL)
         RETURNING n.id
            """,
            uid=self.env.uid,
            **{k: email[k] for k in ("id", "message_id", "subject", "body")},
            email_to=email["email_to"],
        )

    def _hand_over(self, email, sessions, to=None):
        """Give a message to the mail server.

        A session that served before may have been closed by the server; as long as
        it was not given the message, a new session tries once more.

        :param str to: the only address to give it to; default: the main recipient.
        :return: None when it was accepted.
        :rtype: smtp_session.Verdict
        """
        server_id = email["server_id"]
        while True:
            session = None
            try:
                session = sessions.get(server_id, email["smtp_from"])
                served = session.message_count
                self._send_message(email, session, to or email["email_to"])
                email.setdefault("source", session.source)
                return None
            except Exception as error:
                verdict = smtp_session.judge(error, bool(session and session.source))
                if verdict.outcome != smtp_session.UNREACHABLE or not session:
                    return verdict
                sessions.drop(server_id)
                if not served:
                    return verdict

    def _settle_sent(self, email):
        """The server has accepted the message: this row becomes ``sent``."""
        # Until the copies are settled too, a crash must not pass for success.
        pending = email["copies"]
        error = self._describe_copies(email, pending) if pending else None
        self.env.cr.execute(
            SQL(
                """
                UPDATE dunning_notice
                   SET state = 'sent', sent_at = %s, error = %s, postponed_since = NULL,
                       email_refused = FALSE, write_date = now() AT TIME ZONE 'UTC'
                 WHERE id = %s AND state = 'sending'
                """,
                fields.Datetime.now(),
                error,
                email["id"],
            )
        )

    def _settle_failure(self, email, verdict):
        """Put a notice whose message was not accepted where it belongs."""
        notice = self.browse(email["id"])
        env = notice._get_company_env()
        answer = verdict.answer
        outcome = verdict.outcome
        if outcome == smtp_session.IN_DOUBT:
            notice._set_in_doubt(
                env._(
                    "The mail server did not say whether it accepted the message: "
                    "%(answer)s",
                    answer=answer,
                )
            )
            notice._ask_to_settle()
        elif outcome == smtp_session.REFUSED or notice._is_out_of_patience(outcome):
            error = env._("%(address)s: %(answer)s", address=email["to"], answer=answer)
            refused = verdict.address_refused
            notice._set_state("failed", error=error, email_refused=refused)
        else:
            since = notice.postponed_since or fields.Datetime.now()
            is_put_off = outcome == smtp_session.POSTPONED
            notice._set_state(
                "queued",
                error=env._("Not sent yet: %(answer)s", answer=answer),
                postponed_since=since if is_put_off else notice.postponed_since,
            )

    def _set_in_doubt(self, error):
        self._set_state("in_doubt", error=error)

    def _is_out_of_patience(self, outcome):
        self.ensure_one()
        since = self.postponed_since
        return (
            outcome == smtp_session.POSTPONED
            and since
            and since < fields.Datetime.now() - PATIENCE
        )

    # === COPIES === #

    def _send_copies(self, email, sessions):
        """Give the message to the copies too, each by itself.

        :return: address and answer of those that were not accepted.
        :rtype: list(str)
        """
        refusals = []
        for address in email["copies"]:
            verdict = self._hand_over(email, sessions, to=address)
            if verdict:
                refusals.append(f"{address}: {verdict.answer}")
        return refusals

    def _settle_copies(self, email, refusals):
        notice = self.browse(email["id"])
        notice.error = self._describe_copies(email, refusals) if refusals else False

    def _describe_copies(self, email, copies):
        notice = self.browse(email["id"])
        return notice._get_company_env()._(
            "Sent, but not to these copies: %(copies)s", copies=", ".join(copies)
        )

    # === DATABASE === #

    def _insist(self, step, *args):
        """Run and commit a step that only touches the database.

        Somebody may be writing the same rows: then it is run again. What the outer
        world knows already must get into the database.
        """
        for attempt in range(TRIES):
            try:
                result = step(*args)
                self.env["ir.cron"]._commit_progress()
                return result
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                if attempt == TRIES - 1:
                    raise
