"""One thread that answers changes, one reaction after the other."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from texbook.base.cancel import CancelToken
from texbook.base.errors import TexbookError
from texbook.watch.changes import ChangeSet

if TYPE_CHECKING:
    from collections.abc import Callable

    Reaction = Callable[[ChangeSet, CancelToken], None]


class Worker:
    """Runs reactions: at most one at a time, and at most one waiting.

    A newer change cancels the running reaction; the next one gets the changes of both, so that a
    cancelled reaction loses none. All reactions run in one long-lived thread.

    Args:
        react: answers changes; looks at its token and raises when cancelled.
        on_error: told of the `TexbookError` of a reaction that nobody cancelled; called in the
            worker's thread, which then goes on.
        on_end: called in the worker's thread after each reaction.
        wall: the time of day in seconds.
    """

    def __init__(
        self,
        react: Reaction,
        *,
        on_error: Callable[[TexbookError], None],
        on_end: Callable[[], None],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.bug: BaseException | None = None
        """What ended the thread, if it was no `TexbookError`."""
        self._react = react
        self._on_error = on_error
        self._on_end = on_end
        self._wall = wall
        self._state = threading.Condition()
        self._waiting = ChangeSet()
        self._token: CancelToken | None = None
        self._starts: tuple[float | None, float | None] = (None, None)
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="watch worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def submit(self, changes: ChangeSet) -> None:
        """Ask for a reaction; a running one is cancelled, as soon as it has nothing to finish."""
        with self._state:
            self._waiting = self._waiting | changes
            if self._token is not None:
                self._token.cancel("a newer save", at_once=False)
            self._state.notify_all()

    @property
    def since(self) -> float | None:
        """When the reaction began that may have named the newest files, as time of day.

        While one runs, that may still be the one before it.
        """
        with self._state:
            previous, last = self._starts
            return previous if self._token is not None and previous is not None else last

    def close(self, seconds: float) -> bool:
        """Cancel what runs, drop what waits, and wait so long for the end; say whether it came."""
        with self._state:
            self._closed = True
            if self._token is not None:
                self._token.cancel("the watch ends")
            self._state.notify_all()
        if self._thread.ident is not None:  # it was started
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while (work := self._next()) is not None:
                self._answer(*work)
                self._on_end()
        except BaseException as error:  # noqa: BLE001  (raised again in the thread that watches)
            self.bug = error
            self._on_end()

    def _next(self) -> tuple[ChangeSet, CancelToken] | None:
        with self._state:
            self._state.wait_for(lambda: self._closed or self._waiting)
            if self._closed:
                return None
            changes, self._waiting = self._waiting, ChangeSet()
            self._token = CancelToken()
            self._starts = (self._starts[1], self._wall())
            return changes, self._token

    def _answer(self, changes: ChangeSet, token: CancelToken) -> None:
        try:
            self._react(changes, token)
        except TexbookError as error:
            if not token.cancelled:
                self._on_error(error)
        finally:
            with self._state:
                self._token = None
                if token.cancelled:
                    self._waiting = changes | self._waiting
