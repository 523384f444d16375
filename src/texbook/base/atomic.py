"""Files that are either the old one or the new one, never half of either."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from texbook.base.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def storage_errors(action: str, path: Path) -> Iterator[None]:
    """Turn an `OSError` inside the block into a `StorageError` that names the file and the cure."""
    try:
        yield
    except OSError as error:
        hints = {
            errno.ENOSPC: ("free some space on that disk and run the command again",),
            errno.EDQUOT: ("your quota on that disk is used up",),
            errno.EACCES: (f'check the permissions of "{path.parent}"',),
            errno.EROFS: ("the disk is mounted read-only",),
        }.get(error.errno or 0, ())
        why = error.strerror or error
        raise StorageError(f'cannot {action} "{path}": {why}', hints=hints) from error


def write_atomically(
    path: Path, content: bytes, *, durable: bool = True, is_alone: bool = False
) -> None:
    """Write beside the target, flush to the disk, then rename over it.

    Args:
        path: the target; folders above it are made.
        content: what it shall hold.
        durable: whether to wait until the disk has it. Without, a machine that loses its power may
            be left with an empty file, which is good enough for what can be made again.
        is_alone: whether a lock keeps others from writing the target meanwhile. Then what is not
            finished has always the same name, and what a ``kill -9`` has left of it goes with the
            next writing.

    Raises:
        StorageError: when the disk is full or access is denied; the old file is then untouched.
    """
    with storage_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = _only_copy(path) if is_alone else _new_copy(path)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                if durable:
                    stream.flush()
                    os.fsync(stream.fileno())
            # The copy has 0600; a new file of the author's should follow the umask.
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _new_copy(path: Path) -> tuple[int, str]:
    import tempfile  # noqa: PLC0415  (start-up time)

    return tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)


def _only_copy(path: Path) -> tuple[int, str]:
    copy = path.with_name(f".{path.name}.tmp")
    copy.unlink(missing_ok=True)
    return os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), str(copy)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
