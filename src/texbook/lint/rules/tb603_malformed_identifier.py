r"""An arXiv number or a DOI cannot be right, or arXiv is named without a number.

## What it does
Looks at links to arXiv and doi.org anywhere in the book, at what stands behind `arXiv:` and `doi:`
in the section that `papers-section` of `[structure]` names, and at the works of the `.bib` file
that the book cites. It knows arXiv's numbers: `1706.03762` (four digits behind the point before
2015, five since, months 01 to 12), `hep-th/9711200`, and versions such as `v2`. A paper of that
section that is said to be on arXiv, and has neither number nor link, is reported too. That a
well-formed number exists is not looked up.

## Why
The link leads nowhere, or to another paper.

## Instead
Copy the number from the paper's page.

## Example
```latex
\url{https://arxiv.org/abs/1713.03762}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.latex.tokens import Kind
from texbook.lint.identifiers import ARXIV, find_identifiers
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.source import SourceFile
    from texbook.base.span import Span
    from texbook.lint.book import Book
    from texbook.lint.identifiers import Identifier
    from texbook.lint.papers import Paper

_NAMES_ARXIV = re.compile(r"\barxiv\b", re.IGNORECASE)
_IN_LINK = re.compile(r"arxiv\.org/|doi\.org/", re.IGNORECASE)


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each place."""
    for document in book.documents:
        text = document.source.text.lower()  # quicker to look through than with the pattern
        if "arxiv.org/" in text or "doi.org/" in text:
            yield from _links(book, document.source)
    for paper in book.papers.entries:
        yield from _typed(paper)
    for work in book.papers.works.values():
        faulty = {item.written: item for item in work.identifiers() if item.fault}
        yield from (_finding(item, work.span()) for item in faulty.values())


def _links(book: Book, source: SourceFile) -> Iterator[Diagnostic]:
    tokenized = book.tokenized[source.path]
    for token in tokenized.tokens:
        if token.kind is not Kind.ADDRESS or tokenized.in_definition(token.start):
            continue
        address = source.text[token.start + 1 : token.end - 1]
        if "\\" in address or "#" in address or not _IN_LINK.search(address):
            continue
        for item in find_identifiers(address):
            start = token.start + 1 + item.start
            if item.fault:
                yield _finding(item, source.span(start, start + item.end - item.start))


def _typed(paper: Paper) -> Iterator[Diagnostic]:
    for item in paper.typed_identifiers:
        if item.fault:
            span = paper.source.span(paper.start + item.start, paper.start + item.end)
            yield _finding(item, span)
    named = _NAMES_ARXIV.search(paper.typed)
    if named and not paper.keys and not paper.has_address and not paper.identifiers:
        start = paper.start + named.start()
        yield RULE.diagnostic(
            f'the paper "{paper.name}" is said to be on arXiv, but its number is missing',
            paper.source.span(start, start + len(named[0])),
            hints=("add it: \\href{https://arxiv.org/abs/1706.03762}{arXiv:1706.03762}",),
        )


def _finding(item: Identifier, span: Span) -> Diagnostic:
    kind = "arXiv number" if item.kind == ARXIV else "DOI"
    return RULE.diagnostic(
        f'"{item.written}" is no {kind}: {item.fault}',
        span,
        hints=("copy it from the page of the paper",),
    )


RULE = Rule("TB603", "malformed-identifier", Severity.WARNING, check)
