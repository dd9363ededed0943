"""What a returned message says: which address, for good or for now. No ORM."""

import re
from typing import NamedTuple

_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


class DeliveryStatus(NamedTuple):
    """Content of a delivery status notification (RFC 3464).

    :ivar is_returned: the message did not arrive and won't be tried again.
    :ivar is_permanent: the address itself is no good.
    """

    is_returned: bool
    is_permanent: bool
    diagnostic: str


def read(message):
    """Read a message that came back to the bounce address.

    Without a machine-readable part, a returned message is taken at its word: it did
    not arrive, and nothing says that it might next time.

    :param email.message.EmailMessage message: the notification.
    :rtype: DeliveryStatus
    """
    fields = _get_recipient_fields(message)
    if fields is None:
        return DeliveryStatus(True, True, message.get("Subject") or "")
    action = (fields.get("Action") or "failed").strip().lower()
    diagnostic = " ".join(
        (fields.get("Diagnostic-Code") or fields.get("Status") or "").split()
    )
    status = _STATUS.search(fields.get("Status") or diagnostic)
    return DeliveryStatus(
        action == "failed", not status or status[1] == "5", diagnostic
    )


def _get_recipient_fields(message):
    """Return the fields about the recipient; None when there are none.

    The first group of fields is about the message, each other about one address.
    """
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        groups = part.get_payload()
        if isinstance(groups, list) and len(groups) > 1:
            return groups[1]
    return None
