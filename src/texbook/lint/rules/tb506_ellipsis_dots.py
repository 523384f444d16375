r"""An ellipsis is typed as three full stops.

## What it does
Looks for `...` in text. Three dots that stand for arguments, `f(...)`, are left alone, and so are
longer rows of dots.

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
from texbook.lint.finding import Finding, replace_with
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.passage import Passage

_DOTS = re.compile(r"(?<![./\\])\.\.\.(?![./])")


def check(passage: Passage) -> Iterator[Finding]:
    """Yield one finding for each ellipsis."""
    for found in _DOTS.finditer(passage.prose):
        start, end = found.span()
        if passage.text[start:end] != "..." or _is_argument(passage.prose, start, end):
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


def _is_argument(prose: str, start: int, end: int) -> bool:
    return prose[start - 1 : start] in ("(", "<", "{") and prose[end : end + 1] in (")", ">", "}")


RULE = Rule(
    "TB506",
    "ellipsis-dots",
    Severity.WARNING,
    check_passage=check,
    fixes=Fixes.SAFE,
)
