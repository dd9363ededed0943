"""The part of a style sheet that a page uses, small enough to put inside the page."""

import re

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"\"[^\"]*\"|'[^']*'|[{}]")
# Custom properties and what needs them: the engine that prints knows neither.
_CUSTOM_PROPERTY = re.compile(
    r"(?<![\w-])--[\w-]+\s*:[^;}]*;?|[\w-]+\s*:[^;}]*var\(--[^;}]*;?"
)
_PSEUDO = re.compile(r"::?[\w-]+(\([^()]*\))?|\[[^\]]*\]")
_SIMPLE = re.compile(r"[.#]?[A-Za-z_][\w-]*|\*")
_TOKENS = re.compile(r"<([a-z][a-z0-9]*)|\sclass=\"([^\"]*)\"|\sid=\"([^\"]*)\"")
_FONT_FACE = re.compile(r"@font-face\s*\{([^}]*)\}")
_FONT_FAMILY = re.compile(r"font-family:\s*['\"]?([^;}'\"]+)")
_FONT_FILE = re.compile(r"url\([\"']?([^\"')]+\.ttf)[\"']?\)")
_FONT_STYLES = {"400", "normal", "700", "bold"}


def get_tokens(html):
    """Return what selectors can meet in a page: ``p``, ``.row``, ``#total``.

    :param str html: the page.
    :rtype: frozenset(str)
    """
    tokens = {"html", "body", "*"}
    for tag, classes, identifier in _TOKENS.findall(html):
        tokens.update({tag, f"#{identifier}"})
        tokens.update(f".{name}" for name in classes.split())
    return frozenset(tokens - {"", "#"})


def subset(css, tokens):
    """Return the rules of a style sheet that can apply to a page, without fonts.

    :param str css: the style sheet.
    :param frozenset tokens: see :func:`get_tokens`.
    :rtype: str
    """
    rules = []
    for prelude, body in _split_rules(_COMMENT.sub("", css)):
        if prelude.startswith("@media") and "print" not in prelude:
            body = subset(body, tokens)
            selectors = prelude if body else ""
        else:
            body = _CUSTOM_PROPERTY.sub("", body).strip()
            selectors = ",".join(s for s in prelude.split(",") if _can_match(s, tokens))
        if selectors and body:
            rules.append(f"{selectors}{{{body}}}")
    return "\n".join(rules)


def get_font_faces(css, family, find_file):
    """Return the regular and bold faces of a font as rules that name their files.

    :param str css: the style sheet that declares the font.
    :param str family: its name.
    :param find_file: function that returns the path of an address in the sheet.
    :rtype: str
    """
    rules = []
    for body in _FONT_FACE.findall(css):
        values = dict(re.findall(r"font-(weight|style):\s*(\w+)", body))
        address = _FONT_FILE.search(body)
        weight = values.get("weight", "400")
        upright = values.get("style", "normal") == "normal"
        name = _FONT_FAMILY.search(body)
        if name[1] == family and address and upright and weight in _FONT_STYLES:
            rules.append(
                f"@font-face{{font-family:'{family}';font-weight:{weight};"
                f"src:url('file://{find_file(address[1])}') format('truetype')}}"
            )
    return "\n".join(rules)


def _split_rules(css):
    """Yield the (prelude, body) of each rule at the top of a style sheet."""
    depth = start = opened = 0
    for match in _BLOCK.finditer(css):
        if match[0] == "{":
            depth += 1
            opened = match.start() if depth == 1 else opened
        elif match[0] == "}":
            depth -= 1
            if not depth:
                prelude = css[start:opened].rpartition(";")[2].strip()
                yield prelude, css[opened + 1 : match.start()]
                start = match.end()


def _can_match(selector, tokens):
    """Tell whether every class, id and tag of a selector occurs in the page."""
    names = _SIMPLE.findall(_PSEUDO.sub("", selector))
    return bool(names) and "@" not in selector and tokens.issuperset(names)
