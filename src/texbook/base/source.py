"""Text files of the author's, read once, with offsets turned into lines and columns."""

from __future__ import annotations

import codecs
import os
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from texbook.base.errors import BookError, StorageError
from texbook.base.regular import LARGEST_READ, read_regular
from texbook.base.span import Position, Span

if TYPE_CHECKING:
    from pathlib import Path

# XeTeX looks at the byte order mark and reads UTF-16 as well as UTF-8 (XeTeX reference, "Input").
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

LARGEST = 5_000_000
"""Bytes of a text that is rendered or judged, some 2,000 pages."""
LARGEST_BIBLIOGRAPHY = 10_000_000
"""Bytes of a BibTeX file, some 20,000 works."""
_SPLIT = "split the file; until then the rest of the book is judged without it"

_LINE_END = re.compile("\n")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's path and its decoded text, line ends as they are in the file."""

    path: Path
    text: str
    _starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0]
        starts.extend(found.end() for found in _LINE_END.finditer(self.text))
        object.__setattr__(self, "_starts", starts)

    @property
    def line_count(self) -> int:
        """Number of lines; a final newline does not begin another one."""
        return len(self._starts) - (self._starts[-1] == len(self.text) and len(self._starts) > 1)

    def position(self, offset: int) -> Position:
        """Give line and column (both from 1) of a code-point offset (from 0)."""
        line = bisect_right(self._starts, offset) - 1
        return Position(line + 1, offset - self._starts[line] + 1)

    def offset(self, position: Position) -> int:
        """Give the code-point offset (from 0) of a position; the inverse of `position`."""
        return self._starts[position.line - 1] + (position.column or 1) - 1

    def span(self, start: int, end: int | None = None) -> Span:
        """Give the span between two offsets (end exclusive), or of one place."""
        stop = None if end is None else self.position(end)
        return Span(self.path, self.position(start), stop)

    def line(self, number: int) -> str:
        """Give the text of a line (from 1) without its line end, or '' outside the file."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        stop = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[start:stop].rstrip("\r\n")


def decode_source(path: Path, content: bytes) -> str:
    """Decode what an author wrote: UTF-8, or UTF-16 with a byte order mark.

    XeTeX replaces bytes that are not UTF-8 without a word, so that letters are silently lost in
    print (measured with XeTeX 0.999994). Here that is an error.

    Raises:
        BookError: with line and byte, when the text is in some other encoding.
    """
    encoding = _encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, "ignore")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        name = encoding.removesuffix("-sig").upper()
        raise BookError(
            f"byte 0x{content[error.start]:02x} is not valid {name}",
            span=Span.at(path, line, column),
            hints=(
                (
                    "XeTeX would drop the letter in print; save the file as UTF-8, "
                    f'for example with "iconv -f latin1 -t utf-8 {path.name}"'
                ),
            ),
        ) from None


def is_file(path: Path) -> bool:
    """Say whether there is a regular file of a name that a text may hold.

    `Path.is_file` raises an error for names that are too long, and for folders that are closed.
    """
    return os.path.isfile(path)  # noqa: PTH113


def read_as_tex(path: Path, errors: str = "strict") -> str:
    """Read a text with the lines that the engine counts, for which a CR alone is an end as well.

    Args:
        path: the file.
        errors: what to do about bytes that are not of its encoding, as `bytes.decode` has it.

    Raises:
        OSError: when it cannot be read.
        ValueError: when it is in some other encoding, or no file can have such a name.
    """
    content = path.read_bytes()
    text = content.decode(_encoding(content), errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(content: bytes) -> str:
    return next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8")


def check_size(path: Path, size: int, limit: int = LARGEST, hint: str = _SPLIT) -> None:
    """Refuse a file that would keep us busy for minutes, and was hardly written by hand.

    Args:
        path: the file.
        size: in bytes.
        limit: the same.
        hint: how to go on.

    Raises:
        BookError: with the size and the limit.
    """
    if size > limit:
        raise BookError(
            f"too large to be read: {size / 1e6:,.1f} MB, and the limit is {limit / 1e6:.0f} MB",
            span=Span(path),
            hints=(hint,),
        )


def encode_source(text: str, before: bytes) -> bytes:
    r"""Encode a text as a file is encoded already: `decode_source` turned around.

    >>> encode_source("a\r\n", b"\xef\xbb\xbfb\r\n")
    b'\xef\xbb\xbfa\r\n'
    """
    if before.startswith(codecs.BOM_UTF8):
        return codecs.BOM_UTF8 + text.encode()
    if before.startswith(codecs.BOM_UTF16_LE):
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    if before.startswith(codecs.BOM_UTF16_BE):
        return codecs.BOM_UTF16_BE + text.encode("utf-16-be")
    return text.encode()


def read_source(path: Path, limit: int = LARGEST_READ, hint: str = _SPLIT) -> SourceFile:
    """Read a text file of the author's.

    Args:
        path: the file.
        limit: bytes that it may have.
        hint: what to do if it has more.

    Raises:
        BookError: when it is not valid UTF-8 (or UTF-16 with a byte order mark), or too large.
        StorageError: when it cannot be read.
    """
    try:
        check_size(path, path.stat().st_size, limit, hint)
        content = read_regular(path, limit)
    except OSError as error:
        raise StorageError(f'cannot read "{path}": {error.strerror or error}') from error
    return SourceFile(path, decode_source(path, content))
