"""Row 15: somebody reads the PDF again and again while builds replace it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.books import CHAPTERS, TINY, pages_added
from tests.faults.site import PATIENCE, read_pdf
from tests.faults.watching import watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.books import BookKind
    from tests.faults.site import Site

pytestmark = pytest.mark.tex


@contextmanager
def reading(site: Site, how: str) -> Iterator[list[str]]:
    """Read in a process of its own while the block runs; then the list holds what was seen."""
    command = [sys.executable, str(Path(__file__).with_name("reader.py")), how, str(site.pdf)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as reader:
        seen: list[str] = []
        try:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
            yield seen
            out, err = reader.communicate("", timeout=PATIENCE)
            assert reader.returncode == 0, err
            seen.extend(out.splitlines())
        finally:
            reader.kill()


def build_versions(site: Site, versions: range) -> None:
    """Build after each edit."""
    for version in versions:
        site.write(version)
        answer = site.run("build")
        assert answer.status == 0, answer.err


def watch_versions(site: Site, versions: range) -> None:
    """Let a watch build after each edit."""
    with watching(site) as watch:
        for version in versions:
            goods = watch.count("good")
            site.write(version)
            watch.wait_for("good", goods + 1)


@pytest.mark.parametrize("how", ["whole", "held"])
def test_no_reading_is_of_half_a_pdf(
    how: str,
    site_of: Callable[[BookKind], Site],
    times: Callable[[int, int], int],
    record_property: Callable[[str, object], None],
) -> None:
    builds, saves = times(3, 30), times(0, 20)
    site = site_of(CHAPTERS if saves else TINY)
    build_versions(site, range(1))
    shortest = len(read_pdf(site.pdf).pages) - pages_added(0)
    with reading(site, how) as seen:
        build_versions(site, range(1, builds + 1))
        if saves:
            watch_versions(site, range(builds + 1, builds + saves + 1))
    good = {f"{shortest + pages_added(n)} version {n}" for n in range(builds + saves + 1)}
    *shown, last = seen
    bad = [line for line in shown if line not in good]
    record_property(
        "figure",
        f"row 15: {builds + saves} builds while the PDF is read ({how}): {len(bad)} bad of "
        f"{last.removeprefix('readings ')} readings",
    )
    assert not bad, "\n".join(bad)
    assert len(set(shown)) > 1, "the reader has seen no build"
