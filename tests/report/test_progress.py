from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from texbook.report.progress import ProgressState, TerminalProgress, duration

if TYPE_CHECKING:
    from texbook.base.progress import Progress


def work(progress: Progress) -> None:
    progress.step("pass 1, light")
    progress.page(3, 206)
    progress.note("main.toc changed")
    progress.step("pass 2")


def test_a_log_gets_nothing_unless_asked() -> None:
    stream = io.StringIO()
    with TerminalProgress(stream) as progress:
        work(progress)
    assert stream.getvalue() == ""


def test_a_plain_log_gets_a_line_a_step() -> None:
    stream = io.StringIO()
    with TerminalProgress(stream, plain=True) as progress:
        work(progress)
    assert stream.getvalue() == "pass 1, light\nmain.toc changed\npass 2\n"


def test_the_live_line_is_erased_and_notes_stay(terminal: io.StringIO) -> None:
    with TerminalProgress(terminal) as progress:
        work(progress)
    text = terminal.getvalue()
    assert "pass 2" in text
    assert "main.toc changed\n" in text
    assert text.rstrip().endswith("\x1b[2K")
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1


def test_a_terminal_without_cursor_control_gets_no_live_line(
    terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with TerminalProgress(terminal) as progress:
        work(progress)
    assert terminal.getvalue() == ""


def test_a_step_after_the_end_is_harmless(terminal: io.StringIO) -> None:
    with TerminalProgress(terminal) as progress:
        pass
    work(progress)
    assert terminal.getvalue() == ""


def test_rich_is_not_imported_without_a_terminal() -> None:
    program = (
        "import io, sys\n"
        "from texbook.report.progress import TerminalProgress\n"
        "with TerminalProgress(io.StringIO(), plain=True) as progress:\n"
        "    progress.step('pass 1')\n"
        "print('rich' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout == "False\n"


def state_at(page: int, expected: int | None) -> ProgressState:
    state = ProgressState(0.0)
    state.begin_step("pass 2, light", 10.0)
    state.page, state.expected = page, expected
    return state


def test_long_work_tells_the_time_left() -> None:
    line = state_at(50, 200).line(20.0, 80).plain
    assert line == "⠋ pass 2, light  ━━━━────────────  page 50 of 200  20 s  about 30 s left"


def test_short_work_does_not_guess() -> None:
    assert "left" not in state_at(50, 200).line(11.0, 80).plain


@pytest.mark.parametrize("width", [24, 40, 59, 60, 80])
def test_the_line_never_wraps(width: int) -> None:
    assert state_at(50, 200).line(1000.0, width).cell_len <= width


def test_more_pages_than_expected_are_told_as_they_are() -> None:
    assert "page 210  " in state_at(210, 200).line(11.0, 80).plain


def test_ascii_terminals_get_an_ascii_line() -> None:
    assert state_at(50, 200).line(20.0, 80, ascii_only=True).plain.isascii()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3600, "60 min 0 s")],
)
def test_durations_are_written_as_said(seconds: float, words: str) -> None:
    assert duration(seconds) == words
