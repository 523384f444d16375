"""What the sandbox costs: the same command with ``--untrusted`` and without, in turns.

A build in a sandbox begins from nothing and leaves nothing, so both do: what a build keeps goes
before it, and the PDF as well. Processor time is not told, since that of the processes in a sandbox
is not counted for the one that makes it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.books import TEXBOOK, copy_own_book
from benchmarks.builds import same_pages
from benchmarks.measure import Row, in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.books import Workshop
    from benchmarks.measure import Timed

_BAR = 1.15
_QUICK_FACTOR = 4
"""What takes a second or two is run so many times as often as a build of the book."""
_WITH_FINDINGS = frozenset({0, 1})
_ONE_LINE = "\\documentclass{article}\n\\begin{document}\nOne line.\n\\end{document}\n"


def measure_untrusted(shop: Workshop, runs: int) -> Iterator[Row]:
    """Build, render and lint our own book, and build a document of one line."""
    own = _Book(shop, shop.folder / "stranger", shop.folder / "friend")
    for folder in (own.stranger, own.friend):
        copy_own_book(folder)
    yield own.compare("build", runs, what="our own book", bar=_BAR)
    yield same_pages(
        "our own book, --untrusted", own.stranger / "main.pdf", own.friend / "main.pdf"
    )
    for verb in ("render", "lint"):
        yield own.compare(verb, runs * _QUICK_FACTOR, what="our own book")
    line = _Book(shop, shop.folder / "stranger-line", shop.folder / "friend-line")
    for folder in (line.stranger, line.friend):
        folder.mkdir()
        (folder / "main.tex").write_text(_ONE_LINE, "utf-8")
    yield line.compare("build", runs * _QUICK_FACTOR, what="one line")


@dataclass(frozen=True, slots=True)
class _Book:
    """Two copies of a book: one that is not trusted, and one that is."""

    shop: Workshop
    stranger: Path
    friend: Path

    def compare(self, verb: str, runs: int, *, what: str, bar: float | None = None) -> Row:
        """Time a command on both."""
        pairs = in_turns(
            runs,
            partial(self._run, self.stranger, verb, "--untrusted"),
            partial(self._run, self.friend, verb),
        )
        more = pairs.ours_seconds - pairs.peer_seconds
        return Row(
            f"{verb} --untrusted of {what}; peer: without ({more:+.2f} s)",
            f"{pairs.ours_seconds:.2f} s",
            f"{pairs.peer_seconds:.2f} s",
            f"{pairs.ratio:.2f}",
            "" if bar is None else f"ratio <= {bar:g}",
            None if bar is None else pairs.ratio <= bar,
        )

    def _run(self, folder: Path, *words: str) -> Timed:
        """Carry out a command where none has been."""
        shutil.rmtree(folder / "build", ignore_errors=True)
        (folder / "main.pdf").unlink(missing_ok=True)
        good = _WITH_FINDINGS if words[0] == "lint" else frozenset({0})
        return self.shop.run((TEXBOOK, *words), folder, good)
