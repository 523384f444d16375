"""Reading regular files, and nothing else.

Opening a FIFO waits for somebody who writes to it, and ``/dev/zero`` has no end. In a book's folder
both may bear the name of a source, as a symbolic link too; what is read here is looked at first.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

LARGEST_READ = 64_000_000
"""Bytes of a file that is read at once; what is larger was not written by hand."""
LARGEST_KEPT = 1_000_000_000
"""Bytes of a file in which texbook keeps something; what is larger counts as damaged."""


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for reading bytes, never waiting for another process.

    Raises:
        OSError: when it cannot be opened, or is no regular file.
    """
    stream = open(path, "rb", opener=_open_at_once)  # noqa: SIM115  (the caller closes it)
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return stream


def read_regular(path: Path, limit: int = LARGEST_READ) -> bytes:
    """Read a regular file.

    Args:
        path: the file.
        limit: bytes that it may have.

    Raises:
        OSError: when it cannot be read, is no regular file, or is too large.
    """
    with open_regular(path) as stream:
        is_larger = os.fstat(stream.fileno()).st_size > limit
        content = b"" if is_larger else stream.read(limit + 1)
    if is_larger or len(content) > limit:
        raise OSError(errno.EFBIG, f"it is larger than {limit / 1e6:,.0f} MB", str(path))
    return content


def _open_at_once(path: str, flags: int) -> int:
    # Without O_NONBLOCK open(2) waits at a FIFO; for regular files it means nothing.
    return os.open(path, flags | os.O_NONBLOCK)
