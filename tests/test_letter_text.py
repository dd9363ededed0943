"""The notation of texts: what it renders, and what it refuses before it runs."""

import importlib.util
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

# As a package of its own: importing the addon would import Odoo.
_FOLDER = Path(__file__).resolve().parent.parent / "addons/collections_dunning/tools"
_SPEC = importlib.util.spec_from_file_location(
    "dunning_tools", _FOLDER / "__init__.py", submodule_search_locations=[str(_FOLDER)]
)
sys.modules["dunning_tools"] = importlib.util.module_from_spec(_SPEC)
letter_text = importlib.import_module("dunning_tools.letter_text")
LetterTextError = letter_text.LetterTextError
render = letter_text.render

CONTEXT = {
    "name": "Dupont & Fils <SAS>",
    "amount": "1\u202f234,50\u00a0€",
    "empty": "",
    "count": 2,
    "late": 21,
    "yes": True,
    "no": False,
}


def _error(source, context=None):
    with pytest.raises(LetterTextError) as caught:
        render(source, CONTEXT if context is None else context)
    return caught.value


# --- what it renders --- #


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello {{ name }}", "Hello Dupont & Fils <SAS>"),
        ("{{name|upper}}", "DUPONT & FILS <SAS>"),
        ("{{ amount }}", "1\u202f234,50\u00a0€"),
        ("{{ empty or name }}", "Dupont & Fils <SAS>"),
        ("{% if count > 1 %}many{% else %}one{% endif %}", "many"),
        ("{% if 1 < count <= 2 and not no %}a{% endif %}", "a"),
        ("{% if no %}a{% elif late == 21 %}b{% else %}c{% endif %}", "b"),
        ("{% if name == 'X' or (yes and empty) %}a{% endif %}.", "."),
        ("100 % of {a} [b] {c: d}", "100 % of {a} [b] {c: d}"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_renders(source, expected):
    assert render(source, CONTEXT) == expected


def test_a_line_of_conditions_leaves_nothing():
    source = "a\n  {% if yes %}  \nb\n{% else %}\nc\n{% endif %}{% if no %}\nd\n"
    assert render(source + "{% endif %}\ne", CONTEXT) == "a\nb\ne"


def test_a_line_that_shows_a_field_keeps_its_end():
    assert render("{% if yes %}{{ count }}{% endif %}\nb", CONTEXT) == "2\nb"


def test_blank_lines_become_one():
    assert render("a\n\n{% if no %}b{% endif %}\n\n \nc\n", CONTEXT) == "a\n\nc"


def test_a_value_is_never_read_as_a_text():
    context = {"name": "{{ count }}{% if x %}", "count": 1}
    assert render("{{ name }}", context) == "{{ count }}{% if x %}"


def test_only_plain_values():
    for value in (object(), None, ["a"], {"a": 1}, len):
        with pytest.raises(TypeError):
            render("{{ name }}", {"name": value})


# --- what it refuses --- #


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a'*50000000 }}",
        "{{ count ** 99999999 }}",
        "{{ count + 1 }}",
        "{{ -count }}",
        "{{ name ~ name }}",
        "{{ '%s' % name }}",
        "{{ name.__class__ }}",
        "{{ name.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''.join }}",
        "{{ ''['join'] }}",
        "{{ name[0] }}",
        "{{ name[1:2] }}",
        "{{ name() }}",
        "{{ range(9) }}",
        "{{ [name] }}",
        "{{ (name, name) }}",
        "{{ name, name }}",
        "{{ name is string }}",
        "{{ name in name }}",
        "{{ name if yes else count }}",
        "{{ none }}",
        "{{ name|upper() if yes }}",
        "{% if name.startswith('a') %}{% endif %}",
        "{% if yes %}{{ name|upper(1) }}{% endif %}",
        "{{ name|attr('__class__') }}",
    ],
)
def test_more_than_a_text_may(source):
    assert _error(source).code == "not_allowed"


