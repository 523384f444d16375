"""Row 4: two of texbook's commands at once in one book."""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.books import CHAPTERS, TINY
from tests.faults.site import Answer, finished
from tests.faults.watching import watching
from texbook.base.errors import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.books import BookKind
    from tests.faults.right import Right
    from tests.faults.site import Site

pytestmark = pytest.mark.tex

MOST_APART = 0.3
"""Seconds between the starts of the two."""
VERSIONS = 3
PAIRS = (
    ("clean", "build"),
    ("build", "clean"),
    ("build", "clean --all"),
    ("clean --all", "build"),
    ("build", "lint"),
    ("lint", "build"),
    ("build", "render"),
)
_HOLDER = re.compile(r"another texbook \(pid (\d+), since \d\d:\d\d\) is at work in this book")


def both(site: Site, first: str, second: str, apart: float) -> tuple[Answer, Answer]:
    """Start two commands, one after the other, and wait for both."""
    one = site.start(*first.split())
    time.sleep(apart)
    other = site.start(*second.split())
    return finished(one), finished(other)


def refusal(answer: Answer, other: int) -> str:
    """Say what is wrong with how one of the two has ended; '' if it has named the other."""
    if answer.status == ExitStatus.GOOD:
        return ""
    holder = _HOLDER.search(answer.err)
    if answer.status != ExitStatus.LOCKED or holder is None:
        return f"exit {answer.status}: {answer.out}{answer.err}"
    return "" if int(holder[1]) == other else f"names {holder[1]} and not {other}"


def rebuilt(site: Site, right: Right, version: int) -> str:
    """Build once more; say what is wrong then."""
    answer = site.run("build")
    if answer.status != ExitStatus.GOOD:
        return f"then exit {answer.status}: {answer.err}"
    return site.fault(right.shown(site.kind, version))


def test_two_builds(
    right: Right,
    site_of: Callable[[BookKind], Site],
    times: Callable[[int, int], int],
    record_property: Callable[[str, object], None],
) -> None:
    """Every second pair begins from nothing, the others after an edit."""
    count = times(2, 20)
    site = site_of(CHAPTERS if count > 2 else TINY)
    faults = []
    good = 0
    for number in range(count):
        version = 1 + number % VERSIONS
        site.write(version)
        if number % 2 == 0:
            site.forget()
        apart = random.Random(f"builds {number}").uniform(0.0, MOST_APART)
        one, other = both(site, "build", "build", apart)
        fault = refusal(one, other.pid) or refusal(other, one.pid)
        if not fault and 0 not in (one.status, other.status):
            fault = "neither has built the book"
        good += (one.status, other.status).count(0) == 2
        fault = fault or site.fault(right.shown(site.kind, version))
        if fault := fault or rebuilt(site, right, version):
            faults.append(f"{number}, {apart:.3f} s apart: {fault}")
    record_property(
        "figure",
        f"row 4: two builds at once: {count - len(faults)} of {count} as they should; in {good} "
        f"both ended well, in {count - good} one said who was at work",
    )
    assert not faults, "\n".join(faults)


def test_a_build_and_another_command(
    right: Right,
    site_of: Callable[[BookKind], Site],
    times: Callable[[int, int], int],
    record_property: Callable[[str, object], None],
) -> None:
    count = times(1, 3 * len(PAIRS))
    site = site_of(CHAPTERS if count > 1 else TINY)
    faults = []
    for number in range(count):
        first, second = PAIRS[number % len(PAIRS)]
        version = 1 + number % VERSIONS
        site.write(version)
        apart = random.Random(f"commands {number}").uniform(0.0, MOST_APART)
        one, other = both(site, first, second, apart)
        fault = refusal(one, other.pid) or refusal(other, one.pid)
        if fault := fault or rebuilt(site, right, version):
            faults.append(f"{number}, {first} and {second}, {apart:.3f} s apart: {fault}")
    record_property(
        "figure",
        f"row 4: a build and clean, lint or render at once: {count - len(faults)} of {count} as "
        "they should",
    )
    assert not faults, "\n".join(faults)


def test_a_watch_and_a_build(
    right: Right,
    site_of: Callable[[BookKind], Site],
    times: Callable[[int, int], int],
    record_property: Callable[[str, object], None],
) -> None:
    """The watch waits for the build, and loses no save."""
    count = times(1, 8)
    site = site_of(CHAPTERS if count > 1 else TINY)
    site.write(0)
    faults = []
    with watching(site) as watch:
        for number in range(count):
            version = 1 + number % VERSIONS
            goods = watch.count("good")
            apart = random.Random(f"watch {number}").uniform(0.0, MOST_APART)
            site.write(version)
            time.sleep(apart)
            answer = site.run("build")
            watch.wait_for("good", goods + 1)
            fault = refusal(answer, watch.process.pid)
            if fault := fault or site.fault(right.shown(site.kind, version), watched=True):
                faults.append(f"{number}, {apart:.3f} s apart: {fault}")
    record_property(
        "figure",
        f"row 4: a watch and a build at once: {count - len(faults)} of {count} as they should",
    )
    assert not faults, "\n".join(faults)
