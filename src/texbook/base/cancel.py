"""Stopping work that is under way, from another thread."""

from __future__ import annotations

import threading

from texbook.base.errors import CancelledError


class CancelToken:
    """A flag that the owner of some work sets and the work looks at.

    >>> token = CancelToken()
    >>> token.cancel("a newer save")
    >>> token.cancelled, token.reason
    (True, 'a newer save')
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self.reason = ""

    @property
    def cancelled(self) -> bool:
        """Whether the work should end."""
        return self._event.is_set()

    def cancel(self, reason: str) -> None:
        """Ask the work to end; may be called from any thread and more than once."""
        self.reason = self.reason or reason
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Wait until cancelled, at most so many seconds; say whether it was."""
        return self._event.wait(seconds)

    def check(self) -> None:
        """Raise `CancelledError` if the work should end."""
        if self.cancelled:
            raise CancelledError(f"stopped: {self.reason}")
