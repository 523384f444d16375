r"""One paper is described in two ways.

## What it does
Compares the entries of the section that `papers-section` of `[structure]` names, with each other
and with the works of the `.bib` file that the book cites (no chapters of books): the same arXiv
number or DOI with another title, year or first author, and the same title with two arXiv numbers.
Accents, case, punctuation and a subtitle that one of them leaves out make no difference. Titles,
years and authors of entries are found by their form, so an entry that is written in an unusual way
is not compared.

## Why
One of the two is wrong, and the reader cannot know which.

## Instead
Keep papers in one `.bib` file, and name them by their keys.

## Example
```latex
\item \textbf{Attention Is All You Need} (Vaswani et al., 2017), arXiv:1706.03762
\item \textbf{Attention Is All You Need} (Vaswani et al., 2018), arXiv:1706.03762
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.latex.fold import fold
from texbook.lint.identifiers import ARXIV
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.base.span import Span
    from texbook.lint.book import Book
    from texbook.lint.papers import Paper
    from texbook.lint.works import Work

_FEWEST_WORDS = 3
"""Shorter titles may well be those of two papers."""

_PARTS = frozenset({"book", "inbook", "incollection", "proceedings", "inreference", "bookinbook"})
"""Kinds of entries that may share the DOI of a whole book."""


class _Description(NamedTuple):
    """What is said of a paper at one place; what is not said is empty."""

    span: Span
    name: str
    title: str
    year: str
    author: str
    identifiers: tuple[tuple[str, str], ...]


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each description that differs from an earlier one."""
    first: dict[tuple[str, str], _Description] = {}
    by_title: dict[str, _Description] = {}
    for item in _descriptions(book):
        said = False
        for identifier in item.identifiers:
            other = first.setdefault(identifier, item)
            difference = "" if other is item or said else _difference(other, item)
            if difference:
                said = True
                message = f"{_shown(identifier)} {difference}"
                yield _finding(item, other, message)
        same = by_title.setdefault(item.title, item) if _is_long(item.title) else item
        numbers = (_number(same), _number(item))
        if same is not item and not said and all(numbers) and numbers[0] != numbers[1]:
            message = f'"{item.name}" is arXiv:{numbers[1]} here and arXiv:{numbers[0]} elsewhere'
            yield _finding(item, same, message)


def _finding(item: _Description, other: _Description, message: str) -> Diagnostic:
    return RULE.diagnostic(
        message,
        item.span,
        hints=("correct the one that is wrong",),
        related=(Related(other.span, "the other description"),),
    )


def _descriptions(book: Book) -> Iterator[_Description]:
    """Give the works of the bibliography, then the entries that name none."""
    entries = [paper for paper in book.papers.entries if not paper.keys]
    works = book.papers.works.values()
    yield from (_of_work(work) for work in works if work.entry.kind not in _PARTS)
    yield from map(_of_entry, entries)


def _of_work(work: Work) -> _Description:
    entry = work.entry
    identifiers = dict.fromkeys((i.kind, i.value) for i in work.identifiers() if not i.fault)
    author = fold(entry.authors[0].last) if entry.authors else ""
    title = fold(entry.title)
    return _Description(work.span(), work.name, title, entry.year, author, tuple(identifiers))


def _of_entry(paper: Paper) -> _Description:
    # The number of the paper itself comes first; what it extends or refutes comes in the text.
    found = [(item.kind, item.value) for item in paper.identifiers if not item.fault]
    kinds = dict(reversed(found))
    title = "" if paper.title is None else fold(paper.title.text)
    return _Description(
        paper.span(),
        paper.name,
        title,
        paper.reference_year,
        paper.first_author,
        tuple(kinds.items()),
    )


def _difference(other: _Description, item: _Description) -> str:
    """Say in what two descriptions of one paper differ."""
    one, two = other.title, item.title
    if one and two and not (one.startswith(two) or two.startswith(one)):
        return f'is "{item.name}" here and "{other.name}" elsewhere'
    if item.year and other.year and item.year != other.year:
        return f"is of {item.year} here and of {other.year} elsewhere"
    if item.author and other.author and not _is_same_name(item.author, other.author):
        return f'is by "{item.author.title()}" here and by "{other.author.title()}" elsewhere'
    return ""


def _is_same_name(one: str, two: str) -> bool:
    """Compare family names; "van de Ven" may be written as "Ven"."""
    return one == two or one.endswith(f" {two}") or two.endswith(f" {one}")


def _is_long(title: str) -> bool:
    return len(title.split()) >= _FEWEST_WORDS


def _number(item: _Description) -> str:
    return next((value for kind, value in item.identifiers if kind == ARXIV), "")


def _shown(identifier: tuple[str, str]) -> str:
    kind, value = identifier
    return f"arXiv:{value}" if kind == ARXIV else f"doi:{value}"


RULE = Rule("TB607", "paper-cited-differently", Severity.WARNING, check)
