"""The watch screen: one calm picture of whether the book is good, and of what to mend if not."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TextIO

from texbook.report.concise import render_concise
from texbook.report.console import laid_out
from texbook.report.excerpt import glyphs_for, shown
from texbook.report.frame import (
    Phase,
    WatchState,
    changed_words,
    frame,
    gravest_first,
    verdict,
)
from texbook.report.fullscreen import FullScreen
from texbook.report.progress import ProgressState
from texbook.report.terminal import (
    Sheet,
    render_diagnostics,
    summary,
    uses_colour,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from rich.text import Text

    from texbook.base.diagnostic import Diagnostic

# XTerm Control Sequences, "Functions using CSI": cursor position, erase in line.
_HOME, _CLEAR_LINE = "\x1b[H", "\x1b[K"
_TICK_SECONDS = 0.2


class WatchScreen:
    """Shows the state of a watched book; takes updates from any thread; a context manager.

    On a terminal it holds the whole screen, follows its size, and gives it back when the process
    is stopped, and at the end, with the last state as a line. Elsewhere it writes a line with the
    time for each event, and findings in full or, for editors, one a line. It is also a
    `base.progress.Progress`, for the builds. It keeps the last state and no more.

    Args:
        stream: where to draw.
        title: the book's name.
        folder: paths below it are shown relative to it.
        link: the address of the preview; empty if there is none.
        concise: take no screen, and write findings one a line, before the line that ends a build.
        clock: the time of day.
        colour: whether to colour; None asks the environment and the stream.
        size: measures columns and rows; None asks the terminal.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        title: str,
        folder: Path,
        link: str = "",
        concise: bool = False,
        clock: Callable[[], datetime] = datetime.now,
        colour: bool | None = None,
        size: Callable[[], tuple[int, int]] | None = None,
    ) -> None:
        self._stream = stream
        self._folder = folder
        self._clock = clock
        self._colour = uses_colour(stream) if colour is None else colour
        self._glyphs = glyphs_for(stream.encoding)
        has_screen = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._is_concise = concise
        self._is_terminal = has_screen and not concise
        self._size = size or self._terminal_size
        self._state = WatchState(title=title, since=clock(), link=link)
        self._progress = ProgressState(self._now())
        self._sheet: Sheet | None = None
        self._picture = ""
        self._lock = threading.RLock()
        self._screen = FullScreen(stream)
        self._ended = threading.Event()
        self._news_came = threading.Event()
        self._held = contextlib.ExitStack()

    def __enter__(self) -> Self:
        if self._is_terminal:
            self._held.callback(self._leave)
            self._held.enter_context(self._screen.stops_obeyed())
            drawer = threading.Thread(target=self._draw_news, name="watch screen", daemon=True)
            drawer.start()
            self._held.callback(drawer.join)
            self._held.callback(self._news_came.set)
            self._held.callback(self._ended.set)
        elif self._state.link:
            self._send(f"preview: {self._state.link}\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.close()

    def building(self, changed: Sequence[Path] = ()) -> None:
        """Say that a build began, and which files led to it."""
        names = tuple(self._name(path) for path in changed)
        with self._lock:
            self._progress = ProgressState(self._now())
            self._progress.begin_step("looking at what has changed", self._now())
            self._update(phase=Phase.BUILDING, changed=names, reasons=())
        self._log(f"building: {changed_words(names)}" if names else "building")

    def good(
        self,
        *,
        pages: int | None,
        seconds: float,
        diagnostics: Sequence[Diagnostic] = (),
        reasons: Sequence[str] = (),
    ) -> None:
        """Say that the PDF is right; the findings are lint's, or warnings of the engine."""
        self._finish(Phase.GOOD, diagnostics, reasons, pages=pages, seconds=seconds, showing=None)

    def failed(
        self,
        *,
        diagnostics: Sequence[Diagnostic],
        seconds: float | None = None,
        showing: datetime | None = None,
        reasons: Sequence[str] = (),
    ) -> None:
        """Say that the build failed, and from when the PDF on disk is (None: there is none)."""
        self._finish(
            Phase.FAILED, diagnostics, reasons, pages=None, seconds=seconds, showing=showing
        )

    def suspect(
        self, *, diagnostics: Sequence[Diagnostic], showing: datetime | None = None
    ) -> None:
        """Show what seems to be wrong, while the build goes on to make sure.

        Without a terminal it is told once, when the build has ended.
        """
        del showing
        self._update(diagnostics=gravest_first(diagnostics))

    def note(self, message: str) -> None:
        """Tell something that is no state, such as a fall back to polling."""
        self._update(news=f"{self._clock():%H:%M} {message}")
        self._log(message)

    def step(self, message: str) -> None:
        """A step of the build begins."""
        with self._lock:
            self._progress.begin_step(message, self._now())
        self._news_came.set()

    def page(self, number: int, expected: int | None) -> None:
        """The engine has shipped a page; drawn with the next tick."""
        with self._lock:
            self._progress.page, self._progress.expected = number, expected

    def _finish(
        self,
        phase: Phase,
        diagnostics: Sequence[Diagnostic],
        reasons: Sequence[str],
        **numbers: Any,
    ) -> None:
        found = gravest_first(diagnostics)
        self._update(phase=phase, diagnostics=found, reasons=tuple(reasons), **numbers)
        words = verdict(self._state).replace(f" at {self._state.since:%H:%M:%S}", "", 1)
        if self._is_concise:
            self._send(render_concise(found, self._folder))
        self._log(f"{words}, {summary(found)}")
        if found and not (self._is_terminal or self._is_concise):
            render_diagnostics(found, stream=self._stream, folder=self._folder, colour=self._colour)
            self._stream.flush()

    def _update(self, **changes: Any) -> None:
        with self._lock:
            if "phase" in changes:
                changes["since"] = self._clock()
            if "diagnostics" in changes:
                self._sheet = None  # excerpts are read anew
            self._state = replace(self._state, **changes)
        self._news_came.set()

    def _draw_news(self) -> None:
        """Draw what is new until the end, in the one thread that draws.

        So the main thread is never within a write when a signal asks it to give the screen back.
        """
        drawn_size = None
        while not self._ended.is_set():
            size = self._size()
            was_away = self._screen.take()
            if was_away:
                self._picture = ""
            has_news = self._news_came.is_set()
            self._news_came.clear()
            if was_away or has_news or size != drawn_size or self._state.phase is Phase.BUILDING:
                self._draw()
            drawn_size = size
            self._news_came.wait(_TICK_SECONDS)

    def _draw(self) -> None:
        """Draw if anything differs from what stands there."""
        with self._lock:
            columns, rows = self._size()
            if self._sheet is None or self._sheet.width != columns:
                self._sheet = Sheet(folder=self._folder, glyphs=self._glyphs, width=columns)
            status = self._building_line(columns)
            lines = frame(self._state, self._sheet, rows=rows, status=status)
            picture = _picture(lines, colour=self._colour)
            if picture == self._picture:
                return
            self._picture = picture
        self._screen.show(picture)  # the terminal may be slow, or held with Ctrl-S

    def _building_line(self, columns: int) -> Text | None:
        if self._state.phase is not Phase.BUILDING:
            return None
        plain = not self._glyphs.can_show("⠋━─")
        return self._progress.line(self._now(), columns, ascii_only=plain)

    def _leave(self) -> None:
        line = f"texbook watch: {verdict(self._state)}"
        self._screen.give_back(f"{shown(line, self._glyphs)}\n")

    def _log(self, message: str) -> None:
        if not self._is_terminal:
            self._send(f"{self._clock():%H:%M:%S} {shown(message, self._glyphs)}\n")

    def _send(self, text: str) -> None:
        with self._lock:
            self._stream.write(text)
            self._stream.flush()

    def _name(self, path: Path) -> str:
        inside = path.is_relative_to(self._folder)
        return str(path.relative_to(self._folder) if inside else path)

    def _now(self) -> float:
        return self._clock().timestamp()

    def _terminal_size(self) -> tuple[int, int]:
        try:
            size = os.get_terminal_size(self._stream.fileno())
        except (OSError, io.UnsupportedOperation):
            return 80, 24
        return (size.columns or 80), (size.lines or 24)


def _picture(lines: list[Text], *, colour: bool) -> str:
    """Turn lines into what is sent: each over the old one, no newline after the last."""
    # Cleared first: behind a full line the cursor still stands on its last cell.
    return _HOME + "\r\n".join(_CLEAR_LINE + laid_out(line, colour=colour) for line in lines)
