"""What can be wrong with a text, in plain words."""


def _shorten(text):
    return text if len(text) <= 60 else f"{text[:59]}…"


def _lt(text):
    """Mark ``text`` for extraction; who shows the error translates it."""
    return text


MESSAGES = {
    "too_long": _lt("The text is too long."),
    "result_too_long": _lt("The text gets too long once its fields are filled in."),
    "not_closed": _lt("“%(token)s” is opened and not closed on the same line."),
    "not_opened": _lt("“%(token)s” closes something that was not opened."),
    "comment": _lt("Comments can't be used in a text."),
    "statement": _lt(
        "“%(name)s” can't be used: only if, elif, else and endif can stand between "
        "{%% and %%}."
    ),
    "if_not_closed": _lt("This “if” has no “endif”."),
    "no_if": _lt("This “%(name)s” has no “if” before it."),
    "syntax": _lt("“%(tag)s” can't be understood."),
    "not_allowed": _lt(
        "“%(tag)s” does more than a text may: only fields, comparisons, and, or, not "
        "can be used."
    ),
    "too_deep": _lt("Too many things are put one inside the other."),
    "unknown_filter": _lt("“%(name)s” can't be applied to a field."),
    "unknown_field": _lt("The field “%(name)s” does not exist."),
    "unknown_field_hint": _lt(
        "The field “%(name)s” does not exist. Did you mean “%(hint)s”?"
    ),
    "flag": _lt("The field “%(name)s” is a yes or a no: it can only be a condition."),
    "number_expected": _lt("“%(tag)s”: only numbers can be greater or smaller."),
    "unknown_section": _lt(
        "“[%(name)s]” does not exist: a line can be [items] or [payment]."
    ),
}


class LetterTextError(ValueError):
    """What is wrong with a text and where, in words for whoever wrote it.

    :ivar line: line of the text, from 1.
    :ivar code: key of ``MESSAGES``.
    :ivar message: the message before its ``values`` are put in, to be translated.
    """

    def __init__(self, code, line=1, **values):
        self.code = code
        self.line = line
        self.message = MESSAGES[code]
        self.values = {name: _shorten(value) for name, value in values.items()}
        super().__init__(f"Line {line}: {self.message % self.values}")
