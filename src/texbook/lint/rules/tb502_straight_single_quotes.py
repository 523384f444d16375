r"""A quotation opens with an apostrophe.

## What it does
Looks for `'word ... word'` in text, and for `''` before a word. Words that lose their beginning
('tis, 'em, '90s) are left alone, and so is an apostrophe before a word that no other one closes in
the same paragraph. Texts in other languages than English are left alone.

## Why
TeX sets `'` as a closing quote wherever it stands.

## Instead
Write `` `word' ``, and ``` ``word'' ``` for double quotes. The fix is safe.

## Example
```latex
The column 'price' was empty.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.prose import BREAK, NOTHING
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_OPENING = re.compile(rf"(?<![^\s(\[{BREAK}{NOTHING}])('{{1,2}})(?=[A-Za-z])")
_CALL = re.compile(r"[\w\ufffc][(\[]\Z")
_SHORTENED = re.compile(
    r"'(?:tis|twas|twere|em|til|cause|n|bout|round|ere|cos|neath|s|d|ll|re|ve|m|t)\b", re.IGNORECASE
)
_END = re.compile(
    rf"(?<=[^\s'{BREAK}])'{{1,2}}(?![A-Za-z'])|{BREAK}|\n[ \t\r]*\n|(?<=\s)'+(?=[A-Za-z])|`"
)
_REACH = 400
"""Code points within which a quotation closes."""


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each opening apostrophe."""
    prose = passage.prose
    if "'" not in prose or "'" in passage.facts.active or passage.language != "en":
        return
    for found in _OPENING.finditer(prose):
        start, mark = found.start(), found[1]
        if not _starts_word(prose, start) or _CALL.search(prose, max(0, start - 2), start):
            continue  # f('x') and x['y'] are code, though nobody said so
        if mark == "'" and _SHORTENED.match(prose, start):
            continue
        end = _END.search(prose, found.end(), found.end() + _REACH)
        if end is None or end[0] != mark:
            continue
        right = "`" * len(mark)
        yield Finding(
            start,
            start + len(mark),
            f"an apostrophe opens a quotation: {_shown(prose, start, end.end())}",
            (f"write {right} where it opens",),
            replace_with(start, start + len(mark), right, f"write {right}"),
        )


def _starts_word(prose: str, start: int) -> bool:
    """Say whether what is printed before is a space or a bracket, over what is not printed."""
    before = start - 1
    while before >= 0 and prose[before] == NOTHING:
        before -= 1
    return before < 0 or prose[before].isspace() or prose[before] in f"([{BREAK}"


def _shown(prose: str, start: int, end: int) -> str:
    text = " ".join(prose[start:end].replace(NOTHING, "").split())
    most = 40
    return text if len(text) <= most else f"{text[: most - 3]}..."


RULE = Rule(
    "TB502",
    "straight-single-quotes",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.SAFE,
)
