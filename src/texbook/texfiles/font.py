"""Read from a font file what a message needs: its name, and which characters it has.

The tables are those of the OpenType specification: ``name`` (name IDs 1 and 2, or 16 and 17 where a
family has more than four faces) and ``cmap`` (formats 4 and 12, which all fonts for Unicode have).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FAMILY = (16, 1)
_STYLE = (17, 2)
_PLAIN = ("", "Regular", "Book", "Roman")
_COLLECTION = b"ttcf"
_WINDOWS = 3
_ENGLISH = 0x409
_FORMAT_4 = 4
_FORMAT_12 = 12


@dataclass(frozen=True, slots=True)
class FontFacts:
    """A font file.

    Attributes:
        name: for people: ``TeX Gyre Pagella Bold``; empty if the file does not say.
        ranges: the characters that it has, as first and last code points.
    """

    path: Path
    name: str = ""
    ranges: tuple[tuple[int, int], ...] = ()

    def has(self, character: str) -> bool:
        """Say whether the font has a glyph for a character."""
        code = ord(character)
        return any(first <= code <= last for first, last in self.ranges)


@lru_cache(maxsize=64)
def read_font(path: Path) -> FontFacts:
    """Read a font file; one that cannot be read, or of another kind, gives no facts."""
    try:
        content = path.read_bytes()
        tables = _tables(content)
        name = _name(content, tables["name"]) if "name" in tables else ""
        ranges = tuple(_ranges(content, tables["cmap"])) if "cmap" in tables else ()
    except (OSError, struct.error, UnicodeDecodeError):
        return FontFacts(path)
    return FontFacts(path, name, ranges)


def _tables(content: bytes) -> dict[str, int]:
    """Give the offsets of the tables; of the first font of a collection."""
    start = struct.unpack_from(">I", content, 12)[0] if content[:4] == _COLLECTION else 0
    (count,) = struct.unpack_from(">H", content, start + 4)
    records = (struct.unpack_from(">4sIII", content, start + 12 + 16 * n) for n in range(count))
    return {tag.decode("latin-1"): offset for tag, _, offset, _ in records}


def _name(content: bytes, table: int) -> str:
    """Join family and style: ``TeX Gyre Pagella Bold``."""
    count, strings = struct.unpack_from(">HH", content, table + 2)
    names: dict[int, str] = {}
    for number in range(count):
        platform, _, language, kind, length, offset = struct.unpack_from(
            ">6H", content, table + 6 + 12 * number
        )
        if (platform, language) == (_WINDOWS, _ENGLISH):
            start = table + strings + offset
            names[kind] = content[start : start + length].decode("utf-16-be")
    family = next((names[kind] for kind in _FAMILY if kind in names), "")
    style = next((names[kind] for kind in _STYLE if kind in names), "")
    return family if style in _PLAIN else f"{family} {style}".strip()


def _ranges(content: bytes, table: int) -> Iterator[tuple[int, int]]:
    """Give the characters of all subtables for Unicode."""
    (count,) = struct.unpack_from(">H", content, table + 2)
    for number in range(count):
        platform, _, offset = struct.unpack_from(">HHI", content, table + 4 + 8 * number)
        at = table + offset
        (form,) = struct.unpack_from(">H", content, at)
        if platform not in {0, _WINDOWS}:
            continue
        if form == _FORMAT_4:
            (doubled,) = struct.unpack_from(">H", content, at + 6)
            segments = doubled // 2
            ends = struct.unpack_from(f">{segments}H", content, at + 14)
            starts = struct.unpack_from(f">{segments}H", content, at + 16 + doubled)
            yield from zip(starts, ends, strict=True)
        elif form == _FORMAT_12:
            (groups,) = struct.unpack_from(">I", content, at + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", content, at + 16 + 12 * group)
                yield first, last
