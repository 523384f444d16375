"""The book's PDF, which is either the old one or the new one and never half of either."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from texbook.base.atomic import storage_errors
from texbook.base.errors import UsageError
from texbook.texfiles.pdf import validate_pdf


def publish(pdf: Path, target: Path, pages: int) -> None:
    """Put a finished PDF in the author's folder, in one step and only if it is whole.

    A target that is a symbolic link stays one; the file it leads to is replaced. The target's
    permission bits are kept. Whatever goes wrong, the old PDF stays as it was.

    Args:
        pdf: what the engine made.
        target: where the author looks for it.
        pages: how many pages the engine said it shipped.

    Raises:
        InvalidPdfError: when the PDF is cut, damaged, or has another number of pages.
        StorageError: when the disk is full or access is denied.
        UsageError: when the target is a folder.
    """
    validate_pdf(pdf, pages)
    with storage_errors("write", target):
        real = Path(os.path.realpath(target))
        if real.is_dir():
            raise UsageError(
                f'cannot publish "{target.name}": there is a folder of that name in '
                f'"{target.parent}"',
                hints=("rename or remove the folder",),
            )
        if real.exists() and not os.access(real, os.W_OK):
            # A rename would succeed; but who takes the write permission away means it.
            raise PermissionError(13, "the file is write-protected", str(real))
        replace_file(pdf, real)


def replace_file(new: Path, target: Path) -> None:
    """Put a copy of a file in the place of another, or where there is none, in one step.

    Raises:
        OSError: when it cannot be written; the old one stays.
    """
    # One name, so that what a `kill -9` left in the author's folder goes with the next build.
    copy = target.with_name(f".{target.name}.tmp")
    copy.unlink(missing_ok=True)
    try:
        with copy.open("xb") as stream, new.open("rb") as content:
            shutil.copyfileobj(content, stream, 1 << 20)
            stream.flush()
            os.fsync(stream.fileno())
        copy.chmod(_mode(new, target))
        copy.replace(target)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _mode(pdf: Path, target: Path) -> int:
    """Give the permission bits of the old file, else what the umask gave the engine's file."""
    return (target if target.exists() else pdf).stat().st_mode & 0o777


def _flush_folder(folder: Path) -> None:
    """Bring the rename itself to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        # Some network file systems refuse to flush a folder; the file is there all the same.
        return
    finally:
        os.close(handle)
