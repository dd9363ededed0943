import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools import smtp_session

_logger = logging.getLogger(__name__)

# A mailbox that is full, or a server that asks for patience, for longer than this:
# the notice counts as failed.
PATIENCE = timedelta(days=2)
# What a notice is claimed with.
CLAIMED_VALUES = (
    "id",
    "message_id",
    "subject",
    "body",
    "email_to",
    "is_test",
    "watched",
)


class DunningNotice(models.Model):
    """Handing one notice to the mail server, and what its answer makes of it."""

    _inherit = "dunning.notice"

    postponed_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="The recipient's server puts the message off since then.",
    )

    def _deliver(self, email, work):
        """Claim a notice, hand it to the server, and settle it.

        :return: the outcome: ``sent``, ``changed``, or one of ``smtp_session``.
        :rtype: str
        """
        if not self._open_session(email, work):
            return smtp_session.UNREACHABLE
        self._attach_invoices(email)
        # The claim must see the ledger of now. A transaction sees it as it was at its
        # first query: without a new one, that was before the copies were printed and
        # merged, which takes long enough for a payment or a hold to be booked.
        self._commit()
        if not self._claim(email):
            return "changed"
        verdict = self._hand_over(email, work.sessions)
        work.note(email, verdict)
        if verdict:
            self._insist(self._settle_failure, email, verdict, work=work)
            return verdict.outcome
        self._insist(self._settle_sent, email, work=work)
        if email["copies"]:
            refusals = self._send_copies(email, work.sessions)
            self._insist(self._settle_copies, email, refusals)
        email["attachments"] = None  # memory
        return "sent"

    def _open_session(self, email, work):
        """Connect before the notice is claimed: a dead server leaves no doubt."""
        try:
            if email["server_id"] is None:
                raise UserError(
                    self.env._("There is no e-mail address to send notices from.")
                )
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
            self._commit()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            return False
        return claimed

    def _read_watched(self):
        """Read what these notices depend on besides their items.

        :return: a text by notice id, see :meth:`_get_watched_sql`.
        :rtype: dict(int, str)
        """
        self.flush_recordset()
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT n.id, %s FROM dunning_notice n WHERE n.id = ANY(%s)",
                    self._get_watched_sql(),
                    self.ids,
                )
            )
        )

    def _get_watched_sql(self):
        """Return the expression, of notice ``n``, of what may come in between.

        A receipt that is not allocated yet, a hold, or a change of the test mode
        between the writing and the sending of a notice changes this text.

        :rtype: SQL
        """
        return SQL(
            """
            %s || '/' ||
            (SELECT concat_ws(' ', count(*), sum(c.amount_residual_currency))
               FROM account_move_line c
               JOIN account_account a ON a.id = c.account_id
              WHERE c.partner_id = n.partner_id
                AND c.company_id = n.company_id
                AND c.currency_id = n.currency_id
                AND c.parent_state = 'posted'
                AND c.reconciled IS NOT TRUE
                AND c.amount_residual_currency < 0
                AND a.account_type = 'asset_receivable')
            || '/' ||
            (SELECT concat_ws(' ', count(*), max(h.write_date))
               FROM dunning_hold h
              WHERE h.debtor_id = n.debtor_id)
            """,
            self._get_mode_sql(),
        )

    def _get_claim_sql(self, email):
        return SQL(
            """
              WITH mode AS MATERIALIZED (%(mode_lock)s)
            UPDATE dunning_notice n
               SET state = 'sending', message_ref = %(message_id)s,
                   subject = %(subject)s, body = %(body)s, email_to = %(email_to)s,
                   is_test = %(is_test)s,
                   write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
             WHERE n.id = %(id)s AND n.state = 'queued'
               AND EXISTS (SELECT FROM mode)
               AND %(watched_now)s = %(watched)s
               AND NOT EXISTS (
                   SELECT FROM dunning_notice_line nl
                     LEFT JOIN account_move_line l
                       ON l.id = nl.move_line_id AND l.move_id = nl.move_id
                      AND l.parent_state = 'posted'
                      AND l.currency_id = nl.currency_id
                      AND l.partner_id IN (
                          SELECT p.id FROM res_partner p
                           WHERE p.commercial_partner_id = n.partner_id)
                      AND coalesce(l.date_maturity, l.date) = nl.date_maturity
                      AND l.amount_residual_currency = nl.amount_residual
                    WHERE nl.notice_id = n.id AND l.id IS NULL)
         RETURNING n.id
            """,
            uid=self.env.uid,
            mode_lock=self._get_mode_lock_sql(email["id"]),
            watched_now=self._get_watched_sql(),
            **{name: email[name] for name in CLAIMED_VALUES},
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
        """The server has accepted the message: this row becomes ``sent``.

        Or ends as a test, which it was.
        """
        if email["is_test"]:
            self.browse(email["id"])._settle_test()
            return
        # Until the copies are settled too, a crash must not pass for success.
        error = self._describe_flaws(email, email["copies"])
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
        if email["is_test"] and outcome != smtp_session.UNREACHABLE:
            notice._settle_test(f"{email['to']}: {answer}")
        elif outcome == smtp_session.IN_DOUBT:
            error = env._(
                "The mail server did not say whether it accepted the message: "
                "%(answer)s",
                answer=answer,
            )
            notice._set_state("in_doubt", error=error)
            notice._ask_to_settle()
        elif outcome == smtp_session.REFUSED or notice._is_out_of_patience(outcome):
            notice._set_state(
                "failed",
                error=f"{email['to']}: {answer}",
                email_refused=verdict.address_refused,
                postponed_since=False,
            )
        else:
            error = env._("Not sent yet: %(answer)s", answer=answer)
            notice._set_state("queued", error=error)
            if outcome == smtp_session.POSTPONED and not notice.postponed_since:
                notice.postponed_since = fields.Datetime.now()

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
        notice.error = self._describe_flaws(email, refusals)

    def _describe_flaws(self, email, copies):
        """Return what is noted on a notice that was sent, but not quite as meant.

        :param list(str) copies: those that did not get it.
        :return: None when there is nothing to note.
        :rtype: str
        """
        notes = list(email["notes"])
        if copies:
            env = self.browse(email["id"])._get_company_env()
            notes.append(
                env._(
                    "Sent, but not to these copies: %(copies)s",
                    copies=", ".join(copies),
                )
            )
        return "\n".join(notes) or None
