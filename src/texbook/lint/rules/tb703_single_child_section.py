r"""A section has only one subsection.

## What it does
Looks for a numbered section with exactly one numbered subsection, and a subsection with exactly
one subsubsection. A section of the required structure is left alone, and so is one in which
another file is read, for what that file holds belongs to it. It is off by default: in a manual
that lists routines under headings, a heading with one routine is no fault.

## Why
To divide something gives at least two parts. A 3.2.1 without a 3.2.2 makes the reader look for it.

## Instead
Drop the subheading, or find what else the section is made of.

## Example
```latex
\section{Drift}
Drift is ...
\subsection{Covariate drift}
...
\section{Monitoring}
```
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.latex.includes import READING
from texbook.latex.tokens import Kind
from texbook.lint.headings import are_slides, defining_texts, read_headings
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from texbook.lint.book import Book, Document
    from texbook.lint.headings import WrittenHeading

_PARENTS = (1, 2)


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each section."""
    if are_slides(defining_texts(book)):
        return
    structural = _structural(book)
    for index, document in enumerate(book.documents):
        ends = _ends_with_file(book, index)
        for parent, child in _only_children(book, document, ends=ends):
            if (document.source.path, parent.start) not in structural:
                yield _finding(book, document, parent, child)


def _structural(book: Book) -> set[tuple[Path, int]]:
    """Give the headings of questions and of their sections."""
    headings = [item.heading for item in book.questions]
    headings += [placed.section.heading for item in book.questions for placed in item.placed]
    return {(heading.source.path, heading.start) for heading in headings}


def _only_children(
    book: Book, document: Document, *, ends: bool
) -> Iterator[tuple[WrittenHeading, WrittenHeading]]:
    """Give the sections of a document with one subsection, and it.

    Args:
        book: the book.
        document: one of its documents.
        ends: whether its last section ends with it.
    """
    headings = list(read_headings(book.tokenized[document.source.path]))
    reads = _reading_places(book, document)
    for place, parent in enumerate(headings):
        if parent.level not in _PARENTS or parent.starred:
            continue
        found = _only_child(headings, place)
        if found is None or (found[1] is None and not ends):
            continue
        stop = len(document.source.text) if found[1] is None else found[1]
        if bisect_left(reads, parent.end) == bisect_left(reads, stop):
            yield parent, found[0]


def _ends_with_file(book: Book, index: int) -> bool:
    """Say whether a section that is open at the end of a document ends there."""
    if index + 1 == len(book.documents):
        return True
    following = book.documents[index + 1].source
    first = next(read_headings(book.tokenized[following.path]), None)
    return first is not None and first.level <= min(_PARENTS)


def _only_child(
    headings: Sequence[WrittenHeading], place: int
) -> tuple[WrittenHeading, int | None] | None:
    """Give the single subsection of a section, and where the section ends if a heading ends it."""
    parent = headings[place]
    child: WrittenHeading | None = None
    for index in range(place + 1, len(headings)):
        heading = headings[index]
        if heading.level <= parent.level:
            return None if child is None else (child, heading.start)
        if heading.level == parent.level + 1:
            if child is not None or heading.starred:
                return None
            child = heading
    return None if child is None else (child, None)


def _reading_places(book: Book, document: Document) -> list[int]:
    """Give the offsets at which a document reads another file."""
    return [
        token.start
        for token in book.tokenized[document.source.path].tokens
        if token.kind is Kind.COMMAND and token.name in READING
    ]


def _finding(
    book: Book, document: Document, parent: WrittenHeading, child: WrittenHeading
) -> Diagnostic:
    source = document.source
    tokenized = book.tokenized[source.path]
    only = child.text(tokenized)
    return RULE.diagnostic(
        f'the {parent.command} "{parent.text(tokenized)}" has only one {child.command}, "{only}"',
        source.span(parent.start, parent.end),
        hints=(f'drop the heading "{only}", or divide the rest, too',),
        related=(Related(source.span(child.start, child.end), f"the only {child.command}"),),
    )


RULE = Rule("TB703", "single-child-section", Severity.WARNING, check, default=False)
