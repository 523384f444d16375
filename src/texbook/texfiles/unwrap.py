r"""Undo the line breaks that TeX puts into its log.

TeX breaks what it prints after ``max_print_line`` characters (79 unless the environment says
otherwise, tex.web sections 54 and 58), in the middle of words, file names and messages. pdfTeX
counts bytes and may cut an UTF-8 sequence in two; XeTeX counts characters (measured with XeTeX
0.999994). So lines are joined as bytes, before they are decoded.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USUAL_WIDTH = 79
"""``max_print_line`` of TeX Live's ``texmf.cnf``, in characters."""

LONGEST_LINE = 1 << 16
"""Bytes; what a longer line holds beyond is left out, so that memory stays bounded."""

_SAMPLE = 1 << 21
_TIMES = 3
_ROUND = frozenset(
    {80, 128, 131, 132, 239, 255, 256, 512, 1023, 1024, 2047, 2048, 4096, 8190, 8191}
)
_LONGEST_WIDTH = 10_000
_LATER_BYTES = bytes(range(0x80, 0xC0))
# What TeX and LaTeX begin a line with; such a line does not continue the one before it, even if
# that one is full: it may have ended just there.
_BEGINS = re.compile(
    rb"! |l\.\d+ |<[a-z*][\w *]*> |\s{5}|\s*$|[(]?[^\s:()]+\.\w+:\d+: "
    rb"|(?:LaTeX|Package|Class|Module)(?: [\w@./+-]+){0,3} (?:Error|Warning|Info|Message): "
    rb"|\([\w@./+-]+\)\s{2,}|(?:Over|Under)full \\[hv]box|Missing character: |Runaway \w+\?$"
    rb"|Output written on |Here is how much of TeX's memory|No pages of output"
)


def wrap_width(content: bytes) -> int | None:
    r"""Recognise the width at which a log was wrapped, in characters; None if it was not.

    >>> wrap_width(b"x" * 79 + b"\n" + b"x" * 20 + b"\n")
    79
    >>> wrap_width(b"x" * 300 + b"\n" + b"x" * 79 + b"\n") is None
    True
    """
    bare = [line.rstrip(b"\r\n") for line in io.BytesIO(content[:_SAMPLE])]
    widths = Counter(_width(line) for line in bare if len(line) >= USUAL_WIDTH)
    if not widths:
        return None
    widest = max(widths)
    if USUAL_WIDTH in (widest, max(map(len, bare))):
        return USUAL_WIDTH
    is_round = widest % 10 == 0 or widest in _ROUND
    if is_round and widest <= _LONGEST_WIDTH and widths[widest] >= _TIMES:
        return widest
    return None


def logical_lines(content: bytes) -> Iterator[str]:
    """Give the lines as TeX meant them, decoded; bytes that are not UTF-8 are replaced."""
    width = wrap_width(content)
    if width is None:
        for line in io.BytesIO(content):
            yield _decode(line)
        return
    parts: list[bytes] = []
    size = 0
    is_full = False
    for line in io.BytesIO(content):
        bare = line.rstrip(b"\r\n")
        if parts and not (is_full and not _BEGINS.match(bare)):
            yield _decode(b"".join(parts))
            parts, size = [], 0
        if size < LONGEST_LINE:
            parts.append(bare)
            size += len(bare)
        is_full = width in (_width(bare), len(bare))
    if parts:
        yield _decode(b"".join(parts))


class LineReader:
    """Gives lines one by one, and lets look at the next."""

    def __init__(self, source: Iterator[str]):
        self._source = source
        self._next: str | None = None

    def __iter__(self) -> Iterator[str]:
        while (line := self.take()) is not None:
            yield line

    def take(self) -> str | None:
        """Take the next line; None at the end."""
        line = self._next
        if line is None:
            return next(self._source, None)
        self._next = None
        return line

    def peek(self) -> str | None:
        """Look at the next line without taking it; None at the end."""
        if self._next is None:
            self._next = next(self._source, None)
        return self._next


def _decode(line: bytes) -> str:
    return line[:LONGEST_LINE].decode("utf-8", "replace").rstrip("\r\n")


def _width(line: bytes) -> int:
    """Count characters; a byte that continues a UTF-8 sequence counts nothing."""
    return len(line) if line.isascii() else len(line.translate(None, _LATER_BYTES))
