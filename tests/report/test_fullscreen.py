"""The screen of a watch in a terminal with a shell, in which Ctrl-Z, `fg` and `bg` are typed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = """
import os, queue, signal, sys, threading
from pathlib import Path
from texbook.report.screen import WatchScreen

looks = 0

def size():
    global looks
    looks += 1
    try:
        return os.get_terminal_size()
    except OSError:
        return 80, 24

def end(number, frame):
    raise SystemExit(7)

def listen():
    while True:
        orders.put(int(Path("wanted").read_text()))

orders = queue.SimpleQueue()
threading.Thread(target=listen, daemon=True).start()
signal.signal(signal.SIGHUP, end)
Path("pid").write_text(str(os.getpid()))
with WatchScreen(sys.stdout, title="Traps", folder=Path.cwd(), size=size) as screen:
    pages = 5
    while pages:
        screen.good(pages=pages, seconds=0.2)
        before = looks
        while looks < before + 4:  # as often the screen has looked whether there is news
            threading.Event().wait(0.01)
        Path("shown").write_text(str(pages))
        pages = None
        while pages is None:  # woken now and then, as a watch is, to see what signals came
            try:
                pages = orders.get(timeout=0.05)
            except queue.Empty:
                pass
"""
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
PROMPT = b"ready> "
PATIENCE_SECONDS = 60
"""A test gives up then; nothing takes so long unless it is broken."""


class Terminal:
    """The master's side of a terminal at which a shell runs."""

    def __init__(self, master: int, shell: int) -> None:
        self.master = master
        self.shell = shell
        self.said = b""

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def wait_for(self, words: bytes) -> bytes:
        """Read on until these words come; give what came before them."""
        while (at := self.said.find(words)) < 0:
            ready, _, _ = select.select([self.master], [], [], PATIENCE_SECONDS)
            assert ready, f"{words!r} did not come; there is {self.said!r}"
            self.said += os.read(self.master, 65536)
        before, self.said = self.said[:at], self.said[at + len(words) :]
        return before

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)


def made_watch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a program that shows a screen, and the pipes through which it is told what to show."""
    watch = folder / "watch"
    watch.write_text(f"#!{sys.executable}\n{PROGRAM}")
    watch.chmod(0o755)
    for name in ("wanted", "shown"):
        os.mkfifo(folder / name)
    monkeypatch.chdir(folder)
    for name, value in {"TERM": "xterm", "PS1": PROMPT.decode(), "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ENV", raising=False)
    return watch


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A shell of 80 columns and 24 rows in which ``./watch`` shows a screen."""
    made_watch(tmp_path, monkeypatch)
    shell, master = pty.fork()
    if not shell:
        os.execvp("sh", ["sh", "-i"])
    made = Terminal(master, shell)
    made.resize(80, 24)
    made.wait_for(PROMPT)
    yield made
    os.close(master)  # the shell ends by SIGHUP, and its jobs with it
    os.waitpid(shell, 0)


def opened(terminal: Terminal) -> None:
    terminal.type("./watch\n")
    terminal.wait_for(ENTER)
    terminal.wait_for(b"5 pages")
    assert Path("shown").read_text() == "5"
    assert not terminal.echoes()


def tell(pages: int) -> None:
    """Tell the watch of a build with so many pages, 0 to end it; wait until it had time to draw."""
    Path("wanted").write_text(str(pages))
    if pages:
        assert Path("shown").read_text() == str(pages)


def stopped(terminal: Terminal) -> None:
    terminal.type("\x1a")
    assert ENTER not in terminal.wait_for(LEAVE)
    terminal.wait_for(PROMPT)


def test_ctrl_z_gives_the_terminal_back_and_fg_draws_again(terminal: Terminal) -> None:
    opened(terminal)
    stopped(terminal)
    terminal.type("stty -a\n")
    assert b" echo " in terminal.wait_for(PROMPT)
    terminal.resize(40, 12)
    terminal.type("fg\n")
    terminal.wait_for(ENTER)
    terminal.wait_for(b"\x1b[H")
    rows = terminal.wait_for(b"Ctrl-C ends").split(b"\r\n")
    assert len(rows) == 12
    assert not terminal.echoes()
    stopped(terminal)
    terminal.type("fg\n")
    terminal.wait_for(ENTER)
    tell(6)
    terminal.wait_for(b"6 pages")
    tell(0)
    said = terminal.wait_for(PROMPT)
    assert re.search(rb"\?1049ltexbook watch: good at [\d:]+ in 0.2 s, 6 pages\r\n$", said)
    assert terminal.echoes()


def test_in_the_background_nothing_is_drawn(terminal: Terminal) -> None:
    opened(terminal)
    stopped(terminal)
    terminal.type("bg\n")
    terminal.wait_for(PROMPT)
    tell(6)
    terminal.type("echo still $((40 + 2))\n")
    said = terminal.wait_for(b"still 42")
    assert ENTER not in said
    assert b"pages" not in said
    terminal.type("fg\n")
    terminal.wait_for(ENTER)
    terminal.wait_for(b"6 pages")
    tell(0)
    terminal.wait_for(LEAVE)


def test_a_watch_that_begins_in_the_background_waits_for_its_turn(terminal: Terminal) -> None:
    terminal.type("./watch &\n")
    terminal.wait_for(PROMPT)
    assert Path("shown").read_text() == "5"
    terminal.type("fg\n")
    assert b"pages" not in terminal.wait_for(ENTER)
    terminal.wait_for(b"5 pages")
    tell(0)
    terminal.wait_for(LEAVE)


def test_a_stop_that_nobody_can_see_coming_is_overcome(terminal: Terminal) -> None:
    opened(terminal)
    os.kill(int(Path("pid").read_text()), signal.SIGSTOP)
    terminal.wait_for(PROMPT)
    terminal.type("fg\n")
    assert LEAVE in terminal.wait_for(ENTER)
    terminal.wait_for(b"5 pages")
    tell(0)
    terminal.wait_for(LEAVE)


def test_a_terminal_that_goes_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own terminal never was: the kernel sends no SIGHUP."""
    watch = made_watch(tmp_path, monkeypatch)
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [watch], stdin=slave, stdout=slave, stderr=subprocess.PIPE, start_new_session=True
    )
    os.close(slave)
    try:
        assert Path("shown").read_text() == "5"
        os.close(master)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, said) == (7, b"")
