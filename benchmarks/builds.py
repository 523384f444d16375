"""Whole builds against latexmk: cold, after an edit, and with nothing to do."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.books import TEXBOOK, Book, Builder
from benchmarks.measure import BenchmarkError, Pairs, Row, in_turns, row_of
from benchmarks.pages import page_texts, pages_that_differ, read_contents
from benchmarks.reference import EDITED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.books import Workshop
    from benchmarks.measure import Timed

_COLD_BAR = 0.6
_HELP_SECONDS = 0.1
_NOTHING_SECONDS = 0.15
_QUICK_FACTOR = 4
"""A process of a tenth of a second is run so many times as often as a build."""


def measure_cold(shop: Workshop, runs: int) -> Iterator[Row]:
    """Build fresh copies of three books, and compare what came out."""
    for book in Book:
        pairs = in_turns(
            runs,
            lambda _, book=book: shop.cold(book, Builder.TEXBOOK),
            lambda _, book=book: shop.cold(book, Builder.LATEXMK),
        )
        print(f"{book.value}: texbook's last build\n{pairs.ours[-1].output.rstrip()}")
        print(f"latexmk's last build ran {_rules(pairs.peer[-1].output)}\n")
        bar = _COLD_BAR if book is Book.OLDER else None
        yield row_of(f"cold build, {book.value}", pairs, bar=bar)
        yield _same_pages(shop, book)
        yield _contents(shop, book)


def _rules(output: str) -> str:
    """List the programs that latexmk ran, from its ``Run number 2 of rule 'xelatex'``."""
    return ", ".join(re.findall(r"^Run number \d+ of rule '([^']+)'", output, re.MULTILINE))


def _same_pages(shop: Workshop, book: Book) -> Row:
    ours, peer = (shop.built(book, builder) / "main.pdf" for builder in Builder)
    one, other = page_texts(ours), page_texts(peer)
    differing = pages_that_differ(ours, peer)
    if differing:
        print(f"{book.value}: pages that differ as pixels: {differing}")
    return Row(
        f"pages, {book.value}; {len(differing)} differ in text or pixels",
        f"{len(one)}",
        f"{len(other)}",
        bar="the same",
        held=one == other and not differing,
        right=one == other and not differing,
    )


def _contents(shop: Workshop, book: Book) -> Row:
    counts = []
    for builder in Builder:
        contents = read_contents(shop.built(book, builder) / "main.pdf")
        if contents.wrong:
            print(f"{book.value}, {builder.value}: wrong in the contents: {contents.wrong}")
        if contents.lost:
            print(f"{book.value}, {builder.value}: not in the contents: {contents.lost}")
        counts.append((len(contents.wrong), contents.entries))
    held = counts[0][0] == 0 and counts[0][1] > 0
    shown = [f"{wrong} of {entries}" for wrong, entries in counts]
    return Row(
        f"wrong numbers in the contents, {book.value}", *shown, bar="0", held=held, right=held
    )


def measure_edits(shop: Workshop, runs: int) -> Iterator[Row]:
    """Change a word, then insert a page, in the middle of the reference document."""
    word = in_turns(
        runs,
        lambda number: _edited(shop, Builder.TEXBOOK, _other_word, number),
        lambda number: _edited(shop, Builder.LATEXMK, _other_word, number),
    )
    yield row_of("one word edited, no page moves", word)
    page = in_turns(
        runs,
        lambda number: _edited(shop, Builder.TEXBOOK, _one_more_page, number),
        lambda number: _edited(shop, Builder.LATEXMK, _one_more_page, number),
    )
    yield row_of("an edit that adds a page", page)
    yield _same_pages(shop, Book.OLDER)
    yield _contents(shop, Book.OLDER)


def _edited(shop: Workshop, builder: Builder, edit: object, number: int) -> Timed:
    raise NotImplementedError
