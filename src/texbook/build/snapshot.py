"""The author's files as they were when a build began."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.digest import digest_bytes, digest_file
from texbook.base.regular import LARGEST_READ, open_regular
from texbook.base.source import check_size
from texbook.base.stamps import FileStamp

if TYPE_CHECKING:
    from pathlib import Path

_KEPT_FILE = 1 << 20
_KEPT_TOTAL = 64 << 20


class SourceSnapshot:
    """Reads each text once, so that all passes of a build see the same bytes.

    Texts above 1 MiB, and all after the first 64 MiB, are not kept but only their size and time.
    """

    def __init__(self) -> None:
        self._contents: dict[Path, bytes] = {}
        self._stats: dict[Path, os.stat_result] = {}
        self._kept = 0

    def read(self, path: Path) -> bytes:
        """Give a file's content as it was when it was read first.

        Raises:
            BookError: when it is too large.
            StorageError: when it cannot be read.
        """
        content = self._contents.get(path)
        if content is not None:
            return content
        with storage_errors("read", path), open_regular(path) as stream:
            # Looked at before it is read: a change in between then shows as a change later.
            seen = self._stats.setdefault(path, os.fstat(stream.fileno()))
            check_size(path, seen.st_size, LARGEST_READ, "split the file")
            content = stream.read(LARGEST_READ)
        if len(content) <= _KEPT_FILE and self._kept + len(content) <= _KEPT_TOTAL:
            self._contents[path] = content
            self._kept += len(content)
        return content

    def kept(self, path: Path) -> bytes | None:
        """Give the content if it is kept in memory."""
        return self._contents.get(path)

    def look(self, path: Path) -> os.stat_result | None:
        """Give size and times as of the first look at a regular file; None if there is none."""
        known = self._stats.get(path)
        if known is not None:
            return known
        try:
            now = path.stat()
        except OSError:
            return None
        if stat.S_ISREG(now.st_mode):
            self._stats[path] = now
            return now
        return None

    def stamp(self, path: Path) -> FileStamp | None:
        """Stamp a file as it was when it was looked at first; None if it never was there.

        A file that was not kept and has changed since gets no digest, so that it counts as changed.
        """
        seen = self._stats.get(path) or self.look(path)
        if seen is None:
            return None
        content = self._contents.get(path)
        digest = digest_bytes(content) if content is not None else _later_digest(path, seen)
        return FileStamp(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, digest)


def _later_digest(path: Path, seen: os.stat_result) -> str | None:
    digest = digest_file(path)
    try:
        now = path.stat()
    except OSError:
        return None
    return digest if _signature(now) == _signature(seen) else None


def _signature(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns
