"""From file events to reactions: look when hinted, debounce, compare digests, react."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from texbook.watch.changes import ChangeSet
from texbook.watch.debounce import Debounce
from texbook.watch.events import FolderEvents, Polling
from texbook.watch.snapshot import Snapshot
from texbook.watch.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from texbook.base.errors import TexbookError
    from texbook.config.model import WatchConfig
    from texbook.watch.changes import WatchSet
    from texbook.watch.events import Source
    from texbook.watch.worker import Reaction

LOOK_SECONDS = 1.0
"""Even with events all files are looked at so often: events are lost when the kernel's queue
overflows, in replaced folders, behind symbolic links in the middle of a path."""

POLL_SECONDS = 0.5
"""... and so often without events."""

END_SECONDS = 1.7
"""A reaction has so long to end after the watch was stopped."""

_LOOK_SHARE = 0.05
"""Most of its time that an idle watch spends on looking: 10,000 files take 0.15 s."""

_NAP_SECONDS = 0.2
"""Longest sleep of the loop, so that it sees that it was stopped."""


def watch(
    current: Callable[[], WatchSet],
    react: Reaction,
    *,
    settings: WatchConfig,
    stop: threading.Event,
    notify: Callable[[str], None],
    on_error: Callable[[TexbookError], None],
    poll: bool = False,
    is_undone: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """React once, then after every change, until stopped.

    Args:
        current: gives what is watched; asked all the time, so it must be fast, and must give the
            same object as long as nothing changed in it.
        react: answers changes in a thread of its own, the same for all; it gets the changes since
            the last reaction that was not cancelled, and a token that a newer change cancels. The
            first call has ``is_start``.
        settings: quiet time, and longest time until a change is answered.
        stop: ends the watch, within 2 s.
        notify: told in words of a fall back to polling.
        on_error: told of the errors of reactions, in their thread; the watch goes on.
        poll: look at the files twice a second and use no events.
        is_undone: says that what the last reaction made is gone, so that there must be another;
            asked about once a second.
        clock: seconds that never run backwards.

    Raises:
        Exception: whatever a reaction raised that is no `TexbookError`.
    """
    wake = threading.Event()
    worker = Worker(react, on_error=on_error, on_end=wake.set)
    source = Polling() if poll else FolderEvents(wake.set, notify)
    watcher = Watcher(current, worker, source, settings=settings, clock=clock, is_undone=is_undone)
    try:
        watcher.begin()
        worker.start()
        while not stop.is_set() and worker.bug is None:
            hinted = wake.wait(watcher.pause())
            wake.clear()
            watcher.turn(hinted=hinted)
    finally:
        worker.close(END_SECONDS)
        source.close()
    if worker.bug is not None:
        raise worker.bug


class Watcher:
    """The logic of the loop, without threads: what to do at each turn."""

    def __init__(
        self,
        current: Callable[[], WatchSet],
        worker: Worker,
        source: Source,
        *,
        settings: WatchConfig,
        clock: Callable[[], float],
        snapshot: Snapshot | None = None,
        is_undone: Callable[[], bool] = lambda: False,
    ) -> None:
        self._current = current
        self._worker = worker
        self._source = source
        self._clock = clock
        self._snapshot = snapshot or Snapshot()
        self._is_undone = is_undone
        self._debounce = Debounce(
            quiet=settings.quiet_milliseconds / 1000, at_most=settings.at_most_milliseconds / 1000
        )
        self._set: WatchSet | None = None
        self._seen: dict[Path, str | None] = {}
        self._next_look = clock()

    def begin(self) -> None:
        """Remember what the files are now, and ask for the first reaction."""
        self._follow()
        self._worker.submit(ChangeSet(is_start=True))

    def turn(self, *, hinted: bool) -> None:
        """Look, wait or react, whatever it is time for."""
        self._follow()
        now = self._clock()
        if hinted:
            self._debounce.hint(now)
        if now >= self._next_look:
            self._look(now)
        if self._debounce.is_due(now):
            self._debounce.clear()
            self._seen = {}
            changes = self._snapshot.take()
            if changes:
                self._worker.submit(changes)

    def pause(self) -> float:
        """Give the seconds until it is time for something."""
        deadline = self._debounce.deadline
        time_of_next = self._next_look if deadline is None else min(deadline, self._next_look)
        return min(max(0.0, time_of_next - self._clock()), _NAP_SECONDS)

    def _follow(self) -> None:
        watch_set = self._current()
        if watch_set is self._set:
            return
        self._set = watch_set
        self._source.follow(watch_set)
        self._snapshot.thorough = self._source.is_polling
        self._snapshot.follow(watch_set, since=self._worker.since)
        self._next_look = self._clock()

    def _look(self, now: float) -> None:
        """Look at the files though nobody hinted; a difference is as good as a hint."""
        self._source.check()
        self._snapshot.thorough = self._source.is_polling
        differences = self._snapshot.differences()
        if differences and differences != self._seen:
            self._debounce.hint(now)
        self._seen = differences
        if self._is_undone():
            self._worker.submit(ChangeSet(is_start=True))
        pause = POLL_SECONDS if self._source.is_polling else LOOK_SECONDS
        ended = self._clock()
        self._next_look = ended + max(pause, (ended - now) / _LOOK_SHARE)
