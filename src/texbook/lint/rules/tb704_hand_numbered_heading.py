r"""A heading has a number that is typed by hand.

## What it does
Looks for numbered headings whose title begins with a number of its own: `\section{1. Drift}`,
`\section{2) Drift}`, `\subsection{2.3 Drift}`, `\chapter{Chapter 4: Drift}`. A heuristic: numbers
that belong to the title are left alone, such as "10 Lessons", "1984", "3D Vision", "Step 1" and
"2.5 Million Users"; so are starred headings and levels that the book does not number.

## Why
LaTeX numbers headings: this one prints as "3.1 1. Drift", and the number by hand is wrong when a
heading is added before it.

## Instead
Remove the number. The fix is safe.

## Example
```latex
\section{1. What Drift Is}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.fix import Edit, Fix
from texbook.lint.headings import (
    defining_texts,
    numbered_depth,
    read_headings,
    unnumbered_by_format,
)
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.arguments import Argument
    from texbook.lint.book import Book, Document
    from texbook.lint.headings import WrittenHeading

_ORDINAL = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2}){0,3}[.)])(?:\s|~|\\quad|\\ )+(?=[^\W\d_]|[\\$`])")
_DECIMAL = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2}){1,3})(?:\s|~|\\quad|\\ )+(?=[A-Z][a-z])")
_NAMED = re.compile(
    r"\s*((part|chapter|section|subsection|appendix)(?:\s|~)+(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}))"
    r"(?:\s|~)*(?:[:.]|--+|\u2013|\u2014)(?:\s|~)+(?=\S)",
    re.IGNORECASE,
)


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each heading."""
    texts = defining_texts(book)
    depth, unnumbered = numbered_depth(texts), unnumbered_by_format(texts)
    for document in book.documents:
        text = document.source.text
        headings = [
            heading
            for heading in read_headings(book.tokenized[document.source.path])
            if not heading.starred and _is_numbered(heading, depth, unnumbered)
        ]
        decimals = sum(_prefix(_DECIMAL, text, heading.title) is not None for heading in headings)
        for heading in headings:
            prefix = _number(text, heading, several_decimals=decimals > 1)
            if prefix is not None:
                yield _finding(document, heading, prefix)


def _is_numbered(heading: WrittenHeading, depth: int, unnumbered: frozenset[str]) -> bool:
    return heading.level <= depth and heading.command not in unnumbered


def _prefix(pattern: re.Pattern[str], text: str, title: Argument) -> re.Match[str] | None:
    return pattern.match(text, title.start, title.end)


def _number(text: str, heading: WrittenHeading, *, several_decimals: bool) -> re.Match[str] | None:
    """Give the number at the beginning of a title."""
    named = _prefix(_NAMED, text, heading.title)
    if named and named[2].lower() in (heading.command, "appendix"):
        return named
    ordinal = _prefix(_ORDINAL, text, heading.title)
    # One alone may be a version or a measure; several are a numbering.
    return ordinal or (_prefix(_DECIMAL, text, heading.title) if several_decimals else None)


def _finding(document: Document, heading: WrittenHeading, prefix: re.Match[str]) -> Diagnostic:
    source = document.source
    edits = [Edit(heading.title.start, prefix.end(), "")]
    short = heading.short
    if short is not None and (again := _prefix(prefix.re, source.text, short)):
        edits.insert(0, Edit(short.start, again.end(), ""))
    return RULE.diagnostic(
        f'the number "{prefix[1]}" of this {heading.command} is typed by hand',
        source.span(heading.start, heading.end),
        hints=("remove it: LaTeX numbers headings by itself",),
        fix=Fix("remove the number", tuple(edits), safe=True),
    )


RULE = Rule(
    "TB704",
    "hand-numbered-heading",
    Severity.WARNING,
    check,
    fixes=Fixes.SAFE,
)
