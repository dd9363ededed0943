"""What a failed conversation with a mail server means for the message."""

import smtplib

import pytest

from odoo.addons.collections_dunning.tools import smtp_session
from odoo.addons.collections_dunning.tools.smtp_session import Verdict, judge


def _wrapped(error):
    """Return what core's ``send_email`` makes of an exception of smtplib."""
    try:
        try:
            raise error
        except Exception:
            raise RuntimeError("Mail Delivery Failed")  # noqa: B904
    except RuntimeError as wrapper:
        return wrapper


def _recipient(code, text):
    return smtplib.SMTPRecipientsRefused({"a@example.com": (code, text)})


@pytest.mark.parametrize(
    ("error", "handed_over", "outcome"),
    [
        (_recipient(550, b"5.1.1 Unknown"), False, "refused"),
        (_recipient(452, b"4.2.2 Full"), False, "postponed"),
        (_recipient(421, b"Closing"), False, "unreachable"),
        (smtplib.SMTPDataError(554, b"Spam"), True, "refused"),
        (smtplib.SMTPDataError(554, b"No DATA"), False, "refused"),
        (smtplib.SMTPDataError(451, b"Later"), True, "postponed"),
        (smtplib.SMTPDataError(421, b"Closing"), True, "unreachable"),
        (smtplib.SMTPDataError(-1, b"???"), True, "in_doubt"),
        (smtplib.SMTPResponseException(500, "Line too long."), True, "in_doubt"),
        (smtplib.SMTPServerDisconnected("timed out"), True, "in_doubt"),
        (smtplib.SMTPServerDisconnected("timed out"), False, "unreachable"),
        (smtplib.SMTPSenderRefused(550, b"Not you", "b@x"), False, "unreachable"),
        (smtplib.SMTPSenderRefused(552, b"Too big", "b@x"), False, "refused"),
        (smtplib.SMTPAuthenticationError(535, b"Wrong"), False, "unreachable"),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), False, "refused"),
        (ConnectionRefusedError(111, "refused"), False, "unreachable"),
        (TimeoutError("timed out"), True, "in_doubt"),
        (AssertionError("no recipient"), False, "refused"),
        (ValueError("anything"), True, "in_doubt"),
    ],
)
def test_outcome(error, handed_over, outcome):
    """The same, whether core wrapped the exception or not."""
    assert judge(error, handed_over).outcome == outcome
    assert judge(_wrapped(error), handed_over).outcome == outcome


def test_bad_address():
    """The server says that the address is no good, or that it does not like us."""
    assert judge(_recipient(550, b"5.1.1 Unknown"), False).address_refused
    assert judge(_recipient(550, b"No such user"), False).address_refused
    assert not judge(_recipient(550, b"5.7.1 Relaying denied"), False).address_refused
    assert not judge(_recipient(452, b"4.2.2 Full"), False).address_refused
    assert not judge(smtplib.SMTPDataError(550, b"5.1.1 x"), True).address_refused


class _Session:
    """Stands for an open smtplib session: counts what it is given."""

    closed = False

    def data(self, source):
        return 250, b"OK"

    def quit(self):
        self.closed = True


@pytest.fixture
def sessions():
    made = []

    def connect(key, sender):
        made.append(_Session())
        return made[-1]

    sessions = smtp_session.Sessions(connect)
    sessions.made = made
    return sessions


def test_session_is_shared(sessions):
    assert sessions.get(1, "a@x") is sessions.get(1, "b@x")
    assert sessions.get(1, "b@x").smtp_from == "b@x"
    assert sessions.get(2, "a@x") is not sessions.get(1, "a@x")


def test_source_is_kept(sessions):
    """The bytes that the server got, until the next message."""
    session = sessions.get(1, "a@x")
    assert session.source is None
    session.data(b"message")
    assert session.source == b"message"
    assert sessions.get(1, "a@x").source is None


def test_session_is_renewed(sessions):
    for _number in range(smtp_session.MAX_MESSAGES + 1):
        sessions.get(1, "a@x").data(b"message")
    assert len(sessions.made) == 2
    assert sessions.made[0].closed


def test_strikes(sessions):
    """Messages put off in a row stop the server; one accepted begins anew."""
    put_off = Verdict(smtp_session.POSTPONED, "Later")
    for verdict in (put_off, put_off, None, put_off, put_off):
        sessions.note(1, verdict)
    assert not sessions.stopped
    sessions.note(1, put_off)
    assert sessions.stopped == {1: "Later"}


def test_close(sessions):
    sessions.get(1, "a@x")
    sessions.get(2, "a@x")
    sessions.close()
    assert all(session.closed for session in sessions.made)
