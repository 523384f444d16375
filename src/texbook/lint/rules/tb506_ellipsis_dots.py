r"""An ellipsis is typed as three full stops.

## What it does
Looks for `...` in text. Three dots that stand for arguments, `f(...)`, are left alone, and so are
longer rows of dots, those within the brackets of a call, quoted words such as 'hh:mm:ss.ddd...',
and texts in other languages than English, which have their own ways.

## Why
Full stops are set too close to each other, and a line may break between them.

## Instead
Write `\ldots` (or `\dots`). The fix is safe.

## Example
```latex
And then... nothing.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Severity
from texbook.lint.east_asian import is_east_asian
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_DOTS = re.compile(r"(?<![./\\])\.\.\.(?![./])")
_QUOTES = ("'", '"')
_PATTERN = re.compile(r"['\"`][^\s'\"`]*[\d:=_.<>*/-][^\s'\"`]*\Z")
_CALL = re.compile(r"[\w'\"`\ufffc]\([^()]*\Z")
_CALL_END = re.compile(r"[^()]{0,60}\)")
_REACH = 60
"""Code points within which a call or a quoted pattern begins and ends."""


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each ellipsis."""
    for found in _DOTS.finditer(passage.prose):
        if passage.language != "en":
            return
        start, end = found.span()
        if passage.text[start:end] != "..." or _is_code(passage.prose, start, end):
            continue
        if is_east_asian(passage.text, start, end):
            continue
        follows = passage.text[end : end + 1]
        ends_word = bool(follows) and not (follows.isalpha() or follows in " \t\r\n~{@")
        right = r"\ldots" if ends_word else r"\ldots{}"
        yield Finding(
            start,
            end,
            'an ellipsis is typed as "..."',
            (f"write {right}",),
            replace_with(start, end, right, r"write \ldots"),
        )


def _is_code(prose: str, start: int, end: int) -> bool:
    """Say whether they stand for arguments, or end a quoted pattern."""
    after = prose[end : end + 1]
    if prose[start - 1 : start] in ("(", "<", "{") and after in (")", ">", "}"):
        return True
    if _CALL.search(prose, max(0, start - _REACH), start) and _CALL_END.match(prose, end):
        return True
    return after in _QUOTES and _PATTERN.search(prose, max(0, start - _REACH), start) is not None


RULE = Rule(
    "TB506",
    "ellipsis-dots",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.SAFE,
)
