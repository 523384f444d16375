"""What of a template's line is typeset as it stands, and where the rendered line has it."""

from __future__ import annotations

import re

_BEGIN = re.compile(r"\\(?:VAR|BLOCK)\{")
_TOKEN = re.compile(r""""[^"]*"|'[^']*'|[{}]""")


def literal_stretches(line: str) -> list[tuple[int, int]]:
    r"""Give the stretches of a line outside of ``\VAR{...}`` and ``\BLOCK{...}``.

    Braces in the strings of an expression do not count. One that does not end on the line takes
    the rest of it.

    >>> literal_stretches(r'from \VAR{x["}"]} to \VAR{y}.')
    [(0, 5), (17, 21), (28, 29)]
    """
    stretches: list[tuple[int, int]] = []
    position = 0
    while begin := _BEGIN.search(line, position):
        stretches.append((position, begin.start()))
        depth, position = 1, begin.end()
        while depth:
            token = _TOKEN.search(line, position)
            if token is None:
                return stretches
            depth += {"{": 1, "}": -1}.get(token[0], 0)
            position = token.end()
    return [*stretches, (position, len(line))]


def column_in_template(template: str, rendered: str, start: int, end: int) -> int | None:
    r"""Give where a stretch of a rendered line stands in its template's line, if that is certain.

    It is so before the first expression, after the last one, and in a text between two that
    neither line has twice. All columns from 0.

    >>> column_in_template(r"\VAR{n} of 10-20", "7 of 10-20", 5, 10)
    11
    >>> column_in_template(r"\VAR{n} of 10-20", "7 of 10-20", 0, 1)
    """
    for first, last in literal_stretches(template):
        text = template[first:last]
        if first == 0:
            at = 0 if rendered.startswith(text) else -1
        elif last == len(template):
            at = len(rendered) - len(text) if rendered.endswith(text) else -1
        else:
            is_alone = template.find(text) == template.rfind(text) == first
            at = rendered.find(text) if is_alone else -1
            at = at if at == rendered.rfind(text) else -1
        if 0 <= at <= start and end <= at + len(text) and text:
            return first + start - at
    return None
