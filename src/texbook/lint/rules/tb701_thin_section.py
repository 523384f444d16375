r"""A section of a question has too few words.

## What it does
Counts the words of prose in each section of a question, those in boxes, lists, captions and below
its own subheadings too; formulas, code, commands and file names are none. Sections with fewer than
`minimum-words` of `[structure]` are reported (60 in the preset "nine-sections", 0 turns it off).
Empty sections are left to TB006, and so are questions whose status is `stub`, and sections that
read a file that is not at hand.

## Why
A heading promises an explanation; two lines do not give one.

## Instead
Write what the reader needs to know, or set `status = 'stub'` in the front matter while the question
is only planned.

## Example
```latex
\subsection{Why It Fails}
It overfits.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.book import Book, heading_span
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.latex.outline import Section

_READS_FILE = re.compile(r"\\(?:input|include|subfile|import|subimport)(?![A-Za-z@])")


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each section with too few words."""
    least = book.config.structure.minimum_words
    for item in book.questions_for(RULE.code) if least else ():
        if item.heading.source.path in book.stubs:
            continue
        for placed in item.placed:
            section = placed.section
            if placed.index is None or book.is_empty(section) or _reads_file(section):
                continue
            words = book.words(section, least)
            if words < least:
                noun = "word" if words == 1 else "words"
                yield RULE.diagnostic(
                    f'section "{section.heading.title}" has {words} {noun}, and needs {least}',
                    heading_span(section.heading),
                    hints=('write more, or set "minimum-words" of [structure]',),
                )


def _reads_file(section: Section) -> bool:
    return any(_READS_FILE.search(text.text, start, end) for text, start, end in section.body)


RULE = Rule("TB701", "thin-section", Severity.WARNING, check, structure=True)
