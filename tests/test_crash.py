"""A sending process that is killed, or is not alone, sends no notice twice.

The processes are real ones, with a database of their own and a real SMTP server.
"""

import json
import os
import signal
from collections import Counter

import pytest
from other_process import copied_database, finish, run, start

NOTICES = 3


@pytest.fixture
def mailbox():
    from odoo.addons.collections_dunning.tests.smtp_server import smtp_server

    with smtp_server() as mailbox:
        yield mailbox


@pytest.fixture
def database(mailbox):
    """A database with queued notices, whose mail server is the mailbox."""
    with copied_database() as name:
        run(name, "queue", NOTICES, mailbox.port)
        yield name


def _report(database):
    """Return what has become of each notice."""
    return json.loads(run(database, "report"))


def _get_states(notices):
    return [notice["state"] for notice in notices]


def _assert_sent_once(mailbox, count):
    references = Counter(message["Message-Id"] for _to, message in mailbox.messages)
    assert len(references) == count
    assert set(references.values()) == {1}


def _wait_for_kill(process):
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL


def _assert_second_in_doubt(database, mailbox):
    """After a kill at the second message: what the next start makes of it."""
    assert _get_states(_report(database)) == ["sent", "sending", "queued"]
    run(database, "send")
    first, second, third = _report(database)
    assert _get_states([first, second, third]) == ["sent", "in_doubt", "sent"]
    _assert_sent_once(mailbox, NOTICES)
    # Whoever asks the customer can name the message.
    assert second["message_ref"] == mailbox.messages[1][1]["Message-Id"]
    assert second["error"] and second["is_task"]
    # What is kept of the first one was lost with the process; it is there again.
    for notice in (first, third):
        assert notice["has_eml"]
        assert notice["message_ids"] == [notice["message_ref"]]


def test_killed_after_acceptance(database, mailbox):
    """Killed between the server's acceptance and our commit."""
    _wait_for_kill(start(database, "send", 2))
    assert len(mailbox.messages) == 2
    _assert_second_in_doubt(database, mailbox)


def test_killed_before_the_answer(database, mailbox):
    """Killed while the server, which has the whole message, has not answered yet."""
    process = None

    def kill_at_second(envelope):
        if len(mailbox.messages) == 1:
            os.kill(process.pid, signal.SIGKILL)

    mailbox.on_data = kill_at_second
    process = start(database, "send")
    _wait_for_kill(process)
    mailbox.on_data = None
    _assert_second_in_doubt(database, mailbox)


def test_two_processes(database, mailbox):
    """Two jobs at the same moment: each notice leaves once."""
    processes = [start(database, "send") for _ in range(2)]
    for process in processes:
        finish(process)
    assert _get_states(_report(database)) == ["sent"] * NOTICES
    _assert_sent_once(mailbox, NOTICES)


def test_test_mode_while_sending(database, mailbox):
    """Switched on while the first message is claimed: no customer gets any."""
    run(database, "send_while_switching")
    receivers = {address for to, _message in mailbox.messages for address in to}
    assert receivers == {"tester@creditor.example"}
    notices = _report(database)
    assert _get_states(notices) == ["cancelled"] * NOTICES
    assert all(notice["is_test"] for notice in notices)
