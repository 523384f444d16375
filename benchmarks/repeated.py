"""Our own book, repeated: how texbook does on a book of thousands of pages."""

from __future__ import annotations

import re
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.books import TEXBOOK, Book, Builder
from benchmarks.desk import Desk, edited
from benchmarks.edits.spine import copy_question, relabeled
from benchmarks.measure import BenchmarkError, Row
from benchmarks.pages import page_texts
from benchmarks.told import read_told, same_as_one_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.books import Workshop
    from benchmarks.measure import Timed

_INCLUDE = re.compile(r"^\\include\{(chapters/[^{}\n]+)\}\n", re.MULTILINE)
_QUESTION = re.compile(r"(?<=\{)q:([a-z0-9-]+)(?=\})")
_EITHER = frozenset({0, 1})


def repeat_book(folder: Path, times: int) -> None:
    """Let a copy of our own book hold its chapters several times.

    Files and labels get names of their own; a question of a copy refers to other questions of the
    first copy.

    Args:
        folder: the copy.
        times: how often each chapter is in the book afterwards; at least 1.

    Raises:
        BenchmarkError: the main file reads a chapter that is not there.
    """
    main = folder / "main.tex"
    text = main.read_text("utf-8")
    names = _INCLUDE.findall(text)
    last = text.rindex(f"\\include{{{names[-1]}}}\n") + len(f"\\include{{{names[-1]}}}\n")
    lines = []
    for number in range(2, times + 1):
        for name in names:
            _repeat_file(folder, name, f"-{number}")
            lines.append(f"\\include{{{name}-{number}}}\n")
    main.write_text(text[:last] + "".join(lines) + text[last:], "utf-8")


def _repeat_file(folder: Path, name: str, suffix: str) -> None:
    question, opening = folder / f"{name}.j2.tex", folder / f"{name}.tex"
    if question.is_file():
        copy_question(folder, question, suffix)
    elif opening.is_file():
        text = relabeled(opening.read_text("utf-8"), suffix)
        text = _QUESTION.sub(rf"q:\1{suffix}", text)
        (folder / f"{name}{suffix}.tex").write_text(text, "utf-8")
    else:
        raise BenchmarkError(f'"main.tex" reads "{name}", which is not there')


def measure_scale(
    shop: Workshop, runs: int, *, times: int = 10, check: bool = False
) -> Iterator[Row]:
    """Build the repeated book, edit it, and build it with nothing to do.

    Args:
        shop: where it happens.
        runs: of each edit.
        times: how often the chapters are in the book.
        check: whether to compare the last PDF with a run of the whole document.
    """
    desk = Desk(shop.fresh(Book.OWN, Builder.TEXBOOK))
    repeat_book(desk.folder, times)
    build = partial(edited, shop, Builder.TEXBOOK, desk)
    cold = build(Desk.prepare)
    pages = len(page_texts(desk.pdf))
    what = f"the book {times} times ({pages} pages)"
    yield Row(f"{what}, cold", f"{cold.seconds:.1f} s")
    for name, edit in (("one word edited", Desk.reword), ("a page added", Desk.lengthen)):
        yield _row(f"{what}, {name}", runs, partial(build, edit))
    yield _row(f"{what}, nothing changed", runs, partial(build, _nothing))
    if check:
        told = shop.run((TEXBOOK, "build", "--check"), desk.folder, _EITHER)
        same = told.status == 0 and same_as_one_run(told.output) is not None
        if not same:
            print(told.output[-2000:])
        yield Row(f"{what}, edited; peer: one run", "the same" if same else "other", right=same)


def _nothing(desk: Desk) -> None:
    """Leave the book as it is."""


def _row(what: str, runs: int, build: Callable[[], Timed]) -> Row:
    timed = [build() for _ in range(runs)]
    told = read_told(timed[-1].output)
    way = f"; the last: {told.way}" if told.way else ""
    return Row(f"{what}{way}", f"{median(each.seconds for each in timed):.2f} s")
