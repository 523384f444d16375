r"""A heading follows a heading, and there is no text between them.

## What it does
Looks for a section or subsection that is followed by another heading at once. Labels, index
entries, spacing and comments are no text; formulas, pictures and boxes are. Parts and chapters are
left alone, where this is common, and so are versions in a list of changes, run-in headings
(`\paragraph`), front and back matter, and a question of the required structure before its first
section. Slides (beamer) have no printed headings. A book in which more than half of the divided
sections begin like this, and at least five, has chosen to: a manual that lists its routines, say.

## Why
The upper heading promises something, and the reader finds nothing. Two headings in a row also
look like a mistake on the page.

## Instead
Say in a sentence or two what the section is about and how it is divided, or remove a heading.

## Example
```latex
\section{Data leakage}
\subsection{What it is}
Leakage is ...
```
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.latex.outline import Matter
from texbook.latex.words import BodyReader
from texbook.lint.headings import are_slides, defining_texts, read_headings
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from texbook.lint.book import Book, Document
    from texbook.lint.headings import WrittenHeading

_DEEPEST = 3
_FEWEST_OF_A_HABIT = 5
_VERSION = re.compile(r"(?:[Vv]ersion |v)?\d+\.\d")
"""Entries of a list of changes are divided and have no text of their own."""


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each pair of headings."""
    if are_slides(defining_texts(book)):
        return
    divided = 0
    stacked: list[Diagnostic] = []
    repeated: list[Diagnostic] = []
    for document, upper, lower, is_empty in _pairs(book):
        deeper = lower.level > upper.level
        divided += deeper
        if is_empty:
            (stacked if deeper else repeated).append(_finding(book, document, upper, lower))
    by_habit = len(stacked) >= _FEWEST_OF_A_HABIT and 2 * len(stacked) > divided
    yield from repeated if by_habit else stacked + repeated


def _pairs(book: Book) -> Iterator[tuple[Document, WrittenHeading, WrittenHeading, bool]]:
    """Give the headings that follow each other, and whether nothing stands between them."""
    structural = _structural(book)
    matters = _matters(book)
    for document in book.documents:
        matter = Matter.MAIN
        tokenized = book.tokenized[document.source.path]
        body: BodyReader | None = None
        for upper, lower in pairwise(read_headings(tokenized)):
            place = (document.source.path, upper.start)
            matter = matters.get(place, matter)
            if upper.level < 1 or not _may_stack(upper, lower):
                continue
            if place in structural or matter is not Matter.MAIN:
                continue
            if _VERSION.match(upper.text(tokenized)):
                continue
            body = body or BodyReader(tokenized)
            yield document, upper, lower, body.is_empty(upper.end, lower.start)


def _may_stack(upper: WrittenHeading, lower: WrittenHeading) -> bool:
    return max(upper.level, lower.level) <= _DEEPEST and lower.level >= 1


def _structural(book: Book) -> set[tuple[Path, int]]:
    """Give the headings of questions, and of their sections, which TB006 judges."""
    headings = [item.heading for item in book.questions]
    headings += [placed.section.heading for item in book.questions for placed in item.placed]
    return {(heading.source.path, heading.start) for heading in headings}


def _matters(book: Book) -> dict[tuple[Path, int], Matter]:
    """Give the part of the book that the chapters and questions stand in."""
    headings = [chapter.heading for chapter in book.outline.chapters if chapter.heading]
    headings += [question.heading for question in book.outline.questions()]
    return {(heading.source.path, heading.start): heading.matter for heading in headings}


def _finding(
    book: Book, document: Document, upper: WrittenHeading, lower: WrittenHeading
) -> Diagnostic:
    source = document.source
    tokenized = book.tokenized[source.path]
    title, below = upper.text(tokenized), lower.text(tokenized)
    return RULE.diagnostic(
        f'nothing stands between the headings "{title}" and "{below}"',
        source.span(upper.start, upper.end),
        hints=(f'say in a sentence or two what "{title}" is about',),
        related=(Related(source.span(lower.start, lower.end), "the next heading"),),
    )


RULE = Rule("TB702", "stacked-headings", Severity.WARNING, check)
