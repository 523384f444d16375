r"""A numbered section stands in a chapter without a number.

## What it does
Looks for `\section` in a chapter that begins with `\chapter*`. Silent in front and back matter,
where the chapter's counter is set by hand, and in books that do not number sections or print the
number without the chapter's.

## Why
The section takes the number of the chapter before: it prints as 0.1, or as 3.6 in the wrong place.

## Instead
Write `\section*`, or give the chapter a number. The fix stars the section and is unsafe, because
it then leaves the table of contents.

## Example
```latex
\chapter*{Preface}
\section{How to read this book}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.base.fix import Edit, Fix
from texbook.latex.arguments import ArgumentReader
from texbook.latex.mask import mask
from texbook.latex.outline import Matter
from texbook.lint.book import heading_span
from texbook.lint.headings import defining_texts, numbered_depth
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.outline import Heading
    from texbook.lint.book import Book

_OWN_NUMBERS = re.compile(
    r"\\(?:(?:renewcommand|def|gdef|let)\*?[ \t]*\{?[ \t]*\\thesection(?![A-Za-z@])"
    r"|counterwithout\*?[ \t]*\{section\}|titleformat\*?[ \t]*\{[ \t]*\\section[ \t]*\})"
)
_COUNTER = re.compile(
    r"\\(?:(?:ref)?stepcounter|(?:set|addto)counter)[ \t]*\{(?:chapter|section|secnumdepth)\}"
)


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each section."""
    texts = defining_texts(book)
    if numbered_depth(texts) < 1 or any(_OWN_NUMBERS.search(text) for text in texts):
        return
    for chapter, sections in _starred_chapters(book):
        for section in sections:
            if section.starred or section.command != "section":
                continue
            if not _counts_by_hand(book, chapter, section):
                yield _finding(book, chapter, section)


def _starred_chapters(book: Book) -> Iterator[tuple[Heading, list[Heading]]]:
    """Give the chapters without a number, with their sections."""
    for chapter in book.outline.chapters:
        if chapter.heading is not None and _is_starred_chapter(chapter.heading):
            yield chapter.heading, [question.heading for question in chapter.questions]
        for question in chapter.questions:
            if _is_starred_chapter(question.heading):
                yield question.heading, [section.heading for section in question.sections]


def _is_starred_chapter(heading: Heading) -> bool:
    return heading.starred and heading.command == "chapter" and heading.matter is Matter.MAIN


def _counts_by_hand(book: Book, chapter: Heading, section: Heading) -> bool:
    """Say whether a counter is set between the headings, or the space between is not known."""
    text = mask(book.tokenized[section.source.path])
    start = chapter.end if chapter.source.path == section.source.path else 0
    if _COUNTER.search(text, start, section.start):
        return True
    if start:
        return False
    above = mask(book.tokenized[chapter.source.path])
    return _COUNTER.search(above, chapter.end) is not None


def _finding(book: Book, chapter: Heading, section: Heading) -> Diagnostic:
    after_name = section.start + len(f"\\{section.command}")
    # \section* takes no optional title: its brackets would be printed.
    short = ArgumentReader(book.tokenized[section.source.path]).bracketed(after_name)
    stop = after_name if short is None else short.end + 1
    return RULE.diagnostic(
        f'section "{section.title}" has a number, but its chapter "{chapter.title}" has none',
        heading_span(section),
        hints=("write \\section*, or give the chapter a number",),
        related=(Related(heading_span(chapter), "the chapter without a number"),),
        fix=Fix("star the section", (Edit(after_name, stop, "*"),), safe=False),
    )


RULE = Rule(
    "TB705",
    "numbered-in-starred-chapter",
    Severity.WARNING,
    check,
    fixes=Fixes.UNSAFE,
)
