"""Row 1: ``kill -9`` at random moments of a build, an incremental build, a watch; then a build."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.books import CHAPTERS, ONE_RUN, TINY
from tests.faults.moments import moments
from tests.faults.series import HALF_MADE, Series
from tests.faults.site import until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.faults.books import BookKind
    from tests.faults.right import Right
    from tests.faults.site import Site

pytestmark = pytest.mark.tex

SCOPES = ("alone", "with its group", "behind its guards")
"""What is killed: texbook, what else has its process group, or first whoever ends its engines."""
CHECK_EVERY = 5
MOST_SECONDS = 10.0
"""Two seconds are promised until nothing runs any more; a busy machine gets more, since the time
is printed and what decides is that nothing is left."""


def kill(process: subprocess.Popen[str], scope: str) -> None:
    """End texbook so that it can do nothing about it."""
    if scope == SCOPES[2]:
        os.kill(process.pid, signal.SIGSTOP)
        for guard in guards_of(process.pid):
            os.kill(guard, signal.SIGKILL)
    if scope == SCOPES[1]:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        os.kill(process.pid, signal.SIGKILL)


def guards_of(parent: int) -> list[int]:
    """Find the shells that end a program when texbook dies."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            status = (entry / "stat").read_bytes().rpartition(b")")[2].split()
            is_guard = b"read -r group" in (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if is_guard and int(status[1]) == parent:
            found.append(int(entry.name))
    return found


def nothing_left(site: Site) -> float:
    """Wait until nothing of texbook runs in the folder; say how long that took."""
    return until(lambda: not site.processes(), lambda: f"processes are left: {site.processes()}")


@pytest.mark.parametrize("situation", ["clean", "incremental", "watch"])
def test_the_build_after_kill_9_is_right(
    situation: str,
    right: Right,
    site_of: Callable[[BookKind], Site],
    times: Callable[[int, int], int],
    record_property: Callable[[str, object], None],
) -> None:
    is_full = times(0, 1) == 1
    books = {CHAPTERS: 12, ONE_RUN: 8} if is_full else {TINY: 1}
    faults = []
    slowest = 0.0
    for kind, count in books.items():
        series = Series(site_of(kind), right, situation)
        series.begin()
        for number, moment in enumerate(moments(f"{situation} {kind.name}", count)):
            scope = SCOPES[number % len(SCOPES)]
            blow = partial(kill, scope=scope)
            struck = series.strike(moment, blow, keeps_pdf=number % 2 == 0)
            if scope != SCOPES[2]:
                slowest = max(slowest, nothing_left(series.site))
            checks = is_full and number % CHECK_EVERY == 0
            fault = series.damage(struck.old, HALF_MADE) or series.recovery(checks=checks)
            if fault:
                faults.append(f"{kind.name} {number}, {scope}, {struck.moment}: {fault}")
    tries = sum(books.values())
    record_property(
        "figure",
        f"row 1: kill -9 at random moments ({situation}): right on the next build "
        f"{tries - len(faults)} of {tries}; nothing left after {slowest:.2f} s at most",
    )
    assert not faults, "\n".join(faults)
    assert slowest < MOST_SECONDS