@pytest.mark.parametrize("name", ["attr", "format", "map", "join", "center", "nope"])
def test_filters_out_of_the_list(name):
    assert _error("{{ name|%s }}" % name).code == "unknown_filter"  # noqa: UP031


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in name %}{{ a }}{% endfor %}",
        "{% for a in range(999999999) %}{% endfor %}",
        "{% while yes %}",
        "{% set a = 1 %}",
        "{% macro a() %}{% endmacro %}",
        "{% call name() %}{% endcall %}",
        "{% include '/etc/passwd' %}",
        "{% import 'a' as b %}",
        "{% from 'a' import b %}",
        "{% extends 'a' %}",
        "{% block a %}{% endblock %}",
        "{% filter upper %}a{% endfilter %}",
        "{% with a = 1 %}{% endwith %}",
        "{% autoescape true %}{% endautoescape %}",
        "{% do name.append(1) %}",
        "{% raw %}{{ self }}{% endraw %}",
        "{%- if yes %}{% endif %}",
        "{% %}",
    ],
)
def test_statements_out_of_the_list(source):
    assert _error(source).code == "statement"


@pytest.mark.parametrize(
    "name", ["self", "super", "loop", "caller", "varargs", "range", "cycler", "env"]
)
def test_no_name_but_the_fields(name):
    assert _error(f"{{{{ {name} }}}}").code == "unknown_field"


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("a\nb {{ name\nc }}", "not_closed", 2),
        ("a {% if yes \n%}{% endif %}", "not_closed", 1),
        ("{{ name {{ count }}", "not_closed", 1),
        ("{{ name %}", "not_closed", 1),
        ("a\nname }}", "not_opened", 2),
        ("a\n\n{# secret #}", "comment", 3),
        ("a\n{% if yes %}\nb", "if_not_closed", 2),
        ("{% if yes %}\n{% if no %}\n{% endif %}\n", "if_not_closed", 1),
        ("a\n{% endif %}", "no_if", 2),
        ("{% if yes %}{% else %}\n{% else %}{% endif %}", "no_if", 2),
        ("{% if yes %}{% else %}\n{% elif no %}{% endif %}", "no_if", 2),
        ("a\n{{ }}", "syntax", 2),
        ("a\n{{ name count }}", "syntax", 2),
        ("{% if %}{% endif %}", "syntax", 1),
        ("{% if yes and %}{% endif %}", "syntax", 1),
        ("{% if count = 1 %}{% endif %}", "syntax", 1),
        ("{% if yes %}{% endif yes %}", "syntax", 1),
        ("{{ {'a': 1} }}", "syntax", 1),
        ("{{ '\\ud800' }}", "syntax", 1),
        ("{{ '{{' }}", "not_closed", 1),
        ("{{ name!r }}", "syntax", 1),
        ("{{ " + "9" * 9000 + " }}", "syntax", 1),
        ("a\nb {{ nam }}", "unknown_field_hint", 2),
        ("{% if yes %}\n{{ zzz }}{% endif %}", "unknown_field", 2),
        ("a\n{{ yes }}", "flag", 2),
        ("a\n{% if amount > 1000 %}{% endif %}", "number_expected", 2),
        ("{% if '1' < count %}{% endif %}", "number_expected", 1),
        ("{% if yes >= 1 %}{% endif %}", "number_expected", 1),
        ("{% if 1 <= (count or 2) %}{% endif %}", "number_expected", 1),
        ("a\n[item]", "unknown_section", 2),
    ],
)
def test_error_names_the_line(source, code, line):
    error = _error(source)
    assert (error.code, error.line) == (code, line)
    assert str(error).startswith(f"Line {line}: ")


def test_did_you_mean():
    error = _error("{{ amont }}")
    assert "“amont”" in str(error) and "“amount”" in str(error)


