r"""A section of a question has no body.

## What it does
Reports sections in which nothing is typeset: no text, formula, code, image or box before the next
heading of the same level. Comments, labels, index entries and spacing do not count. Text under
the section's own subheadings does.

## Why
Two headings in a row print as a hole in the page.

## Instead
Write the section. While it is only planned, one sentence that says what it will hold is enough.

## Example
```latex
\subsection{Why It Fails}\label{q:x:fails}
% todo
\subsection{The Solution}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.book import Book, heading_span
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each section without a body."""
    for item in book.questions_for(RULE.code):
        for placed in item.placed:
            if book.is_empty(placed.section):
                heading = placed.section.heading
                yield RULE.diagnostic(
                    f'section "{heading.title}" is empty',
                    heading_span(heading),
                    hints=("write at least one sentence below the heading",),
                )


RULE = Rule("TB006", "empty-section", Severity.ERROR, check, structure=True)
