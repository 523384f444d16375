"""The files besides the documents that rules look at, each look remembered.

What a run found holds as long as every file that it looked at, or for, is as it was.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.digest import digest_bytes
from texbook.base.errors import BookError, StorageError
from texbook.base.regular import read_regular
from texbook.base.source import LARGEST, LARGEST_BIBLIOGRAPHY, SourceFile, check_size, decode_source
from texbook.base.span import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST_MARKS = 750_000
"""Signs that make tokens, in a text that is judged; 5 MB of ordinary text have 500,000 of them."""
_MARKS = "\\{}$%\n"


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
        faults: why files that rules wanted to `read` cannot be read as text.
    """

    root: Path
    texts: Mapping[Path, SourceFile] = field(default_factory=dict)
    seen: dict[Path, tuple[int, int, int] | None] = field(default_factory=dict)
    digests: dict[Path, str] = field(default_factory=dict)
    folders: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    faults: dict[Path, BookError] = field(default_factory=dict)

    def is_file(self, path: Path) -> bool:
        """Say whether there is a regular file, in a folder that is open to us."""
        self.seen.setdefault(path, stamp(path))
        try:
            return path in self.texts or path.is_file()
        except OSError:
            return False

    def read(self, path: Path) -> SourceFile | None:
        """Read a text; None if there is none.

        Raises:
            BookError: when it is not valid UTF-8, too large or closed to us.
        """
        if path in self.texts or not self.is_file(path):
            return self.texts.get(path)
        try:
            return self._source(path, LARGEST_BIBLIOGRAPHY)
        except StorageError as error:
            self.faults[path] = BookError(error.message, span=Span(path))
            raise self.faults[path] from error
        except BookError as error:
            self.faults[path] = error
            raise

    def source(self, path: Path) -> SourceFile:
        """Read a text that is to be judged.

        Raises:
            BookError: when it is not valid UTF-8, or too large.
            StorageError: when it cannot be read.
        """
        source = self._source(path, LARGEST)
        marks = sum(map(source.text.count, _MARKS)) if len(source.text) > MOST_MARKS else 0
        if marks > MOST_MARKS:
            raise BookError(
                f"too much to be judged: {marks:,} commands, braces and lines,"
                f" and the limit is {MOST_MARKS:,}",
                span=Span(path),
                hints=("split the file; until then the rest of the book is judged without it",),
            )
        return source

    def _source(self, path: Path, limit: int) -> SourceFile:
        look = self.seen.setdefault(path, stamp(path))
        text = self.texts.get(path)
        size = look[0] if look and text is None else len(text.text) if text else 0
        check_size(path, size, limit)
        if text is not None:
            return text
        try:
            content = read_regular(path, limit)
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


def stamp(path: Path | str) -> tuple[int, int, int] | None:
    """Give size in bytes and times of change in nanoseconds; None if there is nothing.

    The times are those of a `FileStamp`: of the content, and the one that only the kernel sets.
    """
    try:
        stat = os.stat(path)  # noqa: PTH116  (of hundreds of modules)
    except (OSError, ValueError):  # no file has such a name: it holds U+0000, say
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def listed(folder: Path) -> tuple[str, ...]:
    """List a folder now."""
    try:
        return tuple(sorted(entry.name for entry in os.scandir(folder)))
    except (OSError, ValueError):
        return ()