def test_a_long_tag_is_cut_in_the_message():
    assert len(str(_error("{{ name " + "x" * 5000 + " }}"))) < 200


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "not " * 4500 + "yes }}",
        "{{ name" + "|upper" * 3000 + " }}",
        "{% if " + "yes and " * 2000 + "yes %}{% endif %}",
        "{% if yes %}" * 500 + "{% endif %}" * 500,
    ],
    ids=["parentheses", "not", "filters", "and", "if"],
)
def test_giant_nesting(source):
    started = time.monotonic()
    assert _error(source).code == "too_deep"
    assert time.monotonic() - started < 2


def test_many_branches():
    source = "{% if no %}{% elif no %}" + "{% elif no %}x" * 1400 + "{% endif %}end"
    assert render(source, CONTEXT) == "end"


def test_many_conditions_on_one_line():
    """The search for lines made of conditions alone must not explode."""
    started = time.monotonic()
    assert render("{% if yes %}{% endif %}" * 800 + "x\ny", CONTEXT) == "x\ny"
    assert time.monotonic() - started < 5


def test_length_of_the_source():
    assert _error("a" * (letter_text.MAX_SOURCE + 1)).code == "too_long"


def test_length_of_the_result():
    source = "{{ name }}" * 2000
    started = time.monotonic()
    assert _error(source, {"name": "a" * 10**6}).code == "result_too_long"
    assert time.monotonic() - started < 2


def test_check_needs_no_render():
    letter_text.check("{{ name }} {% if count > 1 %}x{% endif %}", CONTEXT)
    with pytest.raises(LetterTextError):
        letter_text.check("{{ nme }}", CONTEXT)


def test_a_text_checked_with_fields_is_checked_anew_with_fewer():
    assert render("{{ name }}", CONTEXT)
    assert _error("{{ name }}", {"count": 1}).code == "unknown_field"


# --- sections --- #


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a", [("text", "a"), ("items", None), ("payment", None)]),
        (
            "a\n\n[items]\n\nb\n [payment] \nc",
            [
                ("text", "a"),
                ("items", None),
                ("text", "b"),
                ("payment", None),
                ("text", "c"),
            ],
        ),
        (
            "[payment]\na [items] b",
            [("payment", None), ("text", "a [items] b"), ("items", None)],
        ),
        ("", [("items", None), ("payment", None)]),
        (
            "[items]\na\n[items]",
            [("items", None), ("text", "a"), ("payment", None)],
        ),
    ],
)
def test_sections(body, expected):
    assert letter_text.split_sections(body) == expected


# --- properties --- #

_PIECES = st.sampled_from(
    [
        "{{", "}}", "{%", "%}", "{#", "#}", " ", "\n", "if", "elif", "else", "endif",
        "for", "in", "raw", "endraw", "set", "name", "count", "yes", "self", "_",
        "__class__", ".", "|", "upper", "attr", "(", ")", "[", "]", "'", '"', "\\",
        "*", "**", "~", "-", "+", "==", "<", "not", "and", "or", ",", ":", "9", "é",
        "[items]", "{{ name }}", "{% if yes %}", "{% endif %}",
    ]
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.lists(_PIECES, max_size=25).map("".join))
def test_any_source_renders_or_is_refused_with_a_line(source):
    try:
        result = render(source, CONTEXT)
    except LetterTextError as error:
        assert 1 <= error.line <= source.count("\n") + 1
        assert str(error)
    else:
        assert isinstance(result, str)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="{}%#[]\r\n"), max_size=200))
def test_text_without_tags_is_itself(text):
    assert render(text, {}) == text.strip(" \t\n")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=100))
def test_a_value_arrives_unchanged(value):
    assert render("<{{ name }}>", {"name": value}) == f"<{value}>"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab\n[]items paymn", max_size=60))
def test_sections_keep_every_word_and_hold_each_block_once(body):
    sections = letter_text.split_sections(body)
    kinds = [kind for kind, _text in sections]
    assert kinds.count("items") == kinds.count("payment") == 1
    for text in [text for kind, text in sections if kind == "text"]:
        assert text.strip() in body
