"""Row 9: every change of what a book is made from is seen, and what is none starts no build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import until
from tests.cli.watched import watching
from tests.faults.edits import EDITS, NO_EDITS, UNPRINTED, new_word, write_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.watched import Watched
    from tests.faults.trials import Place, Trials

SHORT = ("the stored results", "same size and time of change", "a file that was looked for in vain")
pytestmark = pytest.mark.tex


def expect_build(place: Place, watched: Watched, word: str) -> None:
    """Wait for one more build, and for no other, and for its word."""
    watched.wait_for("good", watched.count("good") + 1)
    assert watched.count("building") == watched.count("good"), watched.lines
    assert word in place.text()


def test_a_build_sees_what_has_changed_and_nothing_else(
    trials: Trials, times: Callable[[int, int], int]
) -> None:
    is_full = times(0, 1)
    place = trials.place("book")
    write_book(place)
    assert place.texbook("build").status == 0
    for name in EDITS if is_full else SHORT:
        word = new_word()
        with trials.attempt(name, place):
            EDITS[name](place, word)
            answer = place.texbook("build")
            assert answer.status == 0, answer.out + answer.err
            assert "up to date" not in answer.err
            assert name in UNPRINTED or word in place.text()
            assert "up to date" in place.texbook("build").err
    missed = len(trials.failed)
    for name in list(NO_EDITS)[: times(3, len(NO_EDITS))]:
        with trials.attempt(name, place):
            NO_EDITS[name](place)
            answer = place.texbook("build")
            assert "up to date" in answer.err, answer.err
    false = len(trials.failed) - missed
    trials.end(f"row 9: builds, {missed} changes missed, {false} false builds:")


def test_a_watch_sees_what_has_changed_and_nothing_else(
    trials: Trials, times: Callable[[int, int], int]
) -> None:
    is_full = times(0, 1)
    edits = tuple(EDITS) if is_full else SHORT[1:2]
    false = 0
    for way in ((), ("--poll",))[: times(1, 2)]:
        place = trials.place("polling" if way else "events")
        write_book(place)
        with watching(place, until, *way) as watched:
            watched.wait_for("good")
            for name in edits:
                with trials.attempt(f"{name} {way}", place, is_watched=True):
                    word = new_word()
                    EDITS[name](place, word)
                    expect_build(place, watched, "" if name in UNPRINTED else word)
            before = len(trials.failed)
            for name, change in NO_EDITS.items() if is_full else ():
                with trials.attempt(f"{name} {way}", place, is_watched=True):
                    change(place)
                    # A build that nobody asked for would be told with this edit, or before it.
                    word = new_word()
                    EDITS["a write in place"](place, word)
                    expect_build(place, watched, word)
                    told = [line[9:] for line in watched.lines if line[9:].startswith("building")]
                    assert told[-1] == "building: one.tex changed"
            false += len(trials.failed) - before
            assert watched.end() == 0
    missed = len(trials.failed) - false
    trials.end(f"row 9: watches, {missed} changes missed, {false} false builds:")
