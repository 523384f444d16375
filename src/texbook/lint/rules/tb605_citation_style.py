r"""Papers are cited or listed in several styles in one book.

## What it does
Looks at two habits, and reports each at most once for the whole book, at the first place that
departs from what most places do.

Citations: most use `\cite` and its like, but some are typed by hand: "(Smith et al., 2020)", or
"Smith et al. [12]". At least three of a kind count, because who writes about citing shows one or
two; papers sections are left out.

Lists: in the section that `papers-section` of `[structure]` names, the titles of some papers stand
in quotes, of others in italics or bold. Papers that are named by their keys are left out.

Both are told by their form, so this is a heuristic.

## Why
Citations by hand do not lead anywhere, are not in the list of references, and go out of date.

## Instead
Name each paper by its key everywhere, and let the bibliography style do the rest.

## Example
```latex
As \cite{smith2020} shows, and others deny (Jones et al., 2021) or doubt (Miller and Lee, 2022),
if not ignore (Brown et al., 2023) ...
```
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from texbook.base.diagnostic import Diagnostic, Related, Severity
from texbook.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from texbook.base.span import Span
    from texbook.lint.book import Book

_CITE = re.compile(r"\\(?!no)[A-Za-z]*[cC]ite[a-z]*\*?[ \t]*(?:\[[^\]\n]*\])*\{")
_BY_COMMAND, _BY_NAME, _BY_NUMBER = "by \\cite", "by author and year", "by a number in brackets"
_NAME = r"[^\W\d_a-z][\w'\u2019-]{1,30}"
_GAP = r"[\s~]{1,4}"
_YEAR = r"(?:19|20)\d\d[a-z]?"
_AND = r"(?:and|\ue000?[&\u2029]|\\&)"
_ET_AL = rf"{_GAP}et{_GAP}al\.?"
_AUTHOR_YEAR = re.compile(
    rf"\({_NAME}(?:{_ET_AL}|,?{_GAP}{_AND}{_GAP}{_NAME}),?[\s~]{{0,4}}{_YEAR}[);]"
    rf"|(?<=[\s~])et{_GAP}al\.?[\s~]{{0,4}}\({_YEAR}\)"
)
_NUMBER = re.compile(
    rf"\b(?:et{_GAP}al\.?[\s~]{{0,4}}|(?:see|by|in|from){_GAP}(?=\[\d+\][\s~.,;)]))\[\d{{1,3}}\]"
)
_QUICK_HINT = re.compile(r"(?:19|20)\d\d[a-z]?[);]|\[\d{1,3}\]")
_HINT = re.compile(
    rf"\bet{_GAP}al\b.{{0,4}}\d|{_AND}{_GAP}{_NAME},?[\s~]{{0,4}}{_YEAR}[);]"
    rf"|\b(?:see|by|in|from){_GAP}\[\d{{1,3}}\]",
    re.DOTALL,
)
"""Without both nothing is cited by hand, and the text need not be looked at closely."""
_FEWEST = 3
_MOST_RELATED = 3


def check(book: Book) -> Iterator[Diagnostic]:
    """Yield at most one finding for citations and one for the titles in lists."""
    yield from _judged("papers are cited", _citations(book), _FEWEST)
    titles: dict[str, list[Span]] = {}
    for paper in book.papers.entries:
        if paper.title is not None and not paper.keys and paper.title.style in _IN:
            titles.setdefault(_IN[paper.title.style], []).append(paper.span())
    yield from _judged("titles of papers stand", titles, 1)


_IN = {"quoted": "in quotes", "italic": "in italics", "bold": "in bold"}


def _citations(book: Book) -> dict[str, list[Span]]:
    """Give the places of citations by style; nothing if hardly any is by hand."""
    found: dict[str, list[Span]] = {_BY_NAME: [], _BY_NUMBER: []}
    lists = _lists(book)
    for document, offset, passage in book.passages:
        text = passage.text
        if passage.is_preamble or not (_QUICK_HINT.search(text) and _HINT.search(text)):
            continue
        within = lists.get(document.source.path, [])
        for style, pattern in ((_BY_NAME, _AUTHOR_YEAR), (_BY_NUMBER, _NUMBER)):
            for match in pattern.finditer(passage.prose):
                start, end = offset + match.start(), offset + match.end()
                index = bisect_right(within, (start, end)) - 1
                if index < 0 or start >= within[index][1]:
                    found[style].append(document.source.span(start, end))
    if max(map(len, found.values())) < _FEWEST:
        return found
    return {_BY_COMMAND: list(_commands(book)), **found}


def _lists(book: Book) -> dict[Path, list[tuple[int, int]]]:
    """Give the sections that list papers, by file, in order."""
    found: dict[Path, list[tuple[int, int]]] = {}
    for _, source, start, end in book.papers.stretches:
        found.setdefault(source.path, []).append((start, end))
    return {path: sorted(stretches) for path, stretches in found.items()}


def _commands(book: Book) -> Iterator[Span]:
    for document, offset, passage in book.passages:
        for match in () if passage.is_preamble else _CITE.finditer(passage.arguments.text):
            if not passage.tokenized.in_definition(match.start()):
                yield document.source.span(offset + match.start(), offset + match.end())


def _judged(what: str, places: Mapping[str, Sequence[Span]], fewest: int) -> Iterator[Diagnostic]:
    """Report the first place of another style than most, if a style has enough places to count."""
    counted = {style: spans for style, spans in places.items() if len(spans) >= fewest}
    if len(counted) < 2:  # noqa: PLR2004
        return
    usual = max(counted, key=lambda style: len(counted[style]))
    others = [(span, style) for style, spans in counted.items() if style != usual for span in spans]
    names = " and ".join(
        f"{len(spans)} {style}" for style, spans in counted.items() if style != usual
    )
    hint = f"write them all {usual}" if usual != _BY_NUMBER else "use \\cite for all"
    yield RULE.diagnostic(
        f"{len(counted[usual])} {what} {usual}, but {names}",
        others[0][0],
        hints=(hint,),
        related=tuple(
            Related(span, f"this one {style}") for span, style in others[1 : _MOST_RELATED + 1]
        ),
    )


RULE = Rule("TB605", "citation-style", Severity.WARNING, check)
