"""The author's files, as far as a report has to look at them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from texbook.base.errors import BookError, StorageError
from texbook.base.regular import read_regular
from texbook.base.source import SourceFile, read_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class SourceLines:
    """Reads lines of files when they are asked for, and keeps the last few files."""

    def __init__(self, texts: Mapping[Path, SourceFile] | None = None) -> None:
        """Take texts that take the place of files, by their paths."""
        self._texts = texts or {}
        self._read = lru_cache(maxsize=8)(_read)

    def source(self, path: Path) -> SourceFile | None:
        """Give a file's text; None if there is none to be read."""
        return self._texts.get(path) or self._read(path)

    def line(self, path: Path, number: int) -> str | None:
        """Give a line (from 1) without its end; None if there is no such file or line."""
        source = self.source(path)
        if source is None or not 1 <= number <= source.line_count:
            return None
        return source.line(number)


def _read(path: Path) -> SourceFile | None:
    try:
        return read_source(path) if path.is_file() else None
    except BookError:
        return _read_damaged(path)
    except (OSError, StorageError, ValueError):
        return None


def _read_damaged(path: Path) -> SourceFile | None:
    """Read a file that is not UTF-8; what cannot be decoded is shown as a replacement mark."""
    try:
        return SourceFile(path, read_regular(path).decode("utf-8", "replace"))
    except OSError:
        return None
