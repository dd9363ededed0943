"""Texts of letters and e-mails: plain text with fields and conditions.

The notation is the small part of jinja2 that a letter needs::

    Hello {{ contact_name }},
    {% if count > 1 %}{{ count }} invoices{% else %}Invoice {{ number }}{% endif %}
    [items]
    [payment]

Everything else is refused before it runs: no loop, no call, no arithmetic, no access
to attributes or items. A line made of ``[items]`` or ``[payment]`` alone marks where
the table of items and the payment block go. Pure functions, no ORM.
"""

import re
from difflib import get_close_matches
from functools import lru_cache

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .letter_text_error import LetterTextError

MAX_SOURCE = 20_000
MAX_RESULT = 50_000
MAX_DEPTH = 20
FILTERS = ("upper", "lower", "capitalize", "title", "trim")
SECTIONS = ("items", "payment")

_STATEMENT_LINE = re.compile(
    r"^[ \t]*((?:\{%[^\n{}]*%\}[ \t]*)*\{%[^\n{}]*)%\}[ \t]*\n", re.MULTILINE
)
_DELIMITER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
_STATEMENT = re.compile(r"\{%\s*(\w*)")
_MARKER = re.compile(r"^[ \t]*\[(\w+)\][ \t]*$", re.MULTILINE)
_STATEMENTS = ("if", "elif", "else", "endif")
_COMPARISONS = ("eq", "ne", "gt", "gteq", "lt", "lteq")
_ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.Compare,
    nodes.And,
    nodes.Or,
    nodes.Not,
)


def render(source, context):
    """Return ``source`` with its fields filled in.

    A line made of conditions alone leaves nothing behind, and blank lines that
    follow each other become one.

    :param str source: text in the notation of this module.
    :param dict context: strings, numbers and booleans by field name.
    :raise LetterTextError: when the source is not in the notation, uses a field that
        the context lacks, or grows too long.
    :raise TypeError: when the context holds anything but plain values.
    """
    for name, value in context.items():
        if not isinstance(value, (str, int, float)):
            raise TypeError(f"{name}: {type(value).__name__} is no plain value")
    check(source, context)
    result = []
    size = 0
    for part in _compile(source).generate(context):
        size += len(part)
        if size > MAX_RESULT:
            raise LetterTextError("result_too_long")
        result.append(part)
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", "".join(result)).strip(" \t\n")


def check(source, fields):
    """Refuse a text that is not in the notation.

    :param str source: the text.
    :param dict fields: an example value by field name; its type tells numbers.
    :raise LetterTextError: at the first thing that is wrong.
    """
    _parse(source)(fields)


def split_sections(body):
    """Cut a rendered text where its ``[items]`` and ``[payment]`` lines stand.

    A section without a line comes after the text, each one comes once.

    :param str body: text made by :func:`render`.
    :return: ``("text", str)``, ``("items", None)`` and ``("payment", None)`` in order.
    :rtype: list(tuple)
    """
    sections = []
    parts = _MARKER.split(body)
    for text, name in zip(parts[::2], [*parts[1::2], None], strict=True):
        if text.strip():
            sections.append(("text", text.strip("\n")))
        if name in SECTIONS and (name, None) not in sections:
            sections.append((name, None))
    missing = [(name, None) for name in SECTIONS if (name, None) not in sections]
    return sections + missing


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False
)
_ENVIRONMENT.globals = {}


@lru_cache(maxsize=512)
def _compile(source):
    """Return the template of a text that :func:`check` has accepted."""
    tree = _ENVIRONMENT.parse(_hide_statement_lines(_normalize(source)))
    _check_nodes(tree, "", 1, depth=None)
    return _ENVIRONMENT.from_string(tree)


def _normalize(source):
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _hide_statement_lines(source):
    """Let lines made of ``{% … %}`` alone vanish: put their end inside the tag."""
    return _STATEMENT_LINE.sub(r"\1\n%}", source)


class _Usage:
    """What a text uses, by line: to hold against the fields there are."""

    def __init__(self):
        self.fields = []
        self.printed = []
        self.ordered = []

    def __call__(self, fields):
        for name, line in self.fields:
            if name not in fields:
                raise _unknown_field(name, line, fields)
        for name, line in self.printed:
            if isinstance(fields[name], bool):
                raise LetterTextError("flag", line, name=name)
        for tag, line, operands in self.ordered:
            if not all(_is_number(operand, fields) for operand in operands):
                raise LetterTextError("number_expected", line, tag=tag)


def _unknown_field(name, line, fields):
    hints = get_close_matches(name, list(fields), 1)
    if hints:
        return LetterTextError("unknown_field_hint", line, name=name, hint=hints[0])
    return LetterTextError("unknown_field", line, name=name)


