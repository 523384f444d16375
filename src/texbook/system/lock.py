"""One texbook at a time in one book."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from texbook.base.atomic import storage_errors
from texbook.base.errors import LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_NAME = "lock"

_UNSIGNED_SECONDS = 1.0
_LOOK_SECONDS = 0.02


@contextmanager
def book_lock(folder: Path) -> Iterator[None]:
    """Hold the book's lock while the block runs.

    The lock is the kernel's (``flock``): it goes with the process, also on ``kill -9``, so there is
    no stale lock file to remove. Children do not inherit it, since Python opens files
    close-on-exec. The file's content only serves the message.

    Args:
        folder: texbook's own folder in the book; made if it does not exist. Whoever removes it
            while he holds the lock removes the lock with it: others then take a new one.

    Raises:
        LockedError: when another process holds it, naming that process.
        StorageError: when the lock file cannot be written.
    """
    path = folder / LOCK_NAME
    with storage_errors("lock", path):
        handle = _take(path)
    try:
        with storage_errors("lock", path):
            _sign(handle)
        yield
    finally:
        with suppress(OSError):
            os.ftruncate(handle, 0)  # nobody is named who has gone on to other work
        os.close(handle)


def remove_locked(folder: Path) -> None:
    """Remove a folder whose lock the caller holds.

    The lock goes last: who comes before finds it held, who comes after makes a new one, and what he
    has put into the folder stays.

    Raises:
        OSError: when something cannot be removed, or the folder is a symbolic link: what that
            leads to may be shared with others.
    """
    if folder.is_symlink():
        raise OSError(errno.ENOTDIR, "it is a symbolic link")
    for path in folder.iterdir():
        if path.name == LOCK_NAME:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    (folder / LOCK_NAME).unlink(missing_ok=True)
    remove_if_empty(folder)


def remove_if_empty(folder: Path) -> None:
    """Remove a folder if there is one and it is empty; a symbolic link stays."""
    try:
        folder.rmdir()
    except OSError as error:
        # POSIX lets a system say either of a folder that is not empty.
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR}:
            raise


def _take(path: Path) -> int:
    """Lock the file that has the name now; give its handle.

    Between opening and locking, ``texbook clean`` may have removed it: then the lock of that file
    keeps nobody out.
    """
    deadline = time.monotonic() + _UNSIGNED_SECONDS
    while True:
        handle = _open(path)
        try:
            _wait_for(handle, deadline)
            if _has_name(handle, path):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _open(path: Path) -> int:
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # A link would have us write where it leads, and a stranger may have put it there.
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        except FileNotFoundError:
            # The folder was removed since it was made, or it is a link that leads nowhere.
            if path.parent.is_dir():
                raise


def _has_name(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _wait_for(handle: int, deadline: float) -> None:
    """Lock; wait a moment for a holder that is dead, or that has not yet said who it is.

    A child that a killed texbook was just making has the handle until it becomes its program.
    """
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
    """Say whether the process that signed is there."""
    pid = os.pread(handle, 200, 0).split(b" ")[0]
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
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
