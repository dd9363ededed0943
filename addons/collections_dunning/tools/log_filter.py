"""Keeps the signed links of customers' pages out of logs and messages: no ORM."""

import logging
import re

# What follows in the path may stay; the token may not.
# Gateways that check links write slashes as %2F.
_TOKEN = re.compile(r"((?:/|%2f)collections(?:/|%2f))[\w-]{40,}", re.ASCII | re.I)


class TokenFilter(logging.Filter):
    """Blots the tokens of signed links out in what a logger writes."""

    def filter(self, record):
        """Blot the tokens out; keep every record.

        :param logging.LogRecord record: about to be written.
        :rtype: bool
        """
        if isinstance(record.args, tuple):
            record.args = tuple(
                hide_tokens(arg) if isinstance(arg, str) else arg for arg in record.args
            )
        if isinstance(record.msg, str):
            record.msg = hide_tokens(record.msg)
        return True


def hide_tokens(text):
    """Return a text in which no token can be read.

    :param str text: of a log.
    :rtype: str
    """
    return _TOKEN.sub(r"\1***", text)


def hide_tokens_of_messages(values_list):
    """Return the values of messages, in whose bodies no token can be read.

    :param list(dict) values_list: of ``mail.message``.
    :rtype: list(dict)
    """
    return [
        {**values, "body": type(values["body"])(hide_tokens(values["body"]))}
        if values.get("body")
        else values
        for values in values_list
    ]


def install():
    """Have the log of requests keep no token: whoever reads it could open the page."""
    logger = logging.getLogger("werkzeug")
    if not any(isinstance(known, TokenFilter) for known in logger.filters):
        logger.addFilter(TokenFilter())
