"""Lint of a large book in one file: from nothing, again, after an edit, and against chktex.

All rules run, those that are off by default included, and the required sections are configured.
"""

from __future__ import annotations

import itertools
import shutil
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.books import TEXBOOK
from benchmarks.measure import Row, in_turns, row_of
from benchmarks.reference import EDITED, Style, write_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.books import Workshop
    from benchmarks.measure import Timed

_LEAST_BYTES = 350_000
_QUESTIONS = 23
_TIMES = 8
_WITH_FINDINGS = frozenset({0, 1, 2, 3})
"""Both programs tell by their exit status that they found something."""
_ALL_RULES = '[structure]\npreset = "nine-sections"\n\n[lint]\nselect = ["TB"]\n'

_COLD_SECONDS = 2.0
_SECOND_SECONDS = 0.2
_EDITED_SECONDS = 0.35
_GROWTH = 9.0


def measure_lint(shop: Workshop, runs: int) -> Iterator[Row]:
    """Lint a book of 350 kB, and one eight times as large."""
    book = _Book(shop, shop.folder / "lint", _QUESTIONS)
    assert book.size >= _LEAST_BYTES, book.size
    large = _Book(shop, shop.folder / "lint-large", _QUESTIONS * _TIMES)
    what = f"lint of {book.size / 1000:.0f} kB in one file, all rules"
    if shutil.which("chktex", path=shop.environment["PATH"]) is not None:
        pairs = in_turns(runs, book.cold, book.chktex)
        yield row_of(f"{what}; peer: chktex", pairs, digits=3)
    else:
        print("chktex is not installed: lint was not compared with it")
    growth = in_turns(runs, large.cold, book.cold)
    yield _row(f"{what}, from nothing", growth.peer, _COLD_SECONDS)
    grown = f"ratio <= {_GROWTH:g}"
    yield Row(
        f"{_TIMES} times the book, from nothing; peer: the book once",
        f"{growth.ours_seconds:.2f} s",
        f"{growth.peer_seconds:.2f} s",
        f"{growth.ratio:.2f}",
        grown,
        growth.ratio <= _GROWTH,
    )
    yield _measured(f"{what}, second run", runs, book.again, _SECOND_SECONDS)
    yield _measured(f"{what}, after an edit of one question", runs, book.edited, _EDITED_SECONDS)
    yield _measured("the same with --select TB001, from nothing", runs, book.one_rule)
    yield _measured(f"{_TIMES} times the book, second run", runs, large.again)
    yield _measured(f"{_TIMES} times the book, after an edit", runs, large.edited)


class _Book:
    """A book in one file, and the ways to lint it."""

    def __init__(self, shop: Workshop, folder: Path, questions: int) -> None:
        self._shop = shop
        self._main = write_reference(folder, Style.OURS, questions)
        (folder / "texbook.toml").write_text(_ALL_RULES, "utf-8")
        self._text = self._main.read_text("utf-8")
        self._edits = itertools.count(1)

    @property
    def size(self) -> int:
        """Bytes of the main file."""
        return self._main.stat().st_size

    def cold(self) -> Timed:
        """Lint with nothing kept."""
        shutil.rmtree(self._main.parent / "build", ignore_errors=True)
        return self.again()

    def again(self) -> Timed:
        """Lint once more."""
        return self._run(TEXBOOK, "lint", "main.tex")

    def edited(self) -> Timed:
        """Lint after a text that was not there before."""
        edited = f"Edition {next(self._edits)}. {EDITED}"
        self._main.write_text(self._text.replace(EDITED, edited), "utf-8")
        return self.again()

    def one_rule(self) -> Timed:
        """Lint with one rule, whatever is kept."""
        return self._run(TEXBOOK, "lint", "--no-cache", "--select", "TB001", "main.tex")

    def chktex(self) -> Timed:
        """Check the same text with the peer; the two look for different things."""
        return self._run("chktex", "-q", "main.tex")

    def _run(self, *arguments: str | Path) -> Timed:
        return self._shop.run(arguments, self._main.parent, _WITH_FINDINGS)


def _measured(what: str, runs: int, run: Callable[[], Timed], aim: float | None = None) -> Row:
    run()  # so that the first of those that count finds what the others find
    return _row(what, [run() for _ in range(runs)], aim)


def _row(what: str, timed: Sequence[Timed], aim: float | None = None) -> Row:
    value = median(run.seconds for run in timed)
    what += f" (processor {median(run.cpu_seconds for run in timed):.2f} s)"
    if aim is None:
        return Row(what, f"{value:.2f} s")
    return Row(what, f"{value:.2f} s", bar=f"<= {aim:g} s", held=value <= aim)
