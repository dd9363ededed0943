"""Find the warnings and errors in an Odoo log that are not explained.

usage: python3 scripts/check_log.py LOG...

scripts/log_allowlist.txt names the lines that Odoo itself writes and we can't help.
"""

import re
import sys
from pathlib import Path

ALLOWLIST = Path(__file__).with_name("log_allowlist.txt")
LINE = re.compile(r"^[\d-]{10} [\d:,]{12} \d+ (WARNING|ERROR|CRITICAL) .*")


def read_allowlist(text):
    """One regular expression a line; each stands below a comment with its reason."""
    lines = filter(None, map(str.strip, text.splitlines()))
    return [re.compile(line) for line in lines if not line.startswith("#")]


def find_problems(log, allowlist=None):
    """Return the lines of a log that are warnings or worse and not allowed."""
    if allowlist is None:
        allowlist = read_allowlist(ALLOWLIST.read_text())
    return [
        line
        for line in log.splitlines()
        if LINE.match(line) and not any(rule.search(line) for rule in allowlist)
    ]


def report_problems(path):
    """Print the problems of a log.

    :return: whether there are none
    """
    problems = find_problems(path.read_text(errors="replace"))
    print(
        "\n".join(
            (*problems, f"{path.name}: {len(problems)} unexpected warnings or errors")
        )
    )
    return not problems


def main(paths):
    if not paths:
        sys.exit(__doc__)
    problems = []
    for path in paths:
        problems += find_problems(Path(path).read_text(errors="replace"))
    print("\n".join(problems) or "no unexpected warnings or errors")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
