r"""A line, picture, table or formula sticks out of the text block.

## What it does
Repeats what the last good build said of overfull boxes that stick out by more than
`overfull-points` of `[lint]` (5 points), at the author's own line. It is silent about files that
have changed since that build, and where there was no build. Off by default.

## Why
Text that runs into the margin is the first thing that a reader sees, and the last that an author
reads in a log.

## Instead
Break the line, the formula or the code; make the picture or the table narrower.

## Example
```latex
\includegraphics[width=1.2\linewidth]{curve}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book

_POINTS = re.compile(r"\b(\d+(?:\.\d+)?)pt\b")


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield what the last build said of the documents."""
    least = book.config.lint.overfull_points
    for document in book.documents:
        for item in document.overfull:
            points = _POINTS.search(item.message)
            if item.span is not None and points and float(points[1]) > least:
                yield RULE.diagnostic(item.message, item.span, hints=item.hints)


RULE = Rule("TB808", "overfull-box", Severity.INFORMATION, check, default=False)