def _is_number(node, fields):
    if isinstance(node, nodes.Name):
        value = fields[node.name]
    else:
        value = getattr(node, "value", None)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@lru_cache(maxsize=512)
def _parse(source):
    """Check the notation of ``source`` and return what it uses."""
    if len(source) > MAX_SOURCE:
        raise LetterTextError("too_long")
    source = _normalize(source)
    usage = _Usage()
    opened = []
    for line, text in enumerate(source.split("\n"), 1):
        for tag in _split_tags(text, line):
            _track_condition(tag, line, opened)
            _read_tag(tag, line, usage)
        marker = _MARKER.match(text)
        if marker and marker[1] not in SECTIONS:
            raise LetterTextError("unknown_section", line, name=marker[1])
    if opened:
        raise LetterTextError("if_not_closed", opened[-1][0])
    return usage


def _split_tags(text, line):
    """Yield the ``{{ … }}`` and ``{% … %}`` of one line."""
    start = None
    for match in _DELIMITER.finditer(text):
        token = match[0]
        if token == "{#":
            raise LetterTextError("comment", line)
        if start is None and token in ("}}", "%}"):
            raise LetterTextError("not_opened", line, token=token)
        if start is None:
            start = match
        elif token == {"{{": "}}", "{%": "%}"}[start[0]]:
            yield text[start.start() : match.end()]
            start = None
        else:
            raise LetterTextError("not_closed", line, token=start[0])
    if start:
        raise LetterTextError("not_closed", line, token=start[0])


def _track_condition(tag, line, opened):
    """Keep ``opened``, the stack of (line, has an else) of the conditions, in step."""
    name = _get_statement(tag)
    if name is None:
        return
    if name not in _STATEMENTS:
        raise LetterTextError("statement", line, name=name or tag)
    if name == "if":
        opened.append((line, False))
        if len(opened) > MAX_DEPTH:
            raise LetterTextError("too_deep", line)
        return
    if not opened or (name in ("elif", "else") and opened[-1][1]):
        raise LetterTextError("no_if", line, name=name)
    start, _has_else = opened.pop()
    if name != "endif":
        opened.append((start, name == "else"))


def _get_statement(tag):
    match = _STATEMENT.match(tag)
    return match and match[1]


def _read_tag(tag, line, usage):
    """Add to ``usage`` what one tag uses; refuse what is not allowed in it."""
    tree = _parse_tag(tag, line)
    _check_nodes(tree, tag, line)
    names = {node.name for node in tree.find_all(nodes.Name)}
    usage.fields += [(name, line) for name in sorted(names)]
    for output in tree.find_all(nodes.Output):
        usage.printed += [
            (node.name, line) for node in output.nodes if isinstance(node, nodes.Name)
        ]
    for compare in tree.find_all(nodes.Compare):
        if any(operand.op not in ("eq", "ne") for operand in compare.ops):
            operands = [compare.expr, *(operand.expr for operand in compare.ops)]
            usage.ordered.append((tag, line, operands))


def _parse_tag(tag, line):
    """Return the tree of one tag, made whole when it is a part of a condition."""
    source = {
        None: tag,
        "if": f"{tag}{{% endif %}}",
        "elif": f"{{% if true %}}{tag}{{% endif %}}",
        "else": f"{{% if true %}}{tag}{{% endif %}}",
        "endif": f"{{% if true %}}{tag}",
    }[_get_statement(tag)]
    if "\\" in tag or "{" in tag[2:] or "}" in tag[:-2]:
        raise LetterTextError("syntax", line, tag=tag)
    try:
        return _ENVIRONMENT.parse(source)
    except RecursionError:
        raise LetterTextError("too_deep", line) from None
    except (TemplateSyntaxError, ValueError):
        # ValueError: a number with thousands of digits.
        raise LetterTextError("syntax", line, tag=tag) from None


def _check_nodes(tree, tag, line, depth=MAX_DEPTH):
    """Refuse a tree that holds anything but what a text may do."""
    todo = [(tree, 0)]
    while todo:
        node, level = todo.pop()
        if depth and level > depth:
            raise LetterTextError("too_deep", line)
        if not _is_allowed(node):
            raise LetterTextError("not_allowed", line, tag=tag)
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            raise LetterTextError("unknown_filter", line, name=node.name)
        todo += [(child, level + 1) for child in node.iter_child_nodes()]


def _is_allowed(node):
    if isinstance(node, nodes.Name):
        return node.ctx == "load"
    if isinstance(node, nodes.Const):
        return node.value is not None
    if isinstance(node, nodes.Operand):
        return node.op in _COMPARISONS
    if isinstance(node, nodes.Filter):
        arguments = (node.args, node.kwargs, node.dyn_args, node.dyn_kwargs)
        return node.node is not None and not any(arguments)
    return isinstance(node, _ALLOWED_NODES)
