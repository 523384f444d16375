"""Whole builds against latexmk: cold, after an edit, and with nothing to do."""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.books import TEXBOOK, Book, Builder
from benchmarks.desk import Desk, edited, open_desk
from benchmarks.measure import BenchmarkError, Row, in_turns, row_of
from benchmarks.pages import page_texts, pages_that_differ, read_contents
from benchmarks.reference import EDITED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.books import Workshop
    from benchmarks.measure import Timed

_COLD_BARS = {Book.OLDER: 0.6, Book.OLDER_SPLIT: 0.25, Book.OWN: 0.4}
_HELP_SECONDS = 0.1
_NOTHING_SECONDS = 0.15
_QUICK_FACTOR = 4
"""A process of a tenth of a second is run so many times as often as a build."""


def measure_cold(shop: Workshop, runs: int) -> Iterator[Row]:
    """Build fresh copies of each book, and compare what came out."""
    for book in Book:
        pairs = in_turns(
            runs,
            partial(shop.cold, book, Builder.TEXBOOK),
            partial(shop.cold, book, Builder.LATEXMK),
        )
        print(f"{book.value}: texbook's last build\n{pairs.ours[-1].output.rstrip()}")
        print(f"latexmk's last build ran {_rules(pairs.peer[-1].output)}\n")
        yield row_of(f"cold build, {book.value}", pairs, bar=_COLD_BARS.get(book))
        yield _same_pages(shop, book)
        yield _contents(shop, book)


def _rules(output: str) -> str:
    """List the programs that latexmk ran, from its ``Run number 2 of rule 'xelatex'``."""
    return ", ".join(re.findall(r"^Run number \d+ of rule '([^']+)'", output, re.MULTILINE))


def _same_pages(shop: Workshop, book: Book) -> Row:
    ours, peer = (shop.built(book, builder) / "main.pdf" for builder in Builder)
    return same_pages(book.value, ours, peer)


def same_pages(what: str, ours: Path, peer: Path) -> Row:
    """Compare two PDFs page by page, as text and as pixels at 72 dpi."""
    one, other = page_texts(ours), page_texts(peer)
    differing = pages_that_differ(ours, peer)
    if differing:
        print(f"{what}: pages that differ as pixels: {differing}")
    return Row(
        f"pages, {what}; {len(differing)} differ in text or pixels",
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
        counts.append((len(contents.wrong), contents.entries))
    held = counts[0][0] == 0 and counts[0][1] > 0
    shown = [f"{wrong} of {entries}" for wrong, entries in counts]
    return Row(
        f"wrong numbers in the contents, {book.value}",
        shown[0],
        shown[1],
        bar="0",
        held=held,
        right=held,
    )


def measure_edit(shop: Workshop, runs: int) -> Iterator[Row]:
    """Change a word, then insert a page: in the reference document, and in our own book."""
    for what, edit in (
        ("one word edited, no page moves", _other_word),
        ("an edit that adds a page", _one_more_page),
    ):
        pairs = in_turns(
            runs,
            partial(_rebuild, shop, Builder.TEXBOOK, edit),
            partial(_rebuild, shop, Builder.LATEXMK, edit),
        )
        print(f"{what}: texbook's last build\n{pairs.ours[-1].output.rstrip()}")
        print(f"latexmk's last build ran {_rules(pairs.peer[-1].output)}\n")
        yield row_of(what, pairs)
    yield _same_pages(shop, Book.OLDER)
    yield _contents(shop, Book.OLDER)
    ours, peer = (open_desk(shop, builder) for builder in Builder)
    for what, edit_desk in (
        ("one word edited in our own book", Desk.reword),
        ("a page added to our own book", Desk.lengthen),
    ):
        pairs = in_turns(
            runs,
            partial(edited, shop, Builder.TEXBOOK, ours, edit_desk),
            partial(edited, shop, Builder.LATEXMK, peer, edit_desk),
        )
        yield row_of(what, pairs, digits=2)
    yield same_pages("our own book, edited", ours.pdf, peer.pdf)


def _rebuild(shop: Workshop, builder: Builder, edit: Callable[[str], str]) -> Timed:
    folder = shop.built(Book.OLDER, builder)
    main = folder / "main.tex"
    before = main.read_text(encoding="utf-8")
    after = edit(before)
    if after == before:
        raise BenchmarkError(f'"{main}" was not edited: it has no "{EDITED}"')
    main.write_text(after, encoding="utf-8")
    return shop.build(builder, folder)


def _other_word(text: str) -> str:
    """Change the number of mistakes; all of these words are of about one width."""
    words = ("seven", "eight", "three")
    now = next(word for word in words if EDITED.replace("seven", word) in text)
    following = words[(words.index(now) + 1) % len(words)]
    return text.replace(EDITED.replace("seven", now), EDITED.replace("seven", following))


def _one_more_page(text: str) -> str:
    start = EDITED.partition("seven")[0]
    return text.replace(start, f"\\newpage A page that was not there.\\newpage\n{start}")


def measure_start(shop: Workshop, runs: int) -> Iterator[Row]:
    """Time what a person waits for when there is nothing to do, against the bare interpreter."""
    runs *= _QUICK_FACTOR
    ours, peer = (shop.built(Book.OLDER, builder) for builder in Builder)
    own = shop.built(Book.OWN, Builder.TEXBOOK)
    python = (sys.executable, "-c", "pass")
    told = shop.run((TEXBOOK, "build"), ours).output
    if "up to date" not in told:
        raise BenchmarkError(f"a build of an unchanged book did something:\n{told}")
    for what, arguments, folder, bar in (
        ("texbook --help", (TEXBOOK, "--help"), ours, _HELP_SECONDS),
        ("nothing changed, reference document", (TEXBOOK, "build"), ours, _NOTHING_SECONDS),
        ("nothing changed, our own book", (TEXBOOK, "build"), own, _NOTHING_SECONDS),
    ):
        pairs = in_turns(
            runs,
            partial(shop.run, arguments, folder),
            partial(shop.run, python, ours),
        )
        yield Row(
            f"{what}; peer: python -c pass (processor {pairs.ours_cpu_seconds:.3f} s)",
            f"{pairs.ours_seconds:.3f} s",
            f"{pairs.peer_seconds:.3f} s",
            f"{pairs.ratio:.2f}",
            f"<= {bar:g} s",
            pairs.ours_seconds <= bar,
        )
    pairs = in_turns(
        runs,
        partial(shop.build, Builder.TEXBOOK, ours),
        partial(shop.build, Builder.LATEXMK, peer),
    )
    yield row_of("nothing changed; peer: latexmk", pairs, digits=3)
