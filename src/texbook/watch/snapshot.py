"""What the watched files contain: digests decide whether something changed.

Reading all files at each look would be slow, so a file is read only if its stat differs from the
last look's. Size and time of modification can be equal after an edit; the time of the last status
change (ctime) cannot be set by programs on a local file system. Within the granularity of time
stamps even that can be equal, so a file that changed a moment ago is read again, as git does with
entries that are "racily clean".
"""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING

from texbook.base.digest import digest_file
from texbook.watch.changes import Change, ChangeKind, ChangeSet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from texbook.watch.changes import WatchSet

RACY_SECONDS = 2.0
"""The coarsest time stamps in use, FAT's, have steps of 2 s."""

THOROUGH_BYTES = 1 << 20
"""A thorough snapshot reads files up to this size at every look, bytes."""

Signature = tuple[int, int, int, int, int]
"""Device, inode, size, mtime and ctime in nanoseconds."""


class Snapshot:
    """Remembers digests of watched files and finds what differs from them.

    Args:
        thorough: trust no time stamp of small files, for file systems that send no events.
        wall: the time of day in seconds, to be compared with time stamps of files.
    """

    def __init__(self, *, thorough: bool = False, wall: Callable[[], float] = time.time) -> None:
        self.thorough = thorough
        self._wall = wall
        self._known: dict[Path, str | None] = {}
        self._read: dict[Path, tuple[Signature, str | None]] = {}
        self._set: WatchSet | None = None

    def follow(self, watch_set: WatchSet, *, since: float | None = None) -> None:
        """Watch another set; what it adds counts as unchanged.

        Args:
            watch_set: what matters from now on.
            since: a file that the set adds but that was modified at this time of day or later
                counts as changed: the build that named it may have read the text before.
        """
        before, self._set = self._set, watch_set
        for path in _members(watch_set) - self._known.keys():
            if before is not None and _is_listable(path, before):
                continue  # it appeared in a folder that was watched already: a change
            self._known[path] = _UNSEEN if _is_modified(path, since) else self._digest(path)
        for path in list(self._known):
            if path not in watch_set.files and not _is_listable(path, watch_set):
                self._forget(path)

    def differences(self) -> dict[Path, str | None]:
        """Give the digests that differ from the remembered ones; None for a file that is gone."""
        if self._set is None:
            return {}
        digests = {path: self._digest(path) for path in _members(self._set) | self._known.keys()}
        return {path: value for path, value in digests.items() if value != self._known.get(path)}

    def take(self) -> ChangeSet:
        """Give what changed, and remember it as known."""
        changes = []
        for path, digest in self.differences().items():
            changes.append(Change(path, _kind(self._known.get(path), digest)))
            self._known[path] = digest
        return ChangeSet(tuple(sorted(changes)))

    def _digest(self, path: Path) -> str | None:
        try:
            status = path.stat()
        except (OSError, ValueError):
            return None
        if stat.S_ISDIR(status.st_mode):
            return _FOLDER
        if not stat.S_ISREG(status.st_mode):
            return None  # opening a FIFO would wait for its writer
        signature = _signature(status)
        cached = self._read.get(path)
        doubtful = self.thorough and status.st_size <= THOROUGH_BYTES
        if cached is not None and cached[0] == signature and not doubtful:
            return cached[1]
        digest = digest_file(path)
        if self._wall() - max(status.st_mtime, status.st_ctime) > RACY_SECONDS:
            self._read[path] = (signature, digest)
        else:
            self._read.pop(path, None)
        return digest

    def _forget(self, path: Path) -> None:
        del self._known[path]
        self._read.pop(path, None)


_UNSEEN = "unseen"
"""In place of a digest: the content at the time that matters is not known."""

_FOLDER = "folder"
"""In place of a digest: it is there; what stands in it is told once it is watched itself."""

_STAMP_LAG = 0.02
"""Time stamps of files come from a clock that ticks every 1 to 10 ms and so lag behind, seconds."""


def _members(watch_set: WatchSet) -> set[Path]:
    files = {path for path in watch_set.files if not watch_set.ignore(path)}
    return files.union(*(_listed(folder, watch_set) for folder in watch_set.folders))


def _listed(folder: Path, watch_set: WatchSet) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            named = [(folder / entry.name, entry.is_dir()) for entry in entries]
    except OSError:
        return []
    return [
        path
        for path, is_folder in named
        if (watch_set.admits_folder(path) if is_folder else watch_set.admits(path))
    ]


def _is_listable(path: Path, watch_set: WatchSet) -> bool:
    if path.parent not in watch_set.folders:
        return False
    return watch_set.admits(path) or (watch_set.admits_folder(path) and path.is_dir())


def _is_modified(path: Path, since: float | None) -> bool:
    try:
        return since is not None and path.stat().st_mtime >= since - _STAMP_LAG
    except (OSError, ValueError):
        return False


def _signature(status: os.stat_result) -> Signature:
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return (status.st_dev, status.st_ino, status.st_size, *times)


def _kind(before: str | None, after: str | None) -> ChangeKind:
    if after is None:
        return ChangeKind.DELETED
    return ChangeKind.CREATED if before is None else ChangeKind.MODIFIED
