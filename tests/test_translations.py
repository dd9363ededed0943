"""The French translation is complete and fits its source."""

import re
from pathlib import Path

import polib
import pytest

REPO = Path(__file__).resolve().parent.parent
FILES = sorted((REPO / "addons").glob("*/i18n/*.po"))
PLACEHOLDER = re.compile(
    r"%\(\w+\)[sdf]|%[sdf%]|\{\{ ?\w+ ?\}\}|</?[a-z]+|\[(?:items|payment)\]"
)
# Glossary: what an accountant reads before these signs.
BEFORE = {";": "\u202f", "!": "\u202f", "?": "\u202f", ":": "\u00a0", "€": "\u00a0"}
# Written alike in both languages: a translation file leaves these empty.
ALIKE = {
    "%(plan)s, version %(version)s",
    '<span class="text-muted">points</span>',
    "[Test]",
    "Base",
    "BIC",
    "BODACC",
    "Cause",
    "Code",
    "Conditions",
    "Configuration",
    "Contact",
    "Cycle",
    "Date",
    "Dates",
    "Description",
    "Document",
    "Documents",
    "E-mail",
    "Excel (XLSX)",
    "IBAN",
    "ID",
    "Luxembourg",
    "Menu",
    "Message",
    "Message-ID",
    "Messages",
    "Normal",
    "Note",
    "Notes",
    "Objection",
    "Points",
    "Principal",
    "Progression",
    "Question",
    "Questions",
    "Signature",
    "Simulation",
    "Source",
    "Test",
    "Total",
    "Urgent",
    "Version",
    "Versions",
    "minutes.",
}


@pytest.fixture(params=FILES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def translation(request):
    return request.param


def test_there_is_a_translation():
    assert [path.name for path in FILES if path.name == "fr.po"]


def test_every_term_is_translated(translation):
    entries = polib.pofile(translation)
    empty = [entry.msgid for entry in entries if not entry.msgstr]
    assert [term for term in empty if term not in ALIKE and _has_words(term)] == []
    assert [entry.msgid for entry in entries if entry.fuzzy or entry.obsolete] == []


def test_terms_are_those_of_the_template(translation):
    [template] = translation.parent.glob("*.pot")
    terms = {entry.msgid for entry in polib.pofile(template)}
    assert {entry.msgid for entry in polib.pofile(translation)} == terms


def test_placeholders_match(translation):
    """A text of a letter may say something in one language only: see below."""
    for entry in polib.pofile(translation):
        if _is_letter_text(entry) or not entry.msgstr:
            continue
        assert sorted(PLACEHOLDER.findall(entry.msgid)) == sorted(
            PLACEHOLDER.findall(entry.msgstr)
        ), entry.msgid


def test_letters_show_the_same_fields(translation):
    """Conditions differ with the grammar; what is shown, and its order, does not."""
    shown = re.compile(r"^\[(?:items|payment)\]$|\{\{ (?!one|user_name)\w+ \}\}", re.M)
    for entry in polib.pofile(translation):
        if _is_letter_text(entry):
            assert set(shown.findall(entry.msgid)) == set(shown.findall(entry.msgstr))


def _has_words(term):
    """Tell words from markup, entities, placeholders and code."""
    words = re.sub(r"<[^>]*>|&lt;.*&gt;|%\(\w+\)s|\(?object[._].*", "", term)
    return re.search(r"[^\W\d_]", words)


def _is_letter_text(entry):
    return any(
        place.startswith("model:dunning.level.text,")
        for place, _line in entry.occurrences
    )


def test_french_typography():
    for path in FILES:
        if path.name != "fr.po":
            continue
        for entry in polib.pofile(path):
            text = re.sub(r"<[^>]+>|https?:\S+", "", entry.msgstr)
            for match in re.finditer(r"([ \u00a0\u202f])([;!?:€])", text):
                assert match[1] == BEFORE[match[2]], entry.msgstr
