r"""A paper is listed without the year in which it appeared.

## What it does
Looks at the entries of the section that `papers-section` of `[structure]` names. An entry that
names a key of the bibliography is judged there, at its line of the `.bib` file, and so is every
article and conference paper that the book cites. "in press", "submitted", "'17", the date of a
conference and a year in the name of the venue count as years; the digits of arXiv numbers, DOIs
and addresses do not. Questions whose status is `stub` are left alone. What is an entry of the
section is a heuristic: an item, a subheading or a paragraph with a title that is set off, with an
identifier, a key or "et al.".

## Why
A reader judges a result by its age, and finds a paper by author and year.

## Instead
Add the year behind the venue, or the field `year` to the `.bib` file.

## Example
```latex
\item \textbf{Attention Is All You Need} (Vaswani et al., NeurIPS): attention is enough.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.lint.identifiers import ARXIV, arxiv_year
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from texbook.lint.book import Book
    from texbook.lint.identifiers import Identifier
    from texbook.lint.works import Work

_DATED = frozenset({"article", "inproceedings", "conference"})
"""Kinds of entries that BibTeX's styles want a year for, and that are printed matter."""
_PLACE_OF_YEAR = ("year", "date", "crossref", "xdata", "pubstate", "xref", "related")
_OTHER_DATES = ("eventdate", "origdate", "issue", "note", "howpublished", "addendum")
_VENUES = ("journal", "journaltitle", "booktitle", "maintitle", "volume", "number")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20\d\d)(?!\d)|['\u2019]\d\d(?!\d)")
_NOT_YET = re.compile(
    r"\b(?:in press|to appear|forthcoming|submitted|accepted|in preparation|unpublished"
    r"|ahead of print|under review)\b",
    re.IGNORECASE,
)


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each entry, and for each work of the bibliography."""
    for paper in book.papers.entries:
        if not paper.keys and not paper.has_year:
            yield RULE.diagnostic(
                f'the paper "{paper.name}" has no year',
                paper.span(),
                hints=(_hint(paper.identifiers, "behind the venue"),),
            )
    works = {work.entry.key: work for work in (*book.papers.listed, *book.papers.works.values())}
    for work in works.values():
        if work.entry.kind in _DATED and not _has_year(work):
            yield RULE.diagnostic(
                f'the work "{work.entry.key}" has no year',
                work.span(),
                hints=(_hint(work.identifiers(), 'as the field "year"'),),
            )


def _has_year(work: Work) -> bool:
    fields = work.entry.fields
    told = " ".join(fields.get(name, "") for name in (*_OTHER_DATES, *_VENUES))
    return (
        any(fields.get(name) for name in _PLACE_OF_YEAR)
        or _YEAR.search(told) is not None
        or _NOT_YET.search(told) is not None
    )


def _hint(identifiers: Iterable[Identifier], where: str) -> str:
    for item in identifiers:
        if item.kind == ARXIV and not item.fault:
            return f"add it {where}; arXiv has had it since {arxiv_year(item.value)}"
    return f"add it {where}"


RULE = Rule("TB601", "paper-without-year", Severity.WARNING, check)
