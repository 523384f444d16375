"""Row 3: the disk that the book is on has less room than its build takes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.faults.books import CHAPTERS, ONE_RUN, TINY
from tests.faults.disk import BLOCK, ROOMY, small_disk
from tests.faults.site import PUBLISHED
from texbook.base.errors import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.disk import Disk
    from tests.faults.right import Right
    from tests.faults.site import Site

pytestmark = pytest.mark.tex

TOLD = ("No space left on device", "free some space on that disk")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as made:
        yield made


def peak(disk: Disk, site: Site) -> int:
    """Build while there is room; give the most bytes that were taken at any time."""
    process = site.start("build")
    most, pause = 0, threading.Event()
    while process.poll() is None:
        most = max(most, disk.used())
        pause.wait(0.002)
    out, err = process.communicate()
    assert process.returncode == 0, out + err
    return most


def sizes(least: int, most: int, count: int) -> list[int]:
    """Give sizes between what is there and what a build takes, in whole blocks."""
    step = (most - least) / count
    return [(least + round(step * (number + 0.5))) // BLOCK * BLOCK for number in range(count)]


def ready(disk: Disk, site: Site, *, has_state: bool) -> None:
    """Make room; leave the first version built and the second one written."""
    disk.resize(ROOMY)
    site.forget()
    site.withdraw()
    site.write(1)
    assert site.run("build").status == 0
    if not has_state:
        site.forget()
    site.write(2)


def tried(disk: Disk, site: Site, right: Right, size: int) -> tuple[int, str]:
    """Build on a disk of a size, then with room again; give the first exit code, and any fault."""
    old = site.pdf.read_bytes()
    disk.resize(size)
    answer = site.run("build")
    shown = right.shown(site.kind, 2)
    if answer.status == ExitStatus.GOOD:
        return answer.status, site.fault(shown)
    if answer.status != ExitStatus.STORAGE or not all(words in answer.err for words in TOLD):
        return answer.status, f"exit {answer.status}: {answer.out}{answer.err}"
    if site.pdf.read_bytes() != old:
        return answer.status, "the old PDF was not kept"
    if strange := site.files() - site.kind.sources() - PUBLISHED:
        return answer.status, f"files beside the sources: {strange}"
    disk.resize(ROOMY)
    second = site.run("build")
    if second.status != ExitStatus.GOOD:
        return answer.status, f"with room again exit {second.status}: {second.out}{second.err}"
    return answer.status, site.fault(shown)


@pytest.mark.parametrize("has_state", [False, True], ids=["clean", "rebuild"])
def test_a_full_disk_is_told_and_the_old_pdf_stays(
    has_state: bool,
    disk: Disk,
    right: Right,
    times: Callable[[int, int], int],
    record_property: Callable[[str, object], None],
) -> None:
    count = times(1, 10)
    statuses: list[int] = []
    faults = []
    for kind in (CHAPTERS, ONE_RUN) if count > 1 else (TINY,):
        site = disk.site(kind)
        ready(disk, site, has_state=has_state)
        least = disk.used()
        most = peak(disk, site)
        for size in sizes(least, most, count):
            ready(disk, site, has_state=has_state)
            status, fault = tried(disk, site, right, size)
            statuses.append(status)
            if fault:
                faults.append(f"{kind.name}, {size} of {least} to {most} bytes: {fault}")
    refused = statuses.count(ExitStatus.STORAGE)
    record_property(
        "figure",
        f"row 3: the disk is full ({'rebuild' if has_state else 'clean'}): told, old PDF kept, and "
        f"right with room again {refused} of {len(statuses)}, right at once "
        f"{statuses.count(ExitStatus.GOOD)}, faults {len(faults)}",
    )
    assert not faults, "\n".join(faults)
    assert refused


def test_lint_needs_no_room(disk: Disk) -> None:
    site = disk.site(TINY)
    site.write(1)
    disk.fill()
    assert site.run("lint").status == ExitStatus.GOOD
    assert site.files() == site.kind.sources()


def test_render_says_that_it_has_no_room(disk: Disk) -> None:
    site = disk.site(ONE_RUN)
    site.write(1)
    disk.fill()
    answer = site.run("render")
    assert answer.status == ExitStatus.STORAGE
    assert all(words in answer.err for words in TOLD)
    disk.resize(ROOMY)
    assert site.run("render").status == ExitStatus.GOOD
    assert (site.root / "build" / "tex" / "tides.tex").is_file()
