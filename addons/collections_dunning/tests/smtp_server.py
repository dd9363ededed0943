"""A real SMTP server in a thread, that does what a test tells it to."""

import asyncio
import email
import email.policy
import logging
import socket
import warnings
from contextlib import contextmanager
from unittest.mock import patch

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Session

from odoo.tools import config

from odoo.addons.base.models.ir_mail_server import IrMail_Server


class QuietSession(Session):
    """aiosmtpd warns of a property that it uses itself."""

    @property
    def login_data(self):
        return self._login_data

    @login_data.setter
    def login_data(self, value):
        self._login_data = value


class Mailbox:
    """What arrived, and what the server answers.

    :ivar refusals: answer to RCPT by address.
    :ivar answer: answer to a message: a text, ``close`` or ``hang``.
    :ivar messages: (recipients, parsed message) in the order of arrival.
    """

    def __init__(self):
        self.refusals = {}
        self.answer = "250 Accepted"
        self.messages = []
        self.sources = []
        self.session_count = 0
        self.max_per_session = 0
        self.on_data = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        session.count = 0
        self.session_count += 1
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.max_per_session and session.count >= self.max_per_session:
            server.transport.close()
            return "421 Too many messages"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        session.count += 1
        if self.on_data:
            self.on_data(envelope)
        if self.answer == "hang":
            await asyncio.sleep(60)
        if self.answer == "close":
            server.transport.close()
            return "250 Too late"
        if self.answer.startswith("250"):
            self.sources.append(envelope.original_content)
            message = email.message_from_bytes(
                envelope.original_content, policy=email.policy.SMTP
            )
            self.messages.append((list(envelope.rcpt_tos), message))
        return self.answer


class _Controller(Controller):
    def __init__(self, handler, password):
        self.password = password
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=port)

    def factory(self):
        options = {"enable_SMTPUTF8": True}
        if self.password:
            options.update(
                authenticator=self._authenticate,
                auth_required=True,
                auth_require_tls=False,
            )
        return SMTP(self.handler, **options)

    def _authenticate(self, server, session, envelope, mechanism, data):
        right = data.password == self.password.encode()
        # Not handled: the server is to say so.
        return AuthResult(success=right, handled=False)


@contextmanager
def smtp_server(password=None):
    """Run a server; yields its :class:`Mailbox`, which knows its ``port``."""
    mailbox = Mailbox()
    controller = _Controller(mailbox, password)
    log = logging.getLogger("mail.log")
    level = log.level
    log.setLevel(logging.CRITICAL)
    with warnings.catch_warnings(), patch("aiosmtpd.smtp.Session", QuietSession):
        warnings.simplefilter("ignore")
        controller.start()
        try:
            mailbox.port = controller.port
            yield mailbox
        finally:
            controller.stop()
            log.setLevel(level)


@contextmanager
def really_send():
    """Let the test send, by the servers in its database alone."""
    with (
        patch.object(IrMail_Server, "_disable_send", return_value=False),
        patch.dict(config.options, {"smtp_server": ""}),
    ):
        yield
