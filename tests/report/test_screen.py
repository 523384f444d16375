from __future__ import annotations

import contextlib
import gc
import io
import re
from datetime import datetime, timedelta
from pathlib import Path

from rich.text import Text

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.report.frame import WatchState
from texbook.report.screen import WatchScreen
from texbook.report.terminal import Sheet

BOOK = Path("/book")
AT = datetime(2025, 3, 1, 14, 2, 11)


def finding(words: str = "fault") -> Diagnostic:
    span = Span.at(BOOK / "main.tex", 1)
    return Diagnostic("TB001", Severity.ERROR, words, span, hints=("mend it",))


class Clock:
    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        return self.now


def test_a_log_gets_a_line_with_the_time_for_each_event() -> None:
    stream, clock = io.StringIO(), Clock()
    with WatchScreen(stream, title="Traps", folder=BOOK, clock=clock) as screen:
        screen.building()
        screen.step("pass 1")
        screen.page(1, 2)
        clock.now += timedelta(seconds=2)
        screen.good(pages=212, seconds=2.0)
        screen.building([BOOK / "main.tex"])
        screen.note("polling")
        screen.failed(diagnostics=[finding()], seconds=0.5, showing=AT)
    assert stream.getvalue() == (
        "14:02:11 building\n"
        "14:02:13 good in 2.0 s, 212 pages, no findings\n"
        "14:02:13 building: main.tex changed\n"
        "14:02:13 polling\n"
        "14:02:13 failed after 0.5 s, showing the build of 14:02, 1 error in 1 file\n"
        "error[TB001]: fault\n"
        " --> main.tex:1\n"
        "  = hint: mend it\n"
        "\n"
    )


def test_the_terminal_is_given_back_with_the_last_state(terminal: io.StringIO) -> None:
    screen = WatchScreen(terminal, title="Traps", folder=BOOK, clock=Clock(), size=lambda: (80, 24))
    with contextlib.suppress(KeyboardInterrupt), screen:
        screen.good(pages=1, seconds=0.2)
        raise KeyboardInterrupt
    text = terminal.getvalue()
    assert text.startswith("\x1b[?1049h\x1b[?25l")
    assert text.endswith(
        "\x1b[?7h\x1b[?25h\x1b[?1049ltexbook watch: good at 14:02:11 in 0.2 s, 1 page\n"
    )


def test_the_screen_is_drawn_only_when_something_differs(terminal: io.StringIO) -> None:
    screen = WatchScreen(terminal, title="Traps", folder=BOOK, clock=Clock(), size=lambda: (80, 24))
    screen._screen.take()
    screen.good(pages=1, seconds=0.2)
    screen._draw()
    screen._draw()
    assert terminal.getvalue().count("\x1b[H") == 1


def test_the_screen_follows_the_size(terminal: io.StringIO) -> None:
    size = [(80, 24)]
    screen = WatchScreen(terminal, title="Traps", folder=BOOK, clock=Clock(), size=lambda: size[0])
    screen._screen.take()
    screen.good(pages=1, seconds=0.2)
    terminal.truncate(0)
    size[0] = (30, 8)
    screen._draw()
    lines = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", terminal.getvalue()).strip("\0").split("\r\n")
    assert len(lines) == 8
    assert max(map(len, lines)) == 30


def test_a_build_shows_its_progress(terminal: io.StringIO) -> None:
    clock = Clock()
    screen = WatchScreen(
        terminal, title="Traps", folder=BOOK, clock=clock, colour=False, size=lambda: (80, 24)
    )
    screen._screen.take()
    screen.building([BOOK / "main.tex"])
    screen._draw()
    assert "looking at what has changed  0.0 s" in terminal.getvalue()
    screen.step("pass 2, light")
    screen.page(103, 206)
    terminal.truncate(0)
    clock.now += timedelta(seconds=1)
    screen._draw()
    assert "pass 2, light  ━━━━━━━━────────  page 103 of 206  1.0 s" in terminal.getvalue()


def test_a_log_names_the_preview_once() -> None:
    stream = io.StringIO()
    link = "http://127.0.0.1:8765/token/"
    with WatchScreen(stream, title="T", folder=BOOK, link=link, clock=Clock()) as screen:
        screen.good(pages=1, seconds=0.2)
        screen.good(pages=1, seconds=0.2)
    assert stream.getvalue().startswith(f"preview: {link}\n14:02:11 good")
    assert stream.getvalue().count(link) == 1


def test_an_excerpt_is_of_the_file_as_it_was_built(terminal: io.StringIO, tmp_path: Path) -> None:
    path = tmp_path / "main.tex"
    path.write_text("the faulty line\n")
    screen = WatchScreen(
        terminal, title="T", folder=tmp_path, clock=Clock(), colour=False, size=lambda: (80, 24)
    )
    screen._screen.take()
    screen.failed(diagnostics=[Diagnostic("x", Severity.ERROR, "fault", Span.at(path, 1))])
    screen._draw()
    path.write_text("the mended line\n")
    screen.building([path])
    screen._draw()
    assert "the mended line" not in terminal.getvalue()
    assert terminal.getvalue().count("the faulty line") == 2


class Sink(io.StringIO):
    """A terminal that keeps nothing itself."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


def test_a_long_watch_keeps_nothing_but_the_last_state() -> None:
    screen = WatchScreen(Sink(), title="T", folder=BOOK, clock=Clock(), size=lambda: (80, 24))

    def things_after(builds: int) -> int:
        for number in range(builds):
            screen._screen.take()
            screen.building([BOOK / f"chapter{number}.tex"])
            screen.note(f"news {number}")
            screen.failed(diagnostics=[finding(f"{number}")], reasons=(f"why {number}",))
            screen._draw()
            screen._screen.give_back()
        gc.collect()
        kinds = (Diagnostic, WatchState, Sheet, Text)
        return sum(isinstance(thing, kinds) for thing in gc.get_objects())

    assert things_after(3) == things_after(50)
