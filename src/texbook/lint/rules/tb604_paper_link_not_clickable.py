r"""The address, DOI or arXiv number of a paper is printed as text that cannot be clicked.

## What it does
Looks at the entries of the section that `papers-section` of `[structure]` names, for addresses,
DOIs and arXiv numbers that are typed as text, and for numbers in `\texttt`. An entry that links to
the paper anywhere, or names a key of the bibliography, is silent about numbers. An address in
`\texttt` is reported by TB513. The fix needs hyperref, so without it there is none.

## Why
A reader of the PDF wants to click, not to copy letter by letter.

## Instead
Write `\url{...}` for an address, `\href{https://doi.org/...}{...}` for a number.

## Example
```latex
\item \textbf{Attention Is All You Need} (Vaswani et al., 2017), arXiv:1706.03762.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.fix import Edit, Fix
from texbook.lint.identifiers import address
from texbook.lint.rule import Fixes, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from texbook.lint.book import Book
    from texbook.lint.identifiers import Identifier
    from texbook.lint.papers import Paper

_ADDRESS = re.compile(r"https?://(?:\\[_%#&~]|[^\s{}\\|\"<>])+")
_TYPEWRITER = re.compile(r"\\(?:texttt|nolinkurl|path)\s*\{\s*$")
_ESCAPE = re.compile(r"\\(?=[_%#&~])")
_MARKS = ".,;:!?)]'*"
_LINKS = re.compile(r"\{hyperref\}|\\hypersetup(?![A-Za-z])|,hyperref[,}]|\{hyperref,")


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield one finding for each address or number."""
    can_link = book.papers.entries and any(_LINKS.search(source.text) for source in book.sources)
    for paper in book.papers.entries:
        yield from _addresses(paper, fixable=bool(can_link))
        if not paper.addresses and not paper.keys:
            yield from _numbers(paper, fixable=bool(can_link))


def _addresses(paper: Paper, *, fixable: bool) -> Iterator[Diagnostic]:
    for found in _ADDRESS.finditer(paper.typed):
        if _TYPEWRITER.search(paper.typed, max(0, found.start() - 20), found.start()):
            continue
        written = found[0].rstrip(_MARKS)
        target = _ESCAPE.sub("", written)
        good = f"\\url{{{target}}}"
        yield _finding(
            paper, found.start(), len(written), good, fixable=fixable and "%" not in target
        )


def _numbers(paper: Paper, *, fixable: bool) -> Iterator[Diagnostic]:
    for item in paper.typed_identifiers:
        if item.fault or _ADDRESS.search(paper.typed, max(0, item.start - 40), item.end):
            continue
        start, end = _with_typewriter(paper, item)
        shown = paper.typed[item.start : item.end]
        if "\\texttt" in paper.typed[start : item.start]:
            shown = f"\\texttt{{{shown}}}"
        good = f"\\href{{{address(item.kind, item.written)}}}{{{shown}}}"
        plain = not re.search(r"[%#\\{}~]", item.written)
        yield _finding(paper, start, end - start, good, fixable=fixable and plain)


def _with_typewriter(paper: Paper, item: Identifier) -> tuple[int, int]:
    r"""Give the place of an identifier, with the ``\texttt`` of which it is all."""
    before = _TYPEWRITER.search(paper.typed, max(0, item.start - 20), item.start)
    if before and paper.typed[item.end : item.end + 1] == "}":
        return before.start(), item.end + 1
    return item.start, item.end


def _finding(paper: Paper, start: int, length: int, good: str, *, fixable: bool) -> Diagnostic:
    begin = paper.start + start
    end = begin + length
    typed = " ".join(paper.source.text[begin:end].split())
    return RULE.diagnostic(
        f'"{typed}" cannot be clicked',
        paper.source.span(begin, end),
        hints=(f"write {good}",),
        fix=Fix("make it a link", (Edit(begin, end, good),), safe=True) if fixable else None,
    )


RULE = Rule("TB604", "paper-link-not-clickable", Severity.WARNING, check, fixes=Fixes.SAFE)
