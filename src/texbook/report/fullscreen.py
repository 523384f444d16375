"""A terminal's whole screen, borrowed: given back whenever the process stops or ends."""

from __future__ import annotations

import _thread
import contextlib
import io
import os
import signal
import sys
import termios
import threading
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

# Private modes of xterm that its descendants share: 1049 a second screen, 25 the cursor, 7 wrapping
# (XTerm Control Sequences, "DEC Private Mode Set").
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"
_LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l"


class FullScreen:
    """Draws on the second screen of a terminal while the process is in front.

    Ctrl-Z, or the end, brings back what stood there before, with the cursor and the echo of keys.
    A process in the background draws nothing: the shell is at work on the terminal. Where the
    terminal has gone, the process gets the SIGHUP that the kernel sends to some of those concerned.

    Args:
        stream: where to draw.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.RLock()
        self._held = contextlib.ExitStack()
        self._is_ours = False
        self._is_stopping = False
        self._was_continued = False
        self._is_gone = False

    def take(self) -> bool:
        """Have the screen, if the process is in front; say whether it was empty until now."""
        with self._lock:
            if not self._is_gone and not self._stream.isatty():
                self._lose()
            if self._was_continued and not self._is_stopping:
                self._was_continued = False
                self.give_back()
            if self._is_ours or self._is_stopping or self._is_gone or not self._is_in_front():
                return False
            self._held.enter_context(_keys_unseen())
            self._is_ours = self._send(_ENTER)
            return self._is_ours

    def show(self, picture: str) -> None:
        """Draw, unless the screen belongs to somebody else now."""
        with self._lock:
            if self._is_ours:
                self._send(picture)

    def give_back(self, last: str = "") -> None:
        """Leave the screen, if it is ours, and write something that stays."""
        with self._lock:
            if not self._is_gone:
                self._send((_LEAVE if self._is_ours else "") + last)
            self._is_ours = False
            self._held.close()

    @contextlib.contextmanager
    def stops_obeyed(self) -> Iterator[None]:
        """Give the screen back on Ctrl-Z; `take` brings it again when the process goes on.

        In a thread that is not the main one, which owns the signals, nothing is done.
        """
        if (
            threading.current_thread() is not threading.main_thread()
            or signal.getsignal(signal.SIGTSTP) is not signal.SIG_DFL
        ):
            yield
            return
        signal.signal(signal.SIGTSTP, self._stop)
        before = signal.signal(signal.SIGCONT, self._go_on)
        try:
            yield
        finally:
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            signal.signal(signal.SIGCONT, before)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Stop as if nobody had caught the signal, which the kernel may even decline.

        It does so where no shell is there to continue the process (POSIX: orphaned process group).
        """
        del frame
        self._is_stopping = True
        self.give_back()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        signal.signal(number, self._stop)
        self._was_continued = self._is_stopping = False

    def _go_on(self, number: int, frame: FrameType | None) -> None:
        """Note that there may have been a stop that could not be seen coming (SIGSTOP).

        No more than that: where a terminal has gone, this comes together with SIGHUP.
        """
        del number, frame
        self._was_continued = True

    def _is_in_front(self) -> bool:
        try:
            return os.tcgetpgrp(self._stream.fileno()) == os.getpgrp()
        except (OSError, io.UnsupportedOperation):
            return True  # not the terminal that the process belongs to: nobody else draws there

    def _send(self, text: str) -> bool:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._lose()
        return not self._is_gone

    def _lose(self) -> None:
        self._is_ours, self._is_gone = False, True
        _thread.interrupt_main(signal.SIGHUP)


@contextlib.contextmanager
def _keys_unseen() -> Iterator[None]:
    """Keep typed keys from being written into the picture; Ctrl-C works as ever."""
    before = _modes()
    if before is None:
        yield
        return
    silent = list(before)
    silent[3] &= ~termios.ECHO
    _set_modes(silent)
    try:
        yield
    finally:
        if _modes() is not None:
            _set_modes(before)


def _modes() -> list[Any] | None:
    """Give the modes of the terminal at standard input, if this process may set them.

    One in the background is stopped when it tries (SIGTTOU).
    """
    try:
        handle = sys.stdin.fileno()
        mine = os.isatty(handle) and os.tcgetpgrp(handle) == os.getpgrp()
        return termios.tcgetattr(handle) if mine else None
    except (OSError, ValueError, AttributeError, termios.error):
        return None


def _set_modes(modes: list[Any]) -> None:
    with contextlib.suppress(termios.error):  # the terminal has gone
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, modes)
