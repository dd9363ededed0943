"""What one call of the sending job keeps in mind. No ORM."""

from . import smtp_session


class Work:
    """What one call of the sending job has found out so far.

    :ivar seconds: left for the job; 0: stop.
    :ivar senders: what is known of each sender, by its key.
    :ivar stopped_ids: the notice at which each server stopped, and its answer.
    :ivar folder: where the copies of invoices of one batch are put.
    """

    def __init__(self, connect):
        self.sessions = smtp_session.Sessions(connect)
        self.seconds = float("inf")
        self.senders = {}
        self.stopped_ids = {}
        self.folder = None

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
