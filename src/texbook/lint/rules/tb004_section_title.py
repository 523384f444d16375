r"""A required section's title is not written as required.

## What it does
A heading that differs from a required title only in case, a number before it, a suffix after it
or a few letters is taken for that section. This rule reports it, unless `titles` of
`[structure]` allows it:

* `exact`: the required title and nothing else;
* `suffix`: also "Why It Fails: A Numerical Proof" and "Why It Fails (The Float32 Trap)";
* `case-insensitive`: also "Why it fails".

The likeness is a heuristic: a title counts when difflib finds it at least 80 % alike, or when it
holds two or more words of one required title in a row.

## Why
The same heading in every question is what lets a reader turn to it at once.

## Instead
Write the required title; say the rest in the first sentence.

## Example
```latex
\subsection{Why it fails}   % "Why It Fails"
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
    """Yield one finding for each title that is nearly a required one."""
    for item in book.questions_for(RULE.code):
        for placed in item.placed:
            if placed.index is None or placed.accepted:
                continue
            heading = placed.section.heading
            title = book.required[placed.index]
            yield RULE.diagnostic(
                f'section title "{heading.title}" should be "{title}"',
                heading_span(heading),
                hints=(f"write \\{heading.command}{{{title}}}",),
            )


RULE = Rule("TB004", "section-title", Severity.ERROR, check, structure=True)
