"""One pass of the engine: what the class costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.books import Book, Builder
from benchmarks.measure import in_turns, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.books import Workshop
    from benchmarks.measure import Row, Timed

_BAR = 0.55


def measure_pass(shop: Workshop, runs: int) -> Iterator[Row]:
    """Time one pass over the settled reference document in our class and in the older style.

    Auxiliary files are settled and minted's cache is full, so that TeX's own work is left.
    """
    ours, older = (shop.built(book, Builder.LATEXMK) for book in (Book.OURS, Book.OLDER))

    def one_pass(book: Book) -> Timed:
        folder = ours if book is Book.OURS else older
        flags = ("-no-pdf", "-shell-escape", "-interaction=nonstopmode", "-halt-on-error")
        return shop.run(("xelatex", *flags, "main.tex"), folder)

    pairs = in_turns(runs, lambda: one_pass(Book.OURS), lambda: one_pass(Book.OLDER))
    yield row_of("one pass, our class; peer: fuzzy shadows", pairs, bar=_BAR, digits=2)
