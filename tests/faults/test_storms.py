"""Row 10: after a storm of changes a watch sees a save, its PDF is right, its memory small."""

from __future__ import annotations

import os
import re
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import until
from tests.cli.watched import watching
from tests.faults.edits import new_word

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.watched import Watched
    from tests.faults.trials import Place, Trials

pytestmark = pytest.mark.tex
MOST_MEGABYTES = 300
"""Of the watch's own memory; a whole storm of file names is a few of them."""
FOLDERS = 20


def megabytes(watched: Watched) -> int:
    """Give the most memory that the watch has had, of the kernel's account (proc(5), VmHWM)."""
    told = Path(f"/proc/{watched.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    assert found is not None
    return int(found[1]) // 1024


def write_book(place: Place, word: str) -> None:
    place.document(f"\\input{{parts/0/0}} {word}")
    place.put("parts/0/0.tex", "a part\n")


def checkout(place: Place, files: int, word: str) -> None:
    """Write as many files as another branch has, new ones and others over old ones."""
    for number in range(files):
        path = f"parts/{number % FOLDERS}/{number // FOLDERS}.tex"
        place.put(f"{path}.lock", f"{number} {word}\n").rename(place.root / path)


def many_writes(place: Place, files: int, word: str) -> None:
    """Write one file again and again, and a few others between."""
    for number in range(files):
        name = "parts/0/0.tex" if number % 4 else f"parts/0/note{number % 40}.txt"
        place.put(name, f"{number} {word}\n")


def remove(folder: Path) -> None:
    """Remove a folder into which an engine may still write."""
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


def root_anew(place: Place, _files: int, word: str) -> None:
    """Delete the book's folder and make it again."""
    remove(place.root)
    place.root.mkdir()
    write_book(place, word)


def there_and_back(place: Place, _files: int, word: str) -> None:
    """Rename the book's folder for a while, in which somebody edits it."""
    away = place.root.with_name("away")
    place.root.rename(away)
    (away / "parts" / "0" / "0.tex").write_text(f"{word}\n", "utf-8")
    away.rename(place.root)


def replaced_by_a_copy(place: Place, _files: int, word: str) -> None:
    """Put another copy of the folder in its place, as a restored backup is."""
    away = place.root.with_name("away")
    leave_out = shutil.ignore_patterns("build")
    shutil.copytree(place.root, place.root.with_name("copy"), ignore=leave_out)
    place.root.rename(away)
    place.root.with_name("copy").rename(place.root)
    place.put("parts/0/0.tex", f"{word}\n")
    remove(away)


def parts_come_and_go(place: Place, files: int, word: str) -> None:
    """Make and remove folders with sources, faster than anybody looks."""
    for number in range(files // 10):
        place.put(f"new/{number}/a.tex", f"{word}\n")
        shutil.rmtree(place.root / "new")


STORMS: dict[str, tuple[Callable[[Place, int, str], None], int]] = {
    "a checkout": (checkout, 1_000),
    "the folder renamed and back": (there_and_back, 0),
    "the folder deleted and made again": (root_anew, 0),
    "writes": (many_writes, 12_000),
    "the folder replaced by a copy": (replaced_by_a_copy, 0),
    "folders that come and go": (parts_come_and_go, 2_000),
}
SHORT = tuple(STORMS)[:3]


def expect_seen(place: Place, watched: Watched, word: str) -> None:
    """Wait until the PDF says a word: a storm may be answered by any number of builds."""

    def is_right() -> bool:
        pdf = place.root / "main.pdf"
        return pdf.is_file() and word in place.text()

    until(lambda: is_right() or watched.process.poll() is not None, f"never right: {watched.lines}")
    assert is_right(), watched.lines


def storm(trials: Trials, name: str, way: tuple[str, ...], share: int) -> int:
    """Let one storm go over a watch; give the most memory that it had."""
    stir, files = STORMS[name]
    used = 0
    with trials.attempt(f"{name} {way}") as place:
        write_book(place, new_word())
        with watching(place, until, *way) as watched:
            watched.wait_for("good")
            word = new_word()
            stir(place, files // share, word)
            word = new_word()
            write_book(place, word)
            expect_seen(place, watched, word)
            word = new_word()
            place.put("parts/0/0.tex", f"{word}\n")
            expect_seen(place, watched, word)
            used = megabytes(watched)
            assert used < MOST_MEGABYTES
            assert watched.end() == 0
    return used


def test_a_save_is_seen_after_every_storm(trials: Trials, times: Callable[[int, int], int]) -> None:
    is_full = bool(times(0, 1))
    ways: tuple[tuple[str, ...], ...] = ((), ("--poll",)) if is_full else ((),)
    names = tuple(STORMS) if is_full else SHORT
    used = [storm(trials, name, way, times(5, 1)) for way in ways for name in names]
    trials.end(f"row 10: storms over a watch, {max(used)} MB at most, seen and right afterwards:")


def test_a_storm_that_goes_on_while_builds_run(
    trials: Trials, times: Callable[[int, int], int]
) -> None:
    """Files are written all the time, and nothing is starved: the save among them is built."""
    for _ in range(times(1, 3)):
        with trials.attempt("a storm without an end") as place:
            write_book(place, new_word())
            over = threading.Event()

            def blow(place: Place = place, over: threading.Event = over) -> None:
                number = 0
                while not over.is_set():
                    number += 1
                    place.put(f"parts/1/{number % 50}.tex", f"{number}\n")
                    os.sched_yield()

            with watching(place, until) as watched:
                watched.wait_for("good")
                wind = threading.Thread(target=blow)
                wind.start()
                try:
                    word = new_word()
                    write_book(place, word)
                    expect_seen(place, watched, word)
                finally:
                    over.set()
                    wind.join()
                assert watched.end() == 0
    trials.end("row 10: saves within a storm that does not end, seen and right:")
