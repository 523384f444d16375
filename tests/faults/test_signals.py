"""Row 7: SIGTERM, SIGINT and SIGHUP at random moments of a build and of a watch."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.faults.books import CHAPTERS, TINY
from tests.faults.moments import moments
from tests.faults.series import Series

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.faults.books import BookKind
    from tests.faults.right import Right
    from tests.faults.site import Site

pytestmark = pytest.mark.tex

WAYS = (
    (signal.SIGINT, True),
    (signal.SIGTERM, False),
    (signal.SIGINT, False),
    (signal.SIGHUP, False),
)
"""The signals, and whether the whole process group gets one, as from a terminal."""
STATUSES = {
    "incremental": {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 143},
    "watch": {signal.SIGINT: 0, signal.SIGTERM: 143, signal.SIGHUP: 143},
}
START = 0.1
"""In this share of a build Python may still be importing texbook."""
MOST_SECONDS = 10.0
"""Two are promised; a busy machine gets more, since the time is printed."""


def send(process: subprocess.Popen[str], number: signal.Signals, *, to_group: bool) -> None:
    """Send a signal to texbook alone, or to all of its process group."""
    (os.killpg if to_group else os.kill)(process.pid, number)


def expected(situation: str, number: signal.Signals) -> set[int]:
    """Say with which statuses a command may end.

    One that is hit before it has begun is ended by the signal itself: the same for a shell.
    """
    return {STATUSES[situation][number], -number}


@pytest.mark.parametrize("situation", ["incremental", "watch"])
def test_a_signal_ends_all_and_keeps_the_pdf(
    situation: str,
    right: Right,
    site_of: Callable[[BookKind], Site],
    times: Callable[[int, int], int],
    record_property: Callable[[str, object], None],
) -> None:
    count = times(1 if situation == "watch" else 2, 20)
    series = Series(site_of(CHAPTERS if count > 2 else TINY), right, situation)
    series.begin()
    faults = []
    orphans, slowest = 0, 0.0
    for number, moment in enumerate(moments(f"signals {situation}", count)):
        way, to_group = WAYS[number % len(WAYS)]
        blow = partial(send, number=way, to_group=to_group)
        struck = series.strike(moment, blow, keeps_pdf=True)
        left = series.site.processes()
        orphans += len(left)
        slowest = max(slowest, struck.seconds)
        fault = f"processes are left: {left}" if left else ""
        is_early = struck.answer.is_interrupted_start() and struck.moment.share < START
        if not is_early and struck.answer.status not in expected(situation, way):
            fault = f"exit {struck.answer.status}: {struck.answer.err}"
        fault = fault or series.damage(struck.old) or series.recovery()
        if fault:
            faults.append(f"{number}, {way.name}, {struck.moment}: {fault}")
    what = "build" if situation == "incremental" else "watch"
    record_property(
        "figure",
        f"row 7: SIGINT, SIGTERM and SIGHUP at random moments ({what}): {count - len(faults)} of "
        f"{count} end as they should, {orphans} processes left, {slowest:.2f} s at most",
    )
    assert not faults, "\n".join(faults)
    assert slowest < MOST_SECONDS
