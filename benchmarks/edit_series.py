"""Make a long series of edits in our own book, build after each, and see that each PDF is right."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.books import TEXBOOK, Book, Builder
from benchmarks.edits.series import SERIES
from benchmarks.measure import BenchmarkError, Row
from benchmarks.pages import page_texts, pages_that_differ
from benchmarks.told import read_told, same_as_one_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.books import Workshop
    from benchmarks.edits.edit import Edit
    from benchmarks.told import Told

_EITHER = frozenset({0, 1})
"""The exit statuses of a book that is right and of one that is not."""


@dataclass(frozen=True, slots=True)
class Judges:
    """Who says whether a PDF is right.

    Attributes:
        one_run: ``texbook build --check``.
        latexmk: the pages of a fresh copy, compared as text and as pixels at 72 dpi.
    """

    one_run: bool = False
    latexmk: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an edit.

    Attributes:
        edit: the edit.
        seconds: the whole process of ``texbook build``.
        told: what it said.
        faults: what was wrong with its result, each a line.
    """

    edit: Edit
    seconds: float
    told: Told
    faults: tuple[str, ...]


def chosen(only: str | None, limit: int | None) -> tuple[Sequence[Edit], Sequence[Edit]]:
    """Give the edits that are made beforehand, and those that are built one by one.

    Raises:
        BenchmarkError: no edit has that name.
    """
    if only is None:
        return (), SERIES[:limit]
    names = [edit.name for edit in SERIES]
    if only not in names:
        raise BenchmarkError(f'there is no edit "{only}"; there are {", ".join(names)}')
    place = names.index(only)
    return SERIES[:place], SERIES[place : place + 1]


def measure_series(
    shop: Workshop,
    runs: int,
    *,
    judges: Judges = Judges(),
    only: str | None = None,
    limit: int | None = None,
) -> Iterator[Row]:
    """Build after each edit; the edits add up."""
    del runs  # an edit can be made once
    before, edits = chosen(only, limit)
    folder = shop.fresh(Book.OWN, Builder.TEXBOOK)
    for edit in before:
        edit.apply(folder)
    cold = shop.run((TEXBOOK, "build", "--explain"), folder)
    told = read_told(cold.output)
    print(f"{'the book as it is':33} {cold.seconds:6.2f} s {told.pages:4} pages  {told.way}")
    outcomes = []
    for edit in edits:
        outcomes.append(_outcome(shop, folder, edit, judges))
        _show(outcomes[-1])
    yield from _summary(outcomes, judges)


def _outcome(shop: Workshop, folder: Path, edit: Edit, judges: Judges) -> Outcome:
    pdf = folder / "main.pdf"
    before = hashlib.sha256(pdf.read_bytes()).digest()
    edit.apply(folder)
    timed = shop.run((TEXBOOK, "build", "--explain"), folder, _EITHER)
    faults = []
    if edit.fails:
        if timed.status == 0:
            faults.append("the build did not fail")
        if hashlib.sha256(pdf.read_bytes()).digest() != before:
            faults.append("a build that failed has changed the PDF")
    elif timed.status != 0:
        faults.append(f"the build failed:\n{timed.output[-2000:]}")
    else:
        faults += _checked(shop, folder) if judges.one_run else []
        faults += _compared(shop, folder) if judges.latexmk else []
    return Outcome(edit, timed.seconds, read_told(timed.output), tuple(faults))


def _checked(shop: Workshop, folder: Path) -> list[str]:
    check = shop.run((TEXBOOK, "build", "--check"), folder, _EITHER)
    if check.status == 0 and same_as_one_run(check.output):
        return []
    return [f"not the same as one run:\n{check.output[-2000:]}"]


def _compared(shop: Workshop, folder: Path) -> list[str]:
    """Let latexmk build the same sources from nothing; rendering is left to texbook."""
    fresh = shop.folder / "compared"
    shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns("build", "main.pdf"))
    try:
        shop.run((TEXBOOK, "render"), fresh)
        shop.build(Builder.LATEXMK, fresh)
        ours, theirs = folder / "main.pdf", fresh / "main.pdf"
        counts = len(page_texts(ours)), len(page_texts(theirs))
        differing = pages_that_differ(ours, theirs)
    finally:
        shutil.rmtree(fresh)
    if not differing:
        return []
    return [f"{counts[0]} pages, latexmk has {counts[1]}; these differ: {differing}"]


def _show(outcome: Outcome) -> None:
    told = outcome.told
    start = f"{outcome.edit.name:33} {outcome.seconds:6.2f} s {told.pages:4} pages"
    print(f"{start}  {told.way}", flush=True)
    for fault in outcome.faults:
        print(f"  WRONG: {fault}", flush=True)


def _summary(outcomes: Sequence[Outcome], judges: Judges) -> Iterator[Row]:
    for kind in dict.fromkeys(outcome.edit.kind for outcome in outcomes):
        those = [outcome for outcome in outcomes if outcome.edit.kind == kind]
        seconds = [outcome.seconds for outcome in those]
        whole = sum(outcome.told.one_run is not None for outcome in those)
        yield Row(
            f"edits of {kind}: {len(those)}, in one run {whole}; slowest {max(seconds):.1f} s",
            f"{median(seconds):.2f} s",
            right=not any(outcome.faults for outcome in those),
        )
    wrong = [outcome.edit.name for outcome in outcomes if outcome.faults]
    asked = (("one run", judges.one_run), ("latexmk", judges.latexmk))
    against = " and ".join(name for name, is_asked in asked if is_asked)
    yield Row(
        f"edits whose PDF was compared with that of {against or 'nobody'}",
        f"{len(wrong)} of {len(outcomes)} wrong",
        bar="0 wrong",
        held=not wrong,
        right=not wrong,
    )
