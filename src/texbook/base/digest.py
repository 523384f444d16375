"""Content digests: events and time stamps are hints, digests decide."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


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
    """Give the digest of a file's content, or None if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError:
        return None
