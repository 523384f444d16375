"""Highlighting in this process against minted's own, file by file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks.books import Book, Builder
from benchmarks.measure import BenchmarkError, Row
from tests.build.test_highlight import FILES, Run, cached, whole_set, write, xelatex
from texbook.build.highlight_store import load_listings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from benchmarks.books import Workshop

_TEST_SET_BAR = 0.95


def measure_listings(shop: Workshop, runs: int) -> Iterator[Row]:
    """Compare the cache files byte by byte: the tests' set, and every listing of each book."""
    del runs
    yield _row("the test set", *_test_set(shop), bar=_TEST_SET_BAR)
    for book in Book:
        kept = _kept(shop.built(book, Builder.TEXBOOK) / "build/texbook/highlight")
        cache = shop.built(book, Builder.LATEXMK) / "_minted-main"
        theirs = {f"{cache.name}/{path.name}": path.read_bytes() for path in cache.iterdir()}
        yield _row(book.value, kept, theirs, bar=1)


def _kept(folder: Path) -> dict[str, bytes]:
    """Give what texbook keeps below a folder, whatever it is sorted by."""
    stores = [path.parent for path in folder.rglob("listings.json")]
    if not stores:
        raise BenchmarkError(f'"{folder}" holds no listings')
    return {name: text for store in stores for name, text in load_listings(store).items()}


def _test_set(shop: Workshop) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    ours = write(shop.folder / "listings-ours", whole_set(), FILES)
    theirs = write(shop.folder / "listings-theirs", whole_set(), FILES)
    run = Run(ours)
    real = xelatex(theirs, "-shell-escape", "main")
    if (run.status, real.returncode) != (0, 0):
        raise BenchmarkError(
            f"the test set does not compile:\n{(run.output + real.stdout)[-2000:]}"
        )
    return cached(ours), cached(theirs)


def _row(what: str, ours: Mapping[str, bytes], theirs: Mapping[str, bytes], *, bar: float) -> Row:
    if not theirs:
        raise BenchmarkError(f"{what}: minted's cache is empty")
    same = [name for name, content in theirs.items() if ours.get(name) == content]
    others = sorted(theirs.keys() - set(same))
    if others:
        print(f"{what}: {len(others)} not identical, the first is {others[0]}", file=sys.stderr)
    share = len(same) / len(theirs)
    return Row(
        f"listings and styles, {what}; byte-identical to minted's",
        f"{len(same)}",
        f"{len(theirs)}",
        f"{share:.3f}",
        f"share >= {bar:g}",
        share >= bar,
        share >= bar,
    )
