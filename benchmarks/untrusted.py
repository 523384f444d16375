"""What the sandbox costs: the same command with ``--untrusted`` and without, in turns.

A build in a sandbox begins from nothing and leaves nothing, so each build of the pair does: what a
build keeps goes before it, and the PDF as well.
"""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.books import TEXBOOK, copy_own_book
from benchmarks.builds import same_pages
from benchmarks.measure import Row, in_turns, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.books import Workshop
    from benchmarks.measure import Pairs, Timed

_BAR = 1.15
_QUICK_FACTOR = 4
_WITH_FINDINGS = frozenset({0, 1})
_TINY = "\\documentclass{article}\n\\begin{document}\nOne line.\n\\end{document}\n"


def measure_untrusted(shop: Workshop, runs: int) -> Iterator[Row]:
    """Build, render and lint our own book, and build a document of one line."""
    own = shop.folder / "untrusted"
    copy_own_book(own)
    copy = shop.folder / "untrusted.pdf"
    pairs = _pairs(shop, own, runs, "build")
    yield row_of("build --untrusted of our own book; peer: without", pairs, bar=_BAR)
    shutil.copyfile(own / "main.pdf", copy)
    _run(shop, own, "build", "--untrusted")
    yield same_pages("our own book, untrusted", own / "main.pdf", copy)
    for verb in ("render", "lint"):
        pairs = _pairs(shop, own, runs * _QUICK_FACTOR, verb)
        yield _difference(f"{verb} --untrusted of our own book", pairs)
    tiny = shop.folder / "tiny"
    tiny.mkdir()
    (tiny / "main.tex").write_text(_TINY, "utf-8")
    pairs = _pairs(shop, tiny, runs * _QUICK_FACTOR, "build")
    yield _difference("build --untrusted of one line", pairs)


def _pairs(shop: Workshop, folder: Path, runs: int, verb: str) -> Pairs:
    return in_turns(
        runs, partial(_run, shop, folder, verb, "--untrusted"), partial(_run, shop, folder, verb)
    )


def _run(shop: Workshop, folder: Path, *words: str) -> Timed:
    """Carry out a command where no command has been."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    (folder / "main.pdf").unlink(missing_ok=True)
    return shop.run(
        (TEXBOOK, *words), folder, _WITH_FINDINGS if "lint" in words else frozenset({0})
    )


def _difference(what: str, pairs: Pairs) -> Row:
    """Give the row of a quick command, of which the seconds more are what matters."""
    more = pairs.ours_seconds - pairs.peer_seconds
    return row_of(f"{what}, {more:+.2f} s; peer: without", pairs, digits=2)
