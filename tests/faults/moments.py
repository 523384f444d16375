"""Moments of a running build, and waiting for them from outside."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.site import Site

_TRIES = 16
_EARLIER = 0.8
_LOOK_SECONDS = 0.0005


@dataclass(frozen=True, slots=True)
class Moment:
    """When a build is hit: after a share of its whole length, or behind one of its last steps.

    Attributes:
        share: of the build's seconds, once measured.
        step: one of `STEPS`, or '' to go by the share.
        delay: seconds behind the step.
    """

    share: float = 0.0
    step: str = ""
    delay: float = 0.0

    def __str__(self) -> str:
        """Say it, for a failure to be made again."""
        if not self.step:
            return f"after {self.share:.3f} of the build"
        return f"{1000 * self.delay:.1f} ms after {self.step}"


def _one(folder: Path, pattern: str) -> frozenset[tuple[str, int]]:
    """Tell which files there are, by name and number."""
    found = set()
    for path in folder.glob(pattern):
        try:
            found.add((path.name, path.stat().st_ino))
        except OSError:
            continue
    return frozenset(found)


STEPS = {
    "the auxiliary files": "build/texbook/aux/main.tex/*",
    "the copy of the PDF": ".main.pdf*",
    "the PDF": "main.pdf",
    "the lines of the pages": "main.synctex.gz",
    "the state": "build/texbook/state/*",
}
"""What the last steps of a build make, in this order, by the files that come or change."""


def moments(seed: str, count: int) -> Iterator[Moment]:
    """Give moments over the whole length of a build, every third of them at its last steps."""
    steps = list(STEPS)
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        if number % 3 == 2:
            step = steps[number // 3 % len(steps)]
            yield Moment(step=step, delay=chance.uniform(0.0, 0.02))
        else:
            yield Moment(share=(number + chance.random()) / count)


def reached(
    process: subprocess.Popen[str],
    site: Site,
    moment: Moment,
    seconds: float,
    is_over: Callable[[], bool] = lambda: False,
) -> bool:
    """Wait for a moment of a build that begins now; say whether it came before the end."""
    pattern = STEPS.get(moment.step, "")
    before = _one(site.root, pattern) if pattern else frozenset()
    deadline = time.monotonic() + moment.share * seconds

    def is_there() -> bool:
        if pattern:
            return bool(_one(site.root, pattern) - before)
        return time.monotonic() >= deadline

    while not is_there():
        if process.poll() is not None or is_over():
            return False
        time.sleep(_LOOK_SECONDS)
    if moment.delay:
        time.sleep(moment.delay)
    return process.poll() is None and not is_over()


def earlier(moment: Moment) -> Iterator[Moment]:
    """Give a moment, and earlier ones in case that a build has ended before it."""
    yield moment
    for times in range(1, _TRIES):
        yield Moment(moment.share * _EARLIER**times, moment.step, moment.delay * _EARLIER**times)
