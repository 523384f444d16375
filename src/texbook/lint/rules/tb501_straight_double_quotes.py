r"""A quotation stands in straight double quotes.

## What it does
Looks for `"` in text: a pair within a paragraph, the first before a word and the second after one,
is one finding. One that has no partner is reported when it stands where a quotation opens or
closes; after a digit it may mean inches and is left alone.

Books that give `"` another meaning are left alone: csquotes' `\MakeOuterQuote`, babel with a
language that uses it as a shorthand, and texts in other languages than English.

## Why
TeX sets `"` as a closing quote on both sides.

## Instead
Write ``` ``like this'' ```, or “like this” if the text around does so. The fix is safe for a pair,
and unsafe for a quote without a partner.

## Example
```latex
They called it "good enough" and went home.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.base.fix import Edit, Fix
from texbook.latex.prose import BREAK, NOTHING, THING
from texbook.lint.east_asian import is_east_asian
from texbook.lint.finding import Finding
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_QUOTE = '"'
_PART_END = re.compile(rf"{BREAK}+|\n[ \t\r]*\n")
_CALL = re.compile(r"[\w\ufffc][(\[]\Z")
_BEFORE_OPENING = frozenset(f" \t\n\r([{{~-/\u2014\u2013{BREAK}")
_AFTER_CLOSING = frozenset(f" \t\n\r.,;:!?)]}}~-/\u2014\u2013'{BREAK}")
_MESSAGE = "straight quotes around text are set as two closing quotes"


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each pair, and for each quote without a partner."""
    prose = passage.prose
    if _QUOTE not in prose or _QUOTE in passage.facts.active or passage.language != "en":
        return
    curly = "\u201c" in passage.text and "``" not in passage.text
    marks = ("\u201c", "\u201d") if curly else ("``", "''")
    start = 0
    for part in (*_PART_END.finditer(prose), None):
        end = part.start() if part else len(prose)
        yield from _in_part(prose, start, end, marks)
        start = part.end() if part else end


def _in_part(prose: str, start: int, end: int, marks: tuple[str, str]) -> Iterator[Finding]:
    """Pair the quotes of a paragraph; one is told of by itself only if it is the only one."""
    opened: int | None = None
    places = [found.start() for found in re.finditer(_QUOTE, prose[start:end])]
    for place in places:
        offset = start + place
        if opened is not None and _closes(prose, offset):
            if not is_east_asian(prose, opened, opened + 1):
                yield _pair(opened, offset, marks)
            opened = None
        elif _opens(prose, offset):
            opened = offset
        elif len(places) == 1 and _closes(prose, offset) and not _is_inch(prose, offset):
            yield _alone(offset, marks[1])
    if opened is not None and len(places) == 1 and not _closes(prose, opened):
        yield _alone(opened, marks[0])


def _neighbour(prose: str, offset: int, step: int) -> str:
    """Give the next character that is printed, or a line's end outside the text."""
    offset += step
    while 0 <= offset < len(prose) and prose[offset] == NOTHING:
        offset += step
    return prose[offset] if 0 <= offset < len(prose) else "\n"


def _is_inch(prose: str, offset: int) -> bool:
    return _neighbour(prose, offset, -1).isdigit()


def _opens(prose: str, offset: int) -> bool:
    after = _neighbour(prose, offset, 1)
    if _CALL.search(prose, max(0, offset - 2), offset):
        return False  # f("x") and x["y"] are code, though nobody said so
    return _neighbour(prose, offset, -1) in _BEFORE_OPENING and (
        after == THING or not (after.isspace() or after in _AFTER_CLOSING)
    )


def _closes(prose: str, offset: int) -> bool:
    before = _neighbour(prose, offset, -1)
    return _neighbour(prose, offset, 1) in _AFTER_CLOSING and not (
        before.isspace() or before in "([{"
    )


def _pair(start: int, end: int, marks: tuple[str, str]) -> Finding:
    edits = (Edit(start, start + 1, marks[0]), Edit(end, end + 1, marks[1]))
    fix = Fix(f"write {marks[0]} and {marks[1]}", edits, safe=True)
    return Finding(start, end + 1, _MESSAGE, (f"write {marks[0]}...{marks[1]}",), fix)


def _alone(offset: int, mark: str) -> Finding:
    fix = Fix(f"write {mark}", (Edit(offset, offset + 1, mark),), safe=False)
    message = "a straight quote in text is set as a closing quote, and this one has no partner"
    return Finding(offset, offset + 1, message, (f"write {mark}, or remove it",), fix)


RULE = Rule(
    "TB501",
    "straight-double-quotes",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.EITHER,
)
