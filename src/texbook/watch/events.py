"""File events of the operating system, as hints that it is time to look.

An event says only when to look, never what changed: names in events are unreliable (an atomic save
tells the real name only in ``dest_path``, a moved folder tells nothing of its files, a symbolic
link none of its target). So handlers pass on no names, and a `Snapshot` finds what changed.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from watchdog.events import (
    EVENT_TYPE_CLOSED_NO_WRITE,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_OPENED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from texbook.watch.changes import WatchSet, is_temporary

if TYPE_CHECKING:
    from collections.abc import Callable

    from watchdog.observers.api import BaseObserver, ObservedWatch

_READING = frozenset({EVENT_TYPE_OPENED, EVENT_TYPE_CLOSED_NO_WRITE})
"""Events that reading a file sends; acting on them would make a build start itself for ever."""


_JOIN_SECONDS = 0.2

# inotify_init(2) and inotify_add_watch(2) report their limits with these errors.
_LIMITS = {
    errno.EMFILE: "the limit of file watchers is reached (fs.inotify.max_user_instances)",
    errno.ENOSPC: "the limit of watched folders is reached (fs.inotify.max_user_watches)",
}


class Source(Protocol):
    """Somebody who hints that something may have changed."""

    is_polling: bool
    """Whether no hints will come, so that the files must be looked at often."""

    def follow(self, watch_set: WatchSet) -> None:
        """Give hints for this set from now on."""

    def check(self) -> None:
        """Mend what the system broke silently; called now and then."""

    def close(self) -> None:
        """Give no more hints."""


class Polling:
    """A `Source` without hints."""

    is_polling = True

    def follow(self, watch_set: WatchSet) -> None:
        """Do nothing."""

    def check(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class FolderEvents:
    """Hints from the operating system for the folders that hold watched files.

    Each folder is watched alone, not what is below it, so that ``build/`` and ``.git`` cost
    nothing. When the system's limit on watches is reached, or it has no events, this says so once
    and turns to polling.

    Args:
        hint: called from other threads whenever something may have changed.
        notify: told in words when events fail.
    """

    def __init__(self, hint: Callable[[], None], notify: Callable[[str], None]) -> None:
        self.is_polling = False
        self._hint = hint
        self._notify = notify
        self._observer: BaseObserver | None = None
        self._watches: dict[Path, tuple[ObservedWatch, tuple[int, int]]] = {}
        self._set: WatchSet | None = None
        self._handler = _Handler(self._on_event)
        self._gone: set[Path] = set()
        self._lock = threading.Lock()
        self._log = _Log(hint)
        logging.getLogger("watchdog").addHandler(self._log)

    def follow(self, watch_set: WatchSet) -> None:
        """Watch the folders of this set, and no others."""
        self._set = watch_set
        self.check()

    def check(self) -> None:
        """Watch again the folders that were replaced since the last call, or linked elsewhere.

        inotify watches an inode, not a name: after ``rm -r`` and ``mkdir`` no events come.
        """
        if self.is_polling or self._set is None:
            return
        wanted = real_folders(self._set)
        with self._lock:
            gone, self._gone = self._gone, set()
        for folder, (_, identity) in list(self._watches.items()):
            if folder in gone or folder not in wanted or _identity(folder) != identity:
                self._unwatch(folder)
        try:
            for folder in sorted(wanted - self._watches.keys()):
                self._watch(folder)
        except OSError as error:
            self._fall_back(error)

    def close(self) -> None:
        """Stop the observer and its threads."""
        logging.getLogger("watchdog").removeHandler(self._log)
        observer, self._observer = self._observer, None
        self._watches.clear()
        if observer is not None:
            observer.stop()
            observer.join(_JOIN_SECONDS)

    def _watch(self, folder: Path) -> None:
        identity = _identity(folder)
        if identity is None:
            return
        if self._observer is None:
            self._observer = Observer()
            self._observer.daemon = True
            self._observer.start()
        try:
            watch = self._observer.schedule(self._handler, str(folder), recursive=False)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return  # gone in this moment, or not ours to see; the next check tries again
        self._watches[folder] = (watch, identity)

    def _unwatch(self, folder: Path) -> None:
        watch, _ = self._watches.pop(folder)
        if self._observer is not None:
            # The observer forgets a watch by itself when its folder is deleted.
            with contextlib.suppress(KeyError):
                self._observer.unschedule(watch)

    def _fall_back(self, error: OSError) -> None:
        self.close()
        self.is_polling = True
        why = _LIMITS.get(error.errno or 0) or f"no file events: {error.strerror or error}"
        self._notify(f"{why}; looking at the files twice a second instead")

    def _on_event(self, event: FileSystemEvent) -> None:
        source = Path(os.fsdecode(event.src_path))
        if event.is_directory and event.event_type == EVENT_TYPE_DELETED:
            with self._lock:
                self._gone.add(source)
        if event.event_type in _READING:
            return
        if event.is_directory and event.event_type == EVENT_TYPE_MODIFIED:
            return  # an event of the entry itself comes too
        names = [source, Path(os.fsdecode(event.dest_path))] if event.dest_path else [source]
        if not all(self._is_idle(path) for path in names):
            self._hint()

    def _is_idle(self, path: Path) -> bool:
        return is_temporary(path.name) or (self._set is not None and self._set.ignore(path))


def real_folders(watch_set: WatchSet) -> frozenset[Path]:
    """List the folders to watch, symbolic links followed: links send no events of their targets.

    A link to a file is watched at both ends: it may be replaced, and its target may be written.
    """
    folders = set(watch_set.folders)
    for path in watch_set.files:
        folders.add(path.parent)
        if path.is_symlink():
            folders.add(Path(os.path.realpath(path)).parent)
    return frozenset(Path(os.path.realpath(folder)) for folder in folders)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


class _Handler(FileSystemEventHandler):
    def __init__(self, on_event: Callable[[FileSystemEvent], None]) -> None:
        self._on_event = on_event

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._on_event(event)


class _Log(logging.Handler):
    """Takes watchdog's warnings, the only word of a queue overflow, in which events were lost.

    Without a handler the logging module would write them into the watch screen.
    """

    def __init__(self, hint: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._hint = hint

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002  (the interface of logging)
        self._hint()
