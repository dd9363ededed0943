"""What a mail says: its own words, the numbers it names, whether a person wrote it."""

import re

from odoo.tools import html2plaintext

# Longer texts are looked at so far: nobody names his invoice after this.
MAX_TEXT = 50_000
# A number as short as this is also a price, a year or a page.
MIN_NUMBER = 5
AUTOMATIC_PRECEDENCES = ("auto_reply", "bulk", "junk", "list")
# Where mail programs begin to repeat what they answer to.
QUOTE_MARKS = re.compile(
    r"^[ \t]*(?:"
    r"-{2,}[ ]*(?:original message|forwarded message"
    r"|message d'origine|message original|message transféré)"
    r"|_{10,}[ \t]*$"
    r"|(?:on|le)\b.{5,200}(?:wrote|a écrit)\s*:[ \t]*$"
    r"|(?:from|de)\s*:.*\n\s*(?:sent|envoyé|date)\s*:"
    r")",
    re.IGNORECASE | re.MULTILINE,
)


def get_own_words(body):
    """Return what the sender wrote himself, without what he quotes.

    What is quoted is ours, a reminder say: it names invoices nobody objects to.

    :param str body: HTML of the mail.
    :return: plain text, empty when there is nothing but a quotation.
    :rtype: str
    """
    unquoted = re.sub(
        r"<blockquote\b.*", "", body or "", flags=re.IGNORECASE | re.DOTALL
    )
    text = html2plaintext(unquoted)[:MAX_TEXT]
    mark = QUOTE_MARKS.search(text)
    own = text[: mark.start()] if mark else text
    lines = [line for line in own.splitlines() if not line.lstrip().startswith(">")]
    return "\n".join(lines).strip()


def get_words(text):
    """Return the words of a text as they stand, punctuation around them taken off.

    :param str text: such as ``Re: [LIT/2026/00012] your invoice``.
    :rtype: list(str)
    """
    words = (word.strip("[](){}<>«»\"'.,;:!?#") for word in (text or "").split())
    return [word for word in words if word]


def normalize_number(text):
    """Return a text so that numbers in it compare however they were separated.

    :param str text: such as ``Inv-2026 / 00012``.
    :rtype: str
    """
    return " ".join(re.findall(r"[^\W_]+", (text or "").upper()))


def find_numbers(text, numbers):
    """Return those of some numbers that a text names.

    :param str text: what somebody wrote.
    :param iterable numbers: the numbers of documents.
    :return: in the order given; never one that is too short to mean anything.
    :rtype: list(str)
    """
    haystack = f" {normalize_number(text)} "
    found = []
    for number in numbers:
        needle = normalize_number(number)
        if len(needle) >= MIN_NUMBER and f" {needle} " in haystack:
            found.append(number)
    return found


def is_automatic(message):
    """Tell whether a program wrote a mail, not a person.

    :param email.message.EmailMessage message: the mail as it arrived.
    :return: by RFC 3834, and the habits of programs older than that.
    :rtype: bool
    """
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        submitted != "no"
        or precedence in AUTOMATIC_PRECEDENCES
        or str(message.get("Return-Path", "")).strip() == "<>"
        or any(name in message for name in ("X-Autoreply", "X-Autorespond"))
    )


def get_size(content):
    """Return how many bytes the content of an attachment takes.

    :param content: bytes, a text, or a mail that was attached.
    :rtype: int
    """
    if isinstance(content, str):
        return len(content.encode("utf-8", errors="replace"))
    if content is None or isinstance(content, bytes):
        return len(content or b"")
    return len(content.as_bytes())
