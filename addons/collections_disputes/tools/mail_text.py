"""What a mail says: its own words, the numbers it names, whether a person wrote it."""

import re

from odoo.tools import html2plaintext

# Longer texts are looked at so far: nobody names his invoice after this.
MAX_TEXT = 50_000
# A number as short as this is also a price, a year or a page.
MIN_NUMBER = 5
AUTOMATIC_PRECEDENCES = ("bulk", "junk", "list")
# With thousands apart or not, and up to two decimals.
NUMBER = (
    r"(?<![\w.,])(\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+|\d{1,9})([.,]\d{1,2})?(?![\d])"
)
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


def find_amounts(text, currency_names):
    """Return the amounts that a text names with their currency.

    :param str text: what somebody wrote.
    :param iterable currency_names: sign, code and word of the currency.
    :return: each once, ascending; a number without the currency is no amount.
    :rtype: list(float)
    """
    names = "|".join(
        re.escape(name.rstrip("s")) + "s?"
        for name in sorted(filter(None, currency_names), key=len, reverse=True)
    )
    if not names:
        return []
    after = rf"{NUMBER}[ \u00a0\u202f]?(?:{names})(?!\w)"
    before = rf"(?<!\w)(?:{names})[ \u00a0\u202f]?{NUMBER}"
    found = set()
    for match in re.finditer(rf"{after}|{before}", text, re.IGNORECASE):
        whole, decimals = match[1] or match[3], match[2] or match[4] or ""
        found.add(float(re.sub(r"\D", "", whole) + "." + (decimals[1:] or "0")))
    return sorted(found)


def is_automatic_reply(message):
    """Tell whether a mail answers another one by itself: a loop, if we answer.

    :param email.message.EmailMessage message: the mail as it arrived.
    :return: by RFC 3834, and the habits of programs older than that.
    :rtype: bool
    """
    return (
        _get_word(message, "Auto-Submitted") == "auto-replied"
        or _get_word(message, "Precedence") == "auto_reply"
        or str(message.get("Return-Path", "")).strip() == "<>"
        or any(name in message for name in ("X-Autoreply", "X-Autorespond"))
    )


def is_automatic(message):
    """Tell whether a program or a list sent a mail: no machine may answer it.

    :param email.message.EmailMessage message: the mail as it arrived.
    :rtype: bool
    """
    return (
        is_automatic_reply(message)
        or _get_word(message, "Auto-Submitted") not in ("", "no")
        or _get_word(message, "Precedence") in AUTOMATIC_PRECEDENCES
        or any(name in message for name in ("List-Id", "X-Auto-Response-Suppress"))
    )


def _get_word(message, header):
    """Return the first word of a header, in lower case."""
    return str(message.get(header, "")).split(";")[0].split("(")[0].strip().lower()


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
