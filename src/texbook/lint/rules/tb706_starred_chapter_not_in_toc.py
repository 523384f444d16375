r"""A chapter without a number is missing from the table of contents.

## What it does
Looks for `\chapter*` without `\addcontentsline` nearby, in a book that has a table of contents and
numbered chapters. Silent in front matter and before the first numbered chapter, for titles that
are seldom listed (a preface, a dedication, the contents themselves), and where a class or the
preamble changes what `\chapter*` does.

## Why
`\chapter*` is for headings that are not listed. Readers do not find a conclusion or a list of
solutions that the contents do not name.

## Instead
Write `\addcontentsline{toc}{chapter}{...}` below the heading; with KOMA-Script `\addchap{...}`.
The fix adds the line; it is safe, because nothing but the contents changes.

## Example
```latex
\chapter*{Conclusion}
What have we learned?
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.fix import Edit, Fix
from texbook.latex.mask import mask
from texbook.latex.outline import Matter
from texbook.lint.headings import defining_texts, read_headings
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book, Document
    from texbook.lint.headings import WrittenHeading

_CONTENTS = re.compile(r"\\tableofcontents(?![A-Za-z@])")
_LISTS = re.compile(
    r"\\(?:addcontentsline|addstarredchapter|addstarredpart|addtotoc|addtocontents|bookmarksetup"
    r"|pdfbookmark|addcontents\w*)(?![A-Za-z@])"
)
_OWN_CHAPTERS = re.compile(
    r"\\@schapter(?![A-Za-z@])|\\chapter@|\\(?:renewcommand|def|let|LetLtxMacro|RenewDocumentCommand)"
    r"\*?[ \t]*\{?[ \t]*\\chapter(?![A-Za-z@])|\\(?:patchcmd|apptocmd|pretocmd)[ \t]*\{?\\chapter"
    r"|\\titleformat[ \t]*\{[ \t]*\\chapter[ \t]*\}[^\n]*addcontentsline"
)
_SELDOM_LISTED = re.compile(
    r"(?:table of )?contents\b|list of |dedication|colophon|copyright|abstract|declaration|preface"
    r"|foreword|acknowledge?ments?|about |epigraph|imprint|title|summary|resum|r\u00e9sum"
    r"|zusammenfass|vorwort|inhalt|danksagung|remerciements|avant-propos|publication|thanks|notice|errata",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 300, 600


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each chapter."""
    texts = defining_texts(book)
    if not any(_CONTENTS.search(text) for text in texts):
        return
    if any(_OWN_CHAPTERS.search(text) for text in texts):
        return
    for document, heading in _late_starred_chapters(book):
        tokenized = book.tokenized[document.source.path]
        title = heading.text(tokenized)
        if title and not _SELDOM_LISTED.match(title) and not _is_listed(book, document, heading):
            yield _finding(document, heading, title)


def _late_starred_chapters(book: Book) -> Iterator[tuple[Document, WrittenHeading]]:
    """Give the chapters without a number that follow a numbered one."""
    headings = [chapter.heading for chapter in book.outline.chapters if chapter.heading]
    headings += [question.heading for question in book.outline.questions()]
    late: set[tuple[object, int]] = set()
    numbered = False
    for heading in headings:
        if heading.command != "chapter" or heading.matter is Matter.FRONT:
            continue
        numbered = numbered or not heading.starred
        if numbered and heading.starred:
            late.add((heading.source.path, heading.start))
    for document in book.documents:
        for written in read_headings(book.tokenized[document.source.path]):
            if (document.source.path, written.start) in late:
                yield document, written


def _is_listed(book: Book, document: Document, heading: WrittenHeading) -> bool:
    text = mask(book.tokenized[document.source.path])
    before = text.rfind("\\chapter", max(0, heading.start - _BEFORE), heading.start)
    after = text.find("\\chapter", heading.end, heading.end + _AFTER)
    start = before if before >= 0 else max(0, heading.start - _BEFORE)
    stop = after if after >= 0 else heading.end + _AFTER
    return _LISTS.search(text, start, stop) is not None


def _finding(document: Document, heading: WrittenHeading, title: str) -> Diagnostic:
    source = document.source
    written = source.text[heading.title.start : heading.title.end]
    line_end = "\r\n" if "\r\n" in source.text[:1000] else "\n"
    added = f"{line_end}\\addcontentsline{{toc}}{{chapter}}{{{written}}}"
    can_fix = "\n" not in written and "%" not in written and "\\footnote" not in written
    return RULE.diagnostic(
        f'the chapter "{title}" is missing from the table of contents',
        source.span(heading.start, heading.end),
        hints=(f"write \\addcontentsline{{toc}}{{chapter}}{{{title}}} below it",),
        fix=Fix("add it to the contents", (Edit(heading.end, heading.end, added),), safe=True)
        if can_fix
        else None,
    )


RULE = Rule(
    "TB706",
    "starred-chapter-not-in-toc",
    Severity.WARNING,
    check,
    fixes=Fixes.SAFE,
)
