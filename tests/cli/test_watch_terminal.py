"""``texbook watch`` at a terminal that goes away while an engine is at work."""

from __future__ import annotations

import os
import pty
import signal
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Book

    Wait = Callable[[Callable[[], object], str], None]

END_SECONDS = 5 * 2.0
"""As in `test_watch`: two seconds are promised, five times that are allowed."""


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that an engine makes when it begins to work, for ever."""
    fake = tmp_path / "bin" / "xelatex"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\n: > {tmp_path}/started\nsleep 1000 & wait\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("TERM", "xterm")
    return tmp_path / "started"


@pytest.mark.parametrize("leader", [True, False], ids=["its own terminal", "another's"])
def test_a_terminal_that_is_closed_ends_the_watch(
    book: Book, started: Path, wait_until: Wait, *, leader: bool
) -> None:
    """It gets SIGHUP and SIGCONT from the kernel, or only errors when it draws."""
    master, slave = pty.openpty()
    # The first terminal that the leader of a session opens is its own (credentials(7)).
    own = {"preexec_fn": lambda: os.close(os.open(os.ttyname(0), os.O_RDWR))} if leader else {}
    process = book.process("watch", stdin=slave, stdout=slave, **own)
    os.close(slave)
    drawn = threading.Thread(target=_read_all, args=(master,), daemon=True)
    drawn.start()
    wait_until(started.exists, "the engine was not started")
    os.close(master)
    _, said = process.communicate(timeout=END_SECONDS)
    assert (process.returncode, said) == (143, "ended by a signal\n")
    wait_until(lambda: not book.processes(), f"processes are left: {book.processes()}")


def test_a_second_signal_does_not_disturb_the_end(
    book: Book, started: Path, wait_until: Wait
) -> None:
    """The kernel and a shell may each send SIGHUP when a terminal is closed."""
    process = book.process("watch")
    wait_until(started.exists, "the engine was not started")
    for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM, signal.SIGCONT):
        process.send_signal(number)
    _, said = process.communicate(timeout=END_SECONDS)
    assert (process.returncode, said) == (143, "ended by a signal\n")


def test_a_reader_that_goes_ends_the_watch(book: Book, started: Path, wait_until: Wait) -> None:
    process = book.process("watch")
    assert process.stdout is not None
    assert process.stdout.readline().endswith("building\n")
    wait_until(started.exists, "the engine was not started")
    process.stdout.close()
    book.put("main.tex", "\\documentclass{article}\n")
    assert process.wait(END_SECONDS) == 141
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()


def _read_all(master: int) -> None:
    try:
        while os.read(master, 65536):
            pass
    except OSError:
        return
