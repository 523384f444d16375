from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texbook.watch.debounce import Debounce


def test_waits_for_a_quiet_time() -> None:
    debounce = Debounce(quiet=0.1, at_most=2.0)
    debounce.hint(10.0)
    debounce.hint(10.25)
    assert not debounce.is_due(10.3)
    assert debounce.is_due(10.35)


def test_a_single_save_after_a_calm_time_is_answered_sooner() -> None:
    debounce = Debounce(quiet=0.1, at_most=2.0)
    for now in (10.0, 10.001, 10.004):  # an editor writes, renames, sets the mode
        debounce.hint(now)
    assert debounce.deadline == pytest.approx(10.034)
    debounce.clear()
    debounce.hint(10.4)
    assert debounce.deadline == pytest.approx(10.5)
    debounce.clear()
    debounce.hint(11.5)
    assert debounce.deadline == pytest.approx(11.53)


def test_a_quiet_time_that_is_shorter_still_holds() -> None:
    debounce = Debounce(quiet=0.01, at_most=2.0)
    debounce.hint(10.0)
    assert debounce.deadline == pytest.approx(10.01)


def test_a_storm_is_answered_at_the_latest_time() -> None:
    debounce = Debounce(quiet=0.1, at_most=2.0)
    for step in range(50):
        debounce.hint(step * 0.05)
    assert debounce.deadline == 2.0


def test_nothing_is_due_without_a_hint() -> None:
    debounce = Debounce(quiet=0.0, at_most=0.0)
    assert debounce.deadline is None
    assert not debounce.is_due(1e9)


@given(
    gaps=st.lists(st.floats(0, 5), min_size=1, max_size=40),
    quiet=st.floats(0, 1),
    longer=st.floats(0, 5),
)
def test_every_hint_is_followed_by_an_action_in_time(
    gaps: list[float], quiet: float, longer: float
) -> None:
    at_most = quiet + longer
    debounce = Debounce(quiet=quiet, at_most=at_most)
    now = 0.0
    unanswered: list[float] = []
    for gap in gaps:
        before, now = now, now + gap
        deadline = debounce.deadline
        if deadline is not None and deadline <= now:
            assert before <= deadline
            assert all(deadline - hint <= at_most + 1e-9 for hint in unanswered)
            debounce.clear()
            unanswered = []
        debounce.hint(now)
        unanswered.append(now)
    assert unanswered
    assert debounce.deadline is not None
    assert debounce.deadline - unanswered[0] <= at_most + 1e-9
