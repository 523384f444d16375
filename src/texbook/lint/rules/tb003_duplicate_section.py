r"""A question has the same required section twice.

## What it does
Reports the second and any later section that is the same required one, and points at the first.

## Why
It is mostly a leftover of copying, and the reader does not know which one counts.

## Instead
Join the two, or give the second one the title that it was meant to have.

## Example
```latex
\subsection{Key Takeaways} ...
\subsection{Key Takeaways} ...
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.lint.book import Book, heading_span
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each section that has been there before."""
    for item in book.questions_for(RULE.code):
        for placed in item.placed:
            if placed.index is None:
                continue
            first = item.first(placed.index)
            if first is None or first is placed:
                continue
            yield RULE.diagnostic(
                f'question "{item.heading.title}" has the section '
                f'"{book.required[placed.index]}" more than once',
                heading_span(placed.section.heading),
                hints=("join the two, or give this one its own title",),
                related=(Related(heading_span(first.section.heading), "first here"),),
            )


RULE = Rule("TB003", "duplicate-section", Severity.ERROR, check, structure=True)
