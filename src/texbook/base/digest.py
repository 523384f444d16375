"""Content digests: events and time stamps are hints, digests decide."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from texbook.base.regular import open_regular

if TYPE_CHECKING:
    from pathlib import Path


_LARGEST_DIGESTED = 1_000_000_000


def digest_bytes(content: bytes) -> str:
    """Give a content digest (BLAKE2b, 128 bits, hexadecimal).

    >>> digest_bytes(b"")
    'cae66941d9efbd404e4d88758ea67670'
    """
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def digest_text(text: str) -> str:
    """Give the digest of a text's UTF-8 form."""
    return digest_bytes(text.encode("utf-8", "surrogatepass"))


def digest_file(path: Path) -> str | None:
    """Give the digest of a regular file's content, or None if there is none or it is closed.

    What is larger than a gigabyte is not read, which would take seconds each time: its size and
    times stand for its content. The kernel's own time (ctime, stat(2)) changes with every edit.
    """
    try:
        with open_regular(path) as stream:
            now = os.fstat(stream.fileno())
            if now.st_size > _LARGEST_DIGESTED:
                return digest_text(f"{now.st_size} {now.st_mtime_ns} {now.st_ctime_ns}")
            return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError:
        return None
