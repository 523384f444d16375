"""One texbook at a time in one book."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.errors import LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_NAME = "lock"

_DEAD_HOLDER_SECONDS = 1.0
_LOOK_SECONDS = 0.02


@contextmanager
def book_lock(folder: Path) -> Iterator[None]:
    """Hold the book's lock while the block runs.

    The lock is the kernel's (``flock``): it goes with the process, also on ``kill -9``, so there is
    no stale lock file to remove. Children do not inherit it, since Python opens files
    close-on-exec. The file's content only serves the message.

    Args:
        folder: texbook's own folder in the book; made if it does not exist.

    Raises:
        LockedError: when another process holds it, naming that process.
        StorageError: when the lock file cannot be written.
    """
    path = folder / LOCK_NAME
    with storage_errors("write", path):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        with storage_errors("lock", path):
            _take(handle)
            _sign(handle)
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    """Lock; wait a moment for a holder that is dead.

    A child that a killed texbook was just making has the handle until it becomes its program.
    """
    deadline = time.monotonic() + _DEAD_HOLDER_SECONDS
    while not _locked(handle):
        if _is_alive(handle) or time.monotonic() >= deadline:
            raise LockedError(
                f"another texbook{_holder(handle)} is at work in this book",
                hints=("wait until it has ended, or end it, and run the command again",),
            )
        time.sleep(_LOOK_SECONDS)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(handle: int) -> bool:
    """Say whether the process that signed is there; one that has not signed yet is."""
    pid = os.pread(handle, 200, 0).split(b" ")[0]
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True


def _sign(handle: int) -> None:
    """Write who holds the lock and since when, for the message of the one who comes second."""
    started = datetime.now().astimezone().isoformat(timespec="seconds")
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()} {started}\n".encode(), 0)


def _holder(handle: int) -> str:
    """Say who holds the lock: `` (pid 4711, since 14:02)``; nothing if it has not signed yet."""
    words = os.pread(handle, 200, 0).decode("ascii", "replace").split()
    try:
        pid, since = int(words[0]), datetime.fromisoformat(words[1])
    except (IndexError, ValueError):
        return ""
    now = datetime.now(since.tzinfo)
    shape = "%H:%M" if since.date() == now.date() else "%Y-%m-%d %H:%M"
    return f" (pid {pid}, since {since.strftime(shape)})"
