"""How far a build is: one live line on a terminal, or one line a step in a log."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from rich.live import Live
    from rich.text import Text

LONG_SECONDS = 3.0
"""From so long on a step tells how much time is left."""

_BAR_CELLS = 16
_COUNTED = 10
"""Seconds below which `duration` gives tenths."""
_NARROW = 60


class TerminalProgress:
    """A `base.progress.Progress` for one command; a context manager.

    On a terminal a line tells the step, the page, and on long work the time left; it is gone at
    the end. Elsewhere nothing is written, unless ``plain`` asks for one line a step.

    Args:
        stream: where to write: standard error, so that findings on standard output stay clean.
        plain: write steps and notes as lines, terminal or not.
        clock: seconds that never run backwards.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        plain: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._plain = plain
        self._clock = clock
        self._state = ProgressState(clock())
        self._lock = threading.Lock()
        self._live: Live | None = None
        terminal = not stream.closed and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._is_live = terminal and not plain

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            if self._live is not None:
                self._live.stop()
                self._live = None
            self._is_live = False

    def step(self, message: str) -> None:
        """A step begins."""
        with self._lock:
            self._state.begin_step(message, self._clock())
            if self._is_live and self._live is None:
                self._live = self._start_live()
        if self._plain:
            self._write(message)

    def page(self, number: int, expected: int | None) -> None:
        """The engine has shipped a page."""
        self._state.page, self._state.expected = number, expected

    def note(self, message: str) -> None:
        """Write a line that stays."""
        if self._live is not None:
            self._live.console.print(message, markup=False, highlight=False, soft_wrap=True)
        elif self._plain:
            self._write(message)

    def tell(self, message: str) -> None:
        """Write a line that stays, on a terminal and elsewhere."""
        if self._live is not None:
            self.note(message)
        else:
            self._write(message)

    def _write(self, message: str) -> None:
        with self._lock:
            self._stream.write(f"{message}\n")
            self._stream.flush()

    def _start_live(self) -> Live:
        # Imported here because a build with nothing to do must not wait for it.
        from rich.live import Live  # noqa: PLC0415

        from texbook.report.console import make_console  # noqa: PLC0415
        from texbook.report.excerpt import glyphs_for  # noqa: PLC0415
        from texbook.report.terminal import uses_colour  # noqa: PLC0415

        console = make_console(self._stream, colour=uses_colour(self._stream), live=True)
        ascii_only = glyphs_for(self._stream.encoding).gutter == "|"

        def line() -> Text:
            return self._state.line(self._clock(), console.width, ascii_only=ascii_only)

        live = Live(
            console=console,
            get_renderable=line,
            refresh_per_second=10,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        live.start()
        return live


class ProgressState:
    """The numbers behind the live line."""

    def __init__(self, now: float) -> None:
        self.started = now
        self.step_started = now
        self.step = ""
        self.page = 0
        self.expected: int | None = None

    def begin_step(self, message: str, now: float) -> None:
        """Start anew for a step."""
        self.step, self.step_started = message, now
        self.page, self.expected = 0, None

    def seconds_left(self, now: float) -> float | None:
        """Guess the time to the end of this step from its pages so far; None if it is short."""
        elapsed = now - self.step_started
        if not self.expected or not self.page or elapsed < LONG_SECONDS:
            return None
        return max(0.0, elapsed / self.page * (self.expected - self.page))

    def line(self, now: float, width: int, *, ascii_only: bool = False) -> Text:
        """Draw the line, with what fits."""
        from rich.text import Text  # noqa: PLC0415  (see _start_live)

        text = Text(no_wrap=True, overflow="crop")
        frames = "|/-\\" if ascii_only else "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
        text.append(frames[int((now - self.started) * 10) % len(frames)], "cyan")
        text.append(f" {self.step}", "bold")
        if self.page and self.expected and width >= _NARROW:
            share = min(1.0, self.page / self.expected)
            done = round(share * _BAR_CELLS)
            text.append("  ")
            text.append(("#" if ascii_only else "━") * done, "cyan")
            text.append(("-" if ascii_only else "─") * (_BAR_CELLS - done), "bright_black")
        for part in self._parts(now):
            if text.cell_len + len(part) + 2 < width:
                text.append(f"  {part}")
        return text

    def _parts(self, now: float) -> list[str]:
        parts = []
        if self.page:
            known = self.expected and self.expected >= self.page
            parts.append(f"page {self.page}" + (f" of {self.expected}" if known else ""))
        parts.append(duration(now - self.started))
        left = self.seconds_left(now)
        if left is not None and left >= 1:
            # Whole seconds: tenths of a guess would only be restless.
            parts.append(f"about {duration(left) if left >= _COUNTED else f'{left:.0f} s'} left")
        return parts


def duration(seconds: float) -> str:
    """Write a time as people say it.

    >>> duration(1.26), duration(42), duration(125)
    ('1.3 s', '42 s', '2 min 5 s')
    """
    if seconds < _COUNTED:  # tenths mean something only in short times
        return f"{seconds:.1f} s"
    if round(seconds) < 60:  # noqa: PLR2004
        return f"{seconds:.0f} s"
    return f"{round(seconds) // 60} min {round(seconds) % 60} s"
