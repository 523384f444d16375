from __future__ import annotations

import contextlib
import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from texbook.base.diagnostic import Diagnostic, Severity
from texbook.base.span import Span
from texbook.report.excerpt import glyphs_for
from texbook.report.frame import Phase, WatchState, frame
from texbook.report.screen import WatchScreen
from texbook.report.terminal import Sheet

BOOK = Path("/book")
AT = datetime(2025, 3, 1, 14, 2, 11)


def findings(count: int) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(
            "TB001",
            Severity.ERROR,
            f"fault {number} " + "and many words about it " * 4,
            Span.at(BOOK / "main.tex", number + 1),
            hints=("mend it",),
        )
        for number in range(count)
    )


def picture(state: WatchState, width: int = 80, rows: int = 24, encoding: str = "utf-8") -> str:
    sheet = Sheet(folder=BOOK, glyphs=glyphs_for(encoding), width=width)
    return "\n".join(line.plain.rstrip() for line in frame(state, sheet, rows=rows))


def test_a_good_build_is_told_calmly() -> None:
    state = WatchState(
        "Traps",
        AT,
        Phase.GOOD,
        changed=("main.tex",),
        seconds=1.3,
        pages=212,
        reasons=("a", "b", "c"),
    )
    assert picture(state, rows=10) == (
        "texbook watch  Traps\n"
        "\n"
        "● good at 14:02:11 in 1.3 s, 212 pages\n"
        "  main.tex changed\n"
        "  a\n"
        "  b (and 1 more)\n"
        "\n"
        "no findings\n"
        "\n" + " " * 69 + "Ctrl-C ends"
    )


def test_a_failed_build_tells_what_is_shown_and_the_first_faults() -> None:
    state = WatchState(
        "Traps", AT, Phase.FAILED, showing=AT.replace(minute=0), diagnostics=findings(9)
    )
    assert picture(state, rows=20) == (
        "texbook watch  Traps\n"
        "\n"
        "● failed at 14:02:11, showing the build of 14:00\n"
        "\n"
        "9 errors in 1 file\n"
        "\n"
        "error[TB001]: fault 0 and many words about it and many words about it and many\n"
        "  words about it and many words about it\n"
        " --> main.tex:1\n"
        "  = hint: mend it\n"
        "\n"
        "error[TB001]: fault 1 and many words about it and many words about it and many\n"
        "  words about it and many words about it\n"
        " --> main.tex:2\n"
        "  = hint: mend it\n"
        "\n"
        "… and 7 more\n"
        "\n"
        "\n" + " " * 69 + "Ctrl-C ends"
    )


def test_a_reason_that_says_what_the_changes_say_is_left_out() -> None:
    state = WatchState(
        "Traps", AT, Phase.GOOD, changed=("a.tex",), reasons=("build: a.tex changed", "biber: x")
    )
    shown = picture(state, rows=12)
    assert shown.count("a.tex changed") == 1
    assert "biber: x" in shown


@pytest.mark.parametrize("rows", [6, 8, 9, 10, 12, 24, 50])
@pytest.mark.parametrize("width", [24, 40, 80])
@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_any_state_fits_any_screen(rows: int, width: int, count: int) -> None:
    state = WatchState(
        "A very long title of a book " * 5,
        AT,
        Phase.FAILED,
        changed=("a" * 90, "b.tex", "c.tex", "d.tex"),
        reasons=("r" * 90,) * 5,
        diagnostics=findings(count),
        news="n" * 200,
    )
    sheet = Sheet(folder=BOOK, glyphs=glyphs_for("utf-8"), width=width)
    lines = frame(state, sheet, rows=rows)
    assert len(lines) == rows
    assert all(line.cell_len <= width for line in lines)
    assert lines[-1].plain.endswith("Ctrl-C ends")


def test_a_line_of_files_that_is_too_wide_says_that_it_goes_on() -> None:
    state = WatchState("T", AT, Phase.GOOD, changed=("a" * 30, "b" * 30))
    assert picture(state, width=40).splitlines()[3] == f"  {'a' * 30}, bbbbb…"
    assert picture(state, width=40, encoding="ascii").splitlines()[3] == f"  {'a' * 30}, bbb..."
    assert "…" not in picture(state, width=80)


def test_an_ascii_terminal_gets_an_ascii_screen() -> None:
    state = WatchState("Zürich", AT, Phase.FAILED, diagnostics=findings(9))
    assert picture(state, encoding="ascii").isascii()


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
        screen.failed(diagnostics=findings(1), seconds=0.5, showing=AT)
    assert stream.getvalue() == (
        "14:02:11 building\n"
        "14:02:13 good in 2.0 s, 212 pages, no findings\n"
        "14:02:13 building: main.tex changed\n"
        "14:02:13 polling\n"
        "14:02:13 failed after 0.5 s, showing the build of 14:02, 1 error in 1 file\n"
        "error[TB001]: fault 0 and many words about it and many words about it and many words "
        "about it and many words about it \n"
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
    screen.good(pages=1, seconds=0.2)
    screen._draw()
    assert terminal.getvalue().count("\x1b[H") == 1


def test_the_screen_follows_the_size(terminal: io.StringIO) -> None:
    size = [(80, 24)]
    screen = WatchScreen(terminal, title="Traps", folder=BOOK, clock=Clock(), size=lambda: size[0])
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
    screen.building([BOOK / "main.tex"])
    screen.step("pass 2, light")
    screen.page(103, 206)
    terminal.truncate(0)
    clock.now += timedelta(seconds=1)
    screen._draw()
    assert "pass 2, light  ━━━━━━━━────────  page 103 of 206  1.0 s" in terminal.getvalue()
