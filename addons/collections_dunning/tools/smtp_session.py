"""SMTP sessions that are kept open, and what a failed conversation means.

The one thing that matters is whether a message may have been accepted: before the
server got its text it was not, and it can be sent again; afterwards only the
server's answer tells. Core's ``send_email`` says neither, so sessions are watched.
No ORM.
"""

import re
import smtplib
from contextlib import suppress
from typing import NamedTuple

# Many servers end a session by themselves after some hundred messages.
MAX_MESSAGES = 100
MAX_STRIKES = 3
# Answers to MAIL FROM about the size of the message: no fault of the sender.
SIZE_CODES = (523, 552)
# Enhanced status X.7.x: policy or security, the address itself is good.
POLICY_STATUS = re.compile(r"^\s*\d\.7\.")

# What became of a message that was not accepted.
REFUSED = "refused"  # this message will never be accepted
POSTPONED = "postponed"  # not now, but others may be
UNREACHABLE = "unreachable"  # the server takes nothing at all
IN_DOUBT = "in_doubt"  # nobody knows


class Verdict(NamedTuple):
    """What a failed conversation means for its message."""

    outcome: str
    answer: str
    address_refused: bool = False


def watch(session):
    """Have a session keep the source of the message it hands over.

    :param smtplib.SMTP session: gets the attributes ``source`` (None until the server
        is given a message, then its bytes) and ``message_count``.
    :return: the same session.
    """
    hand_over = session.data

    def data(source):
        session.source = source
        session.message_count += 1
        return hand_over(source)

    session.source = None
    session.message_count = 0
    session.data = data
    return session


def judge(error, handed_over):
    """Tell what an exception raised while sending means for the message.

    :param Exception error: may wrap what smtplib raised.
    :param bool handed_over: whether the server was given the message.
    :rtype: Verdict
    """
    cause = _find_smtp_error(error)
    code, answer = _get_answer(cause)
    if isinstance(cause, smtplib.SMTPRecipientsRefused):
        return _judge_recipient(code, answer)
    if isinstance(cause, smtplib.SMTPDataError) and 400 <= code < 600:
        return Verdict(_judge_code(code), answer)
    if handed_over:
        return Verdict(IN_DOUBT, answer)
    if isinstance(cause, smtplib.SMTPSenderRefused) and code in SIZE_CODES:
        return Verdict(REFUSED, answer)
    if isinstance(cause, smtplib.SMTPNotSupportedError):
        return Verdict(REFUSED, answer)
    # smtplib's own exceptions are OSErrors too.
    if isinstance(cause, OSError):
        return Verdict(UNREACHABLE, answer)
    return Verdict(REFUSED, answer)


def _judge_recipient(code, answer):
    outcome = _judge_code(code)
    is_address = outcome == REFUSED and not POLICY_STATUS.match(answer)
    return Verdict(outcome, f"{code} {answer}", address_refused=is_address)


def _judge_code(code):
    """Return the outcome of an answer of the server; 421: it closes the session."""
    if code == 421:
        return UNREACHABLE
    return REFUSED if code >= 500 else POSTPONED


def _find_smtp_error(error):
    """Return what smtplib raised below ``error``, else ``error`` itself."""
    cause = error
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__ or cause.__context__
    return cause or error


def _get_answer(cause):
    """Return code and text of the server's answer; code 0 when it gave none."""
    if isinstance(cause, smtplib.SMTPRecipientsRefused) and cause.recipients:
        code, answer = next(iter(cause.recipients.values()))
    elif isinstance(cause, smtplib.SMTPResponseException):
        code, answer = cause.smtp_code, cause.smtp_error
    else:
        code, answer = 0, str(cause) or type(cause).__name__
    if isinstance(answer, bytes):
        answer = answer.decode(errors="replace")
    return code, answer


class Sessions:
    """One open session per mail server, and the servers that take nothing.

    :ivar stopped: the answer of each server not to be used any more, by its key.
    """

    def __init__(self, connect):
        """
        :param connect: called with the key of a server and the sender; returns an
            ``smtplib.SMTP``.
        """
        self._connect = connect
        self._sessions = {}
        self._strikes = {}
        self.stopped = {}

    def get(self, key, sender):
        """Return a session of this server, open and watched.

        :return: the session; its ``message_count`` tells whether it served before.
        :rtype: smtplib.SMTP
        """
        session = self._sessions.get(key)
        if session and session.message_count >= MAX_MESSAGES:
            self.drop(key)
            session = None
        if not session:
            session = self._sessions[key] = watch(self._connect(key, sender))
        session.smtp_from = sender
        session.source = None
        return session

    def note(self, key, verdict):
        """Take note of a verdict; stop a server that takes nothing more.

        One full mailbox is its owner's affair, three in a row are the server's.

        :param Verdict verdict: None when the message was accepted.
        """
        outcome = verdict and verdict.outcome
        strikes = self._strikes.get(key, 0) + 1 if outcome == POSTPONED else 0
        self._strikes[key] = strikes
        if strikes >= MAX_STRIKES or outcome in (UNREACHABLE, IN_DOUBT):
            self.stop(key, verdict.answer)

    def stop(self, key, answer):
        """Use this server no more."""
        self.stopped[key] = answer
        self.drop(key)

    def drop(self, key):
        """Close the session of this server; the next message gets a new one."""
        session = self._sessions.pop(key, None)
        if session:
            with suppress(OSError):
                session.quit()

    def close(self):
        for key in list(self._sessions):
            self.drop(key)
