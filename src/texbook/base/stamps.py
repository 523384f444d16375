"""What a file was like when it was read: size, times of change, digest."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texbook.base.digest import digest_file

if TYPE_CHECKING:
    from pathlib import Path

_COARSE_NANOSECONDS = 2_000_000_000
_FINE_NANOSECONDS = 50_000_000


def racy_nanoseconds(mtime_ns: int) -> int:
    """Say how long after a change a file may change again under the same time stamp.

    Linux stamps by the kernel's tick, 10 ms at most; a whole second hints at a coarser file system,
    of which FAT is the worst with two seconds. git knows the trouble as "racy git" (its
    Documentation/technical/racy-git.txt).
    """
    return _FINE_NANOSECONDS if mtime_ns % 1_000_000_000 else _COARSE_NANOSECONDS


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file's size in bytes, its times of change in nanoseconds, and its content's digest.

    Attributes:
        mtime_ns: of the content, which any program may set: a copy or an archive brings its own.
        ctime_ns: of content, name or mode; the kernel alone sets it (stat(2)).
        digest: None for files that are trusted by size and ``mtime_ns`` alone.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    digest: str | None = None

    def matches(self, path: Path, *, seen_ns: int) -> bool:
        """Say whether a file still has the content that was stamped.

        The same size and times are believed, unless the file was so fresh at ``seen_ns`` (before
        the stamp was taken) that a later change could carry the same times; another time with
        the same size is settled by the digest, so that a ``touch`` or a checkout to and fro
        rebuilds nothing, whether time went forwards or backwards. An edit that gives the file its
        old size and time is told by the time that cannot be given.
        """
        try:
            now = path.stat()
        except OSError:
            return False
        if not stat.S_ISREG(now.st_mode) or now.st_size != self.size:
            return False
        same_time = now.st_mtime_ns == self.mtime_ns
        if self.digest is None:
            return same_time
        latest = max(self.mtime_ns, self.ctime_ns)
        fresh = latest > seen_ns - racy_nanoseconds(self.mtime_ns)
        if same_time and now.st_ctime_ns == self.ctime_ns and not fresh:
            return True
        return digest_file(path) == self.digest


def stamp_file(path: Path, *, digest: bool = True) -> FileStamp | None:
    """Stamp a regular file as it is now; None if there is none or it cannot be read.

    The file is looked at before it is read, so a change in between shows as a change later.
    """
    try:
        now = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(now.st_mode):
        return None
    content = digest_file(path) if digest else None
    if digest and content is None:
        return None
    return FileStamp(now.st_size, now.st_mtime_ns, now.st_ctime_ns, content)
