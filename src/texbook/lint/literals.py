"""What of a template's line is typeset as it stands, and where the rendered line has it."""

from __future__ import annotations

import re

_BEGIN = re.compile(r"(?P<escaped>\\\\)|\\(?:VAR|BLOCK)\{")
_TOKEN = re.compile(r""""[^"]*"|'[^']*'|[{}]""")
_LONGEST = 10_000
"""Characters of a line that is compared; nobody writes longer ones by hand."""


def literal_stretches(line: str) -> list[tuple[int, int]]:
    r"""Give the stretches of a line outside of ``\VAR{...}`` and ``\BLOCK{...}``.

    Braces in the strings of an expression do not count. One that does not end on the line takes
    the rest of it. A line that is a comment is not looked into.

    >>> literal_stretches(r'from \VAR{x["}"]} to \VAR{y}.')
    [(0, 5), (17, 21), (28, 29)]
    """
    if line.lstrip(" \t").startswith("%"):
        return [(0, len(line))]
    stretches: list[tuple[int, int]] = []
    start = position = 0
    while begin := _BEGIN.search(line, position):
        position = begin.end()
        if begin["escaped"]:
            continue
        stretches.append((start, begin.start()))
        depth = 1
        while depth:
            token = _TOKEN.search(line, position)
            if token is None:
                return stretches
            depth += {"{": 1, "}": -1}.get(token[0], 0)
            position = token.end()
        start = position
    return [*stretches, (start, len(line))]


def expressions(line: str) -> list[str]:
    r"""Give what of a line is not literal.

    >>> expressions(r"from \VAR{x} to \VAR{y}.")
    ['\\VAR{x}', '\\VAR{y}']
    """
    stretches = literal_stretches(line)
    starts = [start for start, _ in stretches[1:]]
    if stretches[-1][1] < len(line):
        starts.append(len(line))
    return [line[end:start] for (_, end), start in zip(stretches, starts, strict=False)]


def literal_places(template: str, rendered: str) -> list[tuple[int, int, int]]:
    r"""Give the literal stretches of a template's line whose place in the rendered line is certain.

    The rendered line must be the template's from end to end: each literal in its order, anything
    for each expression. A place is certain if no other way of laying them out has another one: the
    first fit from the left is the first fit from the right. All columns from 0.

    Returns:
        Start and end in the template, and start in the rendered line; none if they do not fit.

    >>> literal_places(r"\VAR{n} of 10-20 in \VAR{m}.", "7 of 10-20 in 8.")
    [(7, 20, 1), (27, 28, 15)]
    >>> literal_places(r"\VAR{n} of \VAR{m}.", "7 of 9 of 8.")
    [(18, 19, 11)]
    """
    stretches = literal_stretches(template)
    if len(stretches) == 1 or stretches[-1][1] < len(template):
        return []
    first, *middle, last = (template[start:end] for start, end in stretches)
    begin, end = len(first), len(rendered) - len(last)
    fits = rendered.startswith(first) and rendered.endswith(last) and begin <= end
    if not fits or max(len(template), len(rendered)) > _LONGEST:
        return []
    leftmost: list[int] = []
    position = begin
    for text in middle:
        at = rendered.find(text, position, end)
        if at < 0:
            return []
        leftmost.append(at)
        position = at + len(text)
    rightmost: list[int] = []
    position = end
    for text in reversed(middle):
        position = rendered.rfind(text, begin, position)
        rightmost.append(position)
    left, right = [0, *leftmost, end], [0, *reversed(rightmost), end]
    return [
        (*stretch, at)
        for stretch, at, other in zip(stretches, left, right, strict=True)
        if at == other and stretch[0] < stretch[1]
    ]


def column_in_template(template: str, rendered: str, start: int, end: int) -> int | None:
    r"""Give where a stretch of a rendered line stands in its template's line, if that is certain.

    Where an expression gave several lines, or a statement stands in the line, it still is before
    the first one and after the last one. All columns from 0.

    >>> column_in_template(r"\VAR{n} of 10-20", "7 of 10-20", 5, 10)
    11
    >>> column_in_template(r"\VAR{n} of 10-20", "7 of 10-20", 0, 1)
    """
    places = literal_places(template, rendered) or _ends(template, rendered)
    for first, last, at in places:
        if at <= start and end <= at + last - first:
            return first + start - at
    return None


def _ends(template: str, rendered: str) -> list[tuple[int, int, int]]:
    """Give what stands before the first expression and behind the last one, as far as it fits."""
    (first, end), *_ = stretches = literal_stretches(template)
    start, last = stretches[-1]
    places: list[tuple[int, int, int]] = []
    if first < end and rendered.startswith(template[first:end]):
        places.append((first, end, 0))
    if start < last == len(template) and rendered.endswith(template[start:last]):
        places.append((start, last, len(rendered) - (last - start)))
    return places
