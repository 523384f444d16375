"""The files besides the documents that rules look at, each look remembered.

What a run found holds as long as every file that it looked at, or for, is as it was.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.digest import digest_bytes
from texbook.base.errors import StorageError
from texbook.base.source import SourceFile, decode_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LARGEST = 64 * 1024 * 1024
"""Bytes; no text that a rule reads is larger."""


@dataclass(slots=True)
class Files:
    """Looks at files below and beside the book's folder; paths are absolute.

    Attributes:
        root: the folder in which TeX's relative paths begin.
        texts: what takes the place of files, by their paths: what an editor has not saved yet, or
            what fixes have made of them.
        seen: every path that was looked at, with its `stamp`.
        digests: of the content of those that were read; "" for those that could not be.
        folders: every folder that was listed, with what it held.
    """

    root: Path
    texts: Mapping[Path, SourceFile] = field(default_factory=dict)
    seen: dict[Path, tuple[int, int] | None] = field(default_factory=dict)
    digests: dict[Path, str] = field(default_factory=dict)
    folders: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    def is_file(self, path: Path) -> bool:
        """Say whether there is a regular file."""
        self.seen.setdefault(path, stamp(path))
        return path in self.texts or path.is_file()

    def read(self, path: Path) -> SourceFile | None:
        """Read a text; None if there is none, or none that can be read.

        Raises:
            BookError: when it is not valid UTF-8.
        """
        if path in self.texts or not self.is_file(path):
            return self.texts.get(path)
        try:
            return None if path.stat().st_size > _LARGEST else self.source(path)
        except (OSError, StorageError):
            return None

    def source(self, path: Path) -> SourceFile:
        """Read a text of any size.

        Raises:
            BookError: when it is not valid UTF-8.
            StorageError: when it cannot be read.
        """
        self.seen.setdefault(path, stamp(path))
        if path in self.texts:
            return self.texts[path]
        try:
            content = path.read_bytes()
        except OSError as error:
            self.digests[path] = ""
            raise StorageError(f'cannot read "{path}": {error.strerror or error}') from error
        self.digests.setdefault(path, digest_bytes(content))
        return SourceFile(path, decode_source(path, content))

    def note(self, path: Path, digest: str | None) -> None:
        """Take note of a file that others have read, or looked for in vain if it has no digest."""
        self.seen.setdefault(path, stamp(path))
        if digest is not None or self.seen[path] is not None:
            self.digests.setdefault(path, digest or "")

    def names(self, folder: Path) -> tuple[str, ...]:
        """List the names in a folder, sorted; none if it is no folder."""
        return self.folders.setdefault(folder, listed(folder))


def stamp(path: Path) -> tuple[int, int] | None:
    """Give size in bytes and time of change in nanoseconds; None if there is nothing."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def listed(folder: Path) -> tuple[str, ...]:
    """List a folder now."""
    try:
        return tuple(sorted(entry.name for entry in os.scandir(folder)))
    except OSError:
        return ()
