"""Stopping work that is under way, from another thread."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from texbook.base.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Iterator


class CancelToken:
    """A flag that the owner of some work sets and the work looks at.

    >>> token = CancelToken()
    >>> token.cancel("a newer save")
    >>> token.cancelled, token.reason
    (True, 'a newer save')
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._holds = 0
        self._patience = 0.0
        self._is_postponed = False
        self.reason = ""

    @property
    def cancelled(self) -> bool:
        """Whether the work should end."""
        return self._event.is_set()

    def cancel(self, reason: str, *, at_once: bool = True) -> None:
        """Ask the work to end; may be called from any thread and more than once.

        Args:
            reason: why, in a few words.
            at_once: False to let the work come to the end of what it does in `finishing`.
        """
        with self._lock:
            self.reason = self.reason or reason
            if at_once or not self._holds:
                self._event.set()
            elif not self._is_postponed:
                self._is_postponed = True
                timer = threading.Timer(self._patience, self._event.set)
                timer.daemon = True
                timer.start()

    @contextmanager
    def finishing(self, at_most: float = 3.0) -> Iterator[None]:
        """Come to the end of a short piece of work that would be lost otherwise.

        Args:
            at_most: seconds for which a cancel waits at most; the work may be caught in a loop.

        >>> token = CancelToken()
        >>> with token.finishing():
        ...     token.cancel("a newer save", at_once=False)
        ...     token.cancelled
        False
        >>> token.cancelled
        True
        """
        with self._lock:
            self._holds += 1
            self._patience = at_most
        try:
            yield
        finally:
            with self._lock:
                self._holds -= 1
                if self._is_postponed and not self._holds:
                    self._event.set()

    def wait(self, seconds: float) -> bool:
        """Wait until cancelled, at most so many seconds; say whether it was."""
        return self._event.wait(seconds)

    def check(self) -> None:
        """Raise `CancelledError` if the work should end."""
        if self.cancelled:
            raise CancelledError(f"stopped: {self.reason}")
