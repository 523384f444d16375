r"""A line ends in spaces or tabs.

## What it does
Looks for spaces and tabs before the end of a line, in comments too. Listings are left alone, and
so is the control space, a backslash and a space, at the end of a line.

## Why
TeX drops them, nobody sees them, and editors that remove them make changes where nothing changed.

## Instead
Remove them; most editors do it when they save. The fix is safe.

## Example
```text
Some text.␣␣
```
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.latex.tokens import Kind
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_TRAILING = re.compile(r"(?<![ \t])[ \t]+(?=\r?\n)")
_BACKSLASHES = re.compile(r"(?<!\\)\\+\Z")
_MOST_BACKSLASHES = 50


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each line."""
    text = passage.text
    code = [(t.start, t.end) for t in passage.tokenized.tokens if t.kind is Kind.CODE]
    starts = [start for start, _ in code]
    for found in _TRAILING.finditer(text):
        start, end = found.span()
        index = bisect_right(starts, start) - 1
        if index >= 0 and start < code[index][1]:
            continue
        before = _BACKSLASHES.search(text, max(0, start - _MOST_BACKSLASHES), start)
        if before and len(before[0]) % 2:
            start += 1  # the first of them belongs to the control space
        if start == end:
            continue
        yield Finding(
            start,
            end,
            "the line ends in spaces",
            ("remove them",),
            replace_with(start, end, "", "remove the spaces"),
        )


RULE = Rule(
    "TB514",
    "trailing-space",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.SAFE,
)
