"""Row 21: with any clock the next build is right, and the one after it has nothing to do."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.edits import new_word, write_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.trials import Place, Trials

YEAR = 365 * 86_400
CLOCKS: dict[str, Callable[[], float]] = {
    # seconds since 1970, on the clock of a file system
    "a century ahead": lambda: time.time() + 50 * YEAR,
    "1970": lambda: 0.0,
    "an hour ago, when the state was not there": lambda: time.time() - 3600,
    "a second ahead": lambda: time.time() + 1,
    "before 1970": lambda: -1.0 * YEAR,
    "the last second of 32 bits": lambda: float(2**31 - 1),
}
SHORT = ("a century ahead", "1970")


def set_clock(paths: list[Path], seconds: float) -> None:
    for path in paths:
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def sources(place: Place) -> list[Path]:
    return [path for path in place.root.iterdir() if path.is_file() and path.suffix != ".pdf"]


def kept(place: Place) -> list[Path]:
    return [path for path in (place.root / "build").rglob("*") if path.is_file()]


def published(place: Place) -> list[Path]:
    return [place.root / "main.pdf"]


PARTS: dict[str, Callable[[Place], list[Path]]] = {
    "sources": sources,
    "what texbook keeps": kept,
    "the PDF": published,
    "everything": lambda place: [*sources(place), *kept(place), *published(place)],
}


def expect_right(place: Place, word: str) -> None:
    """Build what was edited, then build again."""
    answer = place.texbook("build")
    assert answer.status == 0, answer.out + answer.err
    assert "up to date" not in answer.err
    assert word in place.text()
    assert "up to date" in place.texbook("build").err


@pytest.mark.tex
def test_the_next_build_is_right_and_the_one_after_has_nothing_to_do(
    trials: Trials, times: Callable[[int, int], int]
) -> None:
    place = trials.place("book")
    write_book(place)
    assert place.texbook("build").status == 0
    clocks = CLOCKS if times(0, 1) else {name: CLOCKS[name] for name in SHORT}
    parts = list(PARTS) if times(0, 1) else ["everything"]
    for clock, now in clocks.items():
        for part in parts:
            with trials.attempt(f"{part} of {clock}", place):
                set_clock(PARTS[part](place), now())
                assert "up to date" in place.texbook("build").err
                # The edit bears the wrong time, too.
                word = new_word()
                set_clock([place.put("two.tex", f"\\chapter{{Two}} {word}\n")], now())
                expect_right(place, word)
    trials.end("row 21: builds with wrong clocks right, and up to date afterwards:")


@pytest.mark.tex
def test_a_clock_that_jumps_back_between_two_builds(
    trials: Trials, times: Callable[[int, int], int]
) -> None:
    """As seen by the next build: all that the last one left behind comes from the future."""
    for hours in (1, 24 * 400)[: times(1, 2)]:
        with trials.attempt(f"back by {hours} hours") as place:
            write_book(place)
            assert place.texbook("build").status == 0
            set_clock(PARTS["everything"](place), time.time() + 3600 * hours)
            for _ in range(times(1, 3)):
                word = new_word()
                place.put("two.tex", f"\\chapter{{Two}} {word}\n")
                expect_right(place, word)
            assert place.texbook("lint").status in (0, 1)
            place.put("two.tex", "\\chapter{Two} The others ... go on.\n")
            assert "two.tex:1" in place.texbook("lint").out
    trials.end("row 21: builds after a clock that jumped back:")
