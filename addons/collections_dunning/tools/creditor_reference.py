"""Creditor references of ISO 11649: ``RF``, two check digits, up to 21 characters."""

import re

MAX_LENGTH = 21
_REFERENCE = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")


def build(text):
    """Return the creditor reference that carries ``text``.

    :param str text: up to 21 letters (without accents) and digits; spaces and
        punctuation are left out, lower case becomes upper case.
    :return: the electronic form, without spaces: ``RF18539007547034``.
    :rtype: str
    :raise ValueError: when nothing is left of the text, or it is too long.
    """
    body = re.sub(r"[^A-Z0-9]", "", text.upper())
    if not body:
        raise ValueError("A creditor reference needs a letter or a digit")
    if len(body) > MAX_LENGTH:
        raise ValueError(f"A creditor reference holds {MAX_LENGTH} characters: {body}")
    return f"RF{98 - _modulo_97(f'{body}RF00'):02d}{body}"


def is_valid(reference):
    """Tell whether this is a creditor reference with the right check digits.

    :param str reference: electronic or printed form.
    :rtype: bool
    """
    compact = reference.replace(" ", "").upper()
    if not _REFERENCE.fullmatch(compact):
        return False
    return _modulo_97(compact[4:] + compact[:4]) == 1


def format_printed(reference):
    """Return the form for people, in blocks of four: ``RF18 5390 0754 7034``.

    :param str reference: electronic form.
    :rtype: str
    """
    return " ".join(reference[i : i + 4] for i in range(0, len(reference), 4))


def _modulo_97(text):
    """Return the rest of ISO 7064 MOD 97-10, letters counting from A = 10."""
    return int("".join(str(int(char, 36)) for char in text)) % 97
