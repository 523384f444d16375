r"""A question has a section that is not one of the required ones.

## What it does
Reports headings of a question, one level below the unit, that are no required section and no
variation of one.

## Why
Either the title is wrong, and then a required section seems to be missing; or the text belongs
into one of the required sections.

## Instead
Use the required title, or make it a heading one level lower inside the section it belongs to.

## Example
```latex
\subsection{Some Background}      % \subsubsection{Some Background} in "Technical Deep Dive"
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.latex.outline import LEVELS
from texbook.lint.book import Book, heading_span
from texbook.lint.rule import Rule
from texbook.lint.titles import resembling

if TYPE_CHECKING:
    from collections.abc import Iterator


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each section that is none of the required ones."""
    for item in book.questions_for(RULE.code):
        missing = [t for i, t in enumerate(book.required) if item.first(i) is None]
        for placed in item.placed:
            if placed.index is not None:
                continue
            heading = placed.section.heading
            close = resembling(heading.title, missing)
            below = [name for name, level in LEVELS.items() if level == heading.level + 1]
            hint = (
                f'did you mean "{close}"?'
                if close
                else f"make it a \\{below[0]} inside a required section, or use a required title"
            )
            yield RULE.diagnostic(
                f'"{heading.title}" is not one of the required sections',
                heading_span(heading),
                hints=(hint,),
            )


RULE = Rule("TB005", "unknown-section", Severity.ERROR, check, structure=True)
