r"""A paper is listed without anything by which it can be found: no DOI, arXiv number or address.

## What it does
Looks at the entries of the section that `papers-section` of `[structure]` names. An entry that
names a key of the bibliography is judged there, at its line of the `.bib` file. Books count as
found by their ISBN, and books, manuals and theses of the `.bib` file need nothing. Works that are
only cited elsewhere are left alone, for many old ones have no identifier. What is an entry of the
section is a heuristic, as in TB601.

## Why
A reader who wants the paper should click, not search; and a paper that has no identifier may not
exist.

## Instead
Add a DOI, an arXiv number or an address: `\href{https://doi.org/10.1257/jep.2.1.191}{...}`,
`\url{https://arxiv.org/abs/1706.03762}`, or the field `doi`, `eprint` or `url` of the `.bib` file.

## Example
```latex
\item \textbf{Attention Is All You Need} (Vaswani et al., 2017): attention is enough.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book
    from texbook.lint.papers import Paper
    from texbook.lint.works import Work

_PAPERS = frozenset(
    {"article", "inproceedings", "conference", "misc", "online", "unpublished", "techreport"}
    | {"report", "incollection"}
)
_FIELDS = ("doi", "eprint", "url", "isbn", "ee", "link", "crossref", "xdata")
_ELSEWHERE = re.compile(r"https?://|\\url|\\href|\\arxiv|arxiv\s*:", re.IGNORECASE)
_BOOK_NUMBER = re.compile(r"\bISBN\b")
_NAMES_ARXIV = re.compile(r"\barxiv\b", re.IGNORECASE)


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each entry, and for each listed work of the bibliography."""
    for paper in book.papers.entries:
        if not paper.keys and not _is_identified(paper):
            yield RULE.diagnostic(
                f'the paper "{paper.name}" has no DOI, arXiv number or address',
                paper.span(),
                hints=("add one that can be clicked, such as \\url{https://arxiv.org/abs/...}",),
            )
    for work in book.papers.listed:
        if work.entry.kind in _PAPERS and not _is_identified_work(work):
            yield RULE.diagnostic(
                f'the work "{work.entry.key}" has no DOI, arXiv number or address',
                work.span(),
                hints=('add the field "doi", "eprint" or "url"',),
            )


def _is_identified(paper: Paper) -> bool:
    if paper.has_address or paper.identifiers or _BOOK_NUMBER.search(paper.written):
        return True
    # "arXiv preprint, 2019": TB603 asks for the number.
    return _NAMES_ARXIV.search(paper.written) is not None


def _is_identified_work(work: Work) -> bool:
    fields = work.entry.fields
    if any(fields.get(name) for name in _FIELDS):
        return True
    return any(_ELSEWHERE.search(value) for value in fields.values())


RULE = Rule("TB602", "paper-without-identifier", Severity.WARNING, check)
