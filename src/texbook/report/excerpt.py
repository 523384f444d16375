"""Lines of the author's files as a terminal can show them: measured, safe, cut to the width."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

TAB_STOP = 4
"""Cells between tab stops."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs that a report is drawn with, and what its stream can encode."""

    encoding: str
    gutter: str
    ellipsis: str

    def can_show(self, character: str) -> bool:
        """Say whether the stream's encoding has this character."""
        return _encodes(character, self.encoding)


def glyphs_for(encoding: str | None) -> Glyphs:
    """Choose the drawing signs that an encoding has; ASCII where it lacks them."""
    name = encoding or "utf-8"  # a stream without encoding keeps text
    if _encodes("│…", name):
        return Glyphs(name, "│", "…")
    return Glyphs(name, "|", "...")


@dataclass(frozen=True, slots=True)
class CutLine:
    """A line as shown, and the cells (from 0, end exclusive) to underline in it."""

    text: str
    start: int
    end: int


def shown(text: str, glyphs: Glyphs) -> str:
    r"""Give a text in which nothing can move the cursor, hide, or fail to encode.

    >>> shown("a\x1b[31mb", glyphs_for("utf-8"))
    'a␛[31mb'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown_character(character, glyphs) for character in text)


def cells(text: str) -> int:
    """Measure a text that was made safe to show, in cells of a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  (start-up time)

    return cell_len(text)


def cut_line(line: str, start: int, end: int, *, width: int, glyphs: Glyphs) -> CutLine:
    """Expand tabs, make safe and, if it is wider than the width, cut around a stretch.

    Args:
        line: the line's text, without its line end.
        start: first code point of the stretch, from 0.
        end: code point behind it; the stretch is shown at least one cell wide.
        width: cells that are free for the text.
        glyphs: the signs to draw with.
    """
    room = max(width, 2 * len(glyphs.ellipsis) + 3)
    # A paragraph is often one line, and has many findings: only what is near is looked at.
    first = max(0, start - room)
    last = min(len(line), max(start, min(end, start + room)) + room)
    near = CutLine(line[first:last], start - first, min(end, last) - first)
    return _cut(near, room, glyphs, more_before=first > 0, more_after=last < len(line))


def _cut(
    near: CutLine, room: int, glyphs: Glyphs, *, more_before: bool, more_after: bool
) -> CutLine:
    """Cut the neighbourhood of a stretch (in code points here), of a line that may go on."""
    pieces, edges = _cells(near.text, glyphs)
    start = min(near.start, len(pieces))
    end = max(start, min(near.end, len(pieces)))
    room -= start == len(pieces)  # the caret behind the line
    if edges[-1] <= room and not more_before and not more_after:
        text = "".join(pieces).rstrip()
        return CutLine(text, edges[start], max(edges[end], edges[start] + 1))
    first, last = _window(edges, start, end, room - 2 * len(glyphs.ellipsis))
    head = glyphs.ellipsis if first or more_before else ""
    tail = glyphs.ellipsis if last < len(pieces) or more_after else ""
    shift = len(head) - edges[first]
    stop = min(max(edges[min(end, last)], edges[start] + 1), edges[last] + 1) + shift
    text = head + "".join(pieces[first:last]) + tail
    return CutLine(text.rstrip(), edges[start] + shift, stop)


def _window(edges: list[int], start: int, end: int, room: int) -> tuple[int, int]:
    """Choose the code points to show: the stretch, with a third of what is left before it."""
    lead = max(0, room - (edges[end] - edges[start])) // 3
    left = max(0, min(edges[start] - lead, edges[-1] - room))
    first = bisect_left(edges, left)
    return first, bisect_right(edges, edges[first] + room) - 1


def _cells(line: str, glyphs: Glyphs) -> tuple[list[str], list[int]]:
    """Give the shown form of each code point and the cell at which each begins (and all end)."""
    if line.isascii() and line.isprintable():
        return list(line), list(range(len(line) + 1))
    pieces: list[str] = []
    edges = [0]
    for character in line:
        if character == "\t":
            piece = " " * (TAB_STOP - edges[-1] % TAB_STOP)
        else:
            piece = _shown_character(character, glyphs)
        pieces.append(piece)
        edges.append(edges[-1] + cells(piece))
    return pieces, edges


@lru_cache(maxsize=4096)
def _shown_character(character: str, glyphs: Glyphs) -> str:
    if " " <= character <= "~":
        return character
    category = unicodedata.category(character)
    code = ord(character)
    if category == "Cc" and code < 0x20 and glyphs.can_show("␀"):  # noqa: PLR2004  (C0 pictures)
        return chr(0x2400 + code)
    # Format characters (direction marks, zero-width spaces) turn or hide what stands beside them.
    if category in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return f"<U+{code:04X}>"
    return character if glyphs.can_show(character) else "?"


@lru_cache(maxsize=4096)
def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
