"""What stands around a place in a formula."""

from __future__ import annotations

import re
from typing import NamedTuple

from texbook.latex.prose import NOTHING

_REACH = 400
"""Code points before a place in which the bracket around it is looked for."""
_MARK = re.compile(rf"\\?[(\[{{]|\\?[)\]}}]|\\?\$|{NOTHING}")
_CLOSING = {")": "(", "]": "[", "}": "{", "\\}": "\\{"}
_OWNER = re.compile(r"\\([A-Za-z]+)\*?[ ]?(?:\[[^\[\]{}]*\])?(?:\{[^{}]*\})?[ ]?\Z|([_^])[ ]?\Z")
_OWNER_REACH = 80
_NOT_SEEN = "?"

TRANSPARENT = frozenset(
    {"frac", "dfrac", "tfrac", "cfrac", "sqrt", "boxed", "underbrace", "overbrace"}
)
"""Commands whose argument is set as a formula, like what stands around it."""


class Bracket(NamedTuple):
    r"""The innermost bracket that is open at a place of a formula.

    Attributes:
        start: its code-point offset; -1 if none is open.
        mark: ``(``, ``[``, ``{``, ``\{``; empty if none is open, ``?`` if it is too far away.
        owner: of a brace, the command whose argument it begins, or ``_``, ``^``; else empty.
    """

    start: int
    mark: str
    owner: str = ""


def bracket_around(maths: str, offset: int) -> Bracket:
    r"""Find the bracket around a place in the maths view.

    >>> bracket_around(r"$f(x_{ab})$", 7)
    Bracket(start=5, mark='{', owner='_')
    >>> bracket_around(r"$f(x) + y$", 8).mark
    ''
    """
    first = max(0, offset - _REACH)
    opened: list[Bracket] = []
    complete = first == 0
    for found in _MARK.finditer(maths, first, offset):
        mark = found[0]
        if mark in ("$", NOTHING, "\\[", "\\(", "\\]", "\\)"):
            opened.clear()
            complete = True
        elif mark in ("(", "[", "{", "\\{"):
            opened.append(Bracket(found.start(), mark))
        elif mark in _CLOSING and opened:
            opened.pop()
    if not opened:
        return Bracket(-1, "" if complete else _NOT_SEEN)
    innermost = opened[-1]
    if innermost.mark != "{":
        return innermost
    before = maths[max(0, innermost.start - _OWNER_REACH) : innermost.start]
    owner = _OWNER.search(before)
    return innermost._replace(owner=(owner[1] or owner[2]) if owner else "")


def is_plain(bracket: Bracket) -> bool:
    """Say whether a place is set as a part of the formula itself, and no list or argument."""
    return bracket.mark == "" or bracket.owner in TRANSPARENT
