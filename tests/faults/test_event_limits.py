"""Row 18: where the system gives no more events a watch polls, says so, and sees every edit.

A user name space counts events for itself (user_namespaces(7), /proc/sys/user), so that a limit can
be hit there without taking events from anybody else on this machine.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import until
from tests.cli.watched import watching
from tests.faults.edits import new_word

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.trials import Place, Trials

INSTANCES, WATCHES = "max_inotify_instances", "max_inotify_watches"
SAID = {
    INSTANCES: "the limit of file watchers is reached (fs.inotify.max_user_instances)",
    WATCHES: "the limit of watched folders is reached (fs.inotify.max_user_watches)",
}
POLLING = "looking at the files twice a second instead"
FOLDERS = 12


def limited(name: str, limit: int) -> tuple[str, ...]:
    """Give a command that runs another one under a limit of its own."""
    script = f'echo {limit} > /proc/sys/user/{name} && exec "$@"'
    return ("unshare", "--user", "--map-root-user", "/bin/sh", "-c", script, "sh")


def can_limit() -> bool:
    """Say whether a user name space with limits of its own can be made here."""
    if shutil.which("unshare") is None:
        return False
    command = [*limited(INSTANCES, 1), "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def write_book(place: Place) -> None:
    inputs = "".join(f"\\input{{part{number}/text}}" for number in range(FOLDERS))
    place.document(inputs)
    for number in range(FOLDERS):
        place.put(f"part{number}/text.tex", f"part {number}\n")


@pytest.mark.tex
@pytest.mark.skipif(not can_limit(), reason="no user name space with limits of its own here")
def test_at_the_limit_of_events_a_watch_polls_and_says_so(
    trials: Trials, times: Callable[[int, int], int]
) -> None:
    # With 5 some folders are watched already when the limit comes.
    for name, limit in ((WATCHES, 5), (INSTANCES, 0), (WATCHES, 0))[: times(1, 3)]:
        with trials.attempt(f"{name} = {limit}") as place:
            write_book(place)
            with watching(place, until, before=limited(name, limit)) as watched:
                watched.wait_for("good")
                said = [line for line in watched.lines if POLLING in line]
                assert len(said) == 1, watched.lines
                assert SAID[name] in said[0]
                for number, part in enumerate((0, FOLDERS - 1), 2):
                    word = new_word()
                    place.put(f"part{part}/text.tex", f"{word}\n")
                    watched.wait_for("good", number)
                    assert word in place.text()
                assert watched.end() == 0
    trials.end("row 18: watches at a limit of events that polled, said so and saw all edits:")


@pytest.mark.tex
def test_a_folder_with_ten_thousand_files(trials: Trials, times: Callable[[int, int], int]) -> None:
    files = times(1_000, 10_000)
    ways: tuple[tuple[str, ...], ...] = ((), ("--poll",))
    for way in ways[: times(1, 2)]:
        with trials.attempt(f"{files:,} files {way}") as place:
            place.document("first")
            for number in range(files):
                place.put(f"notes/{number % 100}/{number}.tex", f"{number}\n")
            with watching(place, until, *way) as watched:
                watched.wait_for("good")
                for number in (2, 3):
                    word = new_word()
                    place.document(word)
                    watched.wait_for("good", number)
                    assert word in place.text()
                assert watched.end() == 0
    trials.end("row 18: watches of a folder with 10,000 files (1,000 in short) that saw a save:")
